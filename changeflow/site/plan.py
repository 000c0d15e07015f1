"""Which pages of changes a build makes again, and what it keeps for the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from changeflow.gate_cases.register import RegisterReading, read_requests
from changeflow.model.clock import Clock
from changeflow.model.document_parts import format_instant, parse_instant
from changeflow.model.watched_time import ALWAYS, Holding, unnoted
from changeflow.reading.own_records import KnownRecords
from changeflow.reading.places import Place, places
from changeflow.reading.view import View
from changeflow.site.folder import SiteFolder
from changeflow.site.sources import Sources
from changeflow.usecases.site.site_changes import ToldChange

# changes that are made again, beyond which the ledger is read as a whole
_MANY: Final = 500
_FIELDS: Final = 9
_NO_CHANGE: Final = "_"
_MOMENT: Final = "moment"

# a change at a place: the number of the place, and its id
Task = tuple[int, str]


class KeptChange(NamedTuple):
    """What a build keeps of a change.

    Attributes:
        own: what stands for its files and entries.
        row: of the register, as text.
        since: from when on its pages hold.
        until: until when they do.
        watched: see `ToldChange`.
        linked: see `ToldChange`.
        fixes: see `ToldChange`.
        records: see `ToldChange`; empty where it has none.
        files: digests of its pages, by path.
    """

    own: str
    row: str
    since: str
    until: str
    watched: Sequence[str] | None
    linked: Sequence[str]
    fixes: Sequence[str]
    records: str
    files: Mapping[str, str]

    def holds(self, now: datetime) -> bool:
        """Return whether its pages hold at a time."""
        try:
            return self.holding.has(now)
        except ValueError:
            return False

    @property
    def holding(self) -> Holding:
        """Return the time in which its pages hold.

        Raises:
            ValueError: when what was kept is no time.
        """
        return Holding(parse_instant(self.since), parse_instant(self.until))

    @classmethod
    def unreadable(cls, own: str) -> KeptChange:
        """Return what is kept of a change whose request cannot be read."""
        since, until = map(format_instant, (ALWAYS.since, ALWAYS.until))
        return cls(own, "", since, until, None, (), (), "", {})

    @classmethod
    def of(cls, own: str, told: ToldChange, row: str, files: Mapping[str, str]) -> KeptChange:
        """Return what is kept of a change that was told of."""
        since, until = map(format_instant, (told.during.since, told.during.until))
        records = "" if told.records is None else _records_as_text(told.records)
        return cls(own, row, since, until, told.watched, told.linked, told.fixes, records, files)

    def known_records(self) -> KnownRecords | None:
        """Return its rows in the tables of the past; None where it has none."""
        if not self.records:
            return None
        tables, fixing = json.loads(self.records, object_hook=_moment)
        return KnownRecords(tables, tuple(fixing))


def _records_as_text(known: KnownRecords) -> str:
    told = [known.tables, known.fixing]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_told_moment)


def _told_moment(value: Any) -> dict[str, str]:
    """Return a moment as plain data."""
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no moment")
    return {_MOMENT: unnoted(value).isoformat()}


def _moment(found: dict[str, Any]) -> Any:
    """Return the moment that plain data says, or other data as it is."""
    if found.keys() == {_MOMENT}:
        return datetime.fromisoformat(found[_MOMENT])
    return found


class Plan:
    """Which changes a build tells of anew.

    Args:
        view: the main branch.
        folder: of the site, with what the last build kept.
        clock: the time.
        settings: of the site, beside the repository.
    """

    def __init__(
        self, view: View, folder: SiteFolder, clock: Clock, settings: Iterable[str]
    ) -> None:
        self._view, self._folder, self._clock = view, folder, clock
        known = places(view, everywhere=True)
        self.sources = Sources(view, known, settings)
        self._known = known
        told = {name for place in known for name in place.changes}
        self._forgotten = self.sources.ledger.keys() - told - {_NO_CHANGE}
        self.own: dict[Task, str] = {}
        for number, place in enumerate(known):
            for name in place.changes:
                self.own[number, name] = self.sources.own(number, name)

    def key(self, task: Task) -> str:
        """Return what a change at a place is called in what is kept."""
        number, name = task
        label = self._known[number].label if number < len(self._known) else "-"
        return f"{number}\n{label}\n{name}"

    @cached_property
    def kept(self) -> Mapping[Task, KeptChange]:
        """Return what the last build kept of changes that are still there."""
        found: dict[Task, KeptChange] = {}
        told = self._folder.kept.get("changes")
        if not isinstance(told, dict):
            return found
        for task in self.own:
            fields = told.get(self.key(task))
            if isinstance(fields, list) and len(fields) == _FIELDS:
                found[task] = KeptChange(*fields)
        return found

    @cached_property
    def fresh(self) -> frozenset[Task]:
        """Return the changes that are told of anew."""
        every = frozenset(self.own)
        before = self._folder.kept
        touched = self.sources.touched_since(before.get("commit"))
        if before.get("general") != self.sources.general or touched is None or self._forgotten:
            return every
        changed = {task for task in every if self._has_changed(task, touched)}
        gone = self._gone(before)
        late = {task for task in every - changed if not self._is_whole(task)}
        if not changed and not gone:
            return frozenset(late)
        near = self._near(changed, gone)
        return every if near is None else frozenset(changed | late | near)

    def _has_changed(self, task: Task, touched: frozenset[str]) -> bool:
        kept = self.kept.get(task)
        return kept is None or kept.own != self.own[task] or task[1] in touched

    def _is_whole(self, task: Task) -> bool:
        kept = self.kept[task]
        return kept.holds(self._clock.now) and all(map(self._folder.has, kept.files))

    def _gone(self, before: Mapping[str, Any]) -> list[KeptChange]:
        """Return what was kept of changes that are there no more."""
        now, found = set(map(self.key, self.own)), []
        for key, fields in before.get("changes", {}).items():
            if key not in now:
                found.append(KeptChange(*fields))
        return found

    def _near(self, changed: Iterable[Task], gone: Sequence[KeptChange]) -> set[Task] | None:
        """Return changes that have something in common with those that changed; None: all of them."""
        changed = set(changed)
        if gone or self.sources.all_hang_together():
            return None
        names = {name for _, name in changed}
        evidence = self._view.for_some(frozenset(names)).ledger.evidence(self._view.base, "")
        # How releases ended is part of the risk of all changes.
        if evidence.problems or any(name in evidence.finished for name in names):
            return None
        items, linked = set[str](), set[str]()
        for task in changed:
            kept = self.kept.get(task)
            if kept is not None:
                if kept.watched is None:
                    return None
                items.update(kept.watched)
                linked.update(kept.linked)
        for number, name in changed:
            found = read_requests(self._known[number].state, [name]).found.get(name)
            if found is not None:
                items.update(found.changed)
                linked.update((*found.spec.depends_on, *found.spec.fixes))
        linked = {one.partition("#")[0] for one in linked}
        near = set()
        for task in self.own.keys() - changed:
            one = self.kept[task]
            shares = one.watched is None or not items.isdisjoint(one.watched)
            waits = task[1] in linked or any(name.partition("#")[0] in names for name in one.linked)
            if shares or waits:
                near.add(task)
        return near

    def reading(self) -> tuple[View, RegisterReading]:
        """Return the view and the reading for the changes that are told of anew."""
        names = frozenset(name for _, name in self.fresh)
        view = self._view
        # the ledger is asked about one change at least: of one alone it need not be read as a whole
        asked = names or frozenset(name for _, name in list(self.own)[:1])
        if len(asked) > _MANY or self._forgotten or not asked:
            view = view.for_many()
        else:
            view = view.for_some(asked)
        fixed: set[str] = set()
        for task, one in self.kept.items():
            if task not in self.fresh:
                fixed.update(one.fixes)
        base = view.base.require_readable()
        wanted = self._wanted
        reading = RegisterReading(
            view, base, self._clock, everywhere=True, wanted=wanted, fixed=frozenset(fixed)
        )
        return view, reading

    def _wanted(self, place: Place) -> Iterator[str]:
        """Yield the changes of a place that are read."""
        for number, one in enumerate(self._known):
            if one.label == place.label and one.state.commit == place.state.commit:
                yield from (name for name in place.changes if (number, name) in self.fresh)
                return
        yield from place.changes
