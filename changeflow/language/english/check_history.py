"""What is found in exports of history, and in the mappings that say how they are read."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "history-row:cells": (
        "the row has {cells} cells, the header {columns}; it is left out",
        "put a text that has the separator in it in quotes",
    ),
    "history-row:quote": (
        "the row cannot be read; it is left out",
        "look for a quotation mark that is not closed, or stands within a text",
    ),
    "history-row:encoding": (
        "the row has bytes that the encoding does not know; it is left out",
        "correct `spec.file.encoding` of the mapping, or the export",
    ),
    "history-row:nul": ("the row has a NUL byte; it is left out", "export it again"),
    "history-row:json": ("the line is not JSON; it is left out", "export it again"),
    "history-row:record": (
        "row {row} has nothing in {columns:all_codes}, so that it belongs to no record; it is left out",
        "correct the export, or the column that the mapping names",
    ),
    "history-value:unmapped": (
        "row {row}: the mapping does not say what {value:shown} in {column:code} means",
        "add it to `values`, or say `otherwise: nothing` or `otherwise: same`",
    ),
    "history-value:word": (
        "row {row}: {value:shown} in {column:code} is none of {known:one_of}",
        "say what it means in `values` of the mapping",
    ),
    "history-value:flag": (
        "row {row}: {value:shown} in {column:code} is neither yes nor no",
        "say what it means in `values` of the mapping; {known:list} are read",
    ),
    "history-value:number": (
        "row {row}: {value:shown} in {column:code} is not a whole number",
        "look at `decimal`, `thousands` and `times` of the mapping",
    ),
    "history-value:time": (
        "row {row}: {value:shown} in {column:code} fits no format of `dates`",
        "add its format to the mapping, or the text to `nothing`",
    ),
    "history-value:year": (
        "row {row}: {value:shown} in {column:code} is not between 1970 and 2100",
        "if it stands for nothing, add it to `nothing` of the mapping",
    ),
    "history-value:no_zone": (
        "row {row}: {value:shown} in {column:code} has no offset, and the mapping no zone",
        "name `zone` in `spec.file` of the mapping",
    ),
    "history-value:gap": (
        "row {row}: {value:shown} in {column:code} is left out by the clock of {zone:code}",
        "correct the time, or the zone of the mapping",
    ),
    "history-value:fold": (
        "row {row}: {value:shown} in {column:code} stands twice on the clock of {zone:code}",
        "say `fold: earlier` or `fold: later` in the mapping",
    ),
    "history-value:several": (
        "row {row}: columns called {column:code} have different values",
        "map them to a list, or remove one of them",
    ),
    "history-differs:unknown": (
        "the rows of {record:shown} differ in {columns:all_codes}, which stays unknown",
        "say `several_rows: first` in the mapping if the first row counts",
    ),
    "history-differs:first": (
        "the rows of {record:shown} differ in {columns:all_codes}; the first counts",
        "",
    ),
    "history-link:caused_by": (
        (
            "{incident:shown} was opened before {change:shown} began, which is said to have caused "
            "it; the two are only related"
        ),
        "correct the link or the times where they come from",
    ),
    "history-link:fixes": (
        (
            "{incident:shown} was opened after {change:shown} had ended, which is said to mend it; "
            "the two are only related"
        ),
        "correct the link or the times where they come from",
    ),
    "history-more": "{count} more like this one ({of})",
    # -- mappings
    "mapping-column:part": (
        "the table {table:code} has no {part:code}",
        "only {tables:all_codes} may have it",
    ),
    "mapping-column:filled": (
        "{column:code} is filled by {part:code}",
        "write it below `spec.{part}`",
    ),
    "mapping-column:missing": (
        "{column:code} is missing: without it a row of {table:code} belongs to nothing",
        "name the column of the export",
    ),
    "mapping-column:near": (
        "{table:code} has no column {column:code}",
        "{what_now:sentences}",
    ),
    "mapping-column:unknown": (
        "{table:code} has no column {column:code}",
        "it has {known:most_codes 30}",
    ),
    "mapping-value": (
        "{value:shown} is none of the values that {column:code} may have",
        "write one of {known:one_of}",
    ),
    "mapping-value:origin": (
        "it is not clear where the value comes from",
        "write one of {keys:one_of}",
    ),
    "mapping-pattern": (
        "{pattern:shown} is no regular expression that can be used",
        "write one of RE2, without looking around",
    ),
    "mapping-date": (
        "{format:shown} is no format of dates",
        "write `iso`, `epoch`, `epoch_ms`, or parts such as `%d-%m-%Y %H:%M`",
    ),
    "mapping-encoding": (
        "{encoding:shown} is no known encoding",
        "write e.g. `cp1252` or `utf-16`",
    ),
    "mapping-zone": ("{zone:shown} is not the IANA name of a time zone", "{what_now:sentences}"),
    "mapping-pointer": (
        "{pointer:shown} is no JSON pointer",
        "write e.g. `/user/login`; `*` stands for every element of a list",
    ),
}
