"""The change management policy as a document that a manager signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from changeflow.gate.reasons import OWN
from changeflow.language.reasons import translated
from changeflow.language.sentences import in_a_row
from changeflow.model.calendars import CalendarPeriod
from changeflow.model.policy import Gate, Rule
from changeflow.model.riskmodel import ClassRule
from changeflow.model.times import format_duration, format_instant
from changeflow.policy.engine import demands_of
from changeflow.render import sheet
from changeflow.render.presentation import Presentation
from changeflow.render.recurrence_words import repetition
from changeflow.render.report_head import signatures
from changeflow.render.report_models import model_table
from changeflow.render.report_roles import role_table
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.usecases.policy.export import Category, ChangePolicy, PolicyRule

_CATEGORIES: Final[tuple[Category, ...]] = ("standard", "normal", "emergency")


def sheet_of(policy: ChangePolicy, to: Presentation) -> Sheet:
    """Return the policy as a sheet."""
    return Sheet(
        to.says("policy_paper.title"),
        policy.rulebook.config.organisation or "",
        (
            Section("", (Facts(tuple(_facts(policy, to))), Prose(to.says("policy_paper.purpose")))),
            _titled("control", tuple(_control(policy, to)), to),
            _titled("categories", tuple(_validity(policy, to)), to),
            *_categories(policy, to),
            _titled("major", (Prose(to.says("policy_paper.major.intro")), _major(policy, to)), to),
            _titled("models", (model_table(policy.models, to),), to),
            _titled("roles", tuple(role_table(policy.roles, policy.without_member, to)), to),
            _titled("calendar", (_calendar(policy, to),), to),
            _titled("records", tuple(_records(policy, to)), to),
            signatures(to),
        ),
    )


def _titled(name: str, blocks: tuple[Block, ...], to: Presentation) -> Section:
    return Section(to.says("policy_paper.section", case=name), blocks)


def _facts(policy: ChangePolicy, to: Presentation) -> Iterator[tuple[str, str]]:
    unknown = to.says("policy_paper.unknown")
    since = policy.merged_at
    facts = {
        "organisation": policy.rulebook.config.organisation
        or to.says("policy_paper.no_organisation"),
        "version": policy.commit or to.says("policy_paper.work_tree"),
        "since": unknown if since is None else to.time(since),
        "approved": unknown if policy.merged_by is None else to.shows("person", policy.merged_by),
        "place": policy.rulebook.commit or to.says("policy_paper.work_tree"),
        "digest": policy.digest,
    }
    for name, said in facts.items():
        yield to.says("policy_paper.fact", case=name), said


def _control(policy: ChangePolicy, to: Presentation) -> Iterator[Block]:
    types = []
    for type_, count in policy.types.items():
        types.append(to.says("policy_paper.control.type", type=type_, count=count))
    yield Prose(to.says("policy_paper.control.items"))
    yield Prose(to.shows("list", types))
    yield Prose(to.says("policy_paper.control.paths"))
    config = policy.rulebook.config
    rows = []
    for name in ("policies", "cmdb", "other", "exempt"):
        paths, role = list(config.exempt_paths), config.policy_owners
        what = to.says("policy_paper.path", case=name, paths=paths)
        rows.append((what, to.says("policy_paper.agrees", case=name, role=role)))
    yield Rows(to.headings("policy_paper.column", ("what", "agrees")), tuple(rows))


def _validity(policy: ChangePolicy, to: Presentation) -> Iterator[Block]:
    config = policy.rulebook.config
    for case, span in ((None, config.approval_validity), ("emergency", config.emergency_validity)):
        if span is not None:
            told = format_duration(span)
            yield Prose(to.says("policy_paper.validity", case=case, span=told))


# -- categories ------------------------------------------------------------------------------------


def _categories(policy: ChangePolicy, to: Presentation) -> Iterator[Section]:
    for category in _CATEGORIES:
        points = tuple(_points(policy, category, None, to))
        known: Block = Points(points) if points else Prose(to.says("policy_paper.no_rules"))
        intro = Prose(to.says("policy_paper.is", case=category))
        yield _titled(category, (intro, known), to)
    blocks: list[Block] = []
    for gate in Gate:
        points = tuple(_points(policy, "all", gate, to))
        if points:
            blocks += (Prose(to.says("policy_paper.gate", case=gate.value)), Points(points))
    if blocks:
        yield _titled("all", tuple(blocks), to)


def _points(
    policy: ChangePolicy, category: Category, gate: Gate | None, to: Presentation
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in policy.rules:
        if one.category == category and gate in (None, one.policy.spec.gate):
            yield _point(one, to)


def _point(one: PolicyRule, to: Presentation) -> tuple[str, tuple[str, ...]]:
    """Return a rule in words, and below them what it asks, and the expressions that decide."""
    rule = one.rule
    effect = to.says("policy_paper.effect", case=rule.level)
    clause = to.says("policy_paper.own") if rule.clause == OWN else rule.clause
    message = _words(rule, "message", to)
    case = "clause" if clause else None
    said = to.says("policy_paper.rule", case=case, message=message, effect=effect, clause=clause)
    return said, tuple(_below(rule, to))


def _below(rule: Rule, to: Presentation) -> Iterator[str]:
    people = []
    for demand in demands_of(rule):
        if demand["code"] != "pack.fact":
            people.append(demand)
    if people:
        yield to.says("policy_paper.asks", told=people)
    hint = _words(rule, "hint", to)
    if hint:
        yield to.says("policy_paper.what_now", hint=hint)
    for name, expression in (("when", rule.when), ("assert", rule.assert_)):
        if expression:
            yield f"{name}: `{' '.join(expression.split())}`"


def _words(rule: Rule, part: str, to: Presentation) -> str:
    return translated(rule.translations, part, to, getattr(rule, part) or "")


# -- major changes, calendar, records --------------------------------------------------------------


def _major(policy: ChangePolicy, to: Presentation) -> Block:
    points = []
    for one in policy.rulebook.risk_model.classes:
        # all of them have to hold
        told = in_a_row(list(_conditions(one, to)), to)
        said = to.says("policy_paper.class", **{"class": one.class_}, conditions=told)
        points.append((said, (one.clause,) if one.clause and one.clause != OWN else ()))
    return Points(tuple(points))


def _conditions(one: ClassRule, to: Presentation) -> Iterator[str]:
    if one.actions:
        yield to.says("policy_paper.cond.actions", actions=list(one.actions))
    if one.service:
        yield to.says("policy_paper.cond.service")
    if one.types:
        yield to.says("policy_paper.cond.types", types=list(one.types))
    if one.criticality:
        yield to.says("policy_paper.cond.criticality", tiers=list(one.criticality))
    if one.outage:
        yield to.says("policy_paper.cond.outage", case=one.outage)


def _calendar(policy: ChangePolicy, to: Presentation) -> Block:
    rows = []
    for calendar in policy.rulebook.calendars:
        for kind, periods in (
            ("freeze", calendar.spec.freezes),
            ("window", calendar.spec.windows),
        ):
            for period in periods:
                rows.append(_period(kind, period, to))
    if not rows:
        return Prose(to.says("policy_paper.calendar.none"))
    columns = ("period", "kind", "from", "repeats", "covers")
    return Rows(to.headings("policy_paper.column", columns), tuple(rows))


def _period(kind: str, period: CalendarPeriod, to: Presentation) -> tuple[str, ...]:
    start = ""
    if period.start is not None:
        start = to.shows("time", format_instant(period.start))
    elif period.dtstart is not None:
        start = period.dtstart.isoformat(sep=" ", timespec="minutes")
    for case in ("during", "outside", "on"):
        name = getattr(period, case)
        if name is not None:
            start = to.says("policy_paper.follows", case=case, name=name)
    scope = period.covered
    covered = [*scope.items, *scope.environments, *scope.criticality]
    told = [to.shows("list", covered)] if covered else [to.says("policy_paper.everything")]
    allowed = [one.value for one in period.allow]
    if allowed and kind == "freeze":
        told.append(to.says("policy_paper.exempt", types=allowed))
    return (
        period.name or period.id,
        to.says("policy_paper.kind", case=kind),
        start,
        repetition(period.rrule, to) if period.rrule else "",
        to.shows("joined", told),
    )


def _records(policy: ChangePolicy, to: Presentation) -> Iterator[Block]:
    yield Prose(to.says("policy_paper.records"))
    role = policy.rulebook.config.policy_owners
    yield Prose(to.says("policy_paper.changed", role=role))


def _text(policy: ChangePolicy, to: Presentation) -> str:
    return sheet.text(sheet_of(policy, to), sheet.width_of(to.width))


def _markdown(policy: ChangePolicy, to: Presentation) -> str:
    return sheet.markdown(sheet_of(policy, to))


def _html(policy: ChangePolicy, to: Presentation) -> str:
    return sheet.html(sheet_of(policy, to), to.language)


FORMATS: Final[dict[str, Callable[[ChangePolicy, Presentation], str]]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
}
