"""The gate `deploy`: the release may start now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from changeflow.gate.artifact_reasons import artifact_reasons
from changeflow.gate.case import CaseFacts, Common, ToldFacts
from changeflow.gate.deployer import deployer_reasons
from changeflow.gate.every_gate import WILL_NOT_RUN, calendar_reasons, every_gate
from changeflow.gate.evidence_seen import (
    Evidence,
    common_evidence,
    deployer_seen,
    merged_seen,
    release_seen,
    told_seen,
)
from changeflow.gate.gate_rules import Basis, GateRules, Results
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.approved_since import (
    ApprovedCase,
    approved_since,
    approvers,
    broken_glass,
    is_expired,
)
from changeflow.gate.plan_reasons import compared_plans, missing_plans
from changeflow.gate.reasons import reason, warning
from changeflow.gate.release_acceptance import Acceptances, acceptance_reasons, acceptance_seen
from changeflow.gate.what_shuts import overlap
from changeflow.model.answers.decision import Decision, Outcome, Reason, people_ignored, shutting
from changeflow.model.change import ChangeType
from changeflow.model.deployer import Deployer, known_to
from changeflow.model.document_parts import format_duration, format_instant
from changeflow.model.policy import Gate
from changeflow.model.remotes import same_place


class NotedRemote(CaseFacts):
    """The remote by whose main branch an earlier decision was made.

    Attributes:
        address: where it is.
        change: what the decision is about.
        seq: the number of the ledger's entry that notes it.
    """

    address: str
    change: str
    seq: int


class DeployCase(ApprovedCase):
    """What the gate `deploy` asks beside the approval.

    Attributes:
        holders: environments of the change, to another change whose release holds them.
        deployer: who starts the deployment.
        remote: address of the remote whose main branch judges; None where there is none.
        noted: the remotes that earlier decisions note.
        planned: digests of plans that were made right now, by their numbers; None: none was made.
        artifacts: digests of the files that the change deploys, by path; None: not looked at.
        acceptances: what the releases that it is part of ask to be accepted by.
        told: what owners were told of the window.
    """

    holders: dict[str, str]
    deployer: Deployer
    remote: str | None
    noted: tuple[NotedRemote, ...]
    planned: dict[int, str] | None
    artifacts: dict[str, str] | None
    acceptances: Acceptances
    told: ToldFacts


class Deploy(GateRules[DeployCase]):
    """The gate `deploy`. It rests on an approval of this very content."""

    gate = Gate.DEPLOY
    starting = True

    def basis(self, case: DeployCase, now: datetime) -> Basis:
        """Return the approval of this content."""
        since, approval = approved_since(case, now)
        return Basis(since, approval, approvers(case, approval, now))

    def evidence(self, case: DeployCase, basis: Basis) -> Evidence:
        """See `GateRules.evidence`."""
        return common_evidence(case.common, basis.approved_at) | {
            "acceptance": acceptance_seen(case.acceptances, case.common.panel.roster),
            "deployer": deployer_seen(case.common, case.deployer, basis.approvers),
            "merged": merged_seen(case.common, case.merged_digest),
            "release": release_seen(case.release),
            "told": told_seen(case.told),
        }

    def reasons(
        self, case: DeployCase, basis: Basis, results: Results, now: datetime
    ) -> Iterable[Reason]:
        """Return whether it is approved, merged, in its window, undisturbed, and not released."""
        yield from every_gate(case.common, now)
        if basis.approval is None:
            yield reason("approval", "error", "approval.unknown")
        else:
            yield _approved(case, basis.approved_at, basis.approval)
        yield _merged(case)
        yield from missing_plans(case.common)
        yield from compared_plans(case.common, case.planned)
        yield from artifact_reasons(case.common, case.artifacts)
        yield from acceptance_reasons(case.acceptances, case.common.panel.roster)
        if case.common.change.spec.retrospective is not None:
            yield reason("retrospective", "fail", "change.retrospective")
        else:
            yield _window(case.common, now)
        yield from _dependencies(case.common)
        yield from calendar_reasons(case.common, now, starting=True)
        yield from broken_glass(case, now)
        yield from _conflicts(case.common, now)
        yield from _held(case)
        yield from _other_remotes(case)
        yield from _released(case)
        yield from deployer_reasons(
            deployer_seen(case.common, case.deployer, basis.approvers), case.deployer
        )

    def validity(self, case: DeployCase) -> timedelta | None:
        """Return how long approvals hold, as at the gate `approve`."""
        return APPROVE.validity(case.approve)

    def inputs(self, case: DeployCase) -> dict[str, Any]:
        """Return who starts the deployment, which files would be deployed, and what plans said now."""
        found = known_to(case.common.panel.roster, case.deployer)
        inputs: dict[str, Any] = {"deployer": found.model_dump(mode="json")}
        if case.artifacts is not None:
            inputs["artifacts"] = dict(case.artifacts)
        if case.planned is not None:
            inputs["plans"] = {str(number): case.planned[number] for number in sorted(case.planned)}
        return inputs


DEPLOY: Final = Deploy()


def _expired(case: DeployCase, people: Sequence[str]) -> Reason:
    longest = format_duration(APPROVE.validity(case.approve) or timedelta())
    data = {"validity": longest, "by": list(people)}
    if not people:
        data["case"] = "none"
    return reason("approval", "fail", "approval.expired", data)


def _approved(case: DeployCase, since: datetime | None, decision: Decision) -> Reason:
    """Return whether the change is approved with this content."""
    if since is not None and case.recorded is not None and since == case.recorded.at:
        return reason("approval", "pass", "approval.sealed", {"at": format_instant(since)})
    if since is not None:
        return reason("approval", "pass", "approval.complete", {"count": len(decision.approvals)})
    expired = sorted(people_ignored(decision.ignored, "approval.expired"))
    if expired or is_expired(case, decision.now):
        return _expired(case, expired)
    stale = sorted(people_ignored(decision.ignored, "approval.stale"))
    parts = shutting(decision.reasons)
    if stale:
        return reason("approval", "fail", "approval.stale", {"by": stale}, parts=parts)
    outcome: Outcome = "pending" if decision.satisfiable else "fail"
    return reason("approval", outcome, "approval.missing", parts=parts)


def _merged(case: DeployCase) -> Reason:
    if case.merged_digest is None:
        return reason("merged", "fail", "change.not_merged")
    if case.merged_digest != case.common.panel.digest:
        return reason("merged", "fail", "change.differs_from_base")
    return reason("merged", "pass", "change.merged")


def _window(common: Common, now: datetime) -> Reason:
    window = common.change.spec.window
    if window is None:
        if common.change.spec.type is ChangeType.EMERGENCY:
            return reason("window", "pass", "window.none")
        return reason("window", "fail", "window.missing")
    start, end = format_instant(window.start), format_instant(window.end)
    if now < window.start:
        return reason("window", "pending", "window.not_open", {"start": start})
    if now >= window.end:
        return reason("window", "fail", "window.past", {"case": "deploy", "end": end})
    return reason("window", "pass", "window.open", {"end": end})


def _dependencies(common: Common) -> Iterable[Reason]:
    for name in common.change.spec.depends_on:
        state = common.dependencies.get(name, "")
        data = {"change": name}
        if state == "implemented":
            yield reason("dependency", "pass", "dependency.implemented", data)
            continue
        outcome: Outcome = "pending"
        if state in WILL_NOT_RUN:
            outcome, data["case"] = "fail", state
        elif state:
            data |= {"case": "state", "state": state}
        yield reason("dependency", outcome, "dependency.not_implemented", data)


def _conflicts(common: Common, now: datetime) -> Iterable[Reason]:
    """Return the hard conflicts with changes that go first. Emergencies wait for no other."""
    if common.assessment.computed == "emergency":
        return
    for other in common.assessment.conflicts:
        if other.hard and other.first and other.approved and now < other.overlap_end:
            data = {"what": [other.data or other.message], "shut_by": overlap(other)}
            yield reason("conflict", "fail", "conflict.goes_first", data)


def _held(case: DeployCase) -> Iterable[Reason]:
    """Return the environments that another release holds."""
    for place, holder in sorted(case.holders.items()):
        data = {"environment": place, "change": holder}
        yield reason("environment", "fail", "environment.held", data)


def _other_remotes(case: DeployCase) -> Iterable[Reason]:
    """Warn that earlier decisions were made by the main branch of another remote than this one.

    A copy looks like that.
    """
    if case.remote is None:
        return
    told = [case.remote]
    for noted in case.noted:
        if any(same_place(noted.address, address) for address in told):
            continue
        told.append(noted.address)
        data = {
            "remote": case.remote,
            "noted": noted.address,
            "change": noted.change,
            "seq": noted.seq,
        }
        yield warning("remote", "remote.differs", data)


def _released(case: DeployCase) -> Iterable[Reason]:
    """Return that the change has a release already."""
    if case.release.state:
        yield reason("released", "fail", "release.exists", {"state": case.release.state})
