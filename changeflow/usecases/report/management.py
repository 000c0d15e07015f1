"""`report management`: what a management review has before it, from what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.gate_cases.register import read_register
from changeflow.insight.period import Period
from changeflow.model.answers.register import CARRIED_OUT
from changeflow.model.answers.report import KpiAnswer, ReportInput
from changeflow.model.answers.report_management import (
    AuditInBrief,
    ChangedRules,
    EarlierDecision,
    ManagementPaper,
    MeasureSignal,
    OpenRisk,
    OverBudget,
)
from changeflow.model.answers.report_sla import SlaRow
from changeflow.model.answers.report_trends import ChartAnswer
from changeflow.model.clock import Clock
from changeflow.model.configuration_audit import ConfigurationAudit
from changeflow.model.document_paths import CONFIG, rfc_path
from changeflow.model.period_review import PeriodReview
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.audits import audits_in
from changeflow.reading.objectives import objectives_of
from changeflow.reading.paper_head import digest_of_numbers, inputs_at, repository_head
from changeflow.reading.period_reviews import period_reviews
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.usecases.report.completeness import completeness
from changeflow.usecases.report.improvements import improvements_paper
from changeflow.usecases.report.kpi import kpi_report
from changeflow.usecases.report.own_tables import own_tables
from changeflow.usecases.report.period_review import told_review
from changeflow.usecases.report.sla import sla_paper
from changeflow.usecases.report.trends import asked_of_view, trends_paper

# Measures that stand in the paper with or without a target.
_PERFORMANCE: Final = (
    "changes", "emergency_share", "change_success_rate", "change_failure_rate", "rolled_back",
    "recorded_after_start", "reviews_on_time",
)  # fmt: skip
_RESOURCES: Final = ("cab_required", "approval_wait.median", "approval_wait.p90")
# What governs: whose changes are told.
_POLICIES: Final = "policies"
_GOVERNING: Final = (CONFIG, _POLICIES)
_RISKY: Final = ("high", "critical")
_OVER: Final = ("closed", "rejected", "withdrawn", "implemented", "rolled_back", "in_review")


def management_paper(
    view: View, period: Period, clock: Clock, folders: Sequence[Path] = ()
) -> ManagementPaper:
    """Return what a management review of a period has before it.

    Args:
        view: the main branch.
        period: with both ends, or those of the records.
        clock: the time.
        folders: with tables of records, beside those of the repository.

    Raises:
        errors.UsageError: when the extra `insight` is not installed.
        errors.NothingToDo: when there is no change.
        errors.Unreadable: when policies, roster or CMDB cannot be read, or the ledger does not hold.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    measured, lost, inputs = _measured(view, period, clock, folders)
    head = repository_head(view, period, clock.now, inputs, lost)
    paper = ManagementPaper.model_validate({**head, **measured, "numbers": "", "review": None})
    # what was not asked is no number, and depends on where the paper is made
    told = set(measured) - {"unauthorised_untold"}
    plain = paper.model_dump(mode="json", by_alias=True, include=told)
    numbers = digest_of_numbers(plain)
    review = told_review(view.base, period, "management", numbers)
    return paper.model_copy(update={"numbers": numbers, "review": review})


def _measured(
    view: View, period: Period, clock: Clock, folders: Sequence[Path]
) -> tuple[dict[str, Any], tuple[str, ...], tuple[ReportInput, ...]]:
    """Return everything of the paper but its head, what could not be read, and what was read."""
    objectives = objectives_of(view.base)
    asked = asked_of_view(view, period, objectives=objectives)
    with own_tables(view, clock.now) as own:
        found = kpi_report(folders, period, "duckdb", objectives, own, now=clock.now)
        trends = trends_paper(folders, asked, own, now=clock.now)
    kpis = {one.id: one for one in found.kpis}
    with_target = tuple(filter(_has_target, found.kpis))
    improvements = improvements_paper(view, period, clock)
    actions, nonconformities = [], []
    for row in improvements.improvements:
        if row.state not in CARRIED_OUT:
            actions.append(row)
        if row.source == "nonconformity":
            nonconformities.append(row)
    sla = sla_paper(view, period, clock)
    reviews = list(_management_reviews(view.base, period))
    days = [one.spec.reviewed for _, one in reviews]
    lost = dict.fromkeys((*found.unreadable, *sla.unreadable))
    measured = {
        "actions": tuple(actions),
        "overdue": sum(one.overdue for one in actions),
        "decisions": tuple(_decisions(reviews)),
        "rules": tuple(_changed_rules(view, period)),
        "kpis": with_target,
        "met": sum(one.met is True for one in with_target),
        "untold": sum(one.met is None for one in with_target),
        "performance": _named(kpis, _PERFORMANCE),
        "nonconformities": tuple(nonconformities),
        **_unauthorised(view, period, clock),
        "audits": tuple(_audits(view.base, period)),
        "risks": tuple(_risks(view, clock)),
        "services": len({one.service for one in sla.services}),
        "over": tuple(_over(sla.services)),
        "resources": _named(kpis, _RESOURCES),
        "suppliers": None,
        "signals": tuple(_signals(trends.charts)),
        "recurring": len(trends.recurring),
        "last_review": max(filter(None, days), default=None),
    }
    papers = (found.inputs, trends.inputs, improvements.inputs, sla.inputs)
    told_of = [path for path, _ in reviews]
    told_of += [one.path for one in measured["audits"]]
    told_of += [rfc_path(one.change) for one in measured["risks"]]
    return measured, tuple(lost), _inputs(view.base, papers, told_of)


