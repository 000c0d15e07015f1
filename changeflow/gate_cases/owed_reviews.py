"""Reviews of earlier changes that are owed, as far as they have to do with changes: merged alone.

A review has to do with a change when both are about an item, or when a person who asked for the
change or makes it may give the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from changeflow import errors
from changeflow.gate_cases.register_rows import RowMaker
from changeflow.model.answers.lessons import OwedReview, OwedReviews
from changeflow.model.answers.register import ListedChange, Owed
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import rfc_path
from changeflow.model.evidence import NO_CHANGE, REVIEW
from changeflow.model.times import END_OF_TIME
from changeflow.reading.other_changes import items_of_requests
from changeflow.reading.places import MAIN, Place
from changeflow.reading.view import View

# reviews that are shown, and changes that are judged to find them
_SHOWN: Final = 3
_JUDGED: Final = 40
_WHAT: Final = ("review", "supplement")


def owed_reviews(view: View, changes: Sequence[ChangeRequest], clock: Clock) -> OwedReviews:
    """Return the reviews that are owed and have to do with changes, those overdue first.

    Args:
        view: the repository; nothing that is not merged is looked at.
        changes: the requests.
        clock: the time.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    own = {change.id for change in changes}
    evidence = view.ledger.evidence(view.base, NO_CHANGE)
    reviewed = evidence.changes_with(REVIEW)
    names = [name for name in evidence.finished if name not in own and name not in reviewed]
    items, people = _items_and_people(changes)
    judged = _in_order(view, names, items)[:_JUDGED]
    if not judged:
        return OwedReviews()
    base = view.base.require_readable()
    of_base = view.of_base()
    if evidence.remembered is not None:
        # one reading of their entries for all of them
        of_base = of_base.for_some(frozenset(judged))
        evidence = of_base.ledger.evidence(of_base.base, NO_CHANGE)
    maker = RowMaker(Place(MAIN, of_base, tuple(names)), base, evidence, clock, frozenset())
    found: list[OwedReview] = []
    for name in judged:
        request = _request(view, name)
        if request is None:
            continue
        row = maker.row(request).row
        shared = tuple(sorted(items.intersection(row.items)))
        for one in row.owed:
            mine = tuple(who for who in one.by if who in people)
            if one.what in _WHAT and (shared or mine):
                found.append(_owed(row, one, shared, mine))
    found.sort(key=_urgency)
    return OwedReviews(tuple(found[:_SHOWN]), len(found[_SHOWN:]))


def _items_and_people(changes: Sequence[ChangeRequest]) -> tuple[frozenset[str], frozenset[str]]:
    items, people = set[str](), set[str]()
    for change in changes:
        items.update(change.changed)
        people.add(change.metadata.requester)
        people.add(change.spec.implementer or change.metadata.requester)
    return frozenset(items), frozenset(people)


def _in_order(view: View, names: Sequence[str], items: frozenset[str]) -> list[str]:
    """Return changes, those about the same items first, and of these the oldest."""
    first, then = list[str](), list[str]()
    for name, changed in items_of_requests(view.base, sorted(names)).items():
        (then if items.isdisjoint(changed) else first).append(name)
    return [*first, *then]


def _request(view: View, name: str) -> ChangeRequest | None:
    try:
        return view.base.document(rfc_path(name), ChangeRequest)
    except errors.Unreadable:
        return None


def _owed(
    row: ListedChange, one: Owed, shared: tuple[str, ...], mine: tuple[str, ...]
) -> OwedReview:
    return OwedReview(
        change=row.change,
        path=rfc_path(row.change),
        items=shared,
        by=mine or one.by,
        due=one.due,
        overdue=one.overdue,
    )


def _urgency(one: OwedReview) -> tuple[bool, datetime, str]:
    return not one.overdue, one.due or END_OF_TIME, one.change
