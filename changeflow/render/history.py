"""Records of the past: what an import wrote, or would write, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from changeflow.history.survey import SourceSurvey, TableSurvey
from changeflow.history.tables import TableChange
from changeflow.language.formats import date_text, percent_text
from changeflow.model.findings import Finding, Findings
from changeflow.model.times import format_instant
from changeflow.render.escape import spelled
from changeflow.render.findings import for_reader
from changeflow.render.findings import text as findings_text
from changeflow.render.json_text import as_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.table import grid

if TYPE_CHECKING:
    from changeflow.history.survey import SourceSurvey, TableSurvey
    from changeflow.usecases.history.export_records import RecordsExported
    from changeflow.usecases.history.import_records import RecordsImported
    from changeflow.usecases.history.show import HistoryShown

# shares that are told as more and as less than these, where they are not all and nothing
_ALMOST_ALL: Final = 0.99
_ALMOST_NONE: Final = 0.01
_COUNTED: Final = ("added", "changed", "unchanged", "removed", "rows")
_IMPORT_HEAD: Final = (
    "past.table",
    "past.added",
    "past.changed",
    "past.unchanged",
    "past.removed",
    "past.rows",
)
_SHOW_HEAD: Final = ("past.table", "past.source", "past.records", "past.rows", "past.period")


def imported_text(told: RecordsImported, to: Presentation) -> str:
    """Render findings, what changes in each table, and the counts."""
    return _findings_text(told.imported.findings, to) + _text(_imported_lines(told, to))


def _imported_lines(told: RecordsImported, to: Presentation) -> Iterator[str]:
    imported = told.imported
    yield from _table_lines(imported.tables, to)
    yield ""
    counts = {"rows": imported.rows, "left_out": imported.left_out, "skipped": imported.skipped}
    case = "some" if imported.skipped else "all"
    yield to.says("past.read", case=case, **counts, folder=told.folder)
    if told.written:
        yield to.says("past.written")
    elif any(one.added or one.changed or one.removed for one in imported.tables.values()):
        yield to.says("past.dry")
    else:
        yield to.says("past.same")


def _table_lines(tables: Mapping[str, TableChange], to: Presentation) -> Iterator[str]:
    rows = [list(map(to.says, _IMPORT_HEAD))]
    for table, change in tables.items():
        rows.append([table, *(f"{getattr(change, key):,}" for key in _COUNTED)])
    yield from grid(rows, to.width)


def exported_text(told: RecordsExported, to: Presentation) -> str:
    """Render findings, what came to each table, and what could not be read."""
    lines = [*_table_lines(told.tables, to), ""]
    lines.append(to.says("past.exported", source=told.source, folder=told.folder))
    for path in told.unreadable:
        lines.append(to.says("past.unread", path=path))
    return _findings_text(told.findings, to) + _text(lines)


def exported_json(told: RecordsExported) -> str:
    """Render the answer `changeflow/history-export/v1`."""
    return as_json(
        {
            "schema": "changeflow/history-export/v1",
            "source": told.source,
            "into": told.folder,
            "tables": _tables_json(told.tables),
            "unreadable": list(told.unreadable),
            "findings": [finding.as_json() for finding in told.findings],
        }
    )


def _tables_json(tables: Mapping[str, TableChange]) -> list[dict[str, Any]]:
    return [{"table": table, **change._asdict()} for table, change in tables.items()]


def _text(lines: Iterable[str]) -> str:
    return "\n".join(map(spelled, lines)) + "\n"


def _findings_text(findings: Sequence[Finding], to: Presentation) -> str:
    """Render the findings as `check` does, without its summary of documents."""
    if not findings:
        return ""
    # it is imported for what it finds, which takes long
    from changeflow.usecases.check.check import Checked

    checked = Checked(Findings(tuple(findings), 0), language=to.language)
    whole = findings_text(for_reader(checked, "text", to.language), to)
    return whole.rstrip("\n").rpartition("\n")[0] + "\n"


def imported_json(told: RecordsImported) -> str:
    """Render the answer `changeflow/history-import/v1`."""
    imported = told.imported
    return as_json(
        {
            "schema": "changeflow/history-import/v1",
            "mapping": told.mapping,
            "source": told.source,
            "into": told.folder,
            "written": told.written,
            "rows": imported.rows,
            "left_out": imported.left_out,
            "skipped": imported.skipped,
            "tables": _tables_json(imported.tables),
            "findings": [finding.as_json() for finding in imported.findings],
        }
    )


def shown_text(told: HistoryShown, to: Presentation) -> str:
    """Render each table with its sources and periods, and what is not known."""
    rows = [list(map(to.says, _SHOW_HEAD))]
    for table in told.tables:
        for number, source in enumerate(table.sources):
            name = table.table if number == 0 else ""
            counts = [f"{source.records:,}", f"{source.rows:,}"]
            rows.append([name, source.source, *counts, _period(source, to)])
    lines = [to.says("past.folder", folder=told.folder), "", *grid(rows, to.width)]
    unknown = [line for table in told.tables for line in _unknown_lines(table, to)]
    if unknown:
        lines += ["", to.says("past.unknown"), *unknown]
    return "\n".join(map(spelled, lines)) + "\n"


def _period(source: SourceSurvey, to: Presentation) -> str:
    if source.first is None or source.last is None:
        return to.says("past.no_time")
    zone = to.zone or UTC
    first, last = (date_text(at.astimezone(zone).date(), to) for at in (source.first, source.last))
    return to.says("past.from_to", first=first, last=last)


def _unknown_lines(table: TableSurvey, to: Presentation) -> Iterator[str]:
    """Yield the columns that lack some values, and those that lack all."""
    some, every = [], []
    for column, rows in table.unknown.items():
        if rows == table.rows:
            every.append(column)
        else:
            some.append(f"{column} {_share(rows, table.rows, to)}")
    if some:
        yield to.says("past.unknown_in", table=table.table, columns=some)
    if every:
        yield to.says("past.unknown_in", case="every", table=table.table, columns=every)


def _share(part: int, whole: int, to: Presentation) -> str:
    """Return a percentage that is 0 and 100 only where it is exactly that."""
    if part < whole and part / whole > _ALMOST_ALL:
        return f">{percent_text(_ALMOST_ALL, to, 0)}"
    if part / whole < _ALMOST_NONE:
        return f"<{percent_text(_ALMOST_NONE, to, 0)}"
    return percent_text(part / whole, to, 0)


def shown_json(told: HistoryShown) -> str:
    """Render the answer `changeflow/history/v1`."""
    return as_json(
        {
            "schema": "changeflow/history/v1",
            "folder": told.folder,
            "tables": list(map(_table_json, told.tables)),
        }
    )


def _table_json(table: TableSurvey) -> dict[str, Any]:
    return {
        "table": table.table,
        "rows": table.rows,
        "records": table.records,
        "sources": list(map(_source_json, table.sources)),
        "unknown": table.unknown,
    }


def _source_json(source: SourceSurvey) -> dict[str, Any]:
    return {
        "source": source.source,
        "records": source.records,
        "rows": source.rows,
        "from": None if source.first is None else format_instant(source.first),
        "to": None if source.last is None else format_instant(source.last),
    }


IMPORTED: Final[dict[str, Callable[[RecordsImported, Presentation], str]]] = {
    "text": imported_text,
    "json": for_programs(imported_json),
}
EXPORTED: Final[dict[str, Callable[[RecordsExported, Presentation], str]]] = {
    "text": exported_text,
    "json": for_programs(exported_json),
}
SHOWN: Final[dict[str, Callable[[HistoryShown, Presentation], str]]] = {
    "text": shown_text,
    "json": for_programs(shown_json),
}
