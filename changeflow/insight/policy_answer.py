"""The answer of `policy backtest`, from the changes of the past and what rules come to for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from changeflow.insight.judged_changes import JudgedChange, PastChange, RuleOf
from changeflow.insight.policy_sums import changed, outcome_of, role_times
from changeflow.insight.standing import candidates, standings_of_models
from changeflow.model.answers.policy_backtest import (
    BacktestedChanges,
    PolicyBacktest,
    UnjudgedChanges,
)
from changeflow.model.change_model import ChangeModel
from changeflow.model.config import StandingConfig

# changes that are named for one reason why they are left out, and with another outcome
_NAMED: Final = 10
_CHANGED: Final = 20
# what such a calculation does not tell, as cases of a sentence
CANNOT_KNOW: Final = ("people", "never_asked", "prevented", "hours", "selection")


class BeganIn(NamedTuple):
    """Changes that began in a half-open period; None: from the first, or to the last."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Return whether a moment lies in it."""
        begun = self.start is None or self.start <= moment
        return begun and (self.end is None or moment < self.end)


ALWAYS: Final = BeganIn()


class Unjudged(NamedTuple):
    """A change that is not judged, and why: in English, and as a sentence in any language."""

    change: str
    why: str
    told: str | dict[str, Any]


class TriedRules(NamedTuple):
    """A set of rules: where they were read, and their ids in order."""

    label: str
    rules: tuple[RuleOf, ...]


class Backtested(NamedTuple):
    """The changes of the past, and what each set of rules comes to for them.

    Attributes:
        source: where they come from.
        period: that was asked about.
        found: changes in it.
        limited: whether the work was cut short.
        changes: that were judged.
        outcomes: for each of them, in the order of the sets of rules.
        left_out: changes that were not judged.
        models: change models of today.
        standing: settings about candidates and models.
    """

    source: Literal["repository", "records"]
    period: BeganIn
    found: int
    limited: bool
    changes: Sequence[PastChange]
    outcomes: Sequence[Sequence[JudgedChange]]
    left_out: Sequence[Unjudged]
    models: Mapping[str, ChangeModel]
    standing: StandingConfig


def answer_of(found: Backtested, sets: Sequence[TriedRules]) -> PolicyBacktest:
    """Return the answer about the rules of today, and about those proposed if there are any."""
    times = role_times(found.changes)
    names: tuple[Literal["today", "proposed"], ...] = ("today", "proposed")
    outcomes, pairs = [], []
    for number, (name, one) in enumerate(zip(names, sets, strict=False)):
        mine = [judged[number] for judged in found.outcomes]
        pairs.append(list(zip(found.changes, mine, strict=True)))
        outcomes.append(outcome_of(name, one.label, one.rules, pairs[number], times))
    others = changed(*pairs) if len(pairs) == len(names) else ()
    enough = found.standing.candidate_changes
    # a word of the language
    since: dict[str, Any] = {"from": found.period.start}
    return PolicyBacktest(
        **since,
        to=found.period.end,
        changes=BacktestedChanges(
            source=found.source,
            found=found.found,
            judged=len(found.changes),
            left_out=tuple(_left_out(found.left_out)),
            limited=found.limited,
        ),
        role_times=times,
        outcomes=tuple(outcomes),
        changed=others[:_CHANGED],
        changed_total=len(others),
        candidates=candidates(found.changes, enough),
        candidate_changes=enough,
        models=standings_of_models(
            found.changes, found.models, enough, found.standing.doubtful_below / 100
        ),
        cannot_know=CANNOT_KNOW if found.source == "repository" else (*CANNOT_KNOW, "records"),
    )


def _left_out(unjudged: Iterable[Unjudged]) -> Iterable[UnjudgedChanges]:
    """Yield the reasons why changes are not judged, that of most changes first."""
    by_reason: dict[str, list[Unjudged]] = {}
    for one in unjudged:
        by_reason.setdefault(one.why, []).append(one)
    for why, mine in sorted(by_reason.items(), key=lambda one: (-len(one[1]), one[0])):
        # the change comes first in each
        names = [name for name, *_ in sorted(mine, key=str)][:_NAMED]
        yield UnjudgedChanges(why=why, count=len(mine), changes=tuple(names), told=mine[0].told)
