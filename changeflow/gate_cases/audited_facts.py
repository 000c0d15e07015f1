"""What the checklist of an audit is told about a change, from its request, the ledger and its review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from changeflow.gate.case import untimed
from changeflow.gate.owed_review import owed_review
from changeflow.gate_cases.retrospective import retrospective_of
from changeflow.gate_cases.told_changes import ToldChange
from changeflow.insight.audit_checklist import (
    AuditedFacts,
    CountedVote,
    StartDecision,
    StepSeen,
)
from changeflow.ledger.assessments import last_assessment
from changeflow.model.change import ChangeRequest, ChangeSpec, Effects
from changeflow.model.evidence import ApprovalBody, DecisionBody, LedgerEntry
from changeflow.release import step_facts
from changeflow.release.ending import ReleaseSpan, release_span
from changeflow.release.plan import plan
from changeflow.release.progress import progress

# the folder of entries in the pack of a change
ENTRIES = "ledger/"


class LedgerFacts(NamedTuple):
    """What the verification of the ledger came to.

    Attributes:
        holds: whether it holds; None: there is none.
        problems: paths of entries that it complains of.
        signatures_required: whether evidence must be signed.
        unsigned: paths of entries without any signature.
    """

    holds: bool | None
    problems: frozenset[str]
    signatures_required: bool
    unsigned: frozenset[str]


def file_of_entry(path: str) -> str:
    """Return the file of an entry in the pack of its change, by its path on the ledger's branch."""
    return ENTRIES + path.rpartition("/")[2]


def audited_facts(
    one: ToldChange, whole: Sequence[LedgerEntry], ledger: LedgerFacts, now: datetime
) -> AuditedFacts:
    """Return what is known of a change.

    Args:
        one: the change, with the entries about it that count.
        whole: all entries about it, whether they count or not.
        ledger: what the verification of the ledger came to.
        now: the time.
    """
    change, span = one.request, release_span(one.entries)
    before = _before(one.entries, span, one.record.get("actual_start"))
    decided = _last_decision(before)
    review = one.case.review if one.case is not None else None
    window = change.spec.window
    assessed = last_assessment(before)
    retrospective = retrospective_of(one, now)
    return AuditedFacts(
        **_of_request(change),
        state=one.listed.row.state,
        involved=_involved(one),
        requested=one.record.get("recorded_at"),
        assessed=file_of_entry(assessed.entry.path) if assessed is not None else None,
        approvals=tuple(_votes(decided, before)),
        decision=_start_decision(before),
        signatures_required=ledger.signatures_required,
        released=span.start.body.content if span is not None else None,
        release_entries=_ends_of(span),
        started=one.record.get("actual_start"),
        ended=one.record.get("actual_end"),
        outcome=one.record.get("outcome"),
        window=(window.start, window.end) if window is not None else None,
        steps=tuple(_steps(change, one.entries)),
        rollback_took=_rollback_took(change, one.entries),
        ci_checks=_ci_checks(before),
        review_due=one.reviewed.get("due_at"),
        review_demanded=_is_review_owed(one, now),
        reviewed=one.reviewed.get("recorded_at"),
        reviewer=review.reviewer if review is not None else None,
        review_complete=review.complete if review is not None else False,
        retrospective_needed=retrospective is not None and retrospective.needed,
        retrospective_due=retrospective.due if retrospective is not None else None,
        retrospective_done=retrospective.done if retrospective is not None else None,
        retrospective_missing=retrospective.missing if retrospective is not None else (),
        overdue_followups=tuple(_overdue_followups(one)),
        ledger_holds=ledger.holds,
        problem_entries=_complained_of(change.id, ledger.problems),
        unsigned=_files(whole, ledger.unsigned),
        now=now,
    )


def _of_request(change: ChangeRequest) -> dict[str, Any]:
    """Return what the request itself says."""
    spec = change.spec
    rollback, emergency = spec.rollback, spec.emergency
    effects = spec.effects.model_dump() if spec.effects is not None else {}
    # `plans` is asked by policy alone
    asked = Effects.model_fields.keys() - {"plans"}
    unsaid = [name for name in Effects.model_fields if name in asked and not effects.get(name)]
    return {
        "type": spec.type.value,
        "draft": spec.draft,
        "model": spec.model,
        "incident": emergency.incident if emergency is not None else "",
        "justification": emergency.justification if emergency is not None else "",
        "effects_unsaid": tuple(unsaid),
        "rollback_steps": _steps_back(spec),
        "rollback_trigger": (rollback.trigger or "") if rollback is not None else "",
        "rollback_limit": rollback.limit if rollback is not None else None,
    }


def _steps_back(spec: ChangeSpec) -> int:
    """Return how many steps take the change back: undos, and steps of the rollback plan."""
    forward = spec.implementation.steps if spec.implementation is not None else ()
    undos = sum(step.undo is not None for step in forward)
    return undos + (len(spec.rollback.steps) if spec.rollback is not None else 0)


