"""Everything that is owed for a change: by the gates, by its release, and by its review."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, tzinfo

from changeflow.gate.change_states import READY, WAITING, LifecycleState
from changeflow.gate.lifecycle import LifeCase
from changeflow.gate.owed import owed
from changeflow.model.answers.register import Owed
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path
from changeflow.model.evidence import LedgerEntry
from changeflow.model.people import Roster
from changeflow.model.post_implementation import FollowUp, PostImplementationReview
from changeflow.model.times import end_of_day
from changeflow.reading.places import Place
from changeflow.reading.state import State
from changeflow.release.waiting import waiting


def open_ends(
    place: Place,
    case: LifeCase,
    state: LifecycleState | None,
    mine: Sequence[LedgerEntry],
    clock: Clock,
    zone: tzinfo,
    fixed: Collection[str],
) -> tuple[Owed, ...]:
    """Return what is owed for a change.

    Nothing can be approved or released that no branch has, so that waits for no person.

    Args:
        place: where the request is, and the review.
        case: what the state of the change depends on.
        state: the state.
        mine: the entries about the change.
        clock: the time.
        zone: whose days end.
        fixed: what implemented changes say that they fix.
    """
    if place.forgotten and state in WAITING | READY:
        return ()
    found = [*owed(case, state, clock.now)]
    if state in (LifecycleState.IMPLEMENTING, LifecycleState.ROLLBACK_FAILED):
        waits = waiting(case.common.change, mine, clock.now, clock.real)
        found += [waits] if waits is not None else []
    if case.review.complete:
        roster = case.common.panel.roster
        for one in open_follow_ups(place.state, case.common.change.id, fixed):
            found.append(_follow_up(one, roster, clock.now, zone))
    return tuple(found)


def open_follow_ups(place: State, change: str, fixed: Collection[str]) -> Iterator[FollowUp]:
    """Yield the follow-ups of the review of a change that no implemented change fixes.

    Args:
        place: where the review is.
        change: the change.
        fixed: what implemented changes say that they fix.
    """
    review = place.parsed(review_path(change)).first(PostImplementationReview)
    if review is None or change in fixed:
        return
    for number, one in enumerate(review.spec.follow_ups, start=1):
        if f"{change}#{number}" not in fixed:
            yield one


def _follow_up(one: FollowUp, roster: Roster, now: datetime, zone: tzinfo) -> Owed:
    by = roster.members(one.owner) or (one.owner,)
    due = end_of_day(one.due, zone) if one.due is not None else None
    return Owed.of("follow-up", by, due, now, one.action)
