"""Read an export into a table of the database: a row for each of its rows, all values as text.

A text is trimmed, and NULL where the mapping says that it stands for nothing. CSV is read by
DuckDB; where that refuses a row, or a byte cannot be decoded, the export is read again, row by row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from changeflow import errors
from changeflow.cmdb_sources.rows import Place, found_at
from changeflow.history.csv_records import CsvRecord, csv_records, header_of, text_problem
from changeflow.history.engine import duckdb
from changeflow.history.export_text import ExportText
from changeflow.history.mapping import ExportFile
from changeflow.history.sql_text import as_pattern, literal, literals
from changeflow.history.value_sql import Cells
from changeflow.model.findings import Finding
from changeflow.model.paths import shown
from changeflow.model.phrases import meant

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# the table that an export is read into
TABLE: Final = "export_rows"
# rows that are handed to the database at once
_BATCH: Final = 20_000
# columns of an export up to which the database reads it: its time grows with their square
_MOST_COLUMNS: Final = 2_000
# a JSON document that is read as a whole
MOST_JSON: Final = 64 * 1_024 * 1_024
_DEEPEST: Final = 5

Row = tuple[int, Sequence[Any]]


class ReadExport(NamedTuple):
    """An export in the table.

    Attributes:
        cells: by the name of a column of the export.
        line: the line of the file at which a row begins, by its number in the table.
        findings: rows that cannot be read.
    """

    cells: Mapping[str, Cells]
    line: Callable[[int], int]
    findings: Sequence[Finding]


def read_export(
    connection: DuckDBPyConnection,
    text: ExportText,
    written: ExportFile,
    needed: Mapping[str, bool],
) -> ReadExport:
    """Read the columns of an export that a mapping names.

    Args:
        connection: that may read the text.
        text: of the export.
        written: how it is written.
        needed: by the name of a column, whether it may be missing.

    Raises:
        errors.Unreadable: when it is not in the format, or lacks a column.
    """
    if written.format != "csv":
        return _read_json(connection, text, written, needed)
    header = header_of(text, written)
    if not any(header):
        raise errors.Unreadable.of("history_file.header", file=shown(text.named))
    _require_columns(header, needed, text.named)
    positions = _positions(header, needed)
    few = len(header) <= _MOST_COLUMNS
    if text.clean and few and _read_fast(connection, text, written, header, positions):
        lines = _Lines(text, written)
        return ReadExport(_cells(positions), lines.line, ())
    findings: list[Finding] = []
    rows = _csv_rows(text, written, len(header), positions, findings)
    _insert(connection, written, rows, {one: len(at) > 1 for one, at in positions.items()})
    return ReadExport(_cells(positions), lambda row: row, findings)


def _require_columns(header: Sequence[str], needed: Mapping[str, bool], named: str) -> None:
    missing = [one for one, optional in needed.items() if one not in header and not optional]
    if not missing:
        return
    hint = meant(missing[0], header)
    raise errors.Unreadable.of(
        "history_file.columns",
        file=shown(named),
        columns=missing,
        there=[shown(one) for one in header if one],
        **({"hint": hint} if hint else {}),
    )


def _positions(header: Sequence[str], needed: Iterable[str]) -> dict[str, list[int]]:
    found = {}
    for one in needed:
        at = [index for index, called in enumerate(header) if called == one]
        if at:
            found[one] = at
    return found


def _cells(positions: Mapping[str, Sequence[object]]) -> dict[str, Cells]:
    return {
        one: Cells(f"v{number}", len(at) > 1) for number, (one, at) in enumerate(positions.items())
    }


def _read_fast(
    connection: DuckDBPyConnection,
    text: ExportText,
    written: ExportFile,
    header: Sequence[str],
    positions: Mapping[str, Sequence[int]],
) -> bool:
    """Read CSV by DuckDB; return whether it took every row."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(header)))
    wanted = [
        f"{_cleaned([f'c{index}' for index in at], written, spaced=text.spaced)} AS v{number}"
        for number, at in enumerate(positions.values())
    ]
    options = (
        f"columns = {{{columns}}}, auto_detect = false, header = true, skip = {written.skip_lines}, "
        f"delim = {literal(written.delimiter)}, quote = {literal(written.quote)}, "
        f"escape = {literal(written.quote)}, strict_mode = true, null_padding = false, "
        "store_rejects = true"
    )
    scan = f"read_csv({literal(as_pattern(str(text.path)))}, {options})"
    try:
        connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {TABLE} AS "
            f"SELECT row_number() OVER () AS row, {', '.join(wanted)} FROM {scan}"
        )
        rejected = connection.execute("SELECT count(*) FROM reject_errors").fetchone()
    except duckdb().Error:
        return False
    return rejected == (0,)


