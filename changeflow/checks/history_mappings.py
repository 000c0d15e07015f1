"""Rules about mappings of history: what they name exists, and means something there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text
from changeflow.documents.cross_field import zone_meant
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import meant
from changeflow.model.zones import zone_names

if TYPE_CHECKING:
    from changeflow.insight.records import Column, Table

# the table of the part `items`
_ITEMS: Final = "change_items"
# parts of a mapping that only some tables have
_PARTS: Final = {
    "items": ("changes", "incidents"),
    "links": ("incidents",),
    "traits": ("changes",),
    "reverts": ("changes",),
}
# columns that parts of the mapping fill
_FILLED: Final = {"incidents": ("change", "link"), "changes": ("traits",)}
_FLAGS: Final = ("true", "yes", "y", "1", "false", "no", "n", "0")
# what `dates` may have beside formats
_NAMED_FORMATS: Final = ("iso", "epoch", "epoch_ms")
_DIRECTIVES: Final = frozenset("aAbBdeHIjmMnpSyYzfgGuUVwW%-")
_FROM: Final = ("column", "constant", "first")
# of the regular expressions that DuckDB has not
_AROUND: Final = re.compile(r"\(\?(=|!|<=|<!|P=)")


def _table(name: object) -> Table | None:
    # few repositories have mappings
    from changeflow.insight.records import TABLES

    return TABLES.get(text(name))


def _parts(document: Document) -> Iterator[Finding]:
    table = text(document.spec.get("table"))
    for part, tables in _PARTS.items():
        if document.spec.get(part) and _table(table) and table not in tables:
            data: dict[str, Any] = {"part": part, "table": table, "tables": list(tables)}
            yield document.found("mapping-column", ("spec", part), case="part", **data)


def _columns(document: Document) -> Iterator[Finding]:
    table = _table(document.spec.get("table"))
    if table is None:
        return
    yield from _parts(document)
    named = mapping(document.spec.get("columns"))
    filled = _FILLED.get(table.name, ())
    for key in named:
        if key in filled:
            part = "traits" if key == "traits" else "links"
            data: dict[str, Any] = {"column": key, "part": part}
            yield document.found("mapping-column", ("spec", "columns", key), case="filled", **data)
        else:
            yield from _known(document, ("spec", "columns", key), table, key)
    for key in (*table.record, *(("item",) if table.name == _ITEMS else ())):
        if key != "source" and key not in named:
            data = {"column": key, "table": table.name}
            yield document.found("mapping-column", ("spec", "columns"), case="missing", **data)
    items = mapping(document.spec.get("items"))
    for key in items:
        yield from _known(document, ("spec", "items", key), _table(_ITEMS), key)
    if items and "item" not in items:
        data = {"column": "item", "table": _ITEMS}
        yield document.found("mapping-column", ("spec", "items"), case="missing", **data)


def _known(document: Document, route: Route, table: Table | None, key: str) -> Iterator[Finding]:
    if table is None:
        return
    known = [column.name for column in table.columns if column.name != "source"]
    if route[1] == "items":
        known.remove("change")
    if key not in known:
        hint = meant(key, known)
        data: dict[str, Any] = {"column": key, "table": table.name, "known": known}
        if hint:
            data["what_now"] = [hint]
        case = "near" if hint else "unknown"
        yield document.found("mapping-column", route, at_key=True, case=case, **data)


def _reads(document: Document) -> Iterator[tuple[Route, dict[str, Any], Column | None]]:
    """Yield every value that is more than the name of a column, with the column that it fills."""
    table = _table(document.spec.get("table"))
    for part, of in (("columns", table), ("items", _table(_ITEMS))):
        for key, read in mapping(document.spec.get(part)).items():
            column = of.column(key) if of is not None else None
            yield from _nested(("spec", part, key), read, column)
    for route, link in mappings(document.spec.get("links"), ("spec", "links")):
        yield from _nested((*route, "change"), link.get("change"), None)
    yield from _nested(("spec", "reverts"), document.spec.get("reverts"), None)


def _nested(
    route: Route, read: Any, column: Column | None
) -> Iterator[tuple[Route, dict[str, Any], Column | None]]:
    if not isinstance(read, dict):
        return
    yield route, read, column
    for index, option in enumerate(sequence(read.get("first"))):
        yield from _nested((*route, "first", index), option, column)


def _origins(document: Document) -> Iterator[Finding]:
    for route, read, _ in _reads(document):
        said = [key for key in _FROM if read.get(key)]
        if len(said) != 1:
            yield document.found("mapping-value", route, case="origin", keys=list(_FROM))


def _values(document: Document) -> Iterator[Finding]:
    yield from _origins(document)
    for route, read, column in _reads(document):
        if column is None:
            continue
        is_flag = column.type.value == "bool"
        allowed = _FLAGS if is_flag else column.values
        if not allowed:
            continue
        for place, value in _meant_values(route, read):
            word = value.lower() if is_flag else value
            if value and word not in allowed and "\\" not in value:
                known = list(allowed)
                yield document.found(
                    "mapping-value", place, value=value, column=column.name, known=known
                )


def _meant_values(route: Route, read: dict[str, Any]) -> Iterator[tuple[Route, str]]:
    if read.get("constant"):
        yield (*route, "constant"), text(read["constant"])
    for raw, value in mapping(read.get("values")).items():
        yield (*route, "values", raw), text(value)
    for place, pattern in mappings(read.get("patterns"), (*route, "patterns")):
        yield (*place, "value"), text(pattern.get("value"))


def _patterns(document: Document) -> Iterator[Finding]:
    places: list[tuple[Route, dict[str, Any]]] = []
    for route, read, _ in _reads(document):
        places += mappings(read.get("patterns"), (*route, "patterns"))
    for part in ("traits", "only"):
        places += mappings(document.spec.get(part), ("spec", part))
    for route, pattern in places:
        match = text(pattern.get("match"))
        if match and not _is_pattern(match):
            yield document.found("mapping-pattern", (*route, "match"), pattern=match)


def _is_pattern(match: str) -> bool:
    try:
        re.compile(match)
    except (re.error, RecursionError, OverflowError):
        return False
    return not _AROUND.search(match)


def _dates(document: Document) -> Iterator[Finding]:
    file = mapping(document.spec.get("file"))
    yield from _formats(document, ("spec", "file", "dates"), file.get("dates"))
    for route, read, _ in _reads(document):
        yield from _formats(document, (*route, "dates"), read.get("dates"))


def _formats(document: Document, route: Route, formats: Any) -> Iterator[Finding]:
    for index, format_ in enumerate(sequence(formats)):
        one = text(format_)
        if one not in _NAMED_FORMATS and not _is_format(one):
            yield document.found("mapping-date", (*route, index), format=one)


def _is_format(format_: str) -> bool:
    directives = re.findall(r"%(.?)", format_, re.DOTALL)
    return bool(directives) and all(one in _DIRECTIVES for one in directives)


def _file(document: Document) -> Iterator[Finding]:
    file = mapping(document.spec.get("file"))
    encoding, zone = text(file.get("encoding")), text(file.get("zone"))
    if encoding and not _is_encoding(encoding):
        yield document.found("mapping-encoding", ("spec", "file", "encoding"), encoding=encoding)
    if zone and zone not in zone_names():
        what_now = [zone_meant(zone)]
        yield document.found("mapping-zone", ("spec", "file", "zone"), zone=zone, what_now=what_now)


def _is_encoding(encoding: str) -> bool:
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    return bool(getattr(found, "_is_text_encoding", True))


def _pointers(document: Document) -> Iterator[Finding]:
    file = mapping(document.spec.get("file"))
    if file.get("format") not in ("json", "jsonl"):
        return
    for route, column in (*_column_names(document), (("spec", "file", "each"), file.get("each"))):
        if column and not text(column).startswith("/"):
            yield document.found("mapping-pointer", route, pointer=text(column))


def _column_names(document: Document) -> Iterable[tuple[Route, Any]]:
    for part in ("columns", "items"):
        for key, read in mapping(document.spec.get(part)).items():
            yield ("spec", part, key), read if isinstance(read, str) else None
    for route, read, _ in _reads(document):
        yield (*route, "column"), read.get("column")
    for part in ("traits", "only"):
        for route, condition in mappings(document.spec.get(part), ("spec", part)):
            yield (*route, "column"), condition.get("column")


RULES: Final = (
    FindingRule(
        "mapping-column",
        "error",
        "A mapping fills a column or a part that its table does not have, or leaves out the one "
        "that names the record.",
        kind="HistoryMapping",
        find=_columns,
    ),
    FindingRule(
        "mapping-value",
        "error",
        "A value of a mapping comes from nowhere, or is none that its column may have.",
        kind="HistoryMapping",
        find=_values,
    ),
    FindingRule(
        "mapping-pattern",
        "error",
        "A pattern of a mapping is no regular expression that can be used.",
        kind="HistoryMapping",
        find=_patterns,
    ),
    FindingRule(
        "mapping-date",
        "error",
        "A format of dates of a mapping is none.",
        kind="HistoryMapping",
        find=_dates,
    ),
    FindingRule(
        "mapping-encoding",
        "error",
        "The encoding of a mapping is not known.",
        kind="HistoryMapping",
        find=_file,
    ),
    FindingRule(
        "mapping-zone",
        "error",
        "The zone of a mapping is not the IANA name of a time zone.",
        kind="HistoryMapping",
        find=_file,
    ),
    FindingRule(
        "mapping-pointer",
        "error",
        "A column of JSON is no JSON pointer.",
        kind="HistoryMapping",
        find=_pointers,
    ),
)
