"""Whether the policy asks for a post-implementation review of a change, as its rules answered.

A rule is about reviews if it can shut the gate and its `assert` reads `evidence.review.complete` or
`evidence.review.present`, and its `when` reads nothing of the review. No such rule is silence, and
silence is not consent: a review is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.policy import Rule
from changeflow.policy.cel import ConditionError
from changeflow.policy.engine import RuleResult
from changeflow.policy.facts_read import paths_read

_REVIEW: Final = ("evidence", "review")
_THERE: Final = frozenset({(*_REVIEW, "complete"), (*_REVIEW, "present")})


@dataclass(frozen=True)
class ReviewDemand:
    """What the policy says about a review that is not there.

    Attributes:
        demanded: whether it asks for one.
        rules: the rules that ask for it, or that let the change close without it.
    """

    demanded: bool
    rules: tuple[str, ...]


def review_demand(results: Iterable[RuleResult], outcome: str) -> ReviewDemand:
    """Return whether the rules of the gate `close` ask for a review of a change without one.

    Args:
        results: what they answered.
        outcome: how the release went, as conditions see it; empty where that is not known: then
            no rule can do without a review.
    """
    about = [one for one in results if _is_about_reviews(one.rule)]
    asking = [one.rule.id for one in about if one.outcome in ("fail", "error")]
    if asking or not about or not outcome:
        return ReviewDemand(demanded=True, rules=tuple(asking))
    return ReviewDemand(demanded=False, rules=tuple(one.rule.id for one in about))


def _is_about_reviews(rule: Rule) -> bool:
    if rule.level != "deny" or rule.assert_ is None:
        return False
    try:
        asserted = paths_read(rule.assert_)
        asked_when = paths_read(rule.when) if rule.when is not None else frozenset()
    except (ConditionError, ValueError):
        return False
    return bool(asserted & _THERE) and not any(path[:2] == _REVIEW for path in asked_when)
