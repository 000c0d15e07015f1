"""Kinds of changes that always went well, and how changes under a model went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from changeflow.cmdb.audit_estimate import simple
from changeflow.insight.judged_changes import PastChange
from changeflow.model.answers.policy_backtest import ModelStanding, StandardCandidate
from changeflow.model.change_model import ChangeModel
from changeflow.risk.history import Count
from changeflow.risk.model_record import suspended

# items and examples that are named, and candidates that are listed
_NAMED: Final = 5
_CANDIDATES: Final = 50

Standing = Literal["good", "unproven", "doubtful", "suspended"]
_Kind = tuple[tuple[str, ...], str, tuple[str, ...] | None]


def candidates(changes: Iterable[PastChange], enough: int) -> tuple[StandardCandidate, ...]:
    """Return the kinds of normal changes that always went well, those seen most often first.

    Changes are of one kind that change items of the same types, in the same category, by the same
    steps.

    Args:
        changes: of the past.
        enough: how many of a kind must have ended.
    """
    kinds: dict[_Kind, list[PastChange]] = defaultdict(list)
    for change in changes:
        if change.kind == "normal" and change.failed is not None and change.item_kinds:
            kinds[change.item_kinds, change.category, change.steps].append(change)
    found = []
    for kind, seen in kinds.items():
        if len(seen) >= enough and not any(change.failed for change in seen):
            found.append(_candidate(kind, seen))
    found.sort(key=lambda one: (-one.changes, one.kinds, one.category, one.steps))
    return tuple(found[:_CANDIDATES])


def _candidate(kind: _Kind, seen: Sequence[PastChange]) -> StandardCandidate:
    item_kinds, category, steps = kind
    share = simple(len(seen), len(seen))
    items: Counter[str] = Counter()
    for change in seen:
        items.update(change.items)
    by_time = sorted(seen, key=lambda change: (change.began, change.change))
    return StandardCandidate(
        items=tuple(sorted(items, key=lambda name: (-items[name], name))[:_NAMED]),
        items_total=len(items),
        kinds=item_kinds,
        category=category,
        steps=steps or (),
        changes=len(seen),
        first=by_time[0].began,
        last=by_time[-1].began,
        at_least=share.low if share is not None else 0.0,
        examples=tuple(change.change for change in by_time[: -_NAMED - 1 : -1]),
    )


def standings_of_models(
    changes: Iterable[PastChange], models: Mapping[str, ChangeModel], enough: int, bad: float
) -> tuple[ModelStanding, ...]:
    """Return how the change models stand: those of today, and those that changes of the past name.

    Args:
        changes: of the past.
        models: of today, by id.
        enough: how many changes prove something.
        bad: a model is doubtful if the share that goes well is surely below this.
    """
    seen: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for change in changes:
        if change.model is not None and change.failed is not None:
            seen[change.model] += 1
            failures[change.model] += change.failed
    found = []
    for name in sorted(models.keys() | seen.keys()):
        count = (seen[name], failures[name])
        found.append(_standing(name, models.get(name), count, enough, bad))
    return tuple(found)


def _standing(
    name: str, model: ChangeModel | None, count: tuple[int, int], enough: int, bad: float
) -> ModelStanding:
    seen, failures = count
    share = simple(seen - failures, seen)
    limit = model.spec.max_failures if model is not None else None
    standing: Standing = "good"
    if model is not None and any(suspended(model, Count(seen, failures))):
        standing = "suspended"
    elif share is not None and share.high < bad:
        standing = "doubtful"
    elif seen < enough:
        standing = "unproven"
    return ModelStanding(
        model=name,
        standing=standing,
        changes=seen,
        failures=failures,
        at_least=share.low if share is not None else None,
        at_most=share.high if share is not None else None,
        max_failures=limit,
        expires=model.spec.expires.isoformat() if model is not None else None,
    )
