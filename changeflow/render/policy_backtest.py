"""What policies would have asked of the changes of the past: text, Markdown, a page, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from changeflow.language.formats import percent_text
from changeflow.model.answers.policy_backtest import (
    BacktestedRule,
    ChangedOutcome,
    ModelStanding,
    PolicyBacktest,
    PolicyOutcome,
    StandardCandidate,
)
from changeflow.model.document_parts import format_instant
from changeflow.model.phrases import Told
from changeflow.render.escape import prose
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import (
    Block,
    Facts,
    Points,
    Prose,
    Rows,
    Section,
    Sheet,
    markdown_sections,
)
from changeflow.render.sheet_formats import sheet_formats

_CAME: Final = ("open", "waiting", "shut", "unknown")
# what was held is the rest of what was asked; there is room for the names of rules without it
_NUMBERS: Final = ("asked", "waiting", "shut", "warned", "unknown", "failures")
_NOTHING: Final = "-"
# rules of a kind, and candidates, that people are shown
_NAMED: Final = 20


def sheet_of(answer: PolicyBacktest, to: Presentation) -> Sheet:
    """Put everything together that people are shown."""
    return Sheet(to.says("policy_backtest.title"), "", tuple(_sections(answer, to)))


def _sections(answer: PolicyBacktest, to: Presentation) -> Iterator[Section]:
    yield Section("", (_looked_at(answer, to),))
    yield Section(to.says("policy_backtest.outcome"), tuple(outcome_blocks(answer, to)))
    yield Section(to.says("policy_backtest.approvals"), tuple(approval_blocks(answer, to)))
    yield from _rules(answer, to)
    if answer.changed:
        told = to.says("policy_backtest.changed", count=answer.changed_total)
        yield Section(told, tuple(changed_blocks(answer, to)))
    yield Section(to.says("policy_backtest.candidates"), tuple(_candidates(answer, to)))
    if answer.models:
        yield Section(to.says("policy_backtest.models"), tuple(_models(answer.models, to)))
    yield Section(to.says("policy_backtest.cannot"), (cannot_know(answer, to),))


# -- what was looked at --------------------------------------------------------------------------


def _looked_at(answer: PolicyBacktest, to: Presentation) -> Facts:
    found = answer.changes
    rows = [
        (
            to.says("policy_backtest.fact", case="changes"),
            to.says("policy_backtest.judged", judged=found.judged, found=found.found),
        ),
        (
            to.says("policy_backtest.fact", case="source"),
            to.says("policy_backtest.source", case=found.source),
        ),
    ]
    if answer.from_ is not None or answer.to is not None:
        rows.append((to.says("policy_backtest.fact", case="period"), _period(answer, to)))
    for one in answer.outcomes:
        label = to.says("policy_backtest.fact", case=one.name)
        rows.append((label, to.says("policy_backtest.rules_at", place=one.label)))
    if found.limited:
        rows.append((to.says("policy_backtest.fact", case="limit"), limited(answer, to)))
    for left in found.left_out:
        why = to.says("policy_backtest.why", why=[left.told], count=left.count)
        rows.append((to.says("policy_backtest.fact", case="left_out"), why))
    return Facts(tuple(rows))


def _period(answer: PolicyBacktest, to: Presentation) -> str:
    start = to.says("policy_backtest.first")
    end = to.says("policy_backtest.last")
    if answer.from_ is not None:
        start = to.time(answer.from_)
    if answer.to is not None:
        end = to.time(answer.to)
    return to.says("policy_backtest.period", start=start, end=end)


def limited(answer: PolicyBacktest, to: Presentation) -> str:
    """Say that not all changes were judged."""
    found = answer.changes
    return to.says("policy_backtest.limited", judged=found.judged, found=found.found)


# -- what comes out ------------------------------------------------------------------------------


def outcome_blocks(answer: PolicyBacktest, to: Presentation) -> Iterator[Block]:
    """Yield a table of what comes out, under each set of rules."""
    yield Rows(_headings("what", answer, to), tuple(_outcome_rows(answer.outcomes, to)))
    if any(one.waiting_time.unknown for one in answer.outcomes):
        yield Prose(to.says("policy_backtest.hours_unknown"))


def _headings(first: str, answer: PolicyBacktest, to: Presentation) -> tuple[str, ...]:
    """Return the headings of a table whose last column says what each row is about."""
    cases = [*(one.name for one in answer.outcomes), first]
    return to.headings("policy_backtest.heading", cases)


def _outcome_rows(outcomes: Sequence[PolicyOutcome], to: Presentation) -> Iterator[tuple[str, ...]]:
    for case in (*_CAME, "unasked"):
        yield _row(case, outcomes, to.says("policy_backtest.came", case=case))
    yield (*map(_seats, outcomes), to.says("policy_backtest.came", case="approvals"))
    yield (*map(_hours, outcomes), to.says("policy_backtest.came", case="hours"))
    if any(map(attrgetter("waiting_time.unknown"), outcomes)):
        said = to.says("policy_backtest.came", case="hours_unknown")
        yield _row("waiting_time.unknown", outcomes, said)
    ended = outcomes[0].failures.ended
    yield _row("failures.failed", outcomes, to.says("policy_backtest.failed", ended=ended))
    for case in ("shut", "waiting", "open", "unknown"):
        if case != "unknown" or any(map(attrgetter("failures.unknown"), outcomes)):
            said = to.says("policy_backtest.failed_then", case=case)
            yield _row(f"failures.{case}", outcomes, said)


def _row(name: str, outcomes: Sequence[PolicyOutcome], said: str) -> tuple[str, ...]:
    return (*map(str, map(attrgetter(name), outcomes)), said)


def _seats(outcome: PolicyOutcome) -> str:
    return str(sum(role.approvals for role in outcome.roles))


def _hours(outcome: PolicyOutcome) -> str:
    return f"{outcome.waiting_time.hours:.1f}"


def approval_blocks(answer: PolicyBacktest, to: Presentation) -> Iterator[Block]:
    """Yield who would have been asked: by role, under each set of rules."""
    by_role = [{role.role: role for role in one.roles} for one in answer.outcomes]
    roles = dict.fromkeys(chain.from_iterable(by_role))
    if not roles:
        yield Prose(to.says("policy_backtest.none_asked"))
        return
    hours = {one.role: one.hours for one in answer.role_times}
    rows = []
    for role in roles:
        cells = []
        for found in by_role:
            one = found.get(role)
            cells.append(_NOTHING if one is None else f"{one.changes} / {one.approvals}")
        middle = hours.get(role)
        shown = _NOTHING if middle is None else f"{middle:.1f}"
        rows.append((*cells, shown, to.shows("role", role)))
    *names, last = _headings("role", answer, to)
    hours_of = to.says("policy_backtest.heading", case="median")
    yield Rows((*names, hours_of, last), tuple(rows))
    yield Prose(to.says("policy_backtest.how_hours"))


# -- each rule -----------------------------------------------------------------------------------


def _rules(answer: PolicyBacktest, to: Presentation) -> Iterator[Section]:
    seen: set[BacktestedRule] = set()
    for one in answer.outcomes:
        other = [rule for rule in one.rules if rule not in seen]
        seen.update(one.rules)
        blocks = list(_rule_blocks(one, other, to))
        yield Section(to.says("policy_backtest.rules", case=one.name), tuple(blocks))


def _rule_blocks(
    outcome: PolicyOutcome, rules: Sequence[BacktestedRule], to: Presentation
) -> Iterator[Block]:
    if rules:
        columns = (*_NUMBERS, "rule")
        headings = to.headings("policy_backtest.column", columns)
        rows = (tuple(map(str, attrgetter(*columns)(rule))) for rule in rules)
        yield Rows(headings, tuple(rows))
    if len(rules) < len(outcome.rules):
        yield Prose(to.says("policy_backtest.same", count=len(outcome.rules) - len(rules)))
    for case, names in (("said_no", outcome.never_no), ("applied", outcome.never_asked)):
        if names:
            yield Prose(to.says("policy_backtest.never", case=case, rules=list(names)))


def changed_blocks(answer: PolicyBacktest, to: Presentation) -> Iterator[Block]:
    """Yield the changes that come out differently, and what is asked of other people."""
    yield Points(tuple((_changed(one, to), ()) for one in answer.changed))
    more = answer.changed_total - len(answer.changed)
    if more:
        yield Prose(to.says("policy_backtest.more", count=more))


def _changed(one: ChangedOutcome, to: Presentation) -> str:
    parts = []
    if one.today != one.proposed:
        parts.append(
            to.says(
                "policy_backtest.turns",
                today=to.says("policy_backtest.came", case=one.today),
                proposed=to.says("policy_backtest.came", case=one.proposed),
            )
        )
    for case, roles in (("more", one.more), ("less", one.less)):
        for role, count in roles.items():
            parts.append(to.says("policy_backtest.asks", case=case, count=count, role=role))
    if one.failed:
        parts.append(to.says("policy_backtest.it_failed"))
    return to.says("policy_backtest.change", change=one.change, told=parts)


# -- standard changes ----------------------------------------------------------------------------


def _candidates(answer: PolicyBacktest, to: Presentation) -> Iterator[Block]:
    enough = answer.candidate_changes
    if not answer.candidates:
        yield Prose(to.says("policy_backtest.no_candidate", enough=enough))
        return
    shown = answer.candidates[:_NAMED]
    yield candidate_points(shown, to)
    if len(answer.candidates) > len(shown):
        yield Prose(to.says("policy_backtest.more", count=len(answer.candidates) - len(shown)))
    yield Prose(to.says("policy_backtest.candidate_how", enough=enough))


def candidate_points(candidates: Sequence[StandardCandidate], to: Presentation) -> Points:
    """Return kinds of changes that may become standard changes, as a list."""
    return Points(tuple((_candidate(one, to), _below(one, to)) for one in candidates))


def _candidate(one: StandardCandidate, to: Presentation) -> str:
    return to.says(
        "policy_backtest.candidate",
        kinds=list(one.kinds),
        category=one.category or _NOTHING,
        changes=one.changes,
        first=format_instant(one.first),
        last=format_instant(one.last),
        at_least=percent_text(one.at_least, to),
    )


def _below(one: StandardCandidate, to: Presentation) -> tuple[str, ...]:
    lines = [to.says("policy_backtest.items", items=list(one.items), count=one.items_total)]
    if one.steps:
        lines.append(to.says("policy_backtest.steps", steps=list(one.steps)))
    return tuple(lines)


def _models(models: Iterable[ModelStanding], to: Presentation) -> Iterator[Block]:
    cases = ("changes", "failures", "at_least", "limit", "standing", "model")
    headings = to.headings("policy_backtest.of_model", cases)
    rows = []
    for one in models:
        least = _NOTHING if one.at_least is None else percent_text(one.at_least, to)
        limit = _NOTHING if one.max_failures is None else str(one.max_failures)
        standing = to.says("policy_backtest.standing", case=one.standing)
        rows.append((str(one.changes), str(one.failures), least, limit, standing, one.model))
    yield Rows(headings, tuple(rows))
    yield Prose(to.says("policy_backtest.models_how"))


def cannot_know(answer: PolicyBacktest, to: Presentation) -> Points:
    """Return what such a calculation does not tell."""
    points = []
    for case in answer.cannot_know:
        points.append((to.says("policy_backtest.unknown", case=case), ()))
    return Points(tuple(points))


FORMATS: Final = sheet_formats(sheet_of)


# -- in the comment of a pull request ------------------------------------------------------------


class TriedPolicies(NamedTuple):
    """What the policies of a pull request come to on the past.

    Attributes:
        answer: None where they could not be tried.
        why: then, as text or a sentence.
    """

    answer: PolicyBacktest | None
    why: str | Told = ""


def comment_lines(policies: TriedPolicies, to: Presentation) -> list[str]:
    """Render a section of the comment, folded but for what comes out. All text is escaped."""
    lines = [f"### {to.says('policy_backtest.comment')}", ""]
    answer = policies.answer
    if answer is None:
        said = to.says("policy_backtest.not_tried", why=[policies.why])
        return [*lines, prose(said), ""]
    lines += [prose(_scope_of_comment(answer, to)), ""]
    lines += markdown_sections([Section("", tuple(outcome_blocks(answer, to)))])
    folded = [
        Section(to.says("policy_backtest.approvals"), tuple(approval_blocks(answer, to))),
        Section(to.says("policy_backtest.cannot"), (cannot_know(answer, to),)),
    ]
    if answer.changed:
        told = to.says("policy_backtest.changed", count=answer.changed_total)
        folded.insert(1, Section(told, tuple(changed_blocks(answer, to))))
    summary = prose(to.says("policy_backtest.details"))
    lines += ["", f"<details><summary>{summary}</summary>"]
    lines += markdown_sections(folded, "#### {}")
    return [*lines, "", "</details>", ""]


def _scope_of_comment(answer: PolicyBacktest, to: Presentation) -> str:
    found = answer.changes
    if found.limited:
        return limited(answer, to)
    return to.says("policy_backtest.judged", judged=found.judged, found=found.found)