def _involved(one: ToldChange) -> frozenset[str]:
    """Return who asked for the change, carries it out, or wrote a part of it."""
    spec = one.request.spec
    people = {one.request.metadata.requester, spec.implementer or one.request.metadata.requester}
    if one.case is not None:
        people.update(one.case.common.panel.contributors.people)
    return frozenset(people)


def _before(
    mine: Sequence[LedgerEntry], span: ReleaseSpan | None, started: datetime | None
) -> Sequence[LedgerEntry]:
    """Return the entries from before the work: all, where there was none.

    Of what was done before it was asked for, a request tells, and no journal.
    """
    if span is not None:
        return mine[: mine.index(span.start)]
    if started is None:
        return mine
    return [entry for entry in mine if entry.moment < started]


def _decisions(before: Sequence[LedgerEntry]) -> Iterator[tuple[LedgerEntry, DecisionBody]]:
    """Yield decisions with their entries, the newest first."""
    for entry in reversed(before):
        if isinstance(entry.body, DecisionBody):
            yield entry, entry.body


def _last_decision(before: Sequence[LedgerEntry]) -> DecisionBody | None:
    return next((body for _, body in _decisions(before)), None)


def _start_decision(before: Sequence[LedgerEntry]) -> StartDecision | None:
    for entry, body in _decisions(before):
        if body.gate == "deploy":
            return StartDecision(body.open, body.digest, file_of_entry(entry.path))
    return None


def _votes(decided: DecisionBody | None, before: Sequence[LedgerEntry]) -> Iterator[CountedVote]:
    """Yield the approvals that a decision counted, each with its entry where the ledger has it."""
    said = decided.decision.get("approvals") if decided is not None else None
    for one in said if isinstance(said, list) else ():
        if not isinstance(one, Mapping):
            continue
        by, digest = str(one.get("by", "")), str(one.get("digest", ""))
        entry = _entry_of_vote(by, digest, before)
        where = file_of_entry(entry.path) if entry is not None else None
        signed = entry is not None and entry.signer == by
        yield CountedVote(by, digest, where, signed)


def _entry_of_vote(by: str, digest: str, before: Sequence[LedgerEntry]) -> LedgerEntry | None:
    for entry in reversed(before):
        body = entry.body
        is_approval = isinstance(body, ApprovalBody) and body.decision == "approve"
        if is_approval and body.speaker == by and body.content == digest:
            return entry
    return None


def _ends_of(span: ReleaseSpan | None) -> tuple[str, ...]:
    """Return the files of the entries that begin and end a release."""
    if span is None:
        return ()
    entries = [span.start] if span.end is None else [span.start, span.end]
    return tuple(file_of_entry(entry.path) for entry in entries)


def _steps(change: ChangeRequest, mine: Sequence[LedgerEntry]) -> Iterator[StepSeen]:
    planned = plan(change)
    for step in step_facts.steps(planned, progress(planned, mine)):
        yield StepSeen(step.phase, step.name, step.outcome)


def _rollback_took(change: ChangeRequest, mine: Sequence[LedgerEntry]) -> Any:
    facts = step_facts.actual(change, mine)
    return facts.rollback_took if facts is not None else None


def _ci_checks(before: Sequence[LedgerEntry]) -> dict[str, str] | None:
    found = recorded_checks(before)
    if found is None:
        return None
    return {str(one.get("name")): str(one.get("conclusion")) for one in found}


def recorded_checks(mine: Sequence[LedgerEntry]) -> list[Mapping[str, Any]] | None:
    """Return the CI checks that the newest decision with facts of a host was told, before a release.

    None where no decision had such facts.

    Args:
        mine: entries about the change.
    """
    starts = [place for place, entry in enumerate(mine) if entry.kind == "release"]
    for _, body in _decisions(mine[: starts[0]] if starts else mine):
        found = _checks_in(body)
        if found is not None:
            return found
    return None


def _checks_in(body: DecisionBody) -> list[Mapping[str, Any]] | None:
    found: Any = body.facts
    for key in ("pull", "said", "checks"):
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, list):
        return None
    return [one for one in found if isinstance(one, Mapping)]


def _is_review_owed(one: ToldChange, now: datetime) -> bool:
    if one.case is None:
        return False
    case = untimed(one.case).closing
    return owed_review(case, now) is not None


def _overdue_followups(one: ToldChange) -> Iterator[str]:
    for due in one.listed.row.owed:
        if due.what == "follow-up" and due.overdue:
            yield due.about


def _complained_of(change: str, problems: frozenset[str]) -> tuple[str, ...]:
    """Return the files of a change that the verification complains of, readable or not."""
    mine = [path for path in problems if path.startswith(f"{change}/")]
    return tuple(map(file_of_entry, sorted(mine)))


def _files(entries: Sequence[LedgerEntry], paths: frozenset[str]) -> tuple[str, ...]:
    return tuple(file_of_entry(entry.path) for entry in entries if entry.path in paths)
