"""Decide a gate for a change: gather everything it may know, let the core decide, and record it where asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from changeflow import errors
from changeflow.cases.assessment import Assessed, assess_change
from changeflow.cases.contributions import contributors_of, resubmitted
from changeflow.cases.other_paths import beside
from changeflow.cases.review_credit import review_facts
from changeflow.gate.case import Case, NotedRemote, ReleaseFacts
from changeflow.gate.decide import decide
from changeflow.gate.ledger_opinions import ledger_opinions
from changeflow.gate.lifecycle import State, state
from changeflow.hosts.table import host_named
from changeflow.ledger.statement import Draft
from changeflow.model import canonical
from changeflow.model.answers import Decision, answer
from changeflow.model.clock import Clock
from changeflow.model.deployer import NOBODY, Deployer
from changeflow.model.evidence import AssessmentBody, Body, DecisionBody, LedgerEntry, ReleaseBody
from changeflow.model.opinions import Review
from changeflow.model.people import RoleHistory
from changeflow.model.policy import Gate
from changeflow.model.remotes import without_credentials
from changeflow.reading.at_commit import history_of, review_digest, settled
from changeflow.reading.change import ChangeState
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import Standings, finished_changes
from changeflow.reading.request_findings import problems_of_request
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.team_main import with_address
from changeflow.reading.view import View
from changeflow.release.claims import claims
from changeflow.schedule.windows import environments


@dataclass(frozen=True)
class Gathered:
    """A case with what it was made from."""

    case: Case
    assessed: Assessed
    evidence: Evidence


def gather(
    view: View,
    argument: str,
    now: datetime,
    deployer: Deployer = NOBODY,
    *,
    simulated: bool | None = None,
) -> Gathered:
    """Everything a gate may know about a change.

    Args:
        view: where the base and the head are.
        argument: the change.
        now: the time.
        deployer: who starts the deployment, where that is asked.
        simulated: whether the time is that of a fixed clock, so that it is compared with evidence
            of its own kind; None: it is not compared, because nothing is decided.

    Raises:
        errors.NothingToDo: no such change.
        errors.Unreadable: the change, or something that judges, cannot be read.
        errors.HostFailed: git failed.
    """
    content = view.head.change(argument)
    base = view.base.require_readable()
    evidence = view.evidence(argument)
    others = standings(view, now)
    assessed = assess_change(view, content, base, now, evidence.entries, others)
    case = _case(view, assessed, evidence, deployer, now)
    case = case.model_copy(update={"dependencies": case.dependencies | hopeless(case, others)})
    mine = tuple(entry for entry in evidence.entries if entry.change == case.change.id)
    other = beside(view, content, base, mine, assessed.assessment.type.computed)
    case = case.model_copy(update={"beside": other})
    newest = evidence.newest.of(simulated=simulated) if simulated is not None else None
    return Gathered(case.model_copy(update={"newest": newest}), assessed, evidence)


def standings(view: View, now: datetime) -> Standings:
    """How the changes on the base stand."""
    there = view.of_base()
    return Standings(lambda name: _alone(there, name, now), now)


def hopeless(case: Case, others: Standings) -> dict[str, str]:
    """The changes it waits for that will not be implemented as things stand, with the state that says so."""
    waits = [name for name in case.change.spec.depends_on if name not in case.dependencies]
    states = {name: others.hopeless(name) for name in waits}
    return {name: found for name, found in states.items() if found}


def _alone(view: View, name: str, now: datetime) -> Case | None:
    """A change on the base as a gate sees it that looks at no other change."""
    try:
        content = view.head.change(name)
        evidence = view.evidence(name)
        assessed = assess_change(view, content, view.base.rulebook, now, evidence.entries, None)
        return _case(view, assessed, evidence, NOBODY, now)
    except (errors.NothingToDo, errors.Unreadable):
        return None


def _case(
    view: View, assessed: Assessed, evidence: Evidence, deployer: Deployer, now: datetime
) -> Case:
    content, base = assessed.content, assessed.base
    change = content.change
    mine = tuple(entry for entry in evidence.entries if entry.change == change.id)
    held = claims(evidence.entries)
    finished = finished_changes(evidence.entries)
    sealed = _sealed(mine, content, base)
    opinions = ledger_opinions(mine, base.roster, base.config)
    return Case(
        change=change,
        digest=content.digest,
        assessment=assessed.assessment,
        roster=base.roster,
        policies=base.policies,
        calendars=base.calendars,
        items=dict(base.items),
        reviews=opinions,
        role_history=_role_history(view, base, opinions, now),
        contributors=contributors_of(view, content, base),
        resubmitted=resubmitted(view, content, base, mine),
        release=release_facts(mine),
        review=review_facts(view, content, base, mine),
        dependencies={name: finished[name] for name in change.spec.depends_on if name in finished},
        holders={
            place: held[place]
            for place in environments(change, base.items)
            if held.get(place, change.id) != change.id
        },
        merged_digest=content.digest
        if view.head is view.base
        else _digest_on_base(view, change.id),
        sealed=sealed.moment if sealed is not None else None,
        sealed_by=_approvers(sealed),
        deployer=deployer,
        planned_later=dict(assessed.planned_later),
        approval_validity=base.config.approval_validity,
        emergency_validity=base.config.emergency_validity,
        skew=base.config.ledger.skew,
        cab=base.config.cab,
        problems=tuple(
            finding.message
            for finding in problems_of_request(view.head, content.path, view.base)
        ),
        mute=host_named(base.config.host).unable(base.roster.spec.people, base.config),
        ledger_problems=tuple(finding.message for finding in evidence.problems),
        inputs=_inputs(view, assessed, evidence),
        remote=view.address,
        noted=noted_remotes(evidence.entries, change.id) if view.address is not None else (),
    )


def _inputs(view: View, assessed: Assessed, evidence: Evidence) -> dict[str, Any]:
    """What the decision rests on, by digest or commit: enough to compute it again."""
    content = assessed.content
    return dict(assessed.assessment.inputs) | {
        "digest": content.digest,
        "review": review_digest(view.head, content.change.id),
        "history": history_of(view),
        "ledger": evidence.head,
        **({"remote": view.address} if view.address is not None else {}),
    }


def noted_remotes(entries: Sequence[LedgerEntry], change: str) -> tuple[NotedRemote, ...]:
    """The remotes by whose main branch earlier decisions were made: those about a change, and the newest one; newest first."""
    found: list[NotedRemote] = []
    for entry in reversed(entries):
        address = _noted(entry.body)
        if address is not None and (not found or entry.change == change):
            found.append(NotedRemote(address=address, change=entry.change, seq=entry.seq))
    return tuple(found)


def _noted(body: Body) -> str | None:
    """The address that a decision notes.

    It is the word of the program that decided, so it is cleaned again.
    """
    inputs = body.decision.get("inputs") if isinstance(body, DecisionBody) else None
    address = inputs.get("remote") if isinstance(inputs, Mapping) else None
    return without_credentials(address) if isinstance(address, str) else None


def _sealed(
    mine: Sequence[LedgerEntry], content: ChangeState, base: Rulebook
) -> LedgerEntry | None:
    """Where the bot recorded the open approve decision for this content; only where the host is the one that has a bot.

    Where signatures are required, an agent of the roster must have signed it; entries without a
    signature do not get here.
    """
    if not host_named(base.config.host).takes_reviews:
        return None
    for entry in mine:
        body = entry.body
        by_bot = entry.signer is None or not base.roster.is_human(entry.signer)
        of_this = isinstance(body, DecisionBody) and (body.gate, body.open, body.digest) == (
            "approve",
            True,
            content.digest,
        )
        if of_this and by_bot and not entry.clock:
            return entry
    return None


def _role_history(
    view: View, base: Rulebook, opinions: Sequence[Review], now: datetime
) -> RoleHistory | None:
    """Since when people hold their roles, read only where a policy asks for a tenure."""
    if not any(
        seat.tenure is not None
        for policy in base.policies
        for rule in policy.spec.rules
        for seat in rule.require or ()
    ):
        return None
    from changeflow.reading.role_history import role_history

    return role_history(view.git, base, opinions, now)


def _approvers(sealed: LedgerEntry | None) -> tuple[str, ...]:
    """People whose approvals a sealed decision counted, and those it would have counted had there been a seat left."""
    if sealed is None or not isinstance(sealed.body, DecisionBody):
        return ()
    decision = sealed.body.decision
    counted = [item for item in decision.get("approvals") or () if isinstance(item, Mapping)]
    listed = [item for item in decision.get("ignored") or () if isinstance(item, Mapping)]
    spare = [item for item in listed if item.get("reason_code") == "approval.not_needed"]
    return tuple(sorted({str(item.get("by")) for item in (*counted, *spare)}))


def release_facts(mine: Sequence[LedgerEntry]) -> ReleaseFacts:
    """What the journal of one change says about its release."""
    journal = [(entry, entry.body) for entry in mine if isinstance(entry.body, ReleaseBody)]
    started = next(((entry, body) for entry, body in journal if body.event == "started"), None)
    if started is None:
        return ReleaseFacts()
    ends = (
        (entry, body) for entry, body in reversed(journal) if body.event in ("finished", "resolved")
    )
    ended = next(
        ((entry, body) for entry, body in ends if entry.proven or not started[0].proven), None
    )
    turned = ended is not None and any(
        body.event == "rolling_back" and entry.seq > ended[0].seq for entry, body in journal
    )
    over = ended is not None and not turned
    return ReleaseFacts(
        state=(ended[1].state or "implementing") if ended is not None and over else "implementing",
        started=started[0].moment,
        ended=ended[0].moment if ended is not None and over else None,
        by=started[1].by,
        proven=started[0].proven and (ended is None or ended[0].proven),
    )


def _digest_on_base(view: View, change_id: str) -> str | None:
    try:
        return view.base.change(change_id).digest
    except (errors.NothingToDo, errors.Unreadable):
        return None


def decide_gate(
    view: View, gate: Gate | str, argument: str, clock: Clock, deployer: Deployer = NOBODY
) -> Decision:
    """Decide a gate from what is there; nothing is recorded. Raises as `gather`."""
    return assessed_and_decided(view, gate, argument, clock, deployer)[1]


def assessed_and_decided(
    view: View, gate: Gate | str, argument: str, clock: Clock, deployer: Deployer = NOBODY
) -> tuple[Assessed, Decision]:
    """Decide a gate from what is there, with the assessment that it rests on.

    Raises as `gather`.
    """
    where = with_address(view)
    found = gather(where, argument, clock.now, deployer=deployer, simulated=clock.simulated)
    _require_ledger(gate, found.evidence)
    return found.assessed, decide(gate, found.case, clock.now)


def _require_ledger(gate: Gate | str, evidence: Evidence) -> None:
    """A clone without the ledger knows of no release: that nothing is known lets nothing be deployed."""
    if Gate(gate) is Gate.DEPLOY and evidence.head is None:
        evidence.ledger.require_here()


def simulate(
    view: View, gate: Gate | str, argument: str, now: datetime, approvers: Sequence[str]
) -> Decision:
    """Decide as if these people had approved just now."""
    case = gather(view, argument, now).case
    supposed = [
        Review(
            by=name,
            shown_as=name,
            decision="approve",
            digest=case.digest,
            at=now,
            ineligible="approval.unsigned" if name in case.mute else None,
            message=f"{name} has no key or account in the roster to approve with"
            if name in case.mute
            else "",
        )
        for name in approvers
    ]
    other = case.beside.model_copy(update={"seen": case.beside.seen | frozenset(approvers)})
    return decide(
        gate, case.model_copy(update={"reviews": (*case.reviews, *supposed), "beside": other}), now
    )


def state_of(view: View, argument: str, now: datetime) -> State:
    """The state of a change, computed."""
    gathered = gather(view, argument, now)
    assessed = any(
        isinstance(entry.body, AssessmentBody)
        and entry.body.assessment.get("digest") == gathered.case.digest
        for entry in gathered.evidence.entries
        if entry.change == gathered.case.change.id
    )
    return state(gathered.case, now, assessed=assessed)


def unreadable_inputs(decision: Decision) -> bool:
    """Whether the gate is shut because something that judges could not be read."""
    return any(item.reason_code == "ledger.broken" for item in decision.reasons)


def assess_on_record(view: View, argument: str, clock: Clock, *, record: bool) -> Assessed:
    """Assess a change, and append the assessment to the ledger where asked."""
    view = settled(view, argument) if record else view
    content = view.head.change(argument)
    base = view.base.require_readable()
    evidence = view.evidence(argument)
    others = standings(view, clock.now)
    assessed = assess_change(view, content, base, clock.now, evidence.entries, others)
    if record:
        _append(evidence, assessed.content, (assessment_on_record(assessed),), clock)
    return assessed


def decide_on_record(
    view: View,
    gate: Gate | str,
    argument: str,
    clock: Clock,
    *,
    record: bool,
    deployer: Deployer = NOBODY,
) -> Decision:
    """Decide a gate, and append the decision to the ledger where asked; the one to approve with the assessment before it."""
    where = with_address(settled(view, argument) if record else view)
    gathered = gather(where, argument, clock.now, deployer=deployer, simulated=clock.simulated)
    _require_ledger(gate, gathered.evidence)
    decision = decide(gate, gathered.case, clock.now)
    if record:
        before = (assessment_on_record(gathered.assessed),) if Gate(gate) is Gate.APPROVE else ()
        _append(gathered.evidence, gathered.assessed.content, (*before, on_record(decision)), clock)
    return decision


def assessment_on_record(assessed: Assessed) -> AssessmentBody:
    """An assessment as it is recorded."""
    return AssessmentBody(assessment=canonical.on_record(answer(assessed.assessment)))


def on_record(decision: Decision) -> DecisionBody:
    """A decision about a change as it is recorded: the same bytes whenever it is computed from the same inputs."""
    digest = str(decision.inputs["digest"])
    said = canonical.on_record(answer(decision))
    return DecisionBody(gate=decision.gate, open=decision.open, digest=digest, decision=said)


def _append(evidence: Evidence, content: ChangeState, bodies: Sequence[Body], clock: Clock) -> None:
    drafts = [
        Draft(
            change=content.change.id,
            body=body,
            at=clock.now,
            recorded_at=clock.real,
            subject=content.subjects,
        )
        for body in bodies
    ]
    evidence.ledger.append_together(drafts, expected_head=evidence.head, signer=evidence.signer())
