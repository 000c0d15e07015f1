"""The checklist of an audit: what a change had to show, and whether its records show it.

A line says `yes` or `no` only where records tell it. Where they lack what a line asks for, it is
`not_known`; where the question does not arise, or not yet, it is `not_applicable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.report_audit import Verdict
from changeflow.model.document_paths import REQUEST_FILE, REVIEW_FILE

# characters of a digest with the name of its algorithm that a sentence shows
_SHORT: Final = 19
_OWN: Final = "Organisation's own"
_ISO: Final = "ISO/IEC 20000-1:2018 "
_INDEPENDENCE: Final = "ISO/IEC 27001:2022 A.5.3"
CI_CHECKS: Final = "ci-checks.json"
# states of changes that must not be carried out
_REFUSED: Final = ("rejected", "withdrawn")
# states of changes that are not approved yet
_ASKED: Final = ("draft", "submitted", "assessed")


class CountedVote(NamedTuple):
    """An approval that a recorded decision counted.

    Attributes:
        by: the person.
        digest: of the content that it is about.
        entry: the entry of the ledger that holds it; None where it was given on a code host.
        signed: whether that entry carries the person's own signature.
    """

    by: str
    digest: str
    entry: str | None
    signed: bool


class StartDecision(NamedTuple):
    """The last decision of the gate `deploy` on record before a release."""

    is_open: bool
    digest: str
    entry: str


class StepSeen(NamedTuple):
    """A step that is planned, and what the journal says of it: `skipped` where it has nothing."""

    phase: str
    name: str
    outcome: str


@dataclass(frozen=True)
class AuditedFacts:
    """What is known of a change from its request, the ledger and its review.

    Attributes:
        type: standard, normal or emergency.
        draft: whether the request is still being written.
        state: its state now.
        involved: requester, implementer and authors of the change.
        model: the change model of a standard change.
        incident: that an emergency answers; empty where it says none.
        justification: why an emergency could not wait.
        requested: when the request was first recorded.
        assessed: the entry of the last assessment before the release, or of all.
        effects_unsaid: effects that the request says nothing of.
        approvals: those that the last decision before the release, or of all, counted.
        decision: of the gate `deploy` before the release; None: none is on record.
        signatures_required: whether evidence must be signed.
        released: digest of the content that was released; None: no journal tells of a release.
        release_entries: those that begin and end the release.
        started: when the release started.
        ended: when it ended.
        outcome: how it ended.
        window: when it might be made.
        steps: those that are planned, with what became of them.
        rollback_steps: how many steps the rollback has.
        rollback_trigger: when it is rolled back; empty where the request does not say.
        rollback_limit: within what time.
        rollback_took: how long a rollback took.
        ci_checks: names of CI checks with their conclusions, as a host said; None: none is on
            record.
        review_due: until when a review is due; None: no rule says.
        review_demanded: whether a review is due at all.
        reviewed: when the review was put on record.
        reviewer: who wrote it; None: there is none.
        review_complete: whether it counts.
        retrospective_needed: whether approvals in retrospect are due.
        retrospective_due: until when.
        retrospective_done: when the last one was given.
        retrospective_missing: roles of those that are missing.
        overdue_followups: what the review asks for, past its day and not done.
        ledger_holds: whether the ledger holds; None: there is none.
        problem_entries: entries of this change that the verification complains of.
        unsigned: entries about the change that carry no signature.
        now: the time.
    """

    type: str
    draft: bool
    state: str
    involved: frozenset[str]
    model: str | None
    incident: str
    justification: str
    requested: datetime | None
    assessed: str | None
    effects_unsaid: tuple[str, ...]
    approvals: tuple[CountedVote, ...]
    decision: StartDecision | None
    signatures_required: bool
    released: str | None
    release_entries: tuple[str, ...]
    started: datetime | None
    ended: datetime | None
    outcome: str | None
    window: tuple[datetime, datetime] | None
    steps: tuple[StepSeen, ...]
    rollback_steps: int
    rollback_trigger: str
    rollback_limit: timedelta | None
    rollback_took: timedelta | None
    ci_checks: Mapping[str, str] | None
    review_due: datetime | None
    review_demanded: bool
    reviewed: datetime | None
    reviewer: str | None
    review_complete: bool
    retrospective_needed: bool
    retrospective_due: datetime | None
    retrospective_done: datetime | None
    retrospective_missing: tuple[str, ...]
    overdue_followups: tuple[str, ...]
    ledger_holds: bool | None
    problem_entries: tuple[str, ...]
    unsigned: tuple[str, ...]
    now: datetime

    @property
    def is_idle(self) -> bool:
        """Return whether nothing rests on it: it is not approved yet, or was refused."""
        return self.started is None and (self.draft or self.state in (*_REFUSED, *_ASKED))


class Finding(NamedTuple):
    """The answer to a line: its verdict, the case of its sentence, data, and files that show it."""

    verdict: Verdict
    case: str
    data: Mapping[str, Any] = {}
    evidence: tuple[str, ...] = ()


# -- before the work -------------------------------------------------------------------------------


def _requested(facts: AuditedFacts) -> Finding:
    """Return whether the request was recorded before the work began."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.requested is None:
        return Finding("not_known", "unknown")
    times = {"requested": facts.requested, "started": facts.started}
    if facts.requested > facts.started:
        return Finding("no", "late", times, _first(facts))
    return Finding("yes", "before", times, _first(facts))


