"""The decision of a gate: a tree of reasons, who is missing, and whether anybody could still open it.

A gate is open only when at least one rule of the policy asked, and no reason is fail, pending or
error. Built-in reasons and warnings never count as having asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from changeflow.gate.assess import named_freezes
from changeflow.gate.builtin import case_timing, of_gate, reason
from changeflow.gate.case import Case, evidence_facts
from changeflow.gate.deployer import deployer_reasons
from changeflow.gate.opinions import (
    Opinions,
    Seating,
    after_opening,
    barred,
    seat_opinions,
    sort_opinions,
)
from changeflow.gate.owed import owed_reason
from changeflow.gate.seats import Tenure
from changeflow.gate.shutby import Named, Seen, needed_twice, shut_by
from changeflow.gate.standing import said, standing_at
from changeflow.gate.tenure import new_in_role
from changeflow.model.answers import Conflict, Decision, IgnoredReview, Missing, Outcome, Reason
from changeflow.model.base import format_duration, format_instant
from changeflow.model.deployer import known_to
from changeflow.model.opinions import Contributors, Review
from changeflow.model.people import RoleHistory
from changeflow.model.policy import Gate
from changeflow.policy.engine import Demand, RuleResult, evaluate, longest_tenure, merge
from changeflow.policy.facts import (
    calendar_facts,
    change_facts,
    conflict_facts,
    deployer_facts,
    facts,
    impact_facts,
    risk_facts,
)
from changeflow.schedule.recurrence import RecurrenceError

SHUT: tuple[Outcome, ...] = ("fail", "pending", "error")


def decide(gate: Gate | str, case: Case, now: datetime) -> Decision:
    """Decide a gate. Pure: the same case and time give the same bytes.

    Args:
        gate: submit, approve, deploy or close.
        case: everything the decision depends on.
        now: the time of the decision.
    """
    gate = Gate(gate)
    case = case.model_copy(update={"reviews": said(case.reviews, now, case.skew)})
    approval = approved_since(case, now) if gate is Gate.DEPLOY else None
    agreed = approvers(case, approval[1], now) if approval is not None else frozenset[str]()
    asked = ask(gate, case, now, agreed, approval[0] if approval is not None else None)
    if (
        gate in (Gate.APPROVE, Gate.CLOSE)
        and (completed := _completed(gate, case, asked, now)) is not None
    ):
        asked = ask(gate, case, now, agreed, completed)
    opinions, seating = _seated(gate, case, asked, now)
    return conclude(gate, case, asked, opinions, seating, now, approval, agreed)


def _seated(gate: Gate, case: Case, asked: Asked, now: datetime) -> tuple[Opinions, Seating]:
    """Opinions on record and who sits where with them, over what was asked."""
    no = barred(case.change, case.contributors)
    needed = seats_needed([asked], case.contributors, case.cab, gate)
    if gate is Gate.APPROVE:
        for owed in case.beside.owed:
            needed[owed.role] = max(needed.get(owed.role, 0), owed.count)
    tenure = tenure_asked([asked], case.role_history)
    opinions = sort_opinions(
        case.reviews,
        barred=no,
        roster=case.roster,
        roles=tuple(needed),
        digest=case.digest,
        now=now,
        validity=validity(case) if gate in (Gate.APPROVE, Gate.DEPLOY) else None,
        tenure=tenure,
    )
    return opinions, seat_opinions(
        opinions, needed, barred=no, roster=case.roster, now=now, tenure=tenure, mute=case.mute
    )


def validity(case: Case) -> timedelta | None:
    """How long approvals hold before the release starts; what runs or has run was approved in time."""
    if case.release.state:
        return None
    declared, computed = case.change.spec.type.value, case.assessment.type.computed
    emergency = case.emergency_validity if "emergency" in (declared, computed) else None
    return min(filter(None, (case.approval_validity, emergency)), default=None)


def _completed(gate: Gate, case: Case, asked: Asked, now: datetime) -> datetime | None:
    """When the approvals that stand filled every seat that was asked for; None before, and where none was asked for."""
    if not seats_needed([asked], case.contributors, case.cab, gate):
        return None
    return next(
        (moment for moment in _moments(case, now) if _seated_at(gate, case, asked, moment)), None
    )


def _seated_at(gate: Gate, case: Case, asked: Asked, moment: datetime) -> bool:
    _, seating = _seated(gate, _as_of(case, moment), asked, moment)
    return seating.table.complete


def _moments(case: Case, now: datetime) -> list[datetime]:
    """The times at which opinions changed."""
    return sorted({review.at for review in case.reviews if review.at <= now})


def _as_of(case: Case, moment: datetime) -> Case:
    """The case with the opinions that had been given by a moment and stand still, for looking back."""
    return case.model_copy(update={"reviews": standing_at(case.reviews, moment), "newest": None})


@dataclass(frozen=True)
class Asked:
    """What the policy asks at a gate. `broken` are reasons why it could not be asked at all.

    `facts` are what its conditions saw, `seen` the conflicts and freezes among them.
    """

    results: tuple[RuleResult, ...]
    broken: tuple[Reason, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)

    @property
    def any(self) -> bool:
        """Whether at least one rule asked."""
        return any(result.asked for result in self.results)


def ask(
    gate: Gate,
    case: Case,
    now: datetime,
    approved_by: Collection[str] = (),
    approved_at: datetime | None = None,
) -> Asked:
    """Evaluate the rules of a gate.

    Args:
        gate: whose rules.
        case: everything they may look at.
        now: the time.
        approved_by: those whose approvals let the change be merged.
        approved_at: when the approvals were complete that the gate rests on, where they are.
    """
    try:
        known = case_facts(gate, case, now, approved_by, approved_at)
        return Asked(evaluate(case.policies, gate, known), facts=known, seen=_seen(gate, case, now))
    except RecurrenceError as error:
        return Asked(
            (),
            (
                reason(
                    "calendar",
                    "error",
                    "calendar.unreadable",
                    f"a calendar cannot be read: {error}",
                ),
            ),
        )


def _seen(gate: Gate, case: Case, now: datetime) -> Seen:
    return Seen(
        _ahead(case.assessment.conflicts, now), tuple(named_freezes(case_timing(gate, case, now)))
    )


def _ahead(found: Iterable[Conflict], now: datetime) -> tuple[Conflict, ...]:
    """Conflicts that are not over."""
    return tuple(one for one in found if one.overlap_end > now)


def conclude(
    gate: Gate,
    case: Case,
    asked: Asked,
    opinions: Opinions,
    seating: Seating,
    now: datetime,
    approved_then: tuple[datetime | None, Decision] | None = None,
    agreed: frozenset[str] = frozenset(),
) -> Decision:
    """Put the decision together from what was asked and who sits where; a deployment rests on the approval before it."""
    since, approval = approved_then or (None, None)
    approved = _approved(case, since, approval) if approval is not None else None
    builtin = (
        *of_gate(gate, case, opinions.vetoes, approved, now),
        *asked.broken,
        *_deployer(gate, case, agreed),
    )
    rules = tuple(
        _rule_reason(result, asked, seating, case.role_history) for result in asked.results
    )
    about_people = (
        *_unknown_contributors(case, gate, seating),
        *new_in_role(case.role_history, seating),
    )
    submit = _unready(case, now) if gate is Gate.APPROVE else ()
    reasons = (
        *builtin,
        *about_people,
        *_beside(gate, case, seating),
        *submit,
        *rules,
        *_silence(asked.results, gate),
    )
    # the approve gate, where the deploy gate still waits for it
    owed = approval if since is None else None
    vetoes = opinions.vetoes if gate is Gate.APPROVE else ()
    return Decision(
        change=case.change.id,
        gate=gate.value,
        open=asked.any and not any(item.outcome in SHUT for item in reasons),
        reasons=reasons,
        missing=_missing(seating, owed),
        satisfiable=seating.satisfiable
        and asked.any
        and not _dead_ends(gate, reasons)
        and (owed is None or owed.satisfiable),
        witness=_witness(seating, vetoes, owed),
        impossible=_impossible(seating, _dead_ends(gate, reasons))
        or (owed.impossible if owed is not None else ()),
        approvals=approval.approvals if approval is not None else seating.counted,
        ignored=approval.ignored if approval is not None else sorted_ignored(opinions, seating),
        inputs=case.inputs | _inputs(gate, case),
        now=now,
    )


def _beside(gate: Gate, case: Case, seating: Seating) -> tuple[Reason, ...]:
    """What the other paths of the branch say at the approve gate."""
    if gate is not Gate.APPROVE:
        return ()
    owed = (owed_reason(one, seating, case.beside.seen) for one in case.beside.owed)
    return (*case.beside.reasons, *owed)


def _unready(case: Case, now: datetime) -> tuple[Reason, ...]:
    """What the gate `submit` says against the request: nothing is approved that may not even be reviewed."""
    nobody = seat_opinions(
        Opinions(approvals=(), vetoes=(), ignored=()), {}, barred={}, roster=case.roster, now=now
    )
    asked = ask(Gate.SUBMIT, case, now)
    found = (
        _rule_reason(one, asked, nobody, None) for one in asked.results if one.outcome != "pass"
    )
    return tuple(one for one in found if one.outcome in SHUT or one.reason_code == "rule.warning")


def approvers(case: Case, approval: Decision, now: datetime) -> frozenset[str]:
    """Everybody who agreed to this content by now, also where it filled no seat or came later; nobody who may not approve."""
    agreed = set(case.sealed_by)
    for decision in (approval, decide(Gate.APPROVE, case, now)):
        agreed |= {item.by for item in decision.approvals}
        agreed |= {
            item.by for item in decision.ignored if item.reason_code == "approval.not_needed"
        }
    return frozenset(agreed)


def _deployer(gate: Gate, case: Case, agreed: frozenset[str]) -> tuple[Reason, ...]:
    if gate is not Gate.DEPLOY:
        return ()
    seen = deployer_facts(case.deployer, case.roster, case.change, case.contributors, agreed)
    return tuple(deployer_reasons(seen, case.deployer))


def _inputs(gate: Gate, case: Case) -> dict[str, Any]:
    """What a gate was told beside what every case has: who starts the deployment, so that the decision can be computed again."""
    return (
        {"deployer": known_to(case.roster, case.deployer).model_dump(mode="json")}
        if gate is Gate.DEPLOY
        else {}
    )


def case_facts(
    gate: Gate,
    case: Case,
    now: datetime,
    approved_by: Collection[str] = (),
    approved_at: datetime | None = None,
) -> dict[str, Any]:
    """The facts conditions see at a gate, in this case at this time.

    What was approved in time is not late when asked again.

    Raises:
        RecurrenceError: when a calendar cannot be read.
    """
    assessment, times = case.assessment, case_timing(gate, case, now)
    if gate is Gate.APPROVE and approved_at is not None and times.lead is not None:
        times = times.model_copy(update={"lead": times.lead + (now - approved_at)})
    return facts(
        change=change_facts(case.change, assessment.type),
        impact=impact_facts(assessment.impact, case.items),
        risk=risk_facts(assessment.risk),
        calendar=calendar_facts(times),
        conflicts=conflict_facts(_ahead(assessment.conflicts, now)),
        evidence=dict(evidence_facts(case, approved_by, approved_at)),
        now=now,
    )


def approved_since(case: Case, now: datetime) -> tuple[datetime | None, Decision]:
    """When the approve gate opened for this content, and the decision then (or the shut one of now).

    Rules about time (lead time, freezes) are judged at the moment the approvals were complete: an
    approval that came in good time does not lapse because the window draws near. That moment is of
    the chain: no approval counts from before anything that precedes it there. Opinions are taken as
    they are now: a later rejection counts, and what was taken back counts nowhere.
    """
    case = case.model_copy(update={"newest": None, "reviews": said(case.reviews, now, case.skew)})
    today = decide(Gate.APPROVE, case, now)
    if case.sealed is not None and case.sealed - now <= case.skew:
        if not _stands(today, _OBJECTIONS) or _is_expired(case, now):
            return None, today
        return (case.sealed, decide(Gate.APPROVE, _as_of(case, case.sealed), case.sealed))
    if not _stands(today):
        return None, today
    for moment in _moments(case, now):
        decision = decide(Gate.APPROVE, _as_of(case, moment), moment)
        if decision.open:
            return moment, _with_later(decision, today, case, moment)
    return (now, today) if today.open else (None, today)


def _with_later(then: Decision, today: Decision, case: Case, moment: datetime) -> Decision:
    """The decision with the opinions that came after it: an approval says more than was needed, and is no mistake."""
    counted = {one.by for one in then.approvals}
    known = counted | {one.by for one in then.ignored}
    later = {
        one.by for one in case.reviews if one.by and one.at > moment and one.decision == "approve"
    }
    agreed = {*(one.by for one in today.approvals), *(one.by for one in _spare(today))}
    spare = agreed & (later - known)
    rest = [one for one in today.ignored if one.by not in known | spare]
    ignored = [*then.ignored, *rest, *(after_opening(name) for name in spare)]
    return then.model_copy(
        update={"ignored": tuple(sorted(ignored, key=lambda one: (one.by, one.reason_code)))}
    )


def _spare(decision: Decision) -> tuple[IgnoredReview, ...]:
    return tuple(one for one in decision.ignored if one.reason_code == "approval.not_needed")


_OBJECTIONS: Final = frozenset({"review.rejected", "change.withdrawn"})
_TAKEN_BACK: Final = _OBJECTIONS | {"approvals.missing", "approvals.impossible"}


def _stands(decision: Decision, taken_back: frozenset[str] = _TAKEN_BACK) -> bool:
    """Whether nobody has taken back since what the approval rests on; all else is judged at the moment of approval."""
    return not any(
        item.reason_code in taken_back for item in decision.reasons if item.outcome in SHUT
    )


def _is_expired(case: Case, now: datetime) -> bool:
    """Whether the approval on the code host is older than approvals hold."""
    longest = validity(case)
    return case.sealed is not None and longest is not None and now - case.sealed > longest


def _expired(case: Case, people: Sequence[str]) -> Reason:
    longest = format_duration(validity(case) or timedelta())
    who = f" by {', '.join(people)}" if people else ""
    text = (
        f"the approval{who} is older than {longest}, which is how long one holds before the "
        "release starts"
    )
    hint = (
        "ask for approval again; `spec.emergency_validity` and `spec.approval_validity` say "
        "how long"
    )
    return reason(
        "approval",
        "fail",
        "approval.expired",
        text,
        hint,
        data={"validity": longest, "by": list(people)},
    )


def _approved(case: Case, since: datetime | None, decision: Decision) -> Reason:
    """The approval as a reason of the deploy gate."""
    if since is not None and since == case.sealed:
        when = format_instant(since)
        return reason(
            "approval",
            "pass",
            "approval.sealed",
            f"approved with this content on the code host, recorded {when}",
        )
    if since is not None:
        return reason(
            "approval",
            "pass",
            "approval.complete",
            f"approved with this content ({len(decision.approvals)} approval(s))",
        )
    expired = sorted(
        {item.by for item in decision.ignored if item.reason_code == "approval.expired"}
    )
    if expired or _is_expired(case, decision.now):
        return _expired(case, expired)
    stale = [item for item in decision.ignored if item.reason_code == "approval.stale"]
    parts = [item for item in decision.reasons if item.outcome in SHUT]
    if stale:
        names = ", ".join(item.by for item in stale)
        return reason(
            "approval",
            "fail",
            "approval.stale",
            f"approved with other content by {names}; it has been edited since",
            parts=parts,
        )
    outcome: Outcome = "pending" if decision.satisfiable else "fail"
    return reason(
        "approval",
        outcome,
        "approval.missing",
        "the approve gate is not open for this content",
        parts=parts,
    )


def seats_needed(
    asked: Sequence[Asked], contributors: Contributors, cab: str, gate: Gate
) -> dict[str, int]:
    """Seats by role over everything that was asked."""
    needed = merge(
        seat for one in asked for result in one.results if result.asked for seat in result.seats
    )
    if gate is Gate.APPROVE and contributors.unknown:
        # An unknown contributor wrote part of this: one approval more (attack A22).
        needed[cab] = needed.get(cab, 0) + 1
    return needed


def tenure_asked(asked: Sequence[Asked], history: RoleHistory | None) -> Tenure:
    """How long roles must have been held, over everything that was asked, and what is known of that."""
    demands = (
        seat for one in asked for result in one.results if result.asked for seat in result.seats
    )
    return Tenure(asked=longest_tenure(demands), history=history)


def _rule_reason(
    result: RuleResult, asked: Asked, seating: Seating, history: RoleHistory | None
) -> Reason:
    named = shut_by(result.rule, asked.facts, asked.seen) if result.outcome == "fail" else {}
    outcome: Outcome = result.outcome
    code, message = result.reason_code, result.message
    if result.asked and result.outcome == "pass" and result.seats:
        outcome, code, message = _seats_outcome(result, seating, history)
        named = _needed_twice(result, seating) if code == "approvals.impossible" else {}
    elif result.rule.level == "warn" and result.outcome == "fail":
        outcome, code = "pass", result.rule.code or "rule.warning"
    return Reason(
        rule=result.rule.id,
        outcome=outcome,
        reason_code=code,
        message=message,
        level=result.rule.level,
        clause=result.rule.clause or "",
        hint=result.rule.hint or "",
        data={"shut_by": named} if named else {},
        parts=_seat_parts(result, seating) if result.asked else (),
    )


def _seats_outcome(
    result: RuleResult, seating: Seating, history: RoleHistory | None
) -> tuple[Outcome, str, str]:
    if history is None and any(seat.tenure is not None for seat in result.seats):
        return (
            "error",
            "tenure.unknown",
            f"{result.message} (since when people hold their roles cannot be read from the history)",
        )
    short = [
        seat for seat in result.seats if len(seating.table.seated.get(seat.role, ())) < seat.count
    ]
    if not short:
        return "pass", "approvals.complete", result.message
    if any(seat.role in seating.impossible for seat in short):
        return "fail", "approvals.impossible", f"{result.message} ({_nobody_left(short, seating)})"
    return "pending", "approvals.missing", result.message


def _needed_twice(result: RuleResult, seating: Seating) -> Named:
    """The people this rule needs who are needed for another role as well."""
    roles = {seat.role for seat in result.seats}
    return needed_twice(
        {person: found for person, found in seating.shared.items() if roles & set(found)}
    )


def _nobody_left(short: Sequence[Demand], seating: Seating) -> str:
    """Why people cannot fill seats, with who still could."""
    missing = {seat.role: seat for seat in seating.missing}
    told = []
    for seat in short:
        able = {
            *seating.table.seated.get(seat.role, ()),
            *(missing[seat.role].eligible if seat.role in missing else ()),
        }
        who = f"only {', '.join(sorted(able))} could" if able else "nobody is left who could"
        told.append(f"{seat.count} needed for `{seat.role}`, {who}")
    others = sorted(set(seating.impossible) - {seat.role for seat in short})
    shared = (
        f"; the same people are needed for {', '.join(f'`{role}`' for role in others)}"
        if others
        else ""
    )
    return "; ".join(told) + shared


def _seat_parts(result: RuleResult, seating: Seating) -> tuple[Reason, ...]:
    parts = []
    for seat in result.seats:
        people = seating.table.seated.get(seat.role, ())[: seat.count]
        full = len(people) >= seat.count
        parts.append(
            Reason(
                rule=result.rule.id,
                outcome="pass" if full else "pending",
                reason_code="seat.filled" if full else "seat.empty",
                message=f"{len(people)} of {seat.count} for `{seat.role}`"
                + (f": {', '.join(people)}" if people else ""),
            )
        )
    return tuple(parts)


def _unknown_contributors(case: Case, gate: Gate, seating: Seating) -> tuple[Reason, ...]:
    return (
        unknown_contributors(case.contributors, case.cab, seating) if gate is Gate.APPROVE else ()
    )


def unknown_contributors(
    contributors: Contributors, cab: str, seating: Seating
) -> tuple[Reason, ...]:
    """That somebody nobody knows wrote part of this, and whether the further seat this asks for is filled."""
    if not contributors.unknown:
        return ()
    full = len(seating.table.seated.get(cab, ())) >= seating.table.needed.get(cab, 1)
    return (
        reason(
            "contributors",
            "pass" if full else "pending",
            "contributors.unknown",
            "part of this was written by somebody the roster does not know "
            f"({', '.join(contributors.unknown)}): "
            f"one more approval by `{cab}`",
        ),
    )


def _silence(results: tuple[RuleResult, ...], gate: Gate) -> tuple[Reason, ...]:
    if not results:
        return (
            reason(
                "silence",
                "fail",
                "policy.none",
                f"no policy has rules for the gate `{gate.value}`; silence is not consent",
            ),
        )
    if not any(result.asked for result in results):
        return (
            reason(
                "silence",
                "fail",
                "policy.no_rule_applies",
                f"no rule of the gate `{gate.value}` applies; silence is not consent",
            ),
        )
    return ()


# What people can mend by agreeing. Whether the approval that a release waits for can still be had,
# its own decision says.
_MENDED_BY_AGREEING: Final = frozenset(
    {"review.rejected", "approval.missing", "approval.stale", "approval.expired"}
)
_MENDED_BY_TIME: Final = frozenset({"time.before_evidence"})


# What is still to come before a change can be closed; until it is there, what rules say of it is no
# last word.
_STILL_TO_COME: Final = frozenset(
    {"release.unfinished", "review.missing", "review.incomplete", "review.in_future"}
)


def _dead_ends(gate: Gate, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What keeps a gate shut and is neither missing people, nor a rejection that may be taken back, nor time."""
    mended = _MENDED_BY_AGREEING | _MENDED_BY_TIME
    shut = tuple(
        item
        for item in reasons
        if item.outcome in ("fail", "error") and item.reason_code not in mended
    )
    if gate is Gate.CLOSE and any(
        item.reason_code in _STILL_TO_COME for item in reasons if item.outcome in SHUT
    ):
        return tuple(
            item for item in shut if item.reason_code not in (*_STILL_TO_COME, "rule.violated")
        )
    return shut


