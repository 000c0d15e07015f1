"""What `history import` and `history show` tell."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "past.table": "table",
    "past.source": "source",
    "past.records": "records",
    "past.rows": "rows",
    "past.period": "period",
    "past.added": "added",
    "past.changed": "changed",
    "past.unchanged": "unchanged",
    "past.removed": "removed",
    "past.read:all": "{rows:plural row rows} read, {left_out} left out; records are in {folder:code}",
    "past.read:some": (
        "{rows:plural row rows} read, {left_out} left out, {skipped} not meant by the mapping; "
        "records are in {folder:code}"
    ),
    "past.exported": "The records of {source:code} are in {folder:code}.",
    "past.unread": "left out, because it cannot be read: {path:code}",
    "past.written": "Written.",
    "past.same": "Nothing to write: it is there already.",
    "past.dry": "Nothing was written (--dry-run).",
    "past.folder": "Records in {folder:code}",
    "past.from_to": "{first} to {last}",
    "past.no_time": "no time is known",
    "past.unknown": "Not known, in so many of the rows:",
    "past.unknown_in": "  {table}: {columns:list}",
    "past.unknown_in:every": "  {table}, in every row: {columns:list}",
}
