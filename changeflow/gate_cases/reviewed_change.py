"""What a post-implementation review is about, and until when it is due: for gates and `review`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from changeflow.gate.case import OwedSupplement, ReleaseFacts
from changeflow.gate_cases.contributions import authors_of
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.evidence import LedgerEntry, ReviewBody
from changeflow.policy.review_duties import INCIDENT, OVERRAN, Course, duties
from changeflow.reading.change import ChangeState
from changeflow.reading.incidents import Incidents
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.release.review_checks import ReviewedChange

# the classes of a change that are types of their own
_TYPES = frozenset({ChangeType.STANDARD.value, ChangeType.EMERGENCY.value})


def reviewed_change(
    view: View,
    content: ChangeState,
    base: Rulebook,
    mine: Sequence[LedgerEntry],
    release: ReleaseFacts,
    *,
    given: bool,
) -> ReviewedChange:
    """Return what the review of a change is about.

    A review that is on record already is not asked about incidents that people report afterwards:
    the change owes a supplement then (`owed_supplement`).

    Args:
        view: where the base and the head are.
        content: the change.
        base: the rulebook of the base.
        mine: the entries about the change that count.
        release: what they say about its release.
        given: whether the review is on record as it is.

    Raises:
        errors.HostFailed: when a shallow clone hides commits.
    """
    incidents = () if given else view.base.incidents.caused_by(content.change.id)
    return ReviewedChange(
        change=content.change,
        journal=mine,
        roster=base.roster,
        duties=duties(base.policies, release.ended, base.config.zone),
        course=_course(content.change, release, incidents),
        authors=frozenset(authors_of(view, content, base, mine).people),
        incidents=incidents,
    )


def review_due(
    change: ChangeRequest,
    base: Rulebook,
    mine: Sequence[LedgerEntry],
    release: ReleaseFacts,
    incidents: Incidents,
) -> datetime | None:
    """Return until when policies say that the review of a change is due, beside their rules.

    An incident can bring it forward, and where none was due makes one due, from when it was
    opened. A review that was given in time stays in time, and gives time for its supplement.

    Args:
        change: the request.
        base: the rulebook of the base.
        mine: the entries about the change that count.
        release: what they say about its release.
        incidents: those of the base.
    """
    if release.ended is None:
        return None
    zone = base.config.zone
    owed = duties(base.policies, release.ended, zone)
    if not owed.given:
        return None
    first = owed.due(_course(change, release, ()), release.ended, zone)
    caused, opened = incidents.caused_by(change.id), incidents.opened(change.id)
    if not caused:
        return first
    since = max(release.ended, opened or release.ended)
    again = owed.due(_course(change, release, caused), since, zone)
    if first is None or again is None:
        return first or again
    return max(first, again) if _given(mine, first) else min(first, again)


def owed_supplement(
    change: ChangeRequest,
    base: Rulebook,
    release: ReleaseFacts,
    named: Sequence[str],
    incidents: Incidents,
) -> OwedSupplement | None:
    """Return what a review on record owes since incidents were reported; None: nothing.

    A document that cannot be read is an error of `check`, and is asked of no review here.

    Args:
        change: the request.
        base: the rulebook of the base.
        release: what is known about its release.
        named: the incidents that the review names.
        incidents: those of the base.
    """
    unnamed = [one for one in incidents.naming(change.id) if one not in named]
    if release.ended is None or not unnamed:
        return None
    zone = base.config.zone
    owed = duties(base.policies, release.ended, zone)
    if not owed.given:
        return None
    since = max(release.ended, incidents.opened(change.id) or release.ended)
    due = owed.due(_course(change, release, unnamed), since, zone)
    return OwedSupplement(incidents=tuple(unnamed), due=due)


def _given(mine: Sequence[LedgerEntry], by: datetime) -> bool:
    """Return whether a review was put on record by a time."""
    return any(isinstance(entry.body, ReviewBody) and entry.moment <= by for entry in mine)


def _course(change: ChangeRequest, release: ReleaseFacts, incidents: Sequence[str]) -> Course:
    """Return how a release went, with the type that the change had when it started."""
    kind = change.spec.type.value
    if release.class_:
        kind = release.class_ if release.class_ in _TYPES else ChangeType.NORMAL.value
    outcomes = {release.outcome} if release.outcome else set()
    if release.overran:
        outcomes.add(OVERRAN)
    if incidents:
        outcomes.add(INCIDENT)
    return Course(kind, frozenset(outcomes))