def _justified(facts: AuditedFacts) -> Finding:
    """Return whether an emergency names its incident and says why it could not wait."""
    if facts.type != "emergency":
        return Finding("not_applicable", "other_type", {"kind": facts.type})
    if not facts.incident or not facts.justification:
        return Finding("no", "unsaid", {}, _REQUEST)
    return Finding("yes", "said", {"incident": facts.incident}, _REQUEST)


def _classified(facts: AuditedFacts) -> Finding:
    """Return whether class and risk are on record, from before the work where there was any."""
    if facts.assessed is not None:
        return Finding("yes", "recorded", {}, (facts.assessed,))
    if facts.started is None:
        return _NOT_STARTED
    return Finding("not_known", "unrecorded")


def _effects(facts: AuditedFacts) -> Finding:
    """Return whether each effect that the standard names was considered."""
    if facts.type == "standard":
        return Finding("not_applicable", "model", {"model": facts.model or ""})
    if not facts.effects_unsaid:
        return Finding("yes", "said", {}, _REQUEST)
    if facts.is_idle:
        return _NOT_STARTED
    if facts.type == "emergency" and facts.review_complete:
        return Finding("yes", "reviewed", {}, _REVIEW)
    return Finding("not_known", "unsaid", {"effects": list(facts.effects_unsaid)}, _REQUEST)


def _rollback_plan(facts: AuditedFacts) -> Finding:
    """Return whether the request says how the change is undone, when, and within what time."""
    missing = []
    if not facts.rollback_steps:
        missing.append("steps")
    if not facts.rollback_trigger:
        missing.append("trigger")
    if facts.rollback_limit is None:
        missing.append("limit")
    if missing and facts.is_idle:
        return _NOT_STARTED
    if missing:
        return Finding("no", "missing", {"parts": missing}, _REQUEST)
    return Finding("yes", "planned", {"limit": facts.rollback_limit}, _REQUEST)


# -- the approval ----------------------------------------------------------------------------------


def _approved(facts: AuditedFacts) -> Finding:
    """Return whether the gate was open, on record, before the work began."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.decision is None:
        return Finding("no", "unrecorded", {}, facts.release_entries[:1])
    where = (facts.decision.entry, *facts.release_entries[:1])
    if not facts.decision.is_open:
        return Finding("no", "shut", {}, where)
    if facts.type == "standard" and not facts.approvals:
        return Finding("yes", "model", {"model": facts.model or ""}, where)
    if not facts.approvals:
        return Finding("yes", "unasked", {}, where)
    people = sorted({vote.by for vote in facts.approvals})
    return Finding("yes", "approved", {"people": people}, where)


def _independent(facts: AuditedFacts) -> Finding:
    """Return whether no approver asked for the change, wrote it or carried it out."""
    if not facts.approvals:
        return Finding("not_applicable", "none_given")
    own = sorted({vote.by for vote in facts.approvals} & facts.involved)
    if own:
        return Finding("no", "involved", {"people": own}, _of_votes(facts))
    people = sorted({vote.by for vote in facts.approvals})
    return Finding("yes", "independent", {"people": people}, _of_votes(facts))


def _signed(facts: AuditedFacts) -> Finding:
    """Return whether each approval carries the signature of its approver."""
    if not facts.approvals:
        return Finding("not_applicable", "none_given")
    unsigned = sorted({vote.by for vote in facts.approvals if not vote.signed})
    on_host = sorted({vote.by for vote in facts.approvals if vote.entry is None})
    if not unsigned:
        return Finding("yes", "signed", {}, _of_votes(facts))
    if set(unsigned) <= set(on_host):
        return Finding("not_applicable", "host", {"people": on_host})
    if facts.signatures_required:
        return Finding("no", "unsigned", {"people": unsigned}, _of_votes(facts))
    return Finding("not_applicable", "not_required", {"people": unsigned}, _of_votes(facts))


def _as_approved(facts: AuditedFacts) -> Finding:
    """Return whether what was released is what was approved."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.released is None:
        return Finding("not_known", "no_journal", {}, _REQUEST)
    if facts.decision is None:
        return Finding("not_known", "undecided", {}, facts.release_entries[:1])
    where = (*_of_votes(facts), facts.decision.entry, *facts.release_entries[:1])
    digests = {facts.decision.digest, *(vote.digest for vote in facts.approvals)}
    if digests != {facts.released}:
        return Finding("no", "other", {}, where)
    return Finding("yes", "same", {"digest": facts.released[:_SHORT]}, where)


