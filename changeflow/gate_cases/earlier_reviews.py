"""What reviews of earlier changes learnt that have to do with a change: merged reviews alone count.

Those of the same items come first, then of the same change model, then of the same kind of change;
among these those that failed, and the newest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from changeflow import errors
from changeflow.gate_cases.improvements import verified_follow_ups
from changeflow.gate_cases.open_ends import open_follow_ups
from changeflow.model.answers.lessons import EarlierReview, EarlierReviews, Relation
from changeflow.model.change import ChangeRequest
from changeflow.model.document_paths import change_of_review, change_of_rfc, review_path, rfc_path
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.reading.evidence import Evidence
from changeflow.reading.state import State
from changeflow.release.ending import OUTCOME_OF, has_failed

# reviews that are shown, and that are read to find them: some are not finished
_SHOWN: Final = 3
_READ: Final = 12
_RELATIONS: Final[tuple[Relation, ...]] = ("item", "model", "kind")
Spec = Mapping[str, Any]


def earlier_reviews(base: State, change: ChangeRequest, evidence: Evidence) -> EarlierReviews:
    """Return the reviews that have to do with a change, the most relevant first.

    Args:
        base: the main branch; nothing that is not merged is looked at.
        change: the request.
        evidence: the ledger, which tells how releases ended.
    """
    names = [name for name in map(change_of_review, base.paths) if name and name != change.id]
    related = list(_related(base, change, names))
    related.sort(key=lambda one: one[0], reverse=True)
    related.sort(key=lambda one: (_RELATIONS.index(one[1]), not _failed(one[0], evidence)))
    found: list[EarlierReview] = []
    skipped = 0
    for name, relation, shared in related[:_READ]:
        one = _read(base, name, relation, shared, evidence)
        if one is None:
            skipped += 1
        elif len(found) < _SHOWN:
            found.append(one)
    return EarlierReviews(tuple(found), len(related) - skipped - len(found))


def _related(
    base: State, change: ChangeRequest, names: Sequence[str]
) -> Iterator[tuple[str, Relation, tuple[str, ...]]]:
    """Yield the changes that have to do with one, how, and the items that they share."""
    items, spec = frozenset(change.changed), change.spec
    for path, other in base.request_fields(list(map(rfc_path, names))):
        name = change_of_rfc(path)
        if name is None:
            continue
        shared = items.intersection(_items_of(other))
        if shared:
            yield name, "item", tuple(sorted(shared))
        elif spec.model is not None and other.get("model") == spec.model:
            yield name, "model", ()
        elif spec.category is not None and _kind(other) == (spec.type.value, spec.category):
            yield name, "kind", ()


def _items_of(spec: Spec) -> list[str]:
    items = spec.get("items")
    if not isinstance(items, list):
        return []
    return [str(item.get("ci")) for item in items if isinstance(item, dict)]


def _kind(spec: Spec) -> tuple[Any, Any]:
    return spec.get("type"), spec.get("category")


def _failed(name: str, evidence: Evidence) -> bool:
    state = evidence.finished.get(name)
    return state is not None and has_failed(state)


def _read(
    base: State, name: str, relation: Relation, shared: tuple[str, ...], evidence: Evidence
) -> EarlierReview | None:
    """Return what a review learnt; None where it cannot be read, or is not finished."""
    try:
        review = base.document(review_path(name), PostImplementationReview)
        request = base.document(rfc_path(name), ChangeRequest)
    except errors.Unreadable:
        return None
    spec = review.spec
    if spec.outcome is None or spec.reviewed is None or spec.lessons is None:
        return None
    fixed = _fixed(base, evidence) if spec.follow_ups else frozenset[str]()
    return EarlierReview(
        change=name,
        title=request.metadata.title,
        relation=relation,
        items=shared,
        outcome=spec.outcome,
        reviewed=spec.reviewed,
        lessons=spec.lessons,
        root_cause=spec.answers.get("root-cause"),
        open_follow_ups=tuple(one.action for one in open_follow_ups(base, name, fixed)),
    )


def _fixed(base: State, evidence: Evidence) -> Collection[str]:
    """Return what implemented changes say that they fix, and what improvements have settled."""
    done = [name for name, state in evidence.finished.items() if OUTCOME_OF[state] == "implemented"]
    found: set[str] = set()
    for _, spec in base.request_fields(list(map(rfc_path, done))):
        fixes = spec.get("fixes")
        if isinstance(fixes, list):
            found.update(map(str, fixes))
    return found | verified_follow_ups(base)
