"""The gate `approve`: the people whom the policy asks for agree to this content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Self

from changeflow.gate.case import Common, GateCase
from changeflow.gate.every_gate import (
    WILL_NOT_RUN,
    calendar_reasons,
    draft,
    every_gate,
    quoted,
)
from changeflow.gate.evidence_seen import Evidence, common_evidence
from changeflow.gate.gate_rules import Basis, GateRules, Results
from changeflow.gate.gates.submit import SUBMIT
from changeflow.gate.other_paths import OtherPaths
from changeflow.gate.plan_reasons import missing_plans
from changeflow.gate.reasons import reason, warning
from changeflow.gate.scope_reasons import scope_reasons
from changeflow.model.answers.decision import Reason
from changeflow.model.document_parts import format_instant
from changeflow.model.opinions import Review, speakers
from changeflow.model.policy import Gate

_STRICTNESS: Final = {"standard": 0, "normal": 1}


class ApproveCase(GateCase):
    """What the gate `approve` asks beside what every gate asks.

    Attributes:
        resubmitted: when the requester withdrew the change and a new commit of theirs followed;
            None where to withdraw an opinion is not to withdraw the request.
        planned_later: changes this one depends on that begin when its window is over, to their
            start.
        other_paths: what the other paths of its branch ask for. A pull request is asked as a whole
            instead.
        approval_validity: how long approvals hold before the release starts; None: for good.
        emergency_validity: the same for emergencies, where it is shorter.
        released: whether a release of the change has started: it was approved in time.
    """

    resubmitted: frozenset[datetime] | None
    planned_later: dict[str, datetime]
    other_paths: OtherPaths
    approval_validity: timedelta | None
    emergency_validity: timedelta | None
    released: bool

    def supposing(self, approvals: tuple[Review, ...]) -> Self:
        """See `Case.supposing`."""
        people = frozenset(speakers(approvals))
        approved_by = self.other_paths.approved_by | people
        other = self.other_paths.model_copy(update={"approved_by": approved_by})
        return super().supposing(approvals).model_copy(update={"other_paths": other})


class Approve(GateRules[ApproveCase]):
    """The gate `approve`. Nothing is approved that may not even be reviewed."""

    gate = Gate.APPROVE
    earlier = (SUBMIT,)
    by_people = True
    dates_approvals = True

    def evidence(self, case: ApproveCase, basis: Basis) -> Evidence:
        """See `GateRules.evidence`."""
        return common_evidence(case.common, basis.approved_at)

    def reasons(
        self, case: ApproveCase, basis: Basis, results: Results, now: datetime
    ) -> Iterable[Reason]:
        """Return whether it is submitted, declared high enough, agreed to, and in time."""
        yield from every_gate(case.common, now)
        yield from draft(case.common)
        yield from scope_reasons(case.common)
        yield from missing_plans(case.common)
        yield from _withdrawal(case, now)
        yield from _declared_type(case.common)
        yield from _nobody_asked(case.common, results)
        yield from _objections(basis.vetoes)
        yield from _window(case.common, now)
        yield from calendar_reasons(case.common, now, starting=False)
        yield from _waits_in_vain(case)

    def validity(self, case: ApproveCase) -> timedelta | None:
        """Return how long approvals hold before the release starts.

        What has started was approved in time.
        """
        if case.released or case.common.change.spec.retrospective is not None:
            return None
        declared, computed = case.common.change.spec.type, case.common.assessment.computed
        emergency = "emergency" in (declared.value, computed)
        shorter = case.emergency_validity if emergency else None
        return min(filter(None, (case.approval_validity, shorter)), default=None)

    def other_paths(self, case: ApproveCase) -> OtherPaths:
        """See `GateRules.other_paths`."""
        return case.other_paths


APPROVE: Final = Approve()


def _withdrawal(case: ApproveCase, now: datetime) -> Iterable[Reason]:
    """Return that the requester withdrew the request, and no new commit submits it again."""
    if case.resubmitted is None:
        return
    requester = case.common.change.metadata.requester
    last: Review | None = None
    for review in case.common.panel.reviews:
        if review.by != requester or review.decision != "withdraw" or review.ineligible:
            continue
        if review.at <= now and review.at not in case.resubmitted:
            last = review
    if last is not None:
        yield reason("withdrawn", "fail", "change.withdrawn", {"who": last.shown_as})


def _declared_type(common: Common) -> Iterable[Reason]:
    """Return that the type which was declared is lower than the one that was computed."""
    declared, computed = common.change.spec.type.value, common.assessment.computed
    if _STRICTNESS.get(declared, 1) < _STRICTNESS.get(computed, 1) or (
        declared == "emergency"
    ) != (computed == "emergency"):
        kind = common.assessment.type
        data = {
            "declared": kind.declared,
            "computed": kind.computed,
            "why": list(kind.data or kind.reasons),
        }
        yield reason("type", "fail", "type.declared_too_low", data)


def _nobody_asked(common: Common, results: Results) -> Iterable[Reason]:
    """Return that nobody is asked about a change that is major for what it does, not for its risk.

    Policies that ask people about other changes may be older than such classes. One that never
    asks anybody means it.
    """
    asks_people = any(result.rule.require for result in results)
    if not asks_people or any(result.asked and result.seats for result in results):
        return
    if common.assessment.type.class_ == "major" and common.assessment.risk.level != "critical":
        yield reason("class", "fail", "approvals.none_for_major")


def _objections(vetoes: Iterable[Review]) -> Iterable[Reason]:
    for review in vetoes:
        data = {"who": review.shown_as}
        words = quoted(review)
        if words:
            data |= {"case": "words", "words": words}
        yield reason("rejection", "fail", "review.rejected", data)


def _window(common: Common, now: datetime) -> Iterable[Reason]:
    """Return that the window is empty or over."""
    window = common.change.spec.window
    if window is not None and window.end <= window.start:
        yield reason("window", "fail", "window.empty")
    elif window is not None and now >= window.end:
        yield reason("window", "fail", "window.past", {"end": format_instant(window.end)})


def _waits_in_vain(case: ApproveCase) -> Iterable[Reason]:
    """Warn that a change which must come first will not come, or comes after this one's window."""
    for name in case.common.change.spec.depends_on:
        found = case.common.dependencies.get(name, "")
        if found in WILL_NOT_RUN:
            data = {"change": name, "case": found}
            yield warning("dependency", "dependency.will_not_run", data)
        elif name in case.planned_later:
            start = format_instant(case.planned_later[name])
            data = {"change": name, "start": start}
            yield warning("dependency", "dependency.planned_later", data)
