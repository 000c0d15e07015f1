"""The decision about a pull request as a whole.

It is open when every request in it is, and every other path is accounted for.

All seats of a pull request are filled in one seating: one person, one seat, whatever asks for it.
Everybody who made the change, requested it or implements it is excluded from all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from changeflow.gate.case import CaseFacts, Panel
from changeflow.gate.decision import (
    Sitting,
    SittingResult,
    decide_together,
    impossible_seats,
    sorted_ignored,
)
from changeflow.gate.every_gate import quoted
from changeflow.gate.gate_rules import NO_BASIS
from changeflow.gate.gates.approve import APPROVE, ApproveCase
from changeflow.gate.opinions import Seating
from changeflow.gate.path_approvals import PathApproval, path_approval_reason
from changeflow.gate.reasons import pull_reason
from changeflow.gate.rule_reasons import unknown_contributors
from changeflow.gate.tenure import new_in_role
from changeflow.model.answers.decision import Decision, Reason
from changeflow.model.opinions import Review
from changeflow.model.pull_results import PullState, PullVerdict


class PullCase(CaseFacts):
    """Everything the decision depends on, apart from the time.

    Attributes:
        number: of the pull request.
        head: the commit that is judged.
        base: the commit that judges.
        panel: people and their opinions. The cases have the same one.
        cases: of the requests in it.
        owed: approvals that other paths ask for.
        reasons: about the pull request itself; one that is error, fail or pending keeps it shut.
        nothing_owed: whether all paths are exempt, so that an open gate rests on something that was
            looked at and not on an empty list.
        approval_validity: how long approvals hold; None: for good.
    """

    number: int
    head: str
    base: str
    panel: Panel
    cases: tuple[ApproveCase, ...]
    owed: tuple[PathApproval, ...]
    reasons: tuple[Reason, ...]
    nothing_owed: bool
    approval_validity: timedelta | None


def decide_pull(pull: PullCase, now: datetime) -> PullVerdict:
    """Decide a pull request. Pure: the same case and time give the same bytes."""
    sitting = Sitting(APPROVE, pull.cases, pull.panel, pull.owed, pull.approval_validity, NO_BASIS)
    found = decide_together(sitting, now)
    seating, decisions = found.seating, found.decisions
    reasons = tuple(_reasons(pull, found))
    satisfiable = all(decision.satisfiable for decision in decisions) and _fixable(reasons)
    return PullVerdict(
        number=pull.number,
        state=_state(pull, reasons, decisions),
        head=pull.head,
        base=pull.base,
        digest=pull.panel.digest,
        reasons=reasons,
        decisions=decisions,
        missing=seating.missing,
        approvals=seating.counted,
        ignored=sorted_ignored(found.opinions, seating),
        satisfiable=seating.satisfiable and satisfiable,
        witness=seating.witness,
        impossible=impossible_seats(seating),
        now=now,
    )


def _reasons(pull: PullCase, found: SittingResult) -> Iterable[Reason]:
    """Return what is to be said of the pull request beside what its requests say."""
    yield from pull.reasons
    if not pull.cases:
        yield from _without_request(found.opinions.vetoes)
    for owed in pull.owed:
        yield path_approval_reason(owed, found.seating)
    if not pull.cases:
        yield from _about_people(pull, found.seating)


def _without_request(vetoes: Sequence[Review]) -> Iterable[Reason]:
    """Return rejections where no request carries them: they veto governed paths too."""
    for review in vetoes:
        words = quoted(review)
        data = {"who": review.shown_as, "case": "changes"}
        if words:
            data |= {"case": "changes_words", "words": words}
        yield pull_reason("rejection", "fail", "review.rejected", data)


def _about_people(pull: PullCase, seating: Seating) -> Iterable[Reason]:
    """Return what is to be said of contributors and approvers where no request says it."""
    panel = pull.panel
    if pull.owed:
        yield from unknown_contributors(panel.contributors, panel.cab, seating)
    yield from new_in_role(panel.role_history, seating)


def _state(pull: PullCase, reasons: Sequence[Reason], decisions: Sequence[Decision]) -> PullState:
    """Return the state: error beats shut, and shut beats pending.

    Open needs something that asked, or paths that were all looked at and exempt.
    """
    outcomes = {item.outcome for item in reasons}
    for decision in decisions:
        outcomes |= {item.outcome for item in decision.reasons}
    if "error" in outcomes:
        return "error"
    if "fail" in outcomes:
        return "shut"
    if "pending" in outcomes:
        return "pending"
    rests_on = pull.nothing_owed or bool(pull.owed) or bool(pull.cases)
    return "open" if rests_on and all(decision.open for decision in decisions) else "shut"


def _fixable(reasons: Sequence[Reason]) -> bool:
    for item in reasons:
        mended = item.outcome == "pending" or item.reason_code == "review.rejected"
        if not mended and item.outcome not in ("pass", "skipped"):
            return False
    return True