def _missing(seating: Seating, owed: Decision | None) -> tuple[Missing, ...]:
    """Empty seats of this gate, and of the approval it waits for."""
    own = {seat.role for seat in seating.missing}
    return (
        *seating.missing,
        *(seat for seat in (owed.missing if owed is not None else ()) if seat.role not in own),
    )


def _witness(seating: Seating, vetoes: Sequence[Review], owed: Decision | None) -> tuple[str, ...]:
    """People whose agreement is enough: those who fill the seats, who rejected, and who give the approval it waits for."""
    if not seating.satisfiable or (owed is not None and not owed.satisfiable):
        return ()
    objectors = [review.by for review in vetoes if review.by is not None]
    return tuple(
        dict.fromkeys((*seating.witness, *objectors, *(owed.witness if owed is not None else ())))
    )


def _impossible(seating: Seating, dead_ends: tuple[Reason, ...]) -> tuple[str, ...]:
    if seating.impossible:
        return tuple(f"{role}: {seating.table.needed[role]} needed" for role in seating.impossible)
    return tuple(item.rule for item in dead_ends)[:1]


def sorted_ignored(opinions: Opinions, seating: Seating) -> tuple[IgnoredReview, ...]:
    """Everything that does not count, each once, by name."""
    listed = {(item.by, item.reason_code): item for item in (*opinions.ignored, *seating.ignored)}
    return tuple(listed[key] for key in sorted(listed))
