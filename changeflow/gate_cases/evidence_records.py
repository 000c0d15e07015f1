"""Files of CI that are recorded for a change, as they stand to the commit that is decided about."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import EvidenceBody, LedgerEntry
from changeflow.model.opinions import Contributors
from changeflow.model.people import Roster
from changeflow.model.report_summary import Doubted, EvidenceRecord
from changeflow.reading.evidence_commits import EvidenceCommits


def evidence_records(inputs: GateInputs, contributors: Contributors) -> tuple[EvidenceRecord, ...]:
    """Return the files that are recorded for a change, oldest first.

    Args:
        inputs: the change as it was read.
        contributors: who wrote it.

    Raises:
        errors.HostFailed: when git fails.
    """
    found = list(_bodies(inputs))
    if not found:
        return ()
    commits = EvidenceCommits(inputs.view, inputs.content)
    parties = _parties(inputs.change, contributors)
    roster = inputs.base.roster
    records: list[EvidenceRecord] = []
    for entry, body in found:
        records.append(
            EvidenceRecord(
                kind=body.form,
                name=body.name,
                path=body.path,
                digest=body.digest,
                size=body.size,
                check=body.check,
                commit=body.commit,
                at_head=commits.has(body.commit, body.tree),
                at=entry.at,
                by=entry.signer or body.by,
                roles=_roles(roster, entry.signer),
                doubt=_doubt(entry, roster, parties),
                summary=body.summary,
            )
        )
    return tuple(records)


def _bodies(inputs: GateInputs) -> Iterator[tuple[LedgerEntry, EvidenceBody]]:
    for entry in inputs.mine:
        if isinstance(entry.body, EvidenceBody):
            yield entry, entry.body


def _parties(change: ChangeRequest, contributors: Contributors) -> frozenset[str | None]:
    """Return who has a part in the change: what they record of it proves nothing."""
    named = (change.metadata.requester, change.spec.implementer)
    return frozenset((*contributors.people, *named))


def _roles(roster: Roster, signer: str | None) -> tuple[str, ...]:
    roles = sorted(roster.spec.roles)
    return tuple(role for role in roles if signer in roster.spec.roles[role])


def _doubt(entry: LedgerEntry, roster: Roster, parties: Collection[str | None]) -> Doubted:
    if entry.signer is None or entry.signer not in roster.spec.people:
        return "unsigned"
    if roster.is_human(entry.signer):
        return "human"
    return "party" if entry.signer in parties else ""
