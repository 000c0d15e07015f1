r"""What a mapping says of a value, as SQL: the value, and whether it cannot be read.

Only names and literals of `sql_text.py` stand in the statements. No value is guessed: where a text
is not covered, or is no time or number, the value is unknown and the row is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

from changeflow.history.mapping import ExportFile, ReadValue
from changeflow.history.sql_text import literal, literals
from changeflow.history.zone_sql import FIRST_YEAR, LAST_YEAR
from changeflow.insight.records import Column, ColumnType

YES: Final = ("true", "yes", "y", "1")
NO: Final = ("false", "no", "n", "0")
ISO: Final = "iso"
# seconds and milliseconds since 1970
UNIX: Final = {"epoch": 1_000_000, "epoch_ms": 1_000}
_ISO_TIME: Final = (
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?"
)
# A day ends in two digits behind a hyphen as well: only a time may have an offset.
_ISO_ZONED: Final = r":\d\d([.,]\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"
_UNIX_TIME: Final = r"\d{1,13}(\.\d{1,9})?"
_NUMBER: Final = r"[+-]?\d{1,15}(\.\d{1,15})?"
# Unicode has full-width forms of ASCII in its order, and a space of its own.
_ASCII: Final = "0123456789:/-.,+ "
_FULL_WIDTH: Final = "".join(chr(ord(one) + 0xFEE0) for one in _ASCII[:-1]) + "\u3000"
# formats whose times are by a local clock
_LOCAL: Final = "local"
_NARROW: Final = str.maketrans(_FULL_WIDTH, _ASCII)
# layers of columns
TEXTS: Final = 0
LOCAL_TIMES: Final = 1
VALUES: Final = 2
# the macro for the instant of a local time
LOCAL: Final = "instant_of"
# the column with the instants of all local times
_INSTANTS: Final = "instants"

# what a value is that cannot be read: a case of the finding
Fault = Literal["unmapped", "word", "time", "number", "flag", "several"]


class Cells(NamedTuple):
    """A column of the export in the table that was read.

    Attributes:
        sql: its name there.
        many: whether it has a list of texts in each row, not one text.
    """

    sql: str
    many: bool


class ReadSql(NamedTuple):
    """A value as SQL.

    Attributes:
        value: of the type of its column; NULL where it is unknown or cannot be read.
        bad: a truth value: whether it cannot be read.
        raw: the text that stands in the export.
        fault: what is wrong with it where it is bad and the text is covered.
        local: microseconds of a time without a zone, for the explanation; empty for other types.
        column: of the export.
        uncovered: a truth value: whether `values` and `patterns` do not cover the text.
    """

    value: str
    bad: str
    raw: str
    fault: Fault
    column: str
    local: str = ""
    uncovered: str = "false"


class Values:
    """Makes SQL of what a mapping says of values.

    What stands in several expressions is computed once, as a column of a layer: texts by their
    meaning, then local times, then values.

    Args:
        cells: of a column of the export, by its name; None where the export has no such column,
            which is `optional` then.
        written: how the export is written.
    """

    def __init__(self, cells: Callable[[str], Cells | None], written: ExportFile) -> None:
        self._cells = cells
        self._written = written
        self._layers: tuple[dict[str, str], ...] = ({}, {}, {})

    def from_rows(self, table: str) -> str:
        """Return the rows of a table with the columns of all layers, for a FROM."""
        found = self.before_values(table)
        times = self.local_times()
        if times and self._written.zone is not None:
            # One statement has the rules of the zone once, for all of its times.
            listed = f"list_transform([{', '.join(times)}], lambda t: {LOCAL}(t))"
            found = f"(SELECT *, {listed} AS {_INSTANTS} FROM {found})"
        return _with_layer(found, self._layers[VALUES])

    def before_values(self, table: str) -> str:
        """Return the rows of a table with local times, for a FROM, without their instants."""
        found = table
        for layer in self._layers[:VALUES]:
            found = _with_layer(found, layer)
        return found

    def local_times(self) -> list[str]:
        """Return the columns with local times."""
        return list(self._layers[LOCAL_TIMES].values())

    def _column(self, layer: int, sql: str) -> str:
        columns = self._layers[layer]
        return columns.setdefault(sql, f"layer{layer}_{len(columns)}")

    def one(self, read: str | ReadValue, column: Column) -> list[ReadSql]:
        """Return alternatives for a value: the first that is known counts."""
        if isinstance(read, str):
            read = ReadValue(column=read)
        if read.first:
            return [one for option in read.first for one in self.one(option, column)]
        if read.constant is not None:
            return [self._typed(literal(read.constant), "false", read, column)]
        if column.type is ColumnType.TEXTS:
            return [self.many(read)]
        cells = None if read.column is None else self._cells(read.column)
        if cells is None:
            return []
        raw, several = _single(cells)
        return [self._typed(raw, several, read, column)]

    def many(self, read: str | ReadValue) -> ReadSql:
        """Return all texts of a value: of a list, of a text split in parts, of repeated columns."""
        if isinstance(read, str):
            read = ReadValue(column=read)
        cells = None if read.column is None else self._cells(read.column)
        if cells is None:
            texts = f"[{literal(read.constant)}]" if read.constant is not None else "[]::VARCHAR[]"
            return ReadSql(texts, "false", "NULL", "word", read.column or "")
        raw = cells.sql
        if not (cells.many or read.split or read.values or read.patterns or read.nothing):
            one = f"CASE WHEN {raw} IS NULL THEN []::VARCHAR[] ELSE [{raw}] END"
            return ReadSql(one, "false", raw, "unmapped", read.column or "")
        texts = _split(cells, read.split)
        if read.nothing:
            texts = f"list_filter({texts}, lambda x: x NOT IN ({literals(read.nothing)}))"
        mapped, uncovered = _mapped("x", read, None)
        bad = "false"
        if uncovered != "false":
            bad = f"len(list_filter({texts}, lambda x: {uncovered})) > 0"
        value = texts if mapped == "x" else f"list_transform({texts}, lambda x: {mapped})"
        value = f"list_distinct(list_filter({value}, lambda x: x IS NOT NULL))"
        raw = f"array_to_string({texts}, ', ')"
        return ReadSql(value, bad, raw, "unmapped", read.column or "", uncovered=bad)

    def _typed(self, raw: str, several: str, read: ReadValue, column: Column) -> ReadSql:
        text = raw
        if read.nothing:
            text = f"CASE WHEN {raw} NOT IN ({literals(read.nothing)}) THEN {raw} END"
        mapped, uncovered = _mapped(text, read, self._column)
        value, fault, local = self._of_type(mapped, read, column)
        if value != mapped:
            value = self._column(VALUES, value)
        bad = [several, uncovered]
        if value != mapped:
            bad.append(f"({mapped} IS NOT NULL AND {value} IS NULL)")
        elif column.values:
            bad.append(f"{mapped} NOT IN ({literals(column.values)})")
            fault = "word"
        if several != "false":
            fault = "several"
        return ReadSql(
            value, any_of(bad), raw, fault, read.column or "", local=local, uncovered=uncovered
        )

    def _of_type(self, text: str, read: ReadValue, column: Column) -> tuple[str, Fault, str]:
        if column.type in (ColumnType.INSTANT, ColumnType.NUMBER):
            text = _half_width(text)
        match column.type:
            case ColumnType.INSTANT:
                value, local = self._instant(text, read.dates or self._written.dates)
                return value, "time", local
            case ColumnType.NUMBER:
                return self._number(text, read.times), "number", ""
            case ColumnType.FLAG:
                return _flag(text), "flag", ""
            case ColumnType.TEXT | ColumnType.TEXTS:
                return text, "word", ""

    def _instant(self, text: str, formats: Sequence[str]) -> tuple[str, str]:
        """Return an instant, the first format that fits counts, and the local time before it."""
        options, local_times = [], []
        narrow = [one.translate(_NARROW) for one in formats]
        for kind, found in groupby(narrow, key=_kind_of_format):
            if kind == _LOCAL:
                local = f"epoch_us(try_strptime({text}, [{literals(found)}]))"
                local_times.append(self._column(LOCAL_TIMES, local))
                options.append(self._local(local_times[-1]))
            elif kind == "zoned":
                options += [f"try_strptime({text}, {literal(one)})" for one in found]
            elif kind == "unix":
                options += [_since_1970(text, UNIX[one]) for one in found]
            else:
                cast = f"CASE WHEN {_is_iso(text)} THEN TRY_CAST({text} AS TIMESTAMP) END"
                local_times.append(self._column(LOCAL_TIMES, f"epoch_us({cast})"))
                options.append(_iso(text, self._local(local_times[-1])))
        return _first(options), _first(local_times) if local_times else "NULL::BIGINT"

    def _local(self, local: str) -> str:
        """Return the instant of a local time; unknown where the mapping names no zone."""
        if self._written.zone is None:
            return "NULL::TIMESTAMPTZ"
        return f"{_INSTANTS}[{self.local_times().index(local) + 1}]"

    def _number(self, text: str, times: int | None) -> str:
        plain = text
        if self._written.thousands is not None:
            plain = f"replace({plain}, {literal(self._written.thousands.translate(_NARROW))}, '')"
        if self._written.decimal != ".":
            plain = f"replace({plain}, {literal(self._written.decimal.translate(_NARROW))}, '.')"
        found = f"TRY_CAST({plain} AS DECIMAL(30, 9))"
        if times is not None:
            found = f"round({found} * {times})"
        whole = f"TRY_CAST({found} AS BIGINT)"
        # Part of a unit is no number of units.
        exact = f" AND {found} = {whole}" if times is None else ""
        is_number = f"regexp_full_match({plain}, {literal(_NUMBER)})"
        return f"CASE WHEN {is_number}{exact} THEN {whole} END"


def _half_width(text: str) -> str:
    """Return a text with the digits and marks of times and numbers as ASCII.

    Input methods of Chinese and Japanese write them in full width. ASCII is left as it is.
    """
    plain = f"translate({text}, {literal(_FULL_WIDTH)}, {literal(_ASCII)})"
    return f"CASE WHEN strlen({text}) > length({text}) THEN {plain} ELSE {text} END"


def _with_layer(table: str, layer: Mapping[str, str]) -> str:
    if not layer:
        return table
    told = ", ".join(f"{sql} AS {column}" for sql, column in layer.items())
    return f"(SELECT *, {told} FROM {table})"


def any_of(conditions: Iterable[str]) -> str:
    """Return a truth value that is never NULL: whether one of these is true."""
    held = [one for one in conditions if one != "false"]
    return f"coalesce({' OR '.join(held)}, false)" if held else "false"


def _first(options: Sequence[str]) -> str:
    return options[0] if len(options) == 1 else f"coalesce({', '.join(options)})"


def _single(cells: Cells) -> tuple[str, str]:
    """Return the one text of a column, and whether it has several."""
    if not cells.many:
        return cells.sql, "false"
    distinct = f"list_distinct({cells.sql})"
    return f"CASE WHEN len({distinct}) = 1 THEN {cells.sql}[1] END", f"len({distinct}) > 1"


def _split(cells: Cells, separator: str | None) -> str:
    texts = cells.sql if cells.many else f"[{cells.sql}]"
    if separator is not None:
        parts = f"string_split(x, {literal(separator)})"
        texts = f"flatten(list_transform({texts}, lambda x: {parts}))"
        texts = f"list_transform({texts}, lambda x: trim(x))"
    return f"list_filter({texts}, lambda x: x != '')"


def _mapped(text: str, read: ReadValue, keep: Callable[[int, str], str] | None) -> tuple[str, str]:
    """Return what a text means, and whether neither values nor patterns cover it."""
    if not read.values and not read.patterns:
        return text, "false"
    cases, covered = [], []
    for raw, meant in read.values.items():
        cases.append(f"WHEN {text} = {literal(raw)} THEN {literal(meant)}")
    if read.values:
        covered.append(f"{text} IN ({literals(read.values)})")
    for pattern in read.patterns:
        matches = f"regexp_matches({text}, {literal(pattern.match)})"
        cases.append(f"WHEN {matches} THEN {_replaced(text, pattern.match, pattern.value)}")
        covered.append(matches)
    otherwise = f" ELSE {text}" if read.otherwise == "same" else ""
    mapped = f"CASE {' '.join(cases)}{otherwise} END"
    if keep is not None:
        mapped = keep(TEXTS, mapped)
    if read.otherwise != "finding":
        return mapped, "false"
    if all(pattern.value and "\\" not in pattern.value for pattern in read.patterns):
        return mapped, f"({text} IS NOT NULL AND {mapped} IS NULL)"
    return mapped, f"({text} IS NOT NULL AND NOT ({' OR '.join(covered)}))"


def _replaced(text: str, match: str, value: str) -> str:
    """Return the value of a pattern: NULL for an empty one."""
    if "\\" not in value:
        return literal(value) if value else "NULL"
    found = f"regexp_extract({text}, {literal(match)})"
    return f"nullif(regexp_replace({found}, {literal(match)}, {literal(value)}), '')"


def _flag(text: str) -> str:
    lower = f"lower({text})"
    return f"CASE WHEN {lower} IN ({literals(YES)}) THEN true WHEN {lower} IN ({literals(NO)}) THEN false END"


# -- times


def _kind_of_format(format_: str) -> str:
    if format_ == ISO:
        return ISO
    if format_ in UNIX:
        return "unix"
    return "zoned" if "%z" in format_ else _LOCAL


def _is_iso(text: str) -> str:
    return f"regexp_full_match({text}, {literal(_ISO_TIME)})"


def _iso(text: str, local: str) -> str:
    zoned = f"regexp_matches({text}, {literal(_ISO_ZONED)})"
    instant = _believed(f"TRY_CAST({text} AS TIMESTAMPTZ)")
    return f"CASE WHEN NOT {_is_iso(text)} THEN NULL WHEN {zoned} THEN {instant} ELSE {local} END"


def _since_1970(text: str, microseconds: int) -> str:
    digits = f"regexp_full_match({text}, {literal(_UNIX_TIME)})"
    moment = f"round(TRY_CAST({text} AS DECIMAL(30, 9)) * {microseconds})::BIGINT"
    return _believed(f"CASE WHEN {digits} THEN make_timestamptz({moment}) END")


def _believed(instant: str) -> str:
    """Return an instant, unknown outside of the years in which times are believed."""
    first, last = (literal(f"{year}-01-01 00:00:00+00") for year in (FIRST_YEAR, LAST_YEAR))
    return f"CASE WHEN {instant} >= {first}::TIMESTAMPTZ AND {instant} < {last}::TIMESTAMPTZ THEN {instant} END"
