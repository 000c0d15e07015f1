"""What goes wrong with the tables of the past."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "tables.library": (
        "this needs the library `{library}`",
        "pip install 'changeflow[{extra}]'",
    ),
    "tables.no_folder": (
        "there is no history in `{folder}`",
        "`changeflow history import` fills a folder",
    ),
    "tables.unopened": "the folder `{folder}` cannot be read: {why:system}",
    "tables.unwritten": (
        "the folder `{folder}` cannot be written: {why:system}",
        "nothing was changed; name another with `--into`",
    ),
    "tables.unreadable": (
        "`{file}` is no table of the past: {why}",
        "import the exports again into another folder",
    ),
    "tables.column": (
        "`{file}`: the column `{column}` is `{found}`, and should be `{type}`",
        "import the exports again into another folder",
    ),
    # -- exports
    "history_file.missing": ("`{file}` does not exist", "check the path"),
    "history_file.unopened": "`{file}` cannot be read: {why:system}",
    "history_file.damaged": ("`{file}`: the gzip file is damaged or cut off", "export it again"),
    "history_file.archive:other": (
        "`{file}` is a {archive} archive",
        "unpack it; only gzip is read as it is",
    ),
    "history_file.archive:workbook": (
        "`{file}` is a workbook of a spreadsheet program, not CSV",
        "open it, save each sheet as `CSV UTF-8` (Save As), and import that file",
    ),
    "history_file.size": (
        "`{file}` has, unpacked, more than {most} bytes",
        "split it; CSV and JSON lines may have 512 MiB, other JSON 64 MiB",
    ),
    "history_file.encoding": (
        "`{file}` is not in the encoding `{encoding}`",
        "correct `spec.file.encoding` of the mapping",
    ),
    "history_file.header": (
        "`{file}`: the row with the names of the columns cannot be read",
        "look at `spec.file` of the mapping: delimiter, quote, encoding, skip_lines",
    ),
    "history_file.columns": (
        "`{file}` has no column {columns:most_codes 5}; it has {there:most_codes 30}",
        "correct the mapping, or say `optional: true` where a column may be missing",
    ),
    "history_file.pointers": (
        "`{file}`: no record has {columns:most_codes 5}",
        "correct the mapping, or say `optional: true` where a value may be missing",
    ),
    "history_file.json": (
        "`{file}` is not JSON",
        "lists, pages of lists and several documents are read; of JSON lines the format is `jsonl`",
    ),
    "history_file.each": (
        "`{file}` has nothing at `{each}`",
        "correct `spec.file.each` of the mapping: a JSON pointer to the list of records",
    ),
    "history_file.pattern": (
        "the pattern `{pattern}` cannot be used",
        "patterns are regular expressions of RE2, without looking around",
    ),
    "history_file.memory": (
        "the exports do not fit into memory",
        "import them one by one",
    ),
}
