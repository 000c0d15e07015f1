"""Gather what the gate `deploy` asks: the approval, what is merged, and what else is on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from changeflow.gate.case import ToldFacts
from changeflow.gate.gates.approve import ApproveCase
from changeflow.gate.gates.deploy import DeployCase, NotedRemote
from changeflow.gate_cases.for_approve import for_approve
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.merged_digest import merged_digest
from changeflow.gate_cases.recorded_approval import recorded_approval
from changeflow.gate_cases.release_acceptance import acceptances
from changeflow.gate_cases.release_facts import release_facts
from changeflow.model.evidence import NO_CHANGE, Body, DecisionBody, LedgerEntry
from changeflow.model.remotes import without_credentials
from changeflow.reading.releases import runs_beside
from changeflow.release.claims import foreign_holder, holders
from changeflow.schedule.windows import environments


def for_deploy(inputs: GateInputs) -> DeployCase:
    """Return what the gate `deploy` asks.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    approve = for_approve(inputs)
    entries, address = inputs.evidence.entries, inputs.view.address
    artifacts = inputs.view.artifacts
    return DeployCase(
        approve=approve,
        recorded=recorded_approval(inputs.mine, inputs.content, inputs.base),
        merged_digest=merged_digest(inputs),
        release=release_facts(inputs.change, inputs.mine),
        holders=_holders(inputs),
        deployer=inputs.deployer,
        acceptances=acceptances(inputs.view, inputs.change.id, inputs.now),
        artifacts=None if artifacts is None else dict(artifacts),
        remote=address,
        noted=noted_remotes(entries, inputs.change.id) if address is not None else (),
        planned=None if inputs.planned is None else dict(inputs.planned),
        told=_told(inputs, approve),
    )


def _told(inputs: GateInputs, approve: ApproveCase) -> ToldFacts:
    """Return what owners were told of the window. Where no channel is configured, no one was."""
    base = inputs.base
    if not base.config.notify.channels:
        return ToldFacts(since=None, missing=())
    # most repositories have none
    from changeflow.notices.owners_told import owners_told
    from changeflow.notices.standing import occasion_of
    from changeflow.policy.condition_facts import impact_facts

    change, found = inputs.change, impact_facts(inputs.assessed.assessment.impact, base.items)
    entries = inputs.evidence.of_change(NO_CHANGE)
    occasion = occasion_of(change.spec.window)
    named = (change.metadata.requester, change.spec.implementer)
    parties = {*approve.common.panel.contributors.people, *filter(None, named)}
    told = owners_told(change.id, occasion, found["owners"], base.roster, entries, parties)
    return ToldFacts(since=told.since, missing=told.missing)


def _holders(inputs: GateInputs) -> dict[str, str]:
    """Return the environments of the change that the release of another one holds.

    A change of the same release holds none against it where both may run at the same time.
    """
    held, own = holders(inputs.evidence.entries), inputs.change.id
    places = environments(inputs.change, inputs.base.items)
    beside: frozenset[str] | None = None
    found: dict[str, str] = {}
    for place in places:
        if held.get(place, (own,)) == (own,):
            continue
        if beside is None:
            beside = runs_beside(inputs.view.base, own)
        stranger = foreign_holder(held[place], own, beside)
        if stranger is not None:
            found[place] = stranger
    return found


def noted_remotes(entries: Sequence[LedgerEntry], change: str) -> tuple[NotedRemote, ...]:
    """Return the remotes by whose main branch earlier decisions were made, newest first.

    These are those about the change, and the newest one.
    """
    found: list[NotedRemote] = []
    for entry in reversed(entries):
        address = _noted(entry.body)
        if address is not None and (not found or entry.change == change):
            found.append(NotedRemote(address=address, change=entry.change, seq=entry.seq))
    return tuple(found)


def _noted(body: Body) -> str | None:
    """Return the address that a decision notes.

    It is the word of the program that decided, so it is cleaned again.
    """
    inputs = body.decision.get("inputs") if isinstance(body, DecisionBody) else None
    if not isinstance(inputs, Mapping) or not isinstance(inputs.get("remote"), str):
        return None
    return without_credentials(inputs["remote"])