def _inputs(
    state: State, papers: Sequence[Sequence[ReportInput]], told_of: Sequence[str]
) -> tuple[ReportInput, ...]:
    """Return what the paper was made from by path: what governs, and all that it tells of.

    Args:
        state: the main branch.
        papers: the inputs of the papers that it is put together from.
        told_of: further documents.
    """
    governing = list[str]()
    for path in state.paths:
        if path.startswith(f"{_POLICIES}/"):
            governing.append(path)
    found = {*inputs_at(state, dict.fromkeys([CONFIG, *governing, *told_of])), *chain(*papers)}
    return tuple(sorted(found, key=lambda one: (one.path, one.sha256)))


def _named(kpis: dict[str, KpiAnswer], names: Sequence[str]) -> tuple[KpiAnswer, ...]:
    return tuple(kpis[name] for name in names if name in kpis)


def _has_target(one: KpiAnswer) -> bool:
    return one.target is not None


def _over(services: Sequence[SlaRow]) -> Iterator[OverBudget]:
    for one in services:
        if one.over:
            yield OverBudget.model_validate(one.model_dump(include=set(OverBudget.model_fields)))


def _signals(charts: Sequence[ChartAnswer]) -> Iterator[MeasureSignal]:
    for chart in charts:
        for signal in chart.signals:
            if signal.in_period:
                yield MeasureSignal(measure=chart.id, signal=signal)


def _management_reviews(state: State, period: Period) -> Iterator[tuple[str, PeriodReview]]:
    """Yield the management reviews of periods that were over when this one ended."""
    for path, review in period_reviews(state):
        is_earlier = period.end is None or review.spec.period.to < period.end
        if review.spec.purpose == "management" and is_earlier:
            yield path, review


def _decisions(reviews: Sequence[tuple[str, PeriodReview]]) -> Iterator[EarlierDecision]:
    for path, review in reviews:
        for one in review.spec.decisions:
            yield EarlierDecision(review=path, decision=one.decision, owner=one.owner, due=one.due)


def _changed_rules(view: View, period: Period) -> Iterator[ChangedRules]:
    """Yield the commits of the main branch that changed what governs, the oldest first."""
    commit = view.base.commit
    if commit is None:
        return
    extra = ["--first-parent", "--diff-merges=first-parent"]
    told = view.git.log(commit, format_="%H %ct %s", paths=_GOVERNING, extra=extra)
    for line in reversed(told):
        # a commit may have no words
        name, seconds, title = f"{line.strip()}  ".split(" ", maxsplit=2)
        at = commit_time(seconds, END_OF_TIME)
        if period.has(at):
            yield ChangedRules(commit=name, at=at, title=title.strip(), files=_files(view, name))


def _files(view: View, commit: str) -> tuple[str, ...]:
    asked = [
        "-m",
        "--first-parent",
        "--root",
        "--no-commit-id",
        "--name-only",
        "--relative",
        "-r",
        "-z",
    ]
    done = view.git.run("diff-tree", *asked, commit, "--", *_GOVERNING)
    return tuple(sorted(filter(None, done.stdout.decode("utf-8", "replace").split("\0"))))


def _unauthorised(view: View, period: Period, clock: Clock) -> dict[str, Any]:
    """Return how much was not authorised; None where that could not be looked at."""
    try:
        found = completeness(view, period, clock)
    except (errors.HostFailed, errors.Unreadable):
        return {"unauthorised": None, "unauthorised_open": None}
    return {
        "unauthorised": found.totals.unauthorised,
        "unauthorised_open": found.totals.open,
        "unauthorised_untold": found.untold,
    }


def _audits(state: State, period: Period) -> Iterator[AuditInBrief]:
    for path in audits_in(state):
        parsed = state.parsed(path)
        audit = None if parsed.errors else parsed.first(ConfigurationAudit)
        if audit is not None and period.has(audit.spec.sample.drawn):
            yield AuditInBrief(
                path=path,
                auditor=audit.spec.auditor,
                drawn=audit.spec.sample.drawn,
                items=len(audit.spec.items),
                conclusion=audit.spec.conclusion,
            )


def _risks(view: View, clock: Clock) -> Iterator[OpenRisk]:
    for one in read_register(view, clock, everywhere=True).changes:
        row = one.row
        if row.risk is not None and row.risk.level in _RISKY and row.state not in _OVER:
            yield OpenRisk(change=row.change, title=row.title, risk=row.risk, state=row.state)
