"""Papers as workbooks."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "workbook.cover": "Head",
    "workbook.timed": "{heading} ({zone})",
    "workbook.cut": " [cut here: {length} characters in all]",
    "workbook.rows": (
        "a sheet of a workbook holds {most} rows below its headings, and the list has {rows}",
        "take --format csv, or a shorter period",
    ),
}
