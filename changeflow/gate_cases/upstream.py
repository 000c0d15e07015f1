"""What could have caused trouble on items: what they rest on, and who changed any of it lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.cmdb.spread import DIGITS
from changeflow.cmdb.upstream import Upstream as Walk
from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.register import Register, read_register
from changeflow.gate_cases.register_rows import UNKNOWN
from changeflow.gate_cases.release_facts import release_facts
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import said_of
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Cause, SuspectChange, Upstream
from changeflow.model.answers.register import ListedChange
from changeflow.model.lately import Lately
from changeflow.model.phrases import Told
from changeflow.reading.impact_memory import KnownCmdb
from changeflow.reading.places import MAIN
from changeflow.reading.view import View, locate

# states of changes that did something, or may have
_DONE: Final = frozenset(
    {
        LifecycleState.IMPLEMENTING,
        LifecycleState.IMPLEMENTED,
        LifecycleState.IN_REVIEW,
        LifecycleState.CLOSED,
        LifecycleState.ROLLED_BACK,
        LifecycleState.ROLLBACK_FAILED,
        UNKNOWN,
    }
)


def upstream_of(
    root: Path,
    items: Sequence[str],
    base: KnownCmdb,
    lately: Lately,
    most: int | None,
    depth: int | None = None,
) -> tuple[Upstream, errors.ChangeflowError | None]:
    """Return what could have caused trouble on some items, and what kept changes from being read.

    Args:
        root: the change repository's folder.
        items: ids of the items, which are in the CMDB.
        base: the CMDB.
        lately: the days whose changes are listed.
        most: list so many items that they rest on; None: all.
        depth: leave out items that are further away than this many hops, and changes of them.
            Scores do not depend on it.
    """
    numbers = [number for ci in items if (number := base.graph.ids.number_of(ci)) is not None]
    walk = Walk(numbers, base.graph, base.needs, base.weights)
    near = {number for number, hops in walk.hops.items() if depth is None or hops <= depth}
    causes = [one for one in walk.causes() if one.number in near]
    told: list[str | Told] = []
    suspects: tuple[SuspectChange, ...] = ()
    unreadable: tuple[str, ...] = ()
    failure: errors.ChangeflowError | None = None
    try:
        view = locate(root)
        register = read_register(view, lately.clock, everywhere=False)
        looked = _Suspects(view, register, walk, near, frozenset(items), base, lately)
        suspects = tuple(sorted(looked.found(), key=_order))
        told, unreadable = list(register.problems), register.unreadable
    except (errors.Unreadable, errors.HostFailed, errors.NothingToDo) as error:
        failure = error
        told.append(error.told)
    answer = Upstream(
        rests_on=len(near) - len(numbers),
        causes_total=len(causes),
        causes=tuple(_cause(one.number, one.score, one.hops, base) for one in causes[:most]),
        since=lately.since,
        until=lately.clock.now,
        changes=suspects,
        unreadable=unreadable,
        problems=tuple(said_of(one, MACHINE).text for one in told),
        told=tuple(told),
    )
    return answer, failure


def _cause(number: int, score: float, hops: int, base: KnownCmdb) -> Cause:
    node = base.graph.node_at(number)
    return Cause(
        ci=base.graph.ids[number],
        score=score,
        hops=hops,
        environment=node.environment if node else None,
        criticality=node.criticality if node else None,
        owner=node.owner if node else None,
    )


def _order(one: SuspectChange) -> tuple[bool, float, float, str]:
    """Return the sorting key: own changes first and by time, others by rank, then by time."""
    ended = -one.ended.timestamp() if one.ended is not None else float("-inf")
    return (not one.own, ended if one.own else -one.rank, ended, one.change)


# states of changes on the main branch that surely did nothing
_NOT_DONE: Final = frozenset(
    {LifecycleState.DRAFT, LifecycleState.REJECTED, LifecycleState.WITHDRAWN}
)


@dataclass(frozen=True)
class _Suspects:
    """Changes of some days that touched what items rest on."""

    view: View
    register: Register
    walk: Walk
    near: Collection[int]
    asked: frozenset[str]
    base: KnownCmdb
    lately: Lately

    def found(self) -> Iterator[SuspectChange]:
        """Yield the changes, each once."""
        for row in self._rows():
            touched = tuple(ci for ci in row.items if self._number(ci) is not None)
            if touched:
                yield from self._suspect(row, touched)

    def _rows(self) -> Iterable[ListedChange]:
        """Return the changes that did something or may have: as they are on the main branch.

        One that is merged may have been done by hand in its window, whatever its state.
        """
        chosen: dict[str, ListedChange] = {}
        for one in self.register.changes:
            row = one.row
            if row.at == MAIN and row.state not in _NOT_DONE:
                chosen[row.change] = row
            elif row.state in _DONE:
                chosen.setdefault(row.change, row)
        return chosen.values()

    def _number(self, ci: str) -> int | None:
        number = self.base.graph.ids.number_of(ci)
        return number if number in self.near else None

    def _suspect(self, row: ListedChange, touched: tuple[str, ...]) -> Iterator[SuspectChange]:
        began, ended, by = self._when(row)
        now = self.lately.clock.now
        last = min(ended or now, now)
        if last < self.lately.since or (began is not None and began > now):
            return
        numbers = [number for ci in touched if (number := self._number(ci)) is not None]
        score = round(self.walk.score_of(numbers), DIGITS)
        recency = 1 - (now - last) / timedelta(days=self.lately.days)
        yield SuspectChange(
            change=row.change,
            title=row.title,
            state=row.state,
            items=touched,
            score=score,
            rank=round(score * recency, DIGITS),
            own=not self.asked.isdisjoint(touched),
            began=began,
            ended=ended,
            requester=row.requester,
            by=by or row.implementer,
            see=f"changeflow show {row.change}",
        )

    def _when(self, row: ListedChange) -> tuple[datetime | None, datetime | None, str | None]:
        """Return when a change began and ended, and who started it: by its release or its window."""
        began = row.window.start if row.window is not None else None
        ended = row.window.end if row.window is not None else None
        try:
            evidence = self.view.ledger.evidence(self.view.base, row.change)
            request = self.view.base.change(row.change).change
        except (errors.NothingToDo, errors.Unreadable):
            return began, ended, None
        facts = release_facts(request, evidence.of_change(row.change))
        if facts.started is None:
            return began, ended, None
        return facts.started, facts.ended, facts.by
