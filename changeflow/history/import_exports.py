"""Import exports: from files and a mapping to the tables of a folder, set by set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from changeflow import errors
from changeflow.history.cross_records import mend_links, note_reverts
from changeflow.history.engine import connected, duckdb
from changeflow.history.export_text import write_text
from changeflow.history.mapping import HistoryMappingSpec, ReadValue
from changeflow.history.read_export import read_export
from changeflow.history.record_rows import RecordRows
from changeflow.history.sql_text import literal
from changeflow.history.tables import NewRows, TableChange, merge
from changeflow.history.typed_rows import TypedRows, needed_columns
from changeflow.insight.records import CHANGES, INCIDENTS, TABLES
from changeflow.model.findings import Finding
from changeflow.repo.work import working

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Export(NamedTuple):
    """A file that is imported, and how the operator named it."""

    path: Path
    named: str


class Imported(NamedTuple):
    """What came of an import.

    Attributes:
        tables: what changed, by the name of the table.
        rows: how many rows the exports have.
        left_out: how many of them could not be read.
        skipped: how many of them the mapping does not mean.
        findings: about the exports.
    """

    tables: dict[str, TableChange]
    rows: int
    left_out: int
    skipped: int
    findings: tuple[Finding, ...]


def import_exports(
    spec: HistoryMappingSpec, exports: Sequence[Export], folder: Path, *, keep: bool
) -> Imported:
    """Add the records of exports to the tables of a folder.

    Args:
        spec: of the mapping.
        exports: all in the form of the mapping.
        folder: made when needed.
        keep: False: say what would change, and change nothing.

    Raises:
        errors.NothingToDo: when there is no such file.
        errors.UsageError: when a file cannot be opened, or the folder not written.
        errors.Unreadable: when a file is not what the mapping says, or a pattern cannot be used.
    """
    with (
        TemporaryDirectory(prefix="changeflow-import-") as temporary,
        connected(folders=[Path(temporary), folder.absolute()]) as connection,
        working("progress.import"),
    ):
        try:
            return _imported(connection, spec, exports, folder, Path(temporary), keep=keep)
        except duckdb().OutOfMemoryException as error:
            raise errors.UsageError.of("history_file.memory") from error


def _imported(
    connection: DuckDBPyConnection,
    spec: HistoryMappingSpec,
    exports: Sequence[Export],
    folder: Path,
    temporary: Path,
    *,
    keep: bool,
) -> Imported:
    table = TABLES[spec.table]
    _require_patterns(connection, spec)
    typed = TypedRows(connection, table, spec)
    findings: list[Finding] = []
    needed = needed_columns(spec)
    for number, export in enumerate(exports):
        target = temporary / f"{number}.text"
        text = write_text(export.path, export.named, spec.file, target)
        findings += typed.add(export.named, read_export(connection, text, spec.file, needed))
    rows = RecordRows(connection, table, spec, typed)
    made = rows.make()

    def prepare() -> dict[str, NewRows]:
        if table is CHANGES:
            note_reverts(connection, made, _reverts(spec))
        if table in (CHANGES, INCIDENTS):
            findings.extend(mend_links(connection, made, exports[0].named))
        return made

    told = merge(connection, folder, prepare, keep=keep)
    return Imported(told, typed.rows, typed.left_out, typed.skipped, (*findings, *rows.findings))


def _reverts(spec: HistoryMappingSpec) -> str | None:
    if spec.reverts is None:
        return None
    return (
        f"SELECT {literal(spec.source)} AS source, change, unnest(reverts) AS undid "
        "FROM one_of_each ORDER BY ALL"
    )


def _require_patterns(connection: DuckDBPyConnection, spec: HistoryMappingSpec) -> None:
    """Refuse a regular expression that the database does not know."""
    matches = [one.match for one in spec.traits] + [one.match for one in spec.only]
    patterns = [(match, "") for match in matches if match is not None]
    reads: list[str | ReadValue | None] = [*spec.columns.values(), *spec.items.values()]
    reads += [link.change for link in spec.links]
    reads.append(spec.reverts)
    while reads:
        read = reads.pop()
        if isinstance(read, ReadValue):
            patterns += [(pattern.match, pattern.value) for pattern in read.patterns]
            reads += read.first
    for pattern, value in patterns:
        try:
            # what it is replaced by may name brackets that the pattern has not
            replaced = f"regexp_replace('', {literal(pattern)}, {literal(value)})"
            connection.execute(f"SELECT regexp_matches('', {literal(pattern)}), {replaced}")
        except duckdb().Error as error:
            raise errors.Unreadable.of("history_file.pattern", pattern=pattern) from error