def _cleaned(columns: Sequence[str], written: ExportFile, *, spaced: bool = True) -> str:
    """Return the text of a column, or the texts of columns of one name."""
    nothing = literals(dict.fromkeys(("", *written.nothing)))
    if len(columns) == 1:
        # Trimming named characters takes three times as long.
        text = f"trim({columns[0]}, ' \t\u00a0')" if spaced else f"trim({columns[0]})"
        return f"CASE WHEN {text} NOT IN ({nothing}) THEN {text} END"
    texts = f"list_transform([{', '.join(columns)}], lambda x: trim(x, ' \t\u00a0'))"
    return f"list_filter({texts}, lambda x: x NOT IN ({nothing}))"


def _csv_rows(
    text: ExportText,
    written: ExportFile,
    width: int,
    positions: Mapping[str, Sequence[int]],
    findings: list[Finding],
) -> Iterator[Row]:
    for record in islice(csv_records(text, written), 1, None):
        place = Place(text.named, record.line)
        if record.problem:
            findings.append(found_at("history-row", place, case=record.problem))
        elif len(record.cells) != width:
            cells = len(record.cells)
            finding = found_at("history-row", place, case="cells", cells=cells, columns=width)
            findings.append(finding)
        else:
            yield record.line, [_at(record.cells, at) for at in positions.values()]


def _at(cells: Sequence[str], at: Sequence[int]) -> Any:
    return cells[at[0]] if len(at) == 1 else [cells[index] for index in at]


def _insert(
    connection: DuckDBPyConnection,
    written: ExportFile,
    rows: Iterable[Row],
    many: Mapping[str, bool],
) -> None:
    """Fill the table with rows of Python."""
    types = ["VARCHAR[]" if one else "VARCHAR" for one in many.values()]
    columns = ", ".join(f"v{number} {type_}" for number, type_ in enumerate(types))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {TABLE} (row BIGINT, {columns})")
    told = []
    for number, type_ in enumerate(types):
        cell = f"unnest(${number + 2}::{type_}[])"
        told.append(f"{cell} AS c{number}")
    cleaned = []
    nothing = literals(dict.fromkeys(("", *written.nothing)))
    for number, type_ in enumerate(types):
        if type_ == "VARCHAR":
            cleaned.append(_cleaned([f"c{number}"], written))
        else:
            texts = f"list_transform(c{number}, lambda x: trim(x, ' \t\u00a0'))"
            cleaned.append(f"list_filter({texts}, lambda x: x NOT IN ({nothing}))")
    statement = (
        f"INSERT INTO {TABLE} SELECT row, {', '.join(cleaned)} "
        f"FROM (SELECT unnest($1::BIGINT[]) AS row, {', '.join(told)})"
    )
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        by_column = list(zip(*(values for _, values in batch), strict=True))
        connection.execute(statement, [[row for row, _ in batch], *map(list, by_column)])


class _Lines:
    """The lines at which the rows of CSV begin, looked up when a finding asks for them."""

    def __init__(self, text: ExportText, written: ExportFile) -> None:
        self._text = text
        self._written = written
        self._records: Iterator[CsvRecord] | None = None
        self._lines: list[int] = []

    def line(self, row: int) -> int:
        if self._records is None:
            self._records = islice(csv_records(self._text, self._written), 1, None)
            self._plain = _has_plain_lines(self._text, self._written)
        if self._plain:
            return self._written.skip_lines + 1 + row
        for record in self._records:
            self._lines.append(record.line)
            if len(self._lines) >= row:
                break
        return self._lines[row - 1] if len(self._lines) >= row else 0


def _has_plain_lines(text: ExportText, written: ExportFile) -> bool:
    """Return whether each line is a row: there are no quotes and no blank lines."""
    whole = text.path.read_bytes()
    blank = (b"\n\n", b"\n\r", b"\r\r")
    quoted = written.quote.encode() in whole or whole.startswith((b"\n", b"\r"))
    return not quoted and not any(one in whole for one in blank)


# -- JSON


