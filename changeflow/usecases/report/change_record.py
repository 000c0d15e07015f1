"""`report change`: the record of one change, with the entries of the ledger that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, get_args

from changeflow.insight.period import Period
from changeflow.language.sentences import in_english
from changeflow.ledger.assessments import last_before_release
from changeflow.model.answers.one_change import ChangeAnswer
from changeflow.model.answers.report_change import (
    ChangePaper,
    JudgedAtStart,
    KnownBaseline,
    RecordedEntry,
    RollbackTime,
)
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import review_path, rfc_path
from changeflow.model.evidence import BaselineBody, LedgerEntry
from changeflow.model.policy import Policy
from changeflow.model.riskmodel import RiskLevel
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.view import View
from changeflow.release.ending import items_at_start, release_span
from changeflow.release.step_facts import actual
from changeflow.release.summed_releases import analysis
from changeflow.usecases.register.show import Shown, show


def change_paper(view: View, argument: str, period: Period, clock: Clock) -> ChangePaper:
    """Return the record of a change, wherever its request is committed.

    Raises:
        errors.NothingToDo: when there is no such change on any branch, with near misses.
        errors.Unreadable: when it, or something that judges, cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base()
    return paper_of_shown(view, show(view, argument, clock), period, clock)


def paper_of_shown(view: View, found: Shown, period: Period, clock: Clock) -> ChangePaper:
    """Return the record of a change that was looked up already.

    Args:
        view: the main branch, by which it was looked up.
        found: the change.
        period: what the head names.
        clock: the time.
    """
    record = found.answer
    inputs = inputs_at(found.state, [rfc_path(record.change), review_path(record.change)])
    head = repository_head(view, period, clock.now, inputs)
    evidence = view.ledger.evidence(view.base, "")
    mine = evidence.of_change(record.change)
    assessed, judged_by = _judged_by(mine, record)
    return ChangePaper.model_validate(
        {
            **head,
            "change": record.change,
            "record": record,
            "analysis": analysis(
                found.assessed.content.change, mine, record.release, len(record.incidents)
            ),
            "rollback": rollback_time(found.assessed.content.change, mine),
            "assessed": assessed,
            "at_start": judged_at_start(mine),
            "judged_by": judged_by,
            "baseline": _baseline(evidence.entries, mine),
            "baseline_items": items_at_start(release_span(mine)),
            "entries": tuple(map(entry_row, mine)),
            "rule_texts": _rule_texts(view.base.rulebook.policies),
        }
    )


def _rule_texts(policies: Iterable[Policy]) -> dict[str, dict[str, dict[str, str]]]:
    """Return the messages of rules in further languages, by the message that is recorded."""
    found = {}
    for policy in policies:
        for rule in policy.spec.rules:
            if rule.translations:
                found[rule.message] = rule.translations
    return found


def _judged_by(
    mine: Sequence[LedgerEntry], record: ChangeAnswer
) -> tuple[datetime | None, dict[str, Any]]:
    """Return the digests that the last assessment before the release rests on, and its time."""
    found = last_before_release(mine)
    if found is None:
        return None, dict(record.assessment.inputs)
    return found.entry.moment, dict(found.inputs)


def judged_at_start(mine: Sequence[LedgerEntry]) -> JudgedAtStart | None:
    """Return the class and the risk that a release was started on; None where there are none."""
    found = last_before_release(mine)
    if found is None or found.score is None or all(entry.kind != "release" for entry in mine):
        return None
    if not found.class_ or found.level not in get_args(RiskLevel):
        return None
    facts = {"class": found.class_, "score": found.score, "level": found.level}
    return JudgedAtStart.model_validate({**facts, "at": found.entry.moment, "seq": found.entry.seq})


def rollback_time(change: ChangeRequest, mine: Sequence[LedgerEntry]) -> RollbackTime:
    """Return how long a rollback of a change may take, and how long it took."""
    plan, facts = change.spec.rollback, actual(change, mine)
    return RollbackTime(
        promised=plan.limit if plan is not None else None,
        took=facts.rollback_took if facts is not None else None,
    )


def _baseline(entries: Sequence[LedgerEntry], mine: Sequence[LedgerEntry]) -> KnownBaseline | None:
    """Return the newest baseline before the release, or of all where there was no release."""
    first = next((entry.seq for entry in mine if entry.kind == "release"), None)
    found: KnownBaseline | None = None
    for entry in entries:
        if first is not None and entry.seq > first:
            break
        body = entry.body
        if isinstance(body, BaselineBody):
            facts = {"name": body.name, "digest": body.digest}
            found = KnownBaseline(at=entry.moment, seq=entry.seq, **facts)
    return found


def entry_row(entry: LedgerEntry) -> RecordedEntry:
    """Return an entry as papers list it."""
    return RecordedEntry(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        by=entry.speaker,
        signed_by=entry.signer,
        key=entry.key,
        digest=entry.digest,
        summary=in_english(entry.body.told),
        told=entry.body.told,
    )
