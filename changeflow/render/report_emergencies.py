"""Emergency changes and their retrospective approvals as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from changeflow.language.measured_values import measured_value
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report import KpiAnswer
from changeflow.model.answers.report_lists import (
    Authorisation,
    EmergenciesPaper,
    EmergencyRow,
    RetrospectiveApproval,
)
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import (
    list_person,
    list_review,
    list_word,
    measured_share,
    reviewed,
    spanned,
)
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Block, Facts, Prose, Rows, Section, Sheet

_COLUMNS: Final = ("change", "why", "authorised_by", "made", "retrospective", "result")
_LISTED: Final = (
    "change", "title", "incident", "because", "requester", "implementer", "authorised_by",
    "authorised_at", "started", "ended", "state", "outcome", "retrospective_due",
    "retrospective_done", "days_overdue", "missing", "review", "reviewed", "review_due",
)  # fmt: skip
_TIMES: Final = (
    "authorised_at", "started", "ended", "retrospective_due", "retrospective_done", "review_due",
)  # fmt: skip


def sheet_of(paper: EmergenciesPaper, to: Presentation) -> Sheet:
    """Return the share of emergencies, and a row for each of them."""
    return Sheet(
        to.says("paper.emergencies"),
        "",
        (
            head_section(paper, to),
            Section(to.says("paper.share"), (_share(paper.share, to),)),
            Section(to.says("paper.changes"), (_table(paper, to),)),
            *tail_sections(paper, to),
        ),
        wide=True,
    )


def _share(share: KpiAnswer | None, to: Presentation) -> Block:
    if share is None or share.value is None:
        return Prose(to.says("paper.no_share"))
    before = to.says("paper.no_share")
    if share.previous is not None:
        before = measured_value(share.previous, share.unit, to)
    rows = {
        "now": in_a_row(
            [measured_value(share.value, share.unit, to), measured_share(share, to)], to
        ),
        "before": before,
        "target": share.target or "",
    }
    told = ((to.says("paper.share_of", case=name), said) for name, said in rows.items() if said)
    return Facts(tuple(told))


def _table(paper: EmergenciesPaper, to: Presentation) -> Block:
    if not paper.emergencies:
        return Prose(to.says("paper.no_emergency"))
    rows = tuple(_row(one, to) for one in paper.emergencies)
    return Rows(to.headings("paper.column", _COLUMNS), rows)


def _row(one: EmergencyRow, to: Presentation) -> tuple[str, ...]:
    people = dict.fromkeys((one.requester, one.implementer or one.requester))
    why = one.because
    if one.incident is not None:
        why = to.says("paper.why", incident=one.incident, because=one.because)
    made = ""
    if one.started is not None:
        made = spanned(one.started, one.ended, to)
    return (
        in_a_row(
            [
                to.says("paper.named", id=one.change, title=one.title),
                to.says("list.people", people=list(people)),
            ],
            to,
        ),
        why,
        in_a_row(_approvals(one.authorised, to), to) or to.says("paper.by_nobody"),
        made or to.says("paper.not_started"),
        in_a_row(_retrospective(one.retrospective, to), to),
        in_a_row(_result(one, to), to),
    )


def _approvals(given: Iterable[Authorisation], to: Presentation) -> Iterator[str]:
    for one in given:
        case = "role" if one.role else None
        at = to.time(one.at, seconds=False)
        yield to.says("paper.approval", case=case, who=one.by, role=one.role or "", at=at)


def _retrospective(one: RetrospectiveApproval | None, to: Presentation) -> Iterator[str]:
    """Yield until when it is due, whether it was done, and how many days it is late."""
    if one is None:
        yield to.says("paper.retrospective", case="later")
        return
    if not one.needed:
        yield to.says("paper.retrospective", case="none")
        return
    if one.due is not None:
        yield to.says("paper.retrospective", case="due", at=to.time(one.due, seconds=False))
    if one.done is not None:
        yield to.says("paper.retrospective", case="done", at=to.time(one.done, seconds=False))
    yield from _approvals(one.given, to)
    for role in one.missing:
        yield to.says("paper.missing", role=role)
    if one.days_overdue:
        yield to.says("paper.days_overdue", days=one.days_overdue)


def _result(one: EmergencyRow, to: Presentation) -> Iterator[str]:
    yield to.says("list.state", state=one.state)
    if one.outcome is not None and one.outcome != one.state:
        yield to.says("paper.outcome", outcome=one.outcome)
    if one.review is not None:
        yield from reviewed(one.review, to)
    elif one.review_due is not None:
        yield to.says("paper.review_due", at=to.time(one.review_due, seconds=False))


def lists_of(paper: EmergenciesPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each emergency, in the reader's words."""
    rows = (_listed(one, to) for one in paper.emergencies)
    return (list_table(to.says("paper.emergencies"), "paper.column", _LISTED, rows, to, _TIMES),)


def _listed(one: EmergencyRow, to: Presentation) -> Mapping[str, Cell]:
    authorised = [to.shows("person", given.by) for given in one.authorised]
    return {
        "change": one.change,
        "title": one.title,
        "incident": one.incident,
        "because": one.because,
        "requester": to.shows("person", one.requester),
        "implementer": list_person(one.implementer, to),
        "authorised_by": " ".join(authorised),
        "authorised_at": max((given.at for given in one.authorised), default=None),
        "started": one.started,
        "ended": one.ended,
        "state": to.shows("word", one.state),
        "outcome": list_word(one.outcome, to),
        **_retro_listed(one.retrospective),
        **list_review(one.review, to),
        "review_due": one.review_due,
    }


def _retro_listed(retro: RetrospectiveApproval | None) -> dict[str, Cell]:
    if retro is None:
        names = ("retrospective_due", "retrospective_done", "days_overdue", "missing")
        return dict.fromkeys(names)
    return {
        "retrospective_due": retro.due,
        "retrospective_done": retro.done,
        "days_overdue": retro.days_overdue,
        "missing": " ".join(retro.missing),
    }


FORMATS: Final[dict[str, Callable[[EmergenciesPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