def _read_json(
    connection: DuckDBPyConnection,
    text: ExportText,
    written: ExportFile,
    needed: Mapping[str, bool],
) -> ReadExport:
    findings: list[Finding] = []
    in_lines = written.format == "jsonl"
    found = (_json_lines if in_lines else _json_list)(text, written, findings)
    rows: list[tuple[int, list[list[str]]]] = []
    many = {pointer: "*" in pointer.split("/") for pointer in needed}
    missing = {pointer for pointer, optional in needed.items() if not optional}
    for row, record in found:
        values = []
        for pointer in needed:
            there = list(_values(record, pointer))
            if there:
                missing.discard(pointer)
            texts = list(_texts(there))
            many[pointer] = many[pointer] or len(texts) > 1
            values.append(texts)
        problem = next((one for texts in values for one in map(text_problem, texts) if one), "")
        if problem:
            place = Place(text.named, row if in_lines else 0)
            findings.append(found_at("history-row", place, case=problem))
        else:
            rows.append((row, values))
    if rows and missing:
        columns = [pointer for pointer in needed if pointer in missing]
        named = shown(text.named)
        raise errors.Unreadable.of("history_file.pointers", file=named, columns=columns)
    single = [not one for one in many.values()]
    _insert(connection, written, _with_single(rows, single), many)
    return ReadExport(
        {one: Cells(f"v{number}", several) for number, (one, several) in enumerate(many.items())},
        lambda row: row if in_lines else 0,
        findings,
    )


def _with_single(
    rows: Iterable[tuple[int, list[list[str]]]], single: Sequence[bool]
) -> Iterator[Row]:
    for row, values in rows:
        plain: list[Any] = []
        for value, one in zip(values, single, strict=True):
            plain.append((value[0] if value else None) if one else value)
        yield row, plain


def _json_lines(
    text: ExportText, _written: ExportFile, findings: list[Finding]
) -> Iterator[tuple[int, Any]]:
    with text.path.open("rb") as file:
        for line, data in enumerate(file, start=1):
            if not data.strip():
                continue
            try:
                yield line, _parsed(data)
            except (ValueError, RecursionError):
                place = Place(text.named, line)
                findings.append(found_at("history-row", place, case="json"))


def _json_list(
    text: ExportText, written: ExportFile, _findings: list[Finding]
) -> Iterator[tuple[int, Any]]:
    """Yield the records of all documents of a file: `gh api --paginate` writes one for each page."""
    if text.path.stat().st_size > MOST_JSON:
        raise errors.Unreadable.of("history_file.size", file=shown(text.named), most=MOST_JSON)
    whole = text.path.read_bytes()
    try:
        documents = list(_documents(whole.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        raise errors.Unreadable.of("history_file.json", file=shown(text.named)) from error
    row = 0
    for document in documents:
        for record in _records_in(document, written.each, text.named):
            row += 1
            yield row, record


def _documents(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)
    at = _behind_space(text, 0)
    while at < len(text):
        document, at = decoder.raw_decode(text, at)
        yield document
        at = _behind_space(text, at)


def _behind_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _parsed(data: bytes) -> Any:
    return json.loads(data.decode("utf-8"), parse_float=str, parse_int=str, parse_constant=_refuse)


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _records_in(document: Any, each: str | None, named: str) -> Iterator[Any]:
    """Yield the records of a document: of a list, of lists of pages, or at the pointer `each`."""
    found = [document]
    if each is not None:
        pages = document if isinstance(document, list) else [document]
        found = [one for page in pages for one in _values(page, each)]
        if not found and not isinstance(document, list):
            raise errors.Unreadable.of("history_file.each", file=shown(named), each=each)
    for one in found:
        yield from _flat(one)


def _flat(value: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _flat(one, depth + 1)
    else:
        yield value


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield _text(one)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _values(value: Any, pointer: str) -> Iterator[Any]:
    """Yield what a JSON pointer (RFC 6901) names; a part `*` stands for every element of a list."""
    parts = pointer.split("/")[1:]
    found = [value]
    for part in parts:
        found = [deeper for one in found for deeper in _step(one, part)]
    yield from found


def _step(value: Any, part: str) -> Iterator[Any]:
    key = part.replace("~1", "/").replace("~0", "~")
    if isinstance(value, list):
        if key == "*":
            yield from value
        elif key.isdecimal() and int(key) < len(value):
            yield value[int(key)]
    elif isinstance(value, dict) and key in value:
        yield value[key]
