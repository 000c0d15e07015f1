"""The past as sorted instants of groups: what an answer about one change asks of it, by bisection.

A group is a kind and a name: the incidents of an item, the failures of a team. Its instants lie
side by side in one array, so that a mapped file can be asked without being read. Rules are those of
`insight.past`, in plain Python: what came of a change counts from when it was known.
"""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from changeflow.insight.instants import microseconds
from changeflow.insight.records import FAILED, NOT_DONE

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
Instants = Sequence[int]

# What is read of each table. No column about a person is.
READS: Final[dict[str, tuple[str, ...]]] = {
    "changes": (
        "source", "change", "team", "category", "model", "actual_start", "actual_end", "closed_at",
        "outcome", "reverted_at",
    ),
    "change_items": ("source", "change", "item", "service"),
    "incidents": (
        "source", "incident", "item", "service", "cause_item", "change", "link", "linked_at",
        "opened_at", "resolved_at", "closed_at",
    ),
}  # fmt: skip

# changes that follow no model are a group of their own
NO_MODEL: Final = "\1"
_NONE: Final = array("q")
_BLAMED: Final = "blamed"
_SERVICE_OF: Final = "service of"
_FORMAT: Final = 1


class KnownPast:
    """Sorted instants by group.

    Args:
        names: of all groups, sorted, one after the other, in UTF-8.
        ends: where the name of each group ends.
        places: where the instants of each group end.
        instants: of all groups.
        about: further facts, as plain JSON.
    """

    def __init__(
        self,
        names: memoryview,
        ends: Sequence[int],
        places: Sequence[int],
        instants: memoryview,
        about: Mapping[str, Any],
    ) -> None:
        self._names, self._ends, self._places = names, ends, places
        self._instants, self.about = instants, about

    def of(self, kind: str, name: str) -> Instants:
        """Return the instants of a group, sorted."""
        wanted = group_key(kind, name)
        place = bisect_left(range(len(self._ends)), wanted, key=self._name)
        if place == len(self._ends) or self._name(place) != wanted:
            return _NONE
        return self._instants_at(place)

    def _instants_at(self, place: int) -> Instants:
        start = self._places[place - 1] if place else 0
        return self._instants[start : self._places[place]]

    def with_about(self, **facts: Any) -> KnownPast:
        """Return the same with further facts about it."""
        about = {**self.about, **facts}
        return KnownPast(self._names, self._ends, self._places, self._instants, about)

    def services_of(self, item: str) -> Iterator[str]:
        """Yield the services that records of an item name."""
        prefix = group_key(_SERVICE_OF, f"{item}\0")
        for place in self._below(prefix):
            yield self._name(place)[len(prefix) :].decode("utf-8", "surrogatepass")

    def blamed(self, change: str, start: int) -> int | None:
        """Return when it was first known that an incident names a change which another place holds.

        The incident was opened after the change started.
        """
        prefix = group_key(_BLAMED, f"{change}\0")
        found: int | None = None
        for place in self._below(prefix):
            if int(self._name(place)[len(prefix) :]) >= start:
                named = min(self._instants_at(place))
                found = named if found is None else min(named, found)
        return found

    def _below(self, prefix: bytes) -> Iterator[int]:
        """Yield the places of the groups whose names begin with something."""
        place = bisect_left(range(len(self._ends)), prefix, key=self._name)
        while place < len(self._ends) and self._name(place).startswith(prefix):
            yield place
            place += 1

    @property
    def first_incident(self) -> int | None:
        """Return when the first incident was opened; None where none is recorded."""
        found: int | None = self.about["first_incident"]
        return found

    def _name(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        return bytes(self._names[start : self._ends[place]])

    # -- as bytes --------------------------------------------------------------------------------

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Yield the bytes of a file that `from_bytes` reads, on this kind of machine."""
        head = {"format": _FORMAT, "order": sys.byteorder, "about": self.about}
        sizes = [len(self._names), len(self._ends), len(self._instants)]
        told = json.dumps(head | {"sizes": sizes}).encode("ascii")
        yield len(told).to_bytes(8, "little")
        yield told + b" " * (-len(told) % 8)
        yield array("q", self._ends).tobytes()
        yield array("q", self._places).tobytes()
        yield bytes(self._instants)
        yield bytes(self._names)

    @classmethod
    def from_bytes(cls, data: memoryview) -> KnownPast:
        """Return what bytes hold, without copying them.

        Raises:
            ValueError: when they are of another format or kind of machine.
        """
        length = int.from_bytes(data[:8], "little")
        head = json.loads(bytes(data[8 : 8 + length]))
        if head["format"] != _FORMAT or head["order"] != sys.byteorder:
            raise ValueError("another format")
        names, groups, instants = head["sizes"]
        at = 8 + length + -length % 8
        parts = []
        for size in (groups * 8, groups * 8, instants * 8):
            parts.append(data[at : at + size].cast("q"))
            at += size
        return cls(data[at : at + names], parts[0], parts[1], parts[2], head["about"])


def group_key(kind: str, name: str) -> bytes:
    """Return the name of a group in bytes, by which groups are sorted."""
    return f"{kind}\0{name}".encode("utf-8", "surrogatepass")


class PastWriter:
    """Collects instants of groups. Each is one event, in whatever order they come."""

    def __init__(self) -> None:
        self._groups: dict[bytes, list[int]] = {}
        self._first: int | None = None
        self._services: set[tuple[str, str]] = set()

    def note_service(self, item: str | None, service: str | None) -> None:
        """Note that an item belongs to a service."""
        if item is not None and service is not None and (item, service) not in self._services:
            self._services.add((item, service))
            self.add(_SERVICE_OF, f"{item}\0{service}", 0)

    def add(self, kind: str, name: str | None, at: int | None) -> None:
        """Note an event of a group; nothing where either is not known."""
        if name is not None and at is not None:
            self._groups.setdefault(group_key(kind, name), []).append(at)

    def note_incident(self, opened: int | None) -> None:
        """Note that an incident was recorded."""
        if opened is not None and (self._first is None or opened < self._first):
            self._first = opened

    def done(self) -> KnownPast:
        """Return what was collected."""
        names, ends, places, instants = bytearray(), array("q"), array("q"), array("q")
        for name in sorted(self._groups):
            names += name
            ends.append(len(names))
            instants.extend(sorted(self._groups[name]))
            places.append(len(instants))
        about = {"first_incident": self._first}
        return KnownPast(memoryview(bytes(names)), ends, places, memoryview(instants), about)


def known_past(rows: Rows, *, without: str | None = None) -> KnownPast:
    """Return the past that tables tell.

    Args:
        rows: by table, with the columns of `READS`; a column that is left out is not known.
        without: a source whose records are left out.
    """
    changes = _rows_of(rows, "changes", without)
    incidents = _rows_of(rows, "incidents", without)
    writer = PastWriter()
    _note_incidents(incidents, writer)
    blamed = _blamed(changes, incidents, writer)
    known: dict[tuple[str, str], Row] = {}
    endings: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for row in changes:
        key = (row["source"], row["change"])
        known[key] = row
        endings[key] = ending = _ending(row, blamed.get(key))
        note_ending(writer, row, *ending)
    pairs: set[tuple[str, str, str]] = set()
    for row in _rows_of(rows, "change_items", without):
        key, item = (row["source"], row["change"]), row.get("item")
        writer.note_service(item, row.get("service"))
        if item is None or key not in known or (*key, item) in pairs:
            continue
        pairs.add((*key, item))
        note_item(writer, item, _instant(known[key], "actual_start"), *endings[key])
    return writer.done()


def note_ending(writer: PastWriter, row: Row, finished: int | None, failed: int | None) -> None:
    """Note when it was known that a change of a team, category and model ended, and failed."""
    for kind in ("team", "category"):
        writer.add(f"{kind} finished", row.get(kind), finished)
        writer.add(f"{kind} failed", row.get(kind), failed)
    model = row.get("model")
    model = NO_MODEL if model is None else model
    writer.add("model finished", model, finished)
    writer.add("model failed", model, failed)


def note_item(
    writer: PastWriter, item: str, start: int | None, finished: int | None, failed: int | None
) -> None:
    """Note a change of an item: its start, and when it was known that it ended, and failed."""
    writer.add("item start", item, start)
    writer.add("item finished", item, finished)
    writer.add("item failed", item, failed)


def _rows_of(rows: Rows, table: str, without: str | None) -> Sequence[Row]:
    found = rows.get(table, ())
    if without is None:
        return found
    return [row for row in found if row["source"] != without]


def _instant(row: Row, column: str) -> int | None:
    at = row.get(column)
    return None if at is None else microseconds(at)


def _note_incidents(incidents: Iterable[Row], writer: PastWriter) -> None:
    """Note each incident once for each of its items and services, when it first happened."""
    first: dict[tuple[str, str, str, str], int] = {}
    for row in incidents:
        opened, named = _instant(row, "opened_at"), named_at(row)
        writer.note_incident(opened)
        writer.note_service(row.get("item"), row.get("service"))
        for kind, column, at in (
            ("item incident", "item", opened),
            ("service incident", "service", opened),
            ("item cause", "cause_item", named),
        ):
            name = row.get(column)
            if name is not None and at is not None:
                key = (kind, name, row["source"], row["incident"])
                first[key] = min(at, first.get(key, at))
    for (kind, name, _, _), at in first.items():
        writer.add(kind, name, at)


def named_at(row: Row) -> int | None:
    """Return when it was known what an incident is linked to and where its cause lay.

    While an incident is open, neither is known.
    """
    opened = _instant(row, "opened_at")
    if opened is None:
        return None
    for column in ("linked_at", "closed_at", "resolved_at"):
        at = _instant(row, column)
        if at is not None:
            return max(at, opened)
    return None


def _blamed(
    changes: Sequence[Row], incidents: Sequence[Row], writer: PastWriter
) -> dict[tuple[str, str], int]:
    """Return for each change when it was first known that an incident names it as its cause.

    What incidents say of changes that the tables do not hold is noted under the id of the change.
    """
    starts: dict[tuple[str, str], int | None] = {}
    sources: dict[str, list[str]] = {}
    for row in changes:
        starts[row["source"], row["change"]] = _instant(row, "actual_start")
        sources.setdefault(row["change"], []).append(row["source"])
    found: dict[tuple[str, str], int] = {}
    for row in incidents:
        change, named, opened = row.get("change"), named_at(row), _instant(row, "opened_at")
        if change is None or row.get("link") == "fixes" or named is None or opened is None:
            continue
        key = (row["source"], change)
        if key not in starts and len(sources.get(change, ())) == 1:
            key = (sources[change][0], change)
        start = starts.get(key)
        if key not in starts:
            writer.add(_BLAMED, f"{change}\0{opened}", named)
        elif start is not None and opened >= start:
            found[key] = min(named, found.get(key, named))
    return found


def _ending(row: Row, blamed: int | None) -> tuple[int | None, int | None]:
    """Return when it was known how a change ended, and when that it failed."""
    start = _instant(row, "actual_start")
    end = _instant(row, "actual_end")
    if end is None:
        end = _instant(row, "closed_at")
    return ending(start, end, row.get("outcome"), (blamed, _instant(row, "reverted_at")))


def ending(
    start: int | None, end: int | None, outcome: str | None, failures: Sequence[int | None]
) -> tuple[int | None, int | None]:
    """Return when it was known how a change ended, and when that it failed; None for never.

    Nothing is known of a change before it starts. One that was withdrawn after its start is no
    record of success, and what went wrong until then still counts.

    Args:
        start: when it started; None where it did not.
        end: when it ended.
        outcome: how, in the words of the tables.
        failures: when it was known otherwise that it failed.
    """
    if start is None:
        return None, None
    bad = [*failures, end if outcome in FAILED else None]
    failed = _earliest(bad, start)
    carried_out = None if outcome in NOT_DONE else end
    return _earliest([carried_out, failed], start), failed


def _earliest(instants: Sequence[int | None], start: int) -> int | None:
    known = [at for at in instants if at is not None]
    return max(min(known), start) if known else None
