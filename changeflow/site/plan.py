"""Which pages of changes a build makes again, and what it keeps for the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
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
from changeflow.usecases.site.stands_for import digest_of

# changes that are made again, beyond which the ledger is read as a whole
_MANY: Final = 500
_FIELDS: Final = 10
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
        seen: what stands for all that pages of other changes read of it; empty where that cannot be
            told.
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
    seen: str
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
        return cls(own, "", since, until, None, (), (), "", "", {})

    @classmethod
    def of(
        cls, own: str, told: ToldChange, row: str, seen: str, files: Mapping[str, str]
    ) -> KeptChange:
        """Return what is kept of a change that was told of."""
        since, until = map(format_instant, (told.during.since, told.during.until))
        records = "" if told.records is None else _records_as_text(told.records)
        watched, linked, fixes = told.watched, told.linked, told.fixes
        return cls(own, row, since, until, watched, linked, fixes, records, seen, files)

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


def _names_of(linked: Iterable[str]) -> set[str]:
    """Return the changes that are named, themselves or by a piece of work of theirs."""
    return {one.partition("#")[0] for one in linked}


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
        self._changed: frozenset[Task] = frozenset()
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
        """Return the changes that are told of anew, before it is known what others see of them."""
        every = frozenset(self.own)
        before = self._folder.kept
        touched = self.sources.touched_since(before.get("commit"))
        if before.get("general") != self.sources.general or touched is None or self._forgotten:
            return every
        self._changed = frozenset(task for task in every if self._has_changed(task, touched))
        late = {task for task in every - self._changed if not self._is_whole(task)}
        if self._gone(before) or (self._changed and self.sources.all_hang_together()):
            return every
        return self._changed | late

    def near(self, told: Mapping[Task, KeptChange]) -> frozenset[Task]:
        """Return further changes that are told of anew, as they may see others that have changed.

        Args:
            told: all changes, those that changed as they were told of anew.
        """
        fresh = self.fresh
        rest = self.own.keys() - fresh
        changed = [task for task in self._changed if self._is_seen_changed(task, told.get(task))]
        if not rest or not changed:
            return frozenset()
        near = self._near(changed)
        return frozenset(rest if near is None else near - fresh)

    def _is_seen_changed(self, task: Task, told: KeptChange | None) -> bool:
        """Return whether others see something else of a change than before, as far as is known."""
        before = self.kept.get(task)
        if before is None or told is None or not told.seen:
            return True
        return before.seen != told.seen

    def seen(self, task: Task, told: ToldChange) -> str:
        """Return what stands for all that others see of a change; empty where that cannot be told."""
        number, name = task
        if told.seen is None:
            return ""
        beside = self.sources.beside_request(number, name)
        # others tell the title of a change with a review alone
        title = told.row.row.title if beside else ""
        return digest_of([told.seen, title, beside, self.sources.ledger.get(name, "")])

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

    def _near(self, tasks: Iterable[Task]) -> set[Task] | None:
        """Return changes that have something in common with those that changed; None: all of them."""
        changed = set(tasks)
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
        linked = _names_of(linked) | self._waiting_for(names)
        near = set()
        for task in self.own.keys() - changed:
            one = self.kept[task]
            shares = one.watched is None or not items.isdisjoint(one.watched)
            if shares or task[1] in linked:
                near.add(task)
        return near

    def _waiting_for(self, names: Iterable[str]) -> set[str]:
        """Return the changes that name any of some changes, or one that does, and so on."""
        named = {task[1]: _names_of(one.linked) for task, one in self.kept.items() if one.linked}
        found, last = set[str](), {*names}
        while last:
            last = {name for name, mine in named.items() if not mine.isdisjoint(last)} - found
            found |= last
        return found

    def reading(
        self, tasks: frozenset[Task], told: Mapping[Task, KeptChange]
    ) -> tuple[View, RegisterReading]:
        """Return the view and the reading for changes that are told of anew.

        Args:
            tasks: those changes.
            told: what is known of all others.
        """
        names = frozenset(name for _, name in tasks)
        view = self._view
        # the ledger is asked about one change at least: of one alone it need not be read as a whole
        asked = names or frozenset(name for _, name in list(self.own)[:1])
        if len(asked) > _MANY or self._forgotten or not asked:
            view = view.for_many()
        else:
            view = view.for_some(asked)
        fixed: set[str] = set()
        for task, one in told.items():
            if task not in tasks:
                fixed.update(one.fixes)
        base = view.base.require_readable()
        wanted = partial(self._wanted, tasks)
        reading = RegisterReading(
            view, base, self._clock, everywhere=True, wanted=wanted, fixed=frozenset(fixed)
        )
        return view, reading

    def _wanted(self, tasks: frozenset[Task], place: Place) -> Iterator[str]:
        """Yield the changes of a place that are read."""
        for number, one in enumerate(self._known):
            if one.label == place.label and one.state.commit == place.state.commit:
                yield from (name for name in place.changes if (number, name) in tasks)
                return
        yield from place.changes
