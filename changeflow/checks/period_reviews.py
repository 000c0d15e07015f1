"""Rules about reviews of periods: who took part, and that each signal has a real conclusion."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.document_paths import period_of_review
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.placeholders import is_hollow, is_nothing, is_praise


def _folder(document: Document) -> Iterator[Finding]:
    folder = period_of_review(document.path)
    if folder is not None and document.id and document.id != folder:
        place = ("metadata", "id")
        yield document.found("period-review-id-folder", place, id=document.id, folder=folder)


def _over(document: Document) -> Iterator[Finding]:
    """Find a period that ends before it begins, and a report from before the end of the period."""
    from changeflow.model.times import parse_instant

    period = mapping(document.spec.get("period"))
    try:
        start, end = parse_instant(text(period.get("from"))), parse_instant(text(period.get("to")))
    except ValueError:
        # the schema says so
        return
    if end <= start:
        yield document.found("period-review-not-over", ("spec", "period"), case="empty")
        return
    for route, looked_at in mappings(document.spec.get("looked_at"), ("spec", "looked_at")):
        made = text(looked_at.get("made"))
        try:
            is_early = parse_instant(made) < end
        except ValueError:
            continue
        if is_early:
            place = (*route, "made")
            yield document.found(
                "period-review-not-over", place, made=made, end=text(period.get("to"))
            )


def _people(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    spec = document.spec
    named: list[tuple[Route, str]] = [(("spec", "analysed_by"), text(spec.get("analysed_by")))]
    for route, reviewer in mappings(spec.get("reviewers"), ("spec", "reviewers")):
        person, role = text(reviewer.get("person")), text(reviewer.get("role"))
        named.append(((*route, "person"), person))
        holders = {*facts.roles.get(role, ()), *facts.deputies.get(role, ())}
        if person in facts.people and role and person not in holders:
            place = (*route, "role")
            yield document.found(
                "period-review-unknown-person", place, case="role", who=person, role=role
            )
    for route, who in named:
        if who and facts.people.get(who) != "human":
            data: dict[str, Any] = {"who": who, "what_now": [facts.person_hint(who)]}
            if who in facts.people:
                data["case"] = "agent"
            yield document.found("period-review-unknown-person", route, **data)
    for route, decision in mappings(spec.get("decisions"), ("spec", "decisions")):
        owner = text(decision.get("owner"))
        if owner and not facts.knows(owner):
            yield document.found(
                "period-review-unknown-person",
                (*route, "owner"),
                case="owner",
                who=owner,
                what_now=[facts.name_hint(owner)],
            )


def _own_analysis(document: Document) -> Iterator[Finding]:
    analyst = text(document.spec.get("analysed_by"))
    people = set()
    for _, reviewer in mappings(document.spec.get("reviewers"), ("spec", "reviewers")):
        people.add(text(reviewer.get("person")))
    if analyst and people == {analyst}:
        yield document.found("period-review-own-analysis", ("spec", "reviewers"), who=analyst)


def _improvements(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, name in texts(document.spec.get("improvements"), ("spec", "improvements")):
        if name not in facts.improvements:
            what_now = [facts.improvement_hint(name)]
            yield document.found(
                "period-review-unknown-improvement", route, name=name, what_now=what_now
            )


def _measures(document: Document) -> Iterator[Finding]:
    """Find measures that do not exist, or that are concluded about twice."""
    from changeflow.model.kpi_units import KPI_UNITS

    seen: set[str] = set()
    for route, trend in mappings(document.spec.get("trends"), ("spec", "trends")):
        measure = text(trend.get("measure"))
        if measure and (measure not in KPI_UNITS or measure in seen):
            data: dict[str, Any] = {"measure": measure}
            if measure in seen:
                data["case"] = "twice"
            yield document.found("period-review-measure", (*route, "measure"), **data)
        seen.add(measure)


def _conclusions(document: Document) -> Iterator[Finding]:
    """Find signals that nothing is concluded about, and conclusions that say nothing."""
    spec = document.spec
    answers: list[tuple[Route, str]] = [(("spec", "conclusion"), text(spec.get("conclusion")))]
    for route, trend in mappings(spec.get("trends"), ("spec", "trends")):
        conclusion = text(trend.get("conclusion"))
        answers.append(((*route, "conclusion"), conclusion))
        if sequence(trend.get("signals")) and not conclusion.strip():
            measure = text(trend.get("measure"))
            yield document.found("period-review-unconcluded", route, measure=measure)
    for route, decision in mappings(spec.get("decisions"), ("spec", "decisions")):
        answers.append(((*route, "decision"), text(decision.get("decision"))))
    for route, said in answers:
        if said.strip() and (is_hollow(said) or is_nothing(said) or is_praise(said)):
            yield document.found("period-review-empty-words", route, said=said)


def _unanswered(document: Document) -> Iterator[Finding]:
    """Find what every review of a period says, and this one does not yet."""
    for name in ("analysed_by", "reviewed", "reviewers", "conclusion"):
        if not document.spec.get(name):
            yield document.found("period-review-unanswered", ("spec",), case=name)


_rule = partial(FindingRule, kind="PeriodReview")
RULES: Final = (
    _rule(
        "period-review-id-folder", "error", "The id is not the name of the folder.", find=_folder
    ),
    _rule(
        "period-review-not-over",
        "error",
        "The period is empty, or was not over when the report was made.",
        find=_over,
    ),
    _rule(
        "period-review-unknown-person",
        "error",
        "Someone who took part is no person of the roster or does not have the role, or an owner "
        "is unknown.",
        find_with=_people,
    ),
    _rule(
        "period-review-own-analysis",
        "warning",
        "The analysis was reviewed by its author alone.",
        find=_own_analysis,
    ),
    _rule(
        "period-review-unknown-improvement",
        "error",
        "It names an improvement that does not exist.",
        find_with=_improvements,
    ),
    _rule(
        "period-review-measure",
        "error",
        "A measure does not exist, or is concluded about twice.",
        find=_measures,
    ),
    _rule(
        "period-review-unconcluded",
        "error",
        "A measure has a signal, and nothing is concluded about it.",
        find=_conclusions,
    ),
    _rule(
        "period-review-empty-words",
        "error",
        "A conclusion or a decision says nothing.",
        find=_conclusions,
    ),
    # found by `changeflow check` alone, which makes the report again
    _rule(
        "period-review-other-numbers",
        "error",
        "The report made again from the same commits has other numbers or signals.",
    ),
    _rule(
        "period-review-unanswered",
        "warning",
        "It does not say who analysed and who reviewed, when, or what the period comes to.",
        find=_unanswered,
    ),
)