def _ci_checks(facts: AuditedFacts) -> Finding:
    """Return whether the CI checks on the content had passed when it was decided about."""
    if facts.ci_checks is None:
        return Finding("not_applicable", "no_host")
    if not facts.ci_checks:
        return Finding("not_applicable", "none")
    red = sorted(name for name, said in facts.ci_checks.items() if said not in _GREEN)
    if red:
        return Finding("no", "red", {"checks": red}, (CI_CHECKS,))
    return Finding("yes", "green", {"count": len(facts.ci_checks)}, (CI_CHECKS,))


# -- the work --------------------------------------------------------------------------------------


def _window(facts: AuditedFacts) -> Finding:
    """Return whether the work began and ended in its window."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.window is None:
        return Finding("not_applicable", "none", {"kind": facts.type})
    start, end = facts.window
    times = {"start": start, "end": end, "started": facts.started, "ended": facts.ended}
    if facts.started < start or facts.started > end:
        return Finding("no", "began_outside", times, facts.release_entries)
    if facts.ended is None:
        return Finding("not_known", "running", times, facts.release_entries)
    if facts.ended > end:
        return Finding("no", "overran", times, facts.release_entries)
    return Finding("yes", "kept", times, facts.release_entries)


def _verified(facts: AuditedFacts) -> Finding:
    """Return whether every verification that was planned was done, of an implemented change."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.outcome != "implemented":
        return Finding("not_applicable", "not_implemented")
    if facts.released is None:
        return Finding("not_known", "no_journal", {}, _REQUEST)
    planned = [step for step in facts.steps if step.phase == "verification"]
    if not planned:
        return Finding("not_known", "none_planned", {}, _REQUEST)
    left = [step.name for step in planned if step.outcome != "done"]
    if left:
        return Finding("no", "left", {"steps": left}, facts.release_entries)
    return Finding("yes", "done", {"count": len(planned)}, facts.release_entries)


