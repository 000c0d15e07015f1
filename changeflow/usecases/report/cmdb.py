"""`report cmdb`: the newest audit of the CMDB, records left behind by changes, and baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from changeflow import errors
from changeflow.cmdb.outdated_items import outdated
from changeflow.insight.period import Period
from changeflow.model.answers.baselines import BaselineAnswer
from changeflow.model.answers.cmdb_audit import CmdbAuditAnswer
from changeflow.model.answers.cmdb_diff import CmdbDiffAnswer
from changeflow.model.answers.report_cmdb import (
    AuditedLine,
    BaselineStep,
    CmdbPaper,
    DifferenceKinds,
    EarlierAudit,
    OutdatedRecord,
)
from changeflow.model.clock import Clock
from changeflow.model.configuration_audit import ConfigurationAudit
from changeflow.reading.audit_rows import found_of
from changeflow.reading.audits import audits_in
from changeflow.reading.evidence import Evidence
from changeflow.reading.other_changes import released_actions
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.usecases.cmdb.audit import show_audit
from changeflow.usecases.cmdb.baseline import list_baselines
from changeflow.usecases.cmdb.diff import compare


def cmdb_paper(view: View, period: Period, clock: Clock) -> CmdbPaper:
    """Return the newest audit of a period with the one before it, and the baselines of the period.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    base = view.base.require_readable()
    evidence = view.ledger.evidence(view.base, "")
    audits, lost = _audits(view.base)
    within = [path for path in audits if period.has(audits[path].spec.sample.drawn)]
    newest = within[-1] if within else None
    found, lines, previous = None, tuple[AuditedLine, ...](), None
    if newest is not None:
        found = show_audit(view, newest, view.root)
        lines = tuple(_lines(audits[newest]))
        previous = _before(view, newest, list(audits))
    behind = tuple(_outdated(view, base, evidence))
    steps, since = _baselines(view, period, clock.now)
    orphans = tuple(_without_owner(base))
    inputs = inputs_at(view.base, [newest, previous.path] if previous and newest else within[-1:])
    head = repository_head(view, period, clock.now, inputs, lost)
    return CmdbPaper.model_validate(
        {
            **head,
            "audit": found,
            "independent": _independent(found),
            "conclusion": audits[newest].spec.conclusion if newest is not None else None,
            "lines": lines,
            "previous": _earlier(previous),
            "kinds": _kinds(lines, len(orphans), len(behind)),
            "outdated": behind,
            "without_owner": orphans,
            "baselines": steps,
            "since": since,
        }
    )


def _audits(state: State) -> tuple[dict[str, ConfigurationAudit], list[str]]:
    """Return the audits by their paths, the newest last, and those that cannot be read."""
    found: dict[str, ConfigurationAudit] = {}
    lost = []
    for path in audits_in(state):
        try:
            found[path] = state.document(path, ConfigurationAudit)
        except errors.Unreadable:
            lost.append(path)
    return found, lost


def _before(view: View, newest: str, known: Sequence[str]) -> CmdbAuditAnswer | None:
    """Return the audit before the newest one, also from before the period."""
    place = known.index(newest)
    return show_audit(view, known[place - 1], view.root) if place else None


def _earlier(previous: CmdbAuditAnswer | None) -> EarlierAudit | None:
    if previous is None:
        return None
    return EarlierAudit(
        audit=previous.audit,
        drawn=previous.sample.drawn,
        accuracy=previous.accuracy,
        completeness=previous.completeness,
    )


def _independent(found: CmdbAuditAnswer | None) -> bool | None:
    """Return whether the auditor answers for none of the items, as `cmdb audit` says it."""
    if found is None or found.auditor is None:
        return None
    codes = [one.get("code") for one in found.told if isinstance(one, dict)]
    return "audited.own_items" not in codes


def _lines(audit: ConfigurationAudit) -> Iterator[AuditedLine]:
    """Yield every attribute that was looked at, items that are missing, and what is surplus."""
    for item in audit.spec.items:
        of_item: dict[str, Any] = {"ci": item.ci, "corrected_by": item.corrected_by}
        if item.found == "missing":
            yield AuditedLine(
                attribute=None,
                recorded=None,
                found="missing",
                value=None,
                note=item.note,
                **of_item,
            )
            continue
        for one in item.attributes:
            yield AuditedLine(
                ci=item.ci,
                attribute=one.name,
                recorded=one.recorded,
                found=found_of(item, one),  # type: ignore[arg-type]
                value=one.value,
                corrected_by=one.corrected_by or item.corrected_by,
                note=one.note,
            )
    for extra in audit.spec.surplus:
        yield AuditedLine(
            ci=extra.name,
            attribute=None,
            recorded=None,
            found="surplus",
            value=extra.type,
            corrected_by=extra.corrected_by,
            note=extra.note,
        )


def _kinds(lines: Sequence[AuditedLine], orphans: int, behind: int) -> DifferenceKinds:
    counts = Counter(one.found for one in lines)
    return DifferenceKinds(
        differs=counts["differs"],
        missing=counts["missing"],
        surplus=counts["surplus"],
        without_owner=orphans,
        outdated=behind,
    )


def _outdated(view: View, base: Rulebook, evidence: Evidence) -> Iterator[OutdatedRecord]:
    for one in outdated(released_actions(view.base, evidence.entries), base.items):
        yield OutdatedRecord(
            ci=one.done.ci,
            change=one.done.change,
            action=one.done.action.value,
            status=one.status.value if one.status is not None else None,
            wanted=one.wanted.value if one.wanted is not None else None,
        )


def _without_owner(base: Rulebook) -> Iterator[str]:
    """Yield the items that are not retired and that no known role or person answers for."""
    words, facts = base.graph.words, base.graph.facts
    for number, ci in enumerate(base.graph.ids):
        owner = words[facts["owner"][number]]
        if words[facts["status"][number]] == "retired":
            continue
        if not owner or not base.roster.members(owner):
            yield ci


def _baselines(
    view: View, period: Period, now: datetime
) -> tuple[tuple[BaselineStep, ...], CmdbDiffAnswer | None]:
    """Return the baselines of a period, each compared with the one before it, and what is new."""
    try:
        known = list_baselines(view).baselines
    except errors.Unreadable:
        # the head of the paper says why the ledger does not count
        return (), None
    steps = []
    before: BaselineAnswer | None = None
    for one in known:
        if period.has(one.at):
            steps.append(_step(view, before, one, now))
        before = one
    if before is None:
        return tuple(steps), None
    since, _ = _compared(view, before.name, view.base.label, now)
    return tuple(steps), since


def _step(
    view: View, before: BaselineAnswer | None, one: BaselineAnswer, now: datetime
) -> BaselineStep:
    if before is None:
        return BaselineStep(baseline=one, before=None, differences=None, problem="")
    found, error = _compared(view, before.name, one.name, now)
    return BaselineStep(
        baseline=one,
        before=before.name,
        differences=found,
        problem=error.message if error is not None else "",
        told=error.told if error is not None else "",
    )


def _compared(
    view: View, one: str, other: str, now: datetime
) -> tuple[CmdbDiffAnswer | None, errors.ChangeflowError | None]:
    try:
        return compare(view, one, other, now), None
    except (errors.Unreadable, errors.HostFailed) as error:
        return None, error
