"""The one way from cases and opinions to decisions: for one change, or for all of a pull request.

Everything that is decided together is decided in one seating: one person fills one seat, whatever
asks for it. A gate is open only when at least one rule of the policy asked, and no reason is fail,
pending or error. Built-in reasons and warnings never count as having asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic

from changeflow.gate.assess import named_freezes
from changeflow.gate.case import C, Case, Common, LateAssessment, Panel, with_reviews
from changeflow.gate.every_gate import breaks_glass, hold_data, holding, timing_at
from changeflow.gate.gate_rules import NO_BASIS, Basis, GateRules
from changeflow.gate.opinions import Opinions, Seating, excluded_from, seat_opinions, sort_opinions
from changeflow.gate.path_approvals import PathApproval, path_approval_reason
from changeflow.gate.reasons import reason
from changeflow.gate.rule_reasons import RuleResults, rule_reason, silence, unknown_contributors
from changeflow.gate.seats import Tenure, roles_of
from changeflow.gate.standing_opinions import said, standing_at
from changeflow.gate.tenure import new_in_role
from changeflow.gate.what_shuts import Seen
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Assessment, Conflict
from changeflow.model.answers.decision import Decision, IgnoredReview, Missing, Reason, shutting
from changeflow.model.opinions import Review, speakers
from changeflow.model.watched_time import unnoted
from changeflow.policy.calendar_facts import CalendarFacts, calendar_facts
from changeflow.policy.cel import LateFacts
from changeflow.policy.condition_facts import (
    conflict_facts,
    history_facts,
    impact_facts,
    late_change_facts,
    risk_facts,
    stamp,
)
from changeflow.policy.engine import Demand, evaluate, longest_tenure, merge
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import Timing


@dataclass(frozen=True)
class Sitting(Generic[C]):
    """What is decided together.

    Attributes:
        rules: the gate.
        cases: of the changes.
        panel: people and their opinions.
        owed: approvals that paths ask for, beside what the cases say of their own branches.
        validity: how long approvals hold; None: as long as the cases say.
        basis: the approval that the decisions rest on.
    """

    rules: GateRules[C]
    cases: tuple[C, ...]
    panel: Panel
    owed: tuple[PathApproval, ...]
    validity: timedelta | None
    basis: Basis


@dataclass(frozen=True)
class SittingResult:
    """What came of a sitting: the opinions sorted, who sits where, and a decision for each case."""

    opinions: Opinions
    seating: Seating
    decisions: tuple[Decision, ...]


def decide(rules: GateRules[C], case: C, now: datetime) -> Decision:
    """Decide a gate for one change."""
    case = opinions_by(case, now)
    basis = rules.basis(case, now)
    sitting = Sitting(rules, (case,), case.common.panel, (), None, basis)
    return decide_together(sitting, now).decisions[0]


def is_surely_shut(rules: GateRules[C], case: C, now: datetime) -> bool:
    """Return whether a gate is shut by what its rules say alone, whoever sits where.

    False where that takes a decision. Rules that ask for seats are not looked at: what they say
    depends on opinions, as what others may say does once the seats are filled.
    """
    case = opinions_by(case, now)
    asked = ask(rules, case, rules.basis(case, now), now)
    if asked.broken or asked.demands:
        return bool(asked.broken)
    if not asked.any:
        return True
    return any(result.asked and result.outcome in ("fail", "error") for result in asked.results)


def opinions_by(case: C, now: datetime) -> C:
    """Return the case with opinions as a decision at `now` hears them."""
    common = case.common
    if common.is_made("panel"):
        return with_reviews(case, said(common.panel.reviews, now, common.skew))
    return case.with_common(common.with_late(panel=lambda: _heard(common, now)))


def _heard(common: Common, now: datetime) -> Panel:
    panel = common.panel
    return panel.model_copy(update={"reviews": said(panel.reviews, now, common.skew)})


def decide_together(sitting: Sitting[C], now: datetime) -> SittingResult:
    """Decide a gate for all changes of a sitting.

    Pure: the same sitting and time give the same bytes.
    """
    asked = _ask_all(sitting, now)
    completed = _completed(sitting, asked, now) if sitting.rules.dates_approvals else None
    if completed is not None:
        sitting = replace(sitting, basis=replace(sitting.basis, approved_at=completed))
        asked = _ask_all(sitting, now)
    opinions, seating = _seated(sitting, asked, now)
    sitting = replace(sitting, basis=replace(sitting.basis, vetoes=opinions.vetoes))
    decisions: list[Decision] = []
    for case, results in zip(sitting.cases, asked, strict=True):
        decisions.append(_conclude(sitting, case, results, opinions, seating, now))
    return SittingResult(opinions, seating, tuple(decisions))


# -- what the rules ask --------------------------------------------------------------------------


def _ask_all(sitting: Sitting[C], now: datetime) -> tuple[RuleResults, ...]:
    return tuple(ask(sitting.rules, case, sitting.basis, now) for case in sitting.cases)


def ask(rules: GateRules[C], case: C, basis: Basis, now: datetime) -> RuleResults:
    """Evaluate the rules of a gate about one change.

    Args:
        rules: the gate.
        case: what the rules may look at.
        basis: the approval that the decision rests on.
        now: the time.
    """
    common = case.common
    assessment = common.assessment
    if _is_past(assessment, now) and not rules.by_people and not rules.starting:
        # No freeze can keep it waiting, and its calendars can be read.
        known = _facts(rules, case, basis, lambda: timing_at(common, now, starting=False), (), now)
        return RuleResults(evaluate(common.policies, rules.gate, known), facts=known)
    try:
        times = timing_at(common, now, starting=rules.starting)
    except RecurrenceError as error:
        data = {"why": [error.why]}
        return RuleResults((), (reason("calendar", "error", "calendar.unreadable", data),))
    ahead = _ahead(assessment.conflicts, now)
    known = _facts(rules, case, basis, lambda: times, ahead, now)
    seen = Seen(ahead, tuple(named_freezes(times)))
    return RuleResults(evaluate(common.policies, rules.gate, known), facts=known, seen=seen)


def _is_past(assessment: Assessment | LateAssessment, now: datetime) -> bool:
    """Return whether a change that is assessed late is looked at after its window.

    At which moment its approvals were complete is asked, too.
    """
    if not isinstance(assessment, LateAssessment):
        return False
    window = assessment.change.spec.window
    return window is not None and window.end <= unnoted(now)


def _facts(
    rules: GateRules[C],
    case: C,
    basis: Basis,
    times: Callable[[], Timing],
    ahead: tuple[Conflict, ...],
    now: datetime,
) -> LateFacts:
    """Return what conditions see, each variable made when one reads it.

    What was approved in time is not late when asked again.
    """
    common, assessment = case.common, case.common.assessment

    def calendar() -> CalendarFacts:
        found, approved_at = times(), basis.approved_at
        if rules.by_people and approved_at is not None and found.lead is not None:
            found = replace(found, lead=found.lead + (now - approved_at))
        return calendar_facts(found, common.change, common.calendars, now)

    return LateFacts(
        {
            "change": lambda: late_change_facts(
                common.change,
                lambda: assessment.computed,
                lambda: assessment.type.class_,
                common.scope,
                lambda: assessment.returning,
            ),
            "impact": lambda: impact_facts(assessment.impact, common.items),
            "risk": lambda: risk_facts(assessment.risk),
            "calendar": calendar,
            "conflicts": lambda: conflict_facts(ahead),
            "evidence": lambda: _evidence_seen(rules, case, basis),
            "history": lambda: history_facts(assessment.debt),
            "now": lambda: now,
        }
    )


def _evidence_seen(rules: GateRules[C], case: C, basis: Basis) -> Mapping[str, Any]:
    """Return what conditions see as evidence.

    A change that needs no approval is approved now. Few conditions read when, and only then does a
    watched time note it.
    """
    at = basis.approved_at
    if at is None or unnoted(at) is at:
        return rules.evidence(case, basis)
    seen = rules.evidence(case, replace(basis, approved_at=unnoted(at)))
    makers: dict[str, Callable[[], Any]] = {}
    for name in seen:
        makers[name] = partial(seen.__getitem__, name)
    return LateFacts({**makers, "approved_at": lambda: stamp(at)})


def _ahead(found: Iterable[Conflict], now: datetime) -> tuple[Conflict, ...]:
    """Return the conflicts that are not over."""
    return tuple(one for one in found if one.overlap_end > now)


# -- who sits where ------------------------------------------------------------------------------


def _seated(
    sitting: Sitting[C], asked: Sequence[RuleResults], now: datetime
) -> tuple[Opinions, Seating]:
    """Return the opinions on record, sorted, and who sits where with them."""
    panel, needed = sitting.panel, _needed(sitting, asked, now)
    no = _excluded(sitting)
    tenure = Tenure(asked=longest_tenure(_demands(asked)), history=panel.role_history)
    opinions = sort_opinions(
        panel.reviews,
        excluded=no,
        roster=panel.roster,
        roles=tuple(needed),
        digest=panel.digest,
        now=now,
        validity=_validity(sitting),
        tenure=tenure,
    )
    seating = seat_opinions(
        opinions,
        needed,
        excluded=no,
        roster=panel.roster,
        now=now,
        tenure=tenure,
        unable=panel.unable,
    )
    return opinions, seating


def _demands(asked: Sequence[RuleResults]) -> list[Demand]:
    demands: list[Demand] = []
    for results in asked:
        demands += results.demands
    return demands


def _needed(sitting: Sitting[C], asked: Sequence[RuleResults], now: datetime) -> dict[str, int]:
    """Return how many seats there are by role: those that rules and paths ask for.

    There is one more where an unknown contributor took part, and for an emergency under a hold.
    Paths that ask for no approval need none, also of an unknown contributor (attack A22).
    """
    needed = merge(_demands(asked))
    all_owed = [*sitting.owed]
    for case in sitting.cases:
        all_owed += sitting.rules.other_paths(case).owed
    for owed in all_owed:
        needed[owed.role] = max(needed.get(owed.role, 0), owed.count)
    unknown, cab = sitting.panel.contributors.unknown, sitting.panel.cab
    if unknown and sitting.rules.by_people and (sitting.cases or sitting.owed):
        needed[cab] = needed.get(cab, 0) + 1
    if sitting.rules.by_people and any(_under_hold(case.common, now) for case in sitting.cases):
        needed[cab] = needed.get(cab, 0) + 1
    return needed


def _under_hold(common: Common, now: datetime) -> bool:
    """Return whether an emergency goes on under a hold: with one approval more."""
    return breaks_glass(common) and any(holding(common, now, starting=False))


def _broken_glass(case: C, seating: Seating, cab: str, now: datetime) -> Iterable[Reason]:
    """Return whether the approval that an emergency under a hold needs beside others is there."""
    if not _under_hold(case.common, now):
        return
    full = len(seating.table.seated.get(cab, ())) >= seating.table.needed.get(cab, 1)
    for one in holding(case.common, now, starting=False):
        data = {**hold_data(one), "role": cab}
        data.pop("case", None)
        yield reason("hold", "pass" if full else "pending", "hold.break_glass", data)


def _excluded(sitting: Sitting[C]) -> dict[str, str]:
    """Return the people who approve nothing of this, with the reason code."""
    contributors = sitting.panel.contributors
    found = dict.fromkeys(contributors.people, "approver.is_contributor")
    for case in sitting.cases:
        found |= excluded_from(case.common.change, contributors)
    return found


def _validity(sitting: Sitting[C]) -> timedelta | None:
    """Return how long approvals hold: the shortest of what is said."""
    lengths = [sitting.validity, *map(sitting.rules.validity, sitting.cases)]
    return min(filter(None, lengths), default=None)


def _completed(sitting: Sitting[C], asked: Sequence[RuleResults], now: datetime) -> datetime | None:
    """Return when the approvals that stand filled every seat that is asked for.

    None before, and where no seat is asked for.
    """
    if not _needed(sitting, asked, now):
        return None
    for moment in moments(sitting.panel, now):
        reviews = standing_at(sitting.panel.reviews, moment)
        then = replace(sitting, panel=sitting.panel.model_copy(update={"reviews": reviews}))
        if _seated(then, asked, moment)[1].table.complete:
            return moment
    return None


def moments(panel: Panel, now: datetime) -> list[datetime]:
    """Return the times at which opinions changed."""
    return sorted({review.at for review in panel.reviews if review.at <= now})


# -- the decision --------------------------------------------------------------------------------


def _conclude(
    sitting: Sitting[C],
    case: C,
    asked: RuleResults,
    opinions: Opinions,
    seating: Seating,
    now: datetime,
) -> Decision:
    """Put the decision about one change together from what was asked and who sits where."""
    rules, basis = sitting.rules, sitting.basis
    reasons = tuple(_reasons(sitting, case, asked, seating, now))
    awaited, approval = basis.awaited, basis.approval
    vetoes = basis.vetoes if rules.by_people else ()
    dead_ends = rules.dead_ends(reasons)
    impossible = _impossible(seating, dead_ends)
    if awaited is not None and not impossible:
        impossible = awaited.impossible
    if approval is not None:
        counted, ignored = approval.approvals, approval.ignored
    else:
        counted, ignored = seating.counted, sorted_ignored(opinions, seating)
    return Decision(
        change=case.common.change.id,
        gate=rules.gate.value,
        open=asked.any and not shutting(reasons),
        reasons=reasons,
        missing=_missing(seating, awaited),
        satisfiable=seating.satisfiable
        and asked.any
        and not dead_ends
        and (awaited is None or awaited.satisfiable),
        witness=_witness(seating, vetoes, awaited),
        impossible=impossible,
        approvals=counted,
        ignored=ignored,
        inputs=case.common.inputs | rules.inputs(case),
        now=now,
    )


def _reasons(
    sitting: Sitting[C],
    case: C,
    asked: RuleResults,
    seating: Seating,
    now: datetime,
) -> Iterable[Reason]:
    rules, panel = sitting.rules, case.common.panel
    yield from rules.reasons(case, sitting.basis, asked.results, now)
    yield from asked.broken
    if rules.by_people:
        yield from unknown_contributors(panel.contributors, panel.cab, seating)
        yield from _broken_glass(case, seating, panel.cab, now)
    yield from new_in_role(panel.role_history, seating)
    other = rules.other_paths(case)
    yield from other.reasons
    for owed in other.owed:
        yield path_approval_reason(owed, seating, other.approved_by)
    for earlier in rules.earlier:
        yield from _objections_of(earlier, case, now)
    for result in asked.results:
        yield rule_reason(result, asked, seating, panel.role_history)
    yield from silence(asked, rules.gate)


def _objections_of(earlier: GateRules[Case], case: Case, now: datetime) -> Iterable[Reason]:
    """Return what the rules of an earlier gate say against the request. They ask for no seats."""
    no_seats = seat_opinions(
        Opinions(approvals=(), vetoes=(), ignored=()),
        {},
        excluded={},
        roster=case.common.panel.roster,
        now=now,
    )
    asked = ask(earlier, case, NO_BASIS, now)
    for result in asked.results:
        if result.outcome != "pass":
            found = rule_reason(result, asked, no_seats, None)
            if found.shuts or found.reason_code == "rule.warning":
                yield found


def _missing(seating: Seating, owed: Decision | None) -> tuple[Missing, ...]:
    """Return the empty seats of this gate, and of the approval it waits for."""
    if owed is None:
        return tuple(seating.missing)
    own = roles_of(seating.missing)
    return (*seating.missing, *(seat for seat in owed.missing if seat.role not in own))


def _witness(seating: Seating, vetoes: Sequence[Review], owed: Decision | None) -> tuple[str, ...]:
    """Return people whose agreement is enough.

    They fill the seats, take back a rejection, or give the approval that the gate waits for.
    """
    if not seating.satisfiable or (owed is not None and not owed.satisfiable):
        return ()
    people = [*seating.witness]
    people += speakers(vetoes)
    if owed is not None:
        people += owed.witness
    return tuple(dict.fromkeys(people))


def _impossible(seating: Seating, dead_ends: tuple[Reason, ...]) -> tuple[str, ...]:
    if seating.impossible:
        return impossible_seats(seating)
    if dead_ends:
        return (dead_ends[0].rule,)
    return ()


def impossible_seats(seating: Seating) -> tuple[str, ...]:
    """Return the roles that cannot be filled together, with how many people each needs."""
    return tuple(f"{role}: {seating.table.needed[role]} needed" for role in seating.impossible)


def sorted_ignored(opinions: Opinions, seating: Seating) -> tuple[IgnoredReview, ...]:
    """Return everything that does not count, each once, by name."""
    listed = {(item.by, item.reason_code): item for item in (*opinions.ignored, *seating.ignored)}
    return tuple(listed[key] for key in sorted(listed))