def _ended(facts: AuditedFacts) -> Finding:
    """Return whether the end of the work is on record, with its outcome."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.outcome is None or facts.ended is None:
        return Finding("not_known", "open", {"started": facts.started}, facts.release_entries)
    said = {"outcome": facts.outcome, "ended": facts.ended}
    return Finding("yes", "recorded", said, facts.release_entries)


def _rolled_back(facts: AuditedFacts) -> Finding:
    """Return whether a rollback that was needed took no longer than was promised."""
    if facts.started is None:
        return _NOT_STARTED
    if facts.outcome not in ("rolled_back", "failed"):
        return Finding("not_applicable", "not_needed")
    if facts.rollback_took is None or facts.rollback_limit is None:
        return Finding("not_known", "untimed", {}, facts.release_entries)
    times = {"took": facts.rollback_took, "limit": facts.rollback_limit}
    if facts.outcome == "failed":
        return Finding("no", "failed", times, facts.release_entries)
    if facts.rollback_took > facts.rollback_limit:
        return Finding("no", "too_long", times, facts.release_entries)
    return Finding("yes", "in_time", times, facts.release_entries)


# -- afterwards ------------------------------------------------------------------------------------


def _retrospective(facts: AuditedFacts) -> Finding:
    """Return whether the approvals of an emergency that were owed came in time."""
    if not facts.retrospective_needed:
        return Finding("not_applicable", "not_asked")
    due, done = facts.retrospective_due, facts.retrospective_done
    times = {"due": due, "done": done, "roles": list(facts.retrospective_missing)}
    if facts.retrospective_missing or done is None:
        if due is not None and facts.now > due:
            return Finding("no", "overdue", times)
        return Finding("not_applicable", "not_yet" if due is not None else "no_date", times)
    return _in_time(done, due, times)


def _reviewed(facts: AuditedFacts) -> Finding:
    """Return whether the review that is due was put on record in time."""
    times = {"due": facts.review_due, "reviewed": facts.reviewed, "by": facts.reviewer}
    if facts.reviewed is not None and facts.review_complete:
        return _in_time(facts.reviewed, facts.review_due, times, _REVIEW)
    if not facts.review_demanded:
        return Finding("not_applicable", "not_asked")
    if facts.review_due is not None and facts.now <= facts.review_due:
        return Finding("not_applicable", "not_yet", times)
    if facts.reviewer is not None:
        return Finding("no", "incomplete", times, _REVIEW)
    if facts.review_due is None:
        return Finding("not_applicable", "no_date")
    return Finding("no", "overdue", times)


def _reviewer(facts: AuditedFacts) -> Finding:
    """Return whether the reviewer neither asked for the change nor made it."""
    if facts.reviewer is None:
        return Finding("not_applicable", "none_given")
    if facts.reviewer in facts.involved:
        return Finding("no", "involved", {"by": facts.reviewer}, _REVIEW)
    return Finding("yes", "independent", {"by": facts.reviewer}, _REVIEW)


def _followed_up(facts: AuditedFacts) -> Finding:
    """Return whether nothing that the review asked for is past its day and not done."""
    if facts.reviewer is None:
        return Finding("not_applicable", "none_given")
    if facts.overdue_followups:
        return Finding("no", "overdue", {"actions": list(facts.overdue_followups)}, _REVIEW)
    return Finding("yes", "none_overdue", {}, _REVIEW)


def _evidence_holds(facts: AuditedFacts) -> Finding:
    """Return whether the entries of the ledger about the change are as they were written."""
    if facts.ledger_holds is None:
        return Finding("not_known", "no_ledger")
    if facts.problem_entries:
        return Finding(
            "no", "entries", {"count": len(facts.problem_entries)}, facts.problem_entries
        )
    if not facts.ledger_holds:
        return Finding("no", "chain")
    if facts.signatures_required and facts.unsigned:
        return Finding("no", "unsigned", {"count": len(facts.unsigned)}, facts.unsigned)
    return Finding("yes", "holds")


def _obeyed(facts: AuditedFacts) -> Finding:
    """Return whether a change that was rejected or withdrawn was not carried out."""
    if facts.state not in _REFUSED:
        return Finding("not_applicable", "not_refused")
    if facts.started is not None:
        return Finding("no", "started", {"state": facts.state}, facts.release_entries)
    return Finding("yes", "not_started", {"state": facts.state})


# files of the pack of a change
_REQUEST: Final = (f"request/{REQUEST_FILE}",)
_REVIEW: Final = (f"request/{REVIEW_FILE}",)
_GREEN: Final = frozenset({"success", "neutral", "skipped"})
_NOT_STARTED: Final = Finding("not_applicable", "not_started")


def _first(facts: AuditedFacts) -> tuple[str, ...]:
    return (*_REQUEST, *facts.release_entries[:1])


def _in_time(
    done: datetime,
    due: datetime | None,
    times: Mapping[str, Any],
    evidence: tuple[str, ...] = (),
) -> Finding:
    """Return whether something that was done was done in time, if a rule sets one."""
    if due is None:
        return Finding("yes", "done", times, evidence)
    if done > due:
        return Finding("no", "late", times, evidence)
    return Finding("yes", "in_time", times, evidence)


def _of_votes(facts: AuditedFacts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(vote.entry for vote in facts.approvals if vote.entry))


class Check(NamedTuple):
    """A line of the checklist: the clause it comes from, and what answers it."""

    clause: str
    answer: Callable[[AuditedFacts], Finding]


CHECKS: Final[Mapping[str, Check]] = {
    "requested": Check(f"{_ISO}8.5.1.2", _requested),
    "justified": Check(f"{_ISO}8.5.1.1", _justified),
    "classified": Check(f"{_ISO}8.5.1.2", _classified),
    "effects": Check(f"{_ISO}8.5.1.3", _effects),
    "rollback_plan": Check(f"{_ISO}8.5.1.3", _rollback_plan),
    "approved": Check(f"{_ISO}8.5.1.3", _approved),
    "independent": Check(_INDEPENDENCE, _independent),
    "signed": Check(f"{_ISO}7.5", _signed),
    "as_approved": Check(f"{_ISO}8.5.1.3", _as_approved),
    "ci_checks": Check(_OWN, _ci_checks),
    "window": Check(f"{_ISO}8.5.1.3", _window),
    "verified": Check(f"{_ISO}8.5.3", _verified),
    "ended": Check(f"{_ISO}8.5.1.3", _ended),
    "rolled_back": Check(f"{_ISO}8.5.1.3", _rolled_back),
    "retrospective": Check(f"{_ISO}8.5.1.1", _retrospective),
    "reviewed": Check(f"{_ISO}8.5.1.3", _reviewed),
    "reviewer": Check(_INDEPENDENCE, _reviewer),
    "followed_up": Check(f"{_ISO}10.1", _followed_up),
    "obeyed": Check(f"{_ISO}8.5.1.3", _obeyed),
    "evidence": Check(f"{_ISO}7.5", _evidence_holds),
}


def checklist(facts: AuditedFacts) -> Iterator[tuple[str, Check, Finding]]:
    """Yield the lines of the checklist with their answers, in order."""
    for name, check in CHECKS.items():
        yield name, check, check.answer(facts)
