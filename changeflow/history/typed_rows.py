"""The rows of exports with typed values, and a finding for each value that cannot be read.

A row with such a value is left out, and so is one that does not say which record it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow.cmdb_sources.rows import Place, found_at
from changeflow.history.mapping import HistoryMappingSpec, ReadTrait, ReadValue, RowCondition
from changeflow.history.read_export import TABLE, ReadExport
from changeflow.history.sql_text import TYPES, literal, literals, name
from changeflow.history.value_sql import LOCAL, NO, YES, Cells, ReadSql, Values, any_of
from changeflow.history.zone_sql import instant_sql, zone_problem_at
from changeflow.insight.records import CHANGE_ITEMS, Column, Table
from changeflow.model.findings import Finding

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TYPED: Final = "typed_rows"
# findings of one kind that are told of a file, the others are counted
MOST_FINDINGS: Final = 50
# rows that show which times are likely
_SAMPLE: Final = 200


class Target(NamedTuple):
    """A column of the typed table.

    Attributes:
        name: in the typed table.
        type: in SQL.
        options: alternatives for the value; the first that is known counts.
        column: the column of the table of the past; None for lists of ids.
    """

    name: str
    type: str
    options: Sequence[ReadSql]
    column: Column | None

    @property
    def value(self) -> str:
        """Return the value as SQL."""
        if not self.options:
            return f"NULL::{self.type}"
        values = [one.value for one in self.options]
        if self.column is None:
            values.append("[]::VARCHAR[]")
        return f"coalesce({', '.join(values)})::{self.type}"

    @property
    def bad(self) -> str:
        """Return whether an alternative that counts cannot be read."""
        conditions = []
        for number, one in enumerate(self.options):
            before = [f"{earlier.value} IS NULL" for earlier in self.options[:number]]
            if one.bad != "false":
                conditions.append(f"({' AND '.join([*before, f'({one.bad})'])})")
        return any_of(conditions)


def needed_columns(spec: HistoryMappingSpec) -> dict[str, bool]:
    """Return the columns of the export that a mapping names, and whether each may be missing."""
    found: dict[str, bool] = {}

    def note(read: str | ReadValue | ReadTrait | RowCondition) -> None:
        column = read if isinstance(read, str) else read.column
        if column is not None:
            optional = isinstance(read, ReadValue | ReadTrait) and read.optional
            found[column] = found.get(column, True) and optional
        if isinstance(read, ReadValue):
            for option in read.first:
                note(option)

    for value in (*spec.columns.values(), *spec.items.values()):
        note(value)
    for trait in spec.traits:
        note(trait)
    for condition in spec.only:
        note(condition)
    for link in spec.links:
        note(link.change)
    if spec.reverts is not None:
        note(spec.reverts)
    return found


class TypedRows:
    """The typed rows of all exports of a mapping.

    Args:
        connection: with the macro for local times.
        table: that the mapping fills.
        spec: of the mapping.
    """

    def __init__(
        self, connection: DuckDBPyConnection, table: Table, spec: HistoryMappingSpec
    ) -> None:
        self._connection = connection
        self._table = table
        self._spec = spec
        self.files: list[str] = []
        self.lines: list[Callable[[int], int]] = []
        self.rows = 0
        self.left_out = 0
        self.skipped = 0
        self._parts: list[str] = []

    def add(self, named: str, read: ReadExport) -> list[Finding]:
        """Add the rows of an export that was read into the table; return what is wrong with it."""
        number = len(self.files)
        self.files.append(named)
        self.lines.append(read.line)
        values = Values(read.cells.get, self._spec.file)
        targets = self._targets(values, read.cells)
        self._make_clock(values)
        told = ", ".join(f"{one.value} AS {name(one.name)}" for one in targets)
        bad = any_of(f"({one.bad})" for one in targets if one.bad != "false")
        missing = self._missing()
        judged = f"judged_{number}"
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {judged} AS "
            f"SELECT {number} AS file, row, {told}, {bad} AS is_bad "
            f"FROM {values.from_rows(TABLE)} WHERE {self._meant(values)}"
        )
        counted = self._connection.execute(
            f"SELECT count(*), count(*) FILTER (is_bad), count(*) FILTER (NOT is_bad AND ({missing}))"
            f" FROM {judged}"
        ).fetchone()
        assert counted is not None  # noqa: S101 - counts are always one row
        rows, unread, nameless = counted
        columns = ", ".join(["file", "row", *(name(one.name) for one in targets)])
        self._parts.append(f"SELECT {columns} FROM {judged} WHERE NOT is_bad AND NOT ({missing})")
        self._connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {TYPED} AS {' UNION ALL '.join(self._parts)}"
        )
        others = self._others(values)
        self.rows += rows + others + len(read.findings)
        self.skipped += others
        self.left_out += unread + nameless + len(read.findings)
        findings = list(_shortened(read.findings, len(read.findings), named))
        if unread:
            unreadable = list(self._unread(named, read, targets, values.from_rows(TABLE)))
            findings += _shortened(unreadable, unread, named)
        if nameless:
            findings += _shortened(list(self._nameless(named, read)), nameless, named)
        return findings

    def place(self, file: int, row: int) -> Place:
        """Return where a row of the typed table comes from."""
        return Place(self.files[file], self.lines[file](row))

    def _make_clock(self, values: Values) -> None:
        """Make the macro for local times, quick for times such as those of the export."""
        zone, columns = self._spec.file.zone, values.local_times()
        if zone is None or not columns:
            return
        rows = self._connection.execute(
            f"SELECT {', '.join(columns)} FROM {values.before_values(TABLE)} "
            f"WHERE row % (SELECT max(row) // {_SAMPLE} + 1 FROM {TABLE}) = 0"
        ).fetchall()
        likely = [one for row in rows for one in row if one is not None]
        body = instant_sql("t", zone, self._spec.file.fold, likely)
        self._connection.execute(f"CREATE OR REPLACE TEMP MACRO {LOCAL}(t) AS {body}")

    def _meant(self, values: Values) -> str:
        """Return whether a row is one of those that the mapping means."""
        conditions = []
        for one in self._spec.only:
            texts = values.many(ReadValue(column=one.column)).value
            conditions.append(f"({_holds(texts, one.values, one.match)})")
        return " AND ".join(conditions) or "true"

    def _others(self, values: Values) -> int:
        found = self._connection.execute(
            f"SELECT count(*) FROM {TABLE} WHERE NOT ({self._meant(values)})"
        ).fetchone()
        return 0 if found is None else int(found[0])

    def _keys(self) -> list[str]:
        """Return the columns without which a row belongs to no record."""
        keys = [column for column in self._table.record if column != "source"]
        return [*keys, "item"] if self._table is CHANGE_ITEMS else keys

    def _missing(self) -> str:
        """Return whether a row of the judged table lacks one of them."""
        conditions = []
        for key in self._keys():
            conditions.append("len(item_ids) = 0" if key == "item" else f"{name(key)} IS NULL")
        return " OR ".join(conditions)

    # -- what the mapping says

    def _targets(self, values: Values, cells: Mapping[str, Cells]) -> list[Target]:
        found = []
        for key, read in self._spec.columns.items():
            column = self._column(key)
            if key == "item":
                found.append(_list_target("item_ids", values, read))
            else:
                found.append(Target(key, TYPES[column.type], values.one(read, column), column))
        for key, read in self._spec.items.items():
            item_column = CHANGE_ITEMS.column(key)
            assert item_column is not None  # noqa: S101 - the rules of mappings refuse others
            if key == "item":
                found.append(_list_target("item_ids", values, read))
            else:
                options = values.one(read, item_column)
                found.append(Target(f"item {key}", TYPES[item_column.type], options, item_column))
        for number, link in enumerate(self._spec.links):
            found.append(_list_target(f"link {number}", values, link.change))
        if self._spec.reverts is not None:
            found.append(_list_target("reverts", values, self._spec.reverts))
        if self._spec.traits:
            found.append(_traits(values, self._spec.traits, cells))
        return found

    def _column(self, key: str) -> Column:
        column = self._table.column(key)
        assert column is not None  # noqa: S101 - the rules of mappings refuse others
        return column

    # -- what cannot be read

    def _nameless(self, named: str, read: ReadExport) -> Iterator[Finding]:
        rows = self._connection.execute(
            f"SELECT row FROM judged_{len(self.files) - 1} WHERE NOT is_bad AND ({self._missing()}) "
            f"ORDER BY row LIMIT {MOST_FINDINGS}"
        ).fetchall()
        for (row,) in rows:
            place = Place(named, read.line(row))
            yield found_at("history-row", place, case="record", columns=self._keys(), row=row)

    def _unread(
        self, named: str, read: ReadExport, targets: Sequence[Target], rows_sql: str
    ) -> Iterator[Finding]:
        """Yield what is wrong with rows: the first of each combination of slips, then the others."""
        told, slips, looked_at = [], [], []
        for target in targets:
            for number, one in enumerate(target.options):
                if one.bad == "false":
                    continue
                before = [f"{earlier.value} IS NULL" for earlier in target.options[:number]]
                bad = any_of([f"({' AND '.join([*before, f'({one.bad})'])})"])
                local = one.local or "NULL::BIGINT"
                shown = f"CASE WHEN {bad} THEN ({one.raw})::VARCHAR END"
                uncovered_here = f"coalesce(({one.uncovered}), false)"
                told.append(f"{bad}, {shown}, {uncovered_here}, {local}")
                slips.append(f"({bad}) AND {uncovered_here}, {bad}")
                looked_at.append((target, one))
        rows = self._connection.execute(
            f"SELECT row, {', '.join(told)} FROM {rows_sql} "
            f"WHERE row IN (SELECT row FROM judged_{len(self.files) - 1} WHERE is_bad) "
            f"ORDER BY row_number() OVER (PARTITION BY {', '.join(slips)} ORDER BY row) > 1, row LIMIT {MOST_FINDINGS}"
        ).fetchall()
        for row, *facts in rows:
            place = Place(named, read.line(row))
            for number, (target, one) in enumerate(looked_at):
                bad, raw, uncovered, local = facts[4 * number : 4 * number + 4]
                if bad:
                    yield self._finding(place, row, target, one, raw, uncovered, local)

    def _finding(
        self,
        place: Place,
        row: int,
        target: Target,
        one: ReadSql,
        raw: str | None,
        uncovered: bool,
        local: int | None,
    ) -> Finding:
        data: dict[str, Any] = {"value": raw or "", "column": one.column, "row": row}
        case: str = "unmapped" if uncovered else one.fault
        if case == "word" and target.column is not None:
            data["known"] = list(target.column.values)
        if case == "flag":
            data["known"] = [*YES, *NO]
        if case == "time" and local is not None:
            if self._spec.file.zone is None:
                case = "no_zone"
            else:
                case = zone_problem_at(local, self._spec.file.zone)
                data["zone"] = self._spec.file.zone
        return found_at("history-value", place, case=case, **data)


def _list_target(target: str, values: Values, read: str | ReadValue) -> Target:
    if isinstance(read, ReadValue) and read.first:
        options = []
        for option in read.first:
            found = values.many(option)
            options.append(found._replace(value=f"nullif({found.value}, [])"))
        return Target(target, "VARCHAR[]", options, None)
    return Target(target, "VARCHAR[]", [values.many(read)], None)


def _traits(values: Values, traits: Sequence[ReadTrait], cells: Mapping[str, Cells]) -> Target:
    parts = []
    for trait in traits:
        if trait.column not in cells:
            continue
        found = values.many(ReadValue(column=trait.column, split=trait.split)).value
        if trait.trait is None:
            parts.append(found)
            continue
        holds = _holds(found, trait.values, trait.match)
        parts.append(f"CASE WHEN {holds} THEN [{literal(trait.trait)}] ELSE [] END")
    listed = (
        f"list_sort(list_distinct(flatten([{', '.join(parts)}])))" if parts else "[]::VARCHAR[]"
    )
    return Target("traits", "VARCHAR[]", [ReadSql(listed, "false", "NULL", "word", "")], None)


def _holds(texts: str, values: Sequence[str], match: str | None) -> str:
    """Return whether a list has one of these values or a match; without both, any text."""
    conditions = []
    if values:
        conditions.append(f"list_has_any({texts}, [{literals(values)}])")
    if match is not None:
        matching = f"list_filter({texts}, lambda x: regexp_matches(x, {literal(match)}))"
        conditions.append(f"len({matching}) > 0")
    return " OR ".join(conditions) or f"len({texts}) > 0"


def _shortened(findings: Sequence[Finding], count: int, named: str) -> Iterator[Finding]:
    """Yield the first findings of a kind, and how many rows more there are."""
    yield from findings[:MOST_FINDINGS]
    more = count - len(
        {finding.line or index for index, finding in enumerate(findings[:MOST_FINDINGS])}
    )
    if count > MOST_FINDINGS and more > 0:
        level = findings[0].level
        yield found_at("history-more", Place(named), level, count=more, of=findings[0].rule)
