"""All changes of a site: the row of each in the register, and everything that `show` tells of it.

Both are made with a watched time, so that a later build knows how long they hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.cmdb.impact import affected_items
from changeflow.gate_cases.other_changes_states import SharedStandings, standings_of_head
from changeflow.gate_cases.register import RegisterReading
from changeflow.gate_cases.register_rows import RegisteredChange, state_of_row
from changeflow.model.answers.one_change import ChangeAnswer
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.watched_time import ALWAYS, Holding, Watch
from changeflow.reading.other_changes import OVER
from changeflow.reading.own_records import KnownRecords, RecordMaker
from changeflow.reading.view import View
from changeflow.usecases.register.show import Additions, show_at

# changes that are asked about one by one
_FEW: Final = 20
# items that fail with a change, beyond which it is taken to concern all of them
_MOST_WATCHED: Final = 2_000


class ToldChange(NamedTuple):
    """What a site tells of a change.

    Attributes:
        row: of the register.
        answer: of `show`; None where it cannot be read, or another place tells of the change.
        during: the time in which both hold.
        watched: items whose other changes may alter any of it; None: those of all.
        linked: changes and items of work that it names: it waits for them or fixes them.
        fixes: what it fixes, where it was implemented.
        records: its rows in the tables of the past; None where it is not on the main branch.
        seen: all that pages of other changes read of it, but for its title, its entries and the other
            files of its folder; None where that cannot be told.
    """

    row: RegisteredChange
    answer: ChangeAnswer | None
    during: Holding
    watched: tuple[str, ...] | None
    linked: tuple[str, ...]
    fixes: tuple[str, ...]
    records: KnownRecords | None
    seen: str | None


class SiteChanges:
    """Tells of the changes of one reading.

    Args:
        view: the main branch, for an answer about many changes.
        reading: their requests, and the ledger.
        clock: the time.
        count: how many changes are told of.
    """

    def __init__(self, view: View, reading: RegisterReading, clock: Clock, count: int) -> None:
        self._reading, self._clock = reading, clock
        self._additions = Additions(view if count > _FEW else None)
        main = reading.places[0]
        self._of_records = standings_of_head(main.view, clock.now)
        self._records = RecordMaker(
            view.git,
            main.state,
            view.base.rulebook,
            view.ledger.evidence(view.base, ""),
            self._of_records,
            clock.now,
        )
        self._standings = SharedStandings(main.view, clock.now)
        self._first: dict[str, int] = {}
        for number, place in enumerate(reading.places):
            for name in place.changes:
                self._first.setdefault(name, number)

    def told(self, tasks: Iterable[tuple[int, str]]) -> Iterator[ToldChange]:
        """Yield what is told of changes, each named by the number of its place and its id."""
        for number, name in tasks:
            (row,) = self._reading.rows(number, [name], with_cases=number == 0)
            state = state_of_row(row)
            # others are open changes as a rule, and all cases would take much memory
            if row.judged is not None and state not in OVER:
                self._standings.know(name, row.judged.case, state, row.judged.watch)
            yield self._told(number, name, row)

    def _told(self, number: int, name: str, row: RegisteredChange) -> ToldChange:
        watch, real = Watch(self._clock.now), Watch(self._clock.real)
        now = watch.now
        clock = Clock(now, now if watch.at == real.at else real.now)
        answer: ChangeAnswer | None = None
        watched: tuple[str, ...] | None = row.row.items
        if self._first[name] == number:
            try:
                others = self._standings.of(now)
                shown = show_at(self._reading.places[number], name, clock, self._additions, others)
                answer = shown.answer
                fail = affected_items(shown.assessed.assessment.impact).failing
                watched = None
                if len(fail) <= _MOST_WATCHED:
                    watched = tuple(sorted({*row.row.items, *fail}))
            except (errors.NothingToDo, errors.Unreadable):
                # its row says that it cannot be read
                watched = None
        if real.holding != ALWAYS:
            # What depends on the machine's clock as well holds no longer than this look at it.
            watch.only_now()
        request = self._reading.requests[number].found[name]
        spec = request.spec
        return ToldChange(
            row,
            answer,
            watch.holding.both(row.during),
            watched,
            (*spec.depends_on, *spec.fixes),
            tuple(spec.fixes) if row.row.state in _IMPLEMENTED else (),
            self._records_of(request, row) if number == 0 else None,
            _seen_by_others(answer, row),
        )

    def _records_of(self, request: ChangeRequest, row: RegisteredChange) -> KnownRecords:
        """Return the rows of a change in the tables of the past, by what its row was made from."""
        name, standings = request.id, self._of_records
        standings.know(name, state_of_row(row))
        if row.judged is not None:
            standings.know_case(name, row.judged.case)
        try:
            return self._records.rows_of(request)
        finally:
            # all cases would take much memory
            standings.forget(name)


def _seen_by_others(answer: ChangeAnswer | None, row: RegisteredChange) -> str | None:
    """Return what pages of other changes read of a change, but for its title, entries and other files.

    Others that run into it or wait for it ask for its state, and whether people have agreed to it.
    """
    if answer is None or row.judged is None:
        return None
    metadata = {**answer.request["metadata"], "title": ""}
    common = row.judged.case.common
    agreed = [*map(attrgetter("decision"), common.panel.reviews)]
    standing = [row.row.state, agreed, row.judged.case.recorded is not None]
    told = [{**answer.request, "metadata": metadata}, *standing, row.judged.case.release.state]
    return json.dumps(told, sort_keys=True)


_IMPLEMENTED: Final[Sequence[str]] = ("implemented", "in_review", "closed")
