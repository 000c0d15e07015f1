"""The post-implementation review of one change as a paper of a page or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_change import RecordedEntry, ReviewPaper
from changeflow.model.answers.report_lists import ImprovementRow
from changeflow.model.times import format_instant
from changeflow.render.change import ChangePage
from changeflow.render.presentation import Presentation
from changeflow.render.report_change import rollback_time, signature
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

_FOLLOW_UPS: Final = ("action", "owner", "due", "progress")
_ENTRIES: Final = ("entry", "when", "who", "signed_by", "digest")


def sheet_of(paper: ReviewPaper, to: Presentation) -> Sheet:
    """Return the review: plan and facts, findings, follow-ups, independence, signatures."""
    page = ChangePage(paper.record, to, codes=False, at_start=paper.at_start)
    sections = (
        head_section(paper, to),
        page.request("effects"),
        *page.plan_and_fact(),
        rollback_time(paper.rollback, paper.record.state, to),
        page.review("follow_ups"),
        _follow_ups(paper, to),
        _independence(paper, to),
        _recorded(paper, to),
        *tail_sections(paper, to),
    )
    title = paper.record.request["metadata"]["title"]
    return Sheet(to.says("review_paper.title", change=paper.change), title, sections, dense=True)


def _section(name: str, to: Presentation, *blocks: Block) -> Section:
    return Section(to.says("review_paper.section", case=name), blocks)


def _follow_ups(paper: ReviewPaper, to: Presentation) -> Section:
    if not paper.follow_ups:
        return _section("follow_ups", to, Prose(to.says("review_paper.no_follow_up")))
    rows = tuple(_follow_up(one, to) for one in paper.follow_ups)
    return _section("follow_ups", to, Rows(to.headings("paper.column", _FOLLOW_UPS), rows))


def _follow_up(one: ImprovementRow, to: Presentation) -> tuple[str, ...]:
    due = one.due and to.shows("date", one.due.isoformat())
    state = to.says("paper.improvement_state", case=one.state.replace(" ", "_"))
    said = [state]
    if one.overdue:
        said.append(to.says("review_paper.overdue"))
    if one.verified_by is not None:
        said.append(to.says("review_paper.verified", by=one.verified_by))
    owner = one.owner and to.shows("owner", one.owner)
    return one.action, owner or "", due or "", in_a_row(said, to)


def _independence(paper: ReviewPaper, to: Presentation) -> Section:
    """Return who had a part in the change, and whether the reviewer is none of them."""
    rows = []
    for one in paper.parts:
        people = to.shows("people", list(one.people)) or to.says("review_paper.none")
        rows.append((to.says("review_paper.part", case=one.part), people))
    case = {True: "yes", False: "no", None: "unknown"}[paper.independent]
    stated = to.says("review_paper.independent", case=case, who=paper.reviewer)
    return _section("independence", to, Facts(tuple(rows)), Prose(stated))


def _recorded(paper: ReviewPaper, to: Presentation) -> Section:
    """Return when the review was due and given, what keeps it from counting, and its entries."""
    points = tuple((line, ()) for line in _states(paper, to))
    rows = tuple(_entry(one, to) for one in paper.entries)
    tables = [Rows(to.headings("paper.column", _ENTRIES), rows)] * bool(rows)
    return _section("recorded", to, Points(points), *tables)


def _states(paper: ReviewPaper, to: Presentation) -> Iterator[str]:
    review = paper.record.review
    if review is None:
        return
    if review.due is not None:
        case = {True: "kept", False: "missed", None: None}[paper.in_time]
        yield to.says("review_paper.due", case=case, at=format_instant(review.due))
    if review.recorded is not None:
        yield to.says("review_paper.on_record", at=format_instant(review.recorded))
    else:
        yield to.says("review_paper.not_on_record")
    for problem in review.told or review.problems:
        yield to.says("review_paper.problem", said=in_a_row([problem], to))


def _entry(one: RecordedEntry, to: Presentation) -> tuple[str, ...]:
    return (
        str(one.seq),
        to.time(one.at, seconds=False),
        to.shows("person", one.by) if one.by else "",
        signature(one, to),
        one.digest,
    )


FORMATS: Final = sheet_formats(sheet_of)
