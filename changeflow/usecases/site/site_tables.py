"""The tables of records of a site, in which those rows are written again that have changed.

The index keeps the files of the last build with what their rows were made from, change by change. It
also keeps what stands for the columns that measures read: they hold while those stay the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from changeflow.history.tables import write
from changeflow.insight.kpi_tables import columns_with
from changeflow.insight.records import TABLES, Table
from changeflow.insight.trend_tables import MORE_COLUMNS
from changeflow.reading.own_records import Row
from changeflow.repo.index_store import IndexStore
from changeflow.usecases.site.stands_for import digest_of

_SPACE: Final = "tables of a site"
# the tables each of whose records is all that one change has there
_OF_CHANGES: Final = frozenset(
    one.name for one in TABLES.values() if one.record == ("source", "change")
)

Tables = Mapping[str, Sequence[Row]]


class _Kept(NamedTuple):
    """What the last build kept.

    Attributes:
        changes: for each change what stands for its rows, and for what measures read of them, and the
            tables that it has rows in.
        others: the same for each table with other records.
        answer: what was measured; empty where that is not kept.
        files: the tables.
    """

    changes: Mapping[str, Sequence[str]]
    others: Mapping[str, Sequence[str]]
    answer: Mapping[str, Any]
    files: Mapping[str, bytes]


_NOTHING: Final = _Kept({}, {}, {}, {})


class SiteTables:
    """The tables of one build.

    Args:
        store: the index.
        source: the name of the repository in all rows.
        general: what stands for everything that rows depend on, but for changes.
        texts: the rows of each change as text.
    """

    def __init__(
        self, store: IndexStore, source: str, general: str, texts: Mapping[str, str]
    ) -> None:
        self._store, self._source, self._general, self._texts = store, source, general, texts
        self._changes: dict[str, Sequence[str]] = {}
        self._others: dict[str, Sequence[str]] = {}
        self._before = self._recalled()
        self._has_strangers = False

    def write(self, folder: Path, tables: Tables) -> None:
        """Write tables into a folder, as `history.tables.write` does.

        Args:
            folder: that is empty.
            tables: all rows.
        """
        changed = self._compare(tables)
        before = self._before
        for name, data in before.files.items():
            (folder / name).write_bytes(data)
        asked = changed | (before.changes.keys() - self._changes.keys())
        wanted, gone = dict[str, list[Row]](), dict[str, list[Row]]()
        for table, rows in tables.items():
            if not before.files or table not in _OF_CHANGES:
                if self._others.get(table) != before.others.get(table) or not before.files:
                    (folder / f"{table}.parquet").unlink(missing_ok=True)
                    wanted[table] = [*rows]
            elif any(self._has_rows(name, table) for name in asked):
                wanted[table] = [row for row in rows if row["change"] in asked]
                gone[table] = [{"source": self._source, "change": name} for name in asked]
        if wanted:
            write(folder, wanted, gone)

    def _has_rows(self, name: str, table: str) -> bool:
        """Return whether a change has rows in a table, or had them."""
        kept = (self._changes.get(name, ()), self._before.changes.get(name, ()))
        return any(table in one[2:] for one in kept)

    def recalled(self) -> Mapping[str, Any]:
        """Return what was measured of what measures read now; empty where that is not known."""
        return self._before.answer if self._measured == self._before.answer.get("of") else {}

    def keep(self, folder: Path, answer: Mapping[str, Any]) -> None:
        """Keep the tables of a folder for the next build, if it is known what all rows were made from.

        Args:
            folder: with files alone.
            answer: what was measured, as plain data.
        """
        if self._has_strangers:
            return
        contents = {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}
        head = {
            "general": self._general,
            "changes": self._changes,
            "others": self._others,
            "answer": {**answer, "of": self._measured},
            "files": [*zip(contents, map(len, contents.values()), strict=True)],
        }
        data = json.dumps(head, separators=(",", ":")).encode("ascii")
        self._store.put(_SPACE, self._source, data + b"\n" + b"".join(contents.values()))

    def _recalled(self) -> _Kept:
        data = self._store.get(_SPACE, self._source)
        if data is None:
            return _NOTHING
        line, _, contents = data.partition(b"\n")
        head = json.loads(line)
        if head["general"] != self._general:
            return _NOTHING
        files, start = {}, 0
        for name, size in head["files"]:
            files[name] = contents[start : start + size]
            start += size
        return _Kept(head["changes"], head["others"], head["answer"], files)

    # -- what tables are made from ----------------------------------------------------------------

    def _compare(self, tables: Tables) -> frozenset[str]:
        """Note what stands for the rows of each change and table; return the changes that changed."""
        if any(map(self._has_stranger, map(tables.get, _OF_CHANGES))):
            self._has_strangers, self._before = True, _NOTHING
        before = self._before.changes
        own = {name: digest_of([text]) for name, text in self._texts.items()}
        changed = {name for name, one in own.items() if before.get(name, [""])[0] != one}
        read: dict[str, dict[str, list[str]]] = {name: {} for name in changed}
        for table in sorted(_OF_CHANGES & tables.keys()):
            for row in tables[table]:
                if row["change"] in read:
                    mine = read[row["change"]].setdefault(table, [])
                    mine.append(repr(_read(TABLES[table], row)))
        for name, one in own.items():
            self._changes[name] = before.get(name, ())
            if name in read:
                self._changes[name] = [one, digest_of([repr(read[name])]), *read[name]]
        for table in sorted(tables.keys() - _OF_CHANGES):
            rows = sorted(map(repr, map(_sorted_items, tables[table])))
            seen = sorted(map(repr, map(partial(_read, TABLES[table]), tables[table])))
            self._others[table] = [digest_of(rows), digest_of(seen)]
        return frozenset(changed)

    def _has_stranger(self, rows: Sequence[Row] | None) -> bool:
        """Return whether there is a row of a change of which nothing is known."""
        return any(row["change"] not in self._texts for row in rows or ())

    @property
    def _measured(self) -> str:
        """Return what stands for all that measures read."""
        return digest_of(self._seen())

    def _seen(self) -> Iterator[str]:
        for told in (self._changes, self._others):
            for name in sorted(told):
                yield f"{name} {told[name][1]}"


_COLUMNS: Final = columns_with(MORE_COLUMNS)


def _read(table: Table, row: Row) -> list[Any]:
    """Return what measures read of a row."""
    return [*map(row.get, _COLUMNS.get(table.name, ()))]


def _sorted_items(row: Row) -> list[tuple[str, Any]]:
    return sorted(row.items())
