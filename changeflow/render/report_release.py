"""The plan of a release, or its record, as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_release import (
    AcceptanceTold,
    CausedIncident,
    PlannedStepTold,
    ReleasedChange,
    ReleasePaper,
)
from changeflow.model.times import format_duration
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import analysis_blocks, reviewed_in_brief, spanned
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.report_sla import told_of
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

_CHANGES: Final = ("change", "kind", "people", "window", "items", "state")
_CRITERIA: Final = ("criterion", "result", "evidence")
_STEPS: Final = ("phase", "step", "who", "outcome")
_ROLLBACKS: Final = ("change", "limit", "trigger")
_RESULTS: Final = ("change", "outcome", "times", "deviations")
_INCIDENTS: Final = ("incident", "change", "opened", "after")


def sheet_of(paper: ReleasePaper, to: Presentation) -> Sheet:
    """Return the plan; of a release that has started what became of it, too, which stands first."""
    is_record = paper.phase == "record"
    record = (*_record(paper, to),) if is_record else ()
    return Sheet(
        to.says("release_paper.title", case=paper.phase, release=paper.release),
        paper.title,
        (
            head_section(paper, to),
            _facts(paper, to),
            *record,
            _section("changes", to, _changes(paper, to)),
            _section("artefacts", to, _artefacts(paper, to)),
            _section("acceptance", to, *_acceptance(paper, to)),
            *_steps(paper, to),
            _section("rollback", to, _rollbacks(paper, to)),
            _section("baseline", to, *_baseline(paper, to)),
            _section("notices", to, _notices(paper, to)),
            *tail_sections(paper, to),
        ),
        dense=True,
    )


def _section(name: str, to: Presentation, *blocks: Block) -> Section:
    return Section(to.says("release_paper.section", case=name), blocks)


def _facts(paper: ReleasePaper, to: Presentation) -> Section:
    missing = to.says("paper.not_said")
    window = paper.window
    facts = {
        "release": to.says("release_paper.named", id=paper.release, title=paper.title or "-"),
        "type": to.says("release_paper.type", case=paper.type) if paper.type else missing,
        "basis": answered(paper.basis, to) or missing,
        "description": answered(paper.description, to) or missing,
        "manager": to.shows("person", paper.manager) if paper.manager else missing,
        "window": spanned(window.start, window.end, to) if window is not None else missing,
        "deployment": answered(paper.deployment, to) or missing,
        "closes": to.shows("list", list(paper.closes)) if paper.closes else missing,
    }
    rows = ((to.says("release_paper.fact", case=name), said) for name, said in facts.items())
    return Section("", (Facts(tuple(rows)),))


def _changes(paper: ReleasePaper, to: Presentation) -> Rows:
    rows = []
    for one in paper.changes:
        case = "class" if one.class_ != one.type else None
        kind = [to.says("list.kind", case=case, kind=one.type, of_class=one.class_)]
        if one.risk is not None:
            kind.append(to.says("list.risk", level=one.risk.level, score=one.risk.score))
        people = dict.fromkeys((one.requester, one.implementer or one.requester))
        window = one.window
        rows.append(
            (
                to.says("paper.named", id=one.change, title=one.title),
                in_a_row(kind, to),
                to.says("list.people", people=list(people)),
                spanned(window.start, window.end, to) if window is not None else "",
                to.says("list.items", items=list(one.items)),
                to.says("list.state", state=one.state),
            )
        )
    return Rows(to.headings("release_paper.column", _CHANGES), tuple(rows))


def _artefacts(paper: ReleasePaper, to: Presentation) -> Block:
    if not paper.artefacts:
        return Prose(to.says("release_paper.no_artefact"))
    return Facts(tuple((one.name, one.digest) for one in paper.artefacts))


def _acceptance(paper: ReleasePaper, to: Presentation) -> Iterator[Block]:
    wanted = paper.acceptance
    if wanted is None:
        yield Prose(to.says("release_paper.no_acceptance"))
        return
    rows = []
    for one in wanted.criteria:
        result = (one.result or "open").replace("-", "_")
        evidence = one.evidence or to.says("paper.not_said")
        rows.append((one.criterion, to.says("release_paper.result", case=result), evidence))
    yield Rows(to.headings("release_paper.column", _CRITERIA), tuple(rows))
    yield Prose(_accepted(wanted, to))


def _accepted(wanted: AcceptanceTold, to: Presentation) -> str:
    if wanted.accepted_by is None:
        return to.says("release_paper.accepted", case="open", role=wanted.role)
    if not wanted.counts or wanted.accepted_on is None:
        said = dict(wanted.told)
        return to.says(
            "release_paper.accepted", case="wrong", why=to.says(said.pop("code"), **said)
        )
    data = {"role": wanted.role, "who": wanted.accepted_by}
    return to.says("release_paper.accepted", day=wanted.accepted_on.isoformat(), **data)


def _steps(paper: ReleasePaper, to: Presentation) -> Iterator[Section]:
    for one in paper.changes:
        rows = tuple(_step(step, one, to) for step in one.steps)
        title = to.says("release_paper.steps_of", change=one.change)
        yield Section(title, (Rows(to.headings("release_paper.column", _STEPS), rows),))


def _step(step: PlannedStepTold, one: ReleasedChange, to: Presentation) -> tuple[str, ...]:
    outcome = to.says("release_paper.not_yet", case="unused" if one.ended else None)
    if step.outcome is not None:
        outcome = to.shows("word", step.outcome)
    if step.started is not None:
        outcome = in_a_row([outcome, spanned(step.started, step.ended, to)], to)
    who = one.implementer or one.requester
    by = to.says("release_paper.done", case="hand" if step.by_hand else "program", who=who)
    return to.shows("word", step.phase), step.name, by, outcome


def _rollbacks(paper: ReleasePaper, to: Presentation) -> Rows:
    rows = []
    for one in paper.changes:
        limit = to.says("paper.not_said")
        if one.rollback_limit is not None:
            limit = to.says("paper.within", limit=format_duration(one.rollback_limit))
        trigger = answered(one.rollback_trigger, to) or to.says("paper.not_said")
        rows.append((one.change, limit, trigger))
    return Rows(to.headings("release_paper.column", _ROLLBACKS), tuple(rows))


def _baseline(paper: ReleasePaper, to: Presentation) -> Iterator[Block]:
    case = None if paper.baseline_name else "none"
    yield Prose(to.says("release_paper.baseline", case=case, name=paper.baseline_name or ""))
    rows = []
    for one in paper.baseline:
        case = "start" if one.recorded else "now"
        rows.append(
            (to.shows("item", one.ci), to.says("release_paper.as_of", case=case), one.digest)
        )
    headings = to.headings("release_paper.column", ("item", "as_of", "digest"))
    yield Rows(headings, tuple(rows))


def _notices(paper: ReleasePaper, to: Presentation) -> Block:
    if not paper.notices:
        return Prose(to.says("release_paper.no_notice"))
    return Points(tuple((told_of(one, to), ()) for one in paper.notices))


# -- what became of it -----------------------------------------------------------------------------


def _record(paper: ReleasePaper, to: Presentation) -> Iterator[Section]:
    counts = paper.counts.model_dump()
    blocks: list[Block] = [Prose(to.says("release_paper.counts", **counts))]
    if paper.started is not None:
        blocks.append(
            Prose(to.says("release_paper.ran", span=spanned(paper.started, paper.ended, to)))
        )
    rows = tuple(_result(one, to) for one in paper.changes)
    blocks.append(Rows(to.headings("release_paper.column", _RESULTS), rows))
    yield _section("result", to, *blocks)
    yield _section("incidents", to, _incidents(paper, to))
    if paper.analysis is not None:
        yield _section("analysis", to, *analysis_blocks(paper.analysis, to))
    yield _section("conclusion", to, *_conclusion(paper, to))


def _result(one: ReleasedChange, to: Presentation) -> tuple[str, ...]:
    outcome = to.says("release_paper.not_yet")
    if one.outcome is not None:
        outcome = to.shows("word", one.outcome)
    times = []
    if one.window is not None:
        span = spanned(one.window.start, one.window.end, to)
        times.append(to.says("paper.span", case="planned", span=span))
    if one.started is not None:
        span = spanned(one.started, one.ended, to)
        times.append(to.says("paper.span", case="actual", span=span))
    return one.change, outcome, in_a_row(times, to), in_a_row(_deviations(one, to), to)


def _deviations(one: ReleasedChange, to: Presentation) -> Iterator[str]:
    """Yield what the ledger shows to be otherwise than planned, and what the review says."""
    for name in one.deviations:
        case, _, step = name.partition(":")
        yield to.says("release_paper.deviation", case=case, step=step)
    if one.rollback_took is not None:
        took = format_duration(one.rollback_took)
        yield to.says("release_paper.rollback_took", took=took)
    said = answered(one.review.deviations, to) if one.review is not None else ""
    if said:
        yield to.says("release_paper.review_says", said=said)
    elif not one.deviations:
        yield to.says("release_paper.deviation", case="none", step="")


def _incidents(paper: ReleasePaper, to: Presentation) -> Block:
    rows = []
    for one in paper.changes:
        for incident in one.incidents:
            opened = to.time(incident.opened, seconds=False) if incident.opened else ""
            after = _after(incident, one, to)
            rows.append((incident.incident, one.change, opened, after))
    if not rows:
        return Prose(to.says("release_paper.no_incident"))
    return Rows(to.headings("release_paper.column", _INCIDENTS), tuple(rows))


def _after(incident: CausedIncident, one: ReleasedChange, to: Presentation) -> str:
    """Return how long after the end of its change an incident was opened."""
    if incident.opened is None or one.ended is None or incident.opened <= one.ended:
        return to.says("release_paper.after", case="during")
    return to.says("release_paper.after", length=format_duration(incident.opened - one.ended))


def _conclusion(paper: ReleasePaper, to: Presentation) -> Iterator[Block]:
    """Yield what the reviews conclude, and the improvements that they ask for."""
    points: list[tuple[str, tuple[str, ...]]] = []
    for one in paper.changes:
        review = one.review
        if review is None or review.outcome is None:
            points.append((to.says("release_paper.not_reviewed", change=one.change), ()))
            continue
        said = in_a_row([one.change, *reviewed_in_brief(review.outcome, review.reviewed, to)], to)
        below = [answered(review.objectives_met, to), answered(review.lessons, to)]
        points.append((said, tuple(filter(None, below))))
    yield Points(tuple(points))
    rows = []
    for follow_up in paper.follow_ups:
        due = to.shows("date", follow_up.due.isoformat()) if follow_up.due else ""
        rows.append((to.shows("owner", follow_up.owner), due, follow_up.action))
    if rows:
        headings = to.headings("release_paper.column", ("owner", "due", "action"))
        yield Rows(headings, tuple(rows))


FORMATS: Final[dict[str, Callable[[ReleasePaper, Presentation], str]]] = sheet_formats(sheet_of)
