"""The register of changes as text, JSON, CSV, Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from changeflow.gate.change_states import READY, WAITING
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.register import ChangesAnswer, ListedChange, OwedImprovement
from changeflow.model.document_parts import format_instant
from changeflow.render import sheet
from changeflow.render.csv_table import csv_table
from changeflow.render.json_text import answer_json
from changeflow.render.owed import ending_to, owed_to
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.sheet import Points, Prose, Rows, Section, Sheet, TypedLine, width_of
from changeflow.render.table import padded

# what stands in place of a branch where none has the request any more
_COMMIT: Final = re.compile("[0-9a-f]{12}")
# it is still to be approved or released
_UNDONE: Final = WAITING | READY
_STATE: Final = len("rollback failed") + 2
# what is typed when an improvement was carried out, or was seen to work
_NEXT: Final = {
    "action": "--done-by CHANGE-or-COMMIT",
    "verification": "--verified-by PERSON --evidence TEXT",
}
_COLUMNS: Final = (
    "change",
    "title",
    "state",
    "type",
    "window",
    "people",
    "items",
    "owed",
)
_HEADINGS: Final = (
    "change",
    "title",
    "type",
    "class",
    "risk",
    "score",
    "state",
    "requester",
    "implementer",
    "items",
    "start",
    "end",
    "at",
    "owed",
    "owed by",
    "due",
    "overdue",
)


def text(answer: ChangesAnswer, to: Presentation) -> str:
    """Render each change with its state and what is owed, then what ends soon."""
    points = []
    for one in answer.changes:
        state = padded(to.says("list.state", state=one.state), _STATE)
        owed = [owed_to(what, to) for what in one.owed]
        facts = in_a_row([*facts_of(one, to), people_of(one, to)], to)
        points.append((f"{state}{one.change}", (one.title, facts, *owed)))
    return sheet.text(_sheet(answer, Points(tuple(points)), to), width_of(to.width))


def kind_of(one: ListedChange, to: Presentation) -> list[str]:
    """Return type and class, and the risk of a change."""
    case = "class" if one.class_ not in (None, one.type) else None
    kind = to.says("list.kind", case=case, kind=one.type, of_class=one.class_ or one.type)
    if one.risk is None:
        return [kind]
    return [kind, to.says("list.risk", level=one.risk.level, score=one.risk.score)]


def facts_of(one: ListedChange, to: Presentation) -> list[str]:
    """Return type and class, risk, window and branch of a change."""
    found = kind_of(one, to)
    if one.window is not None:
        found.append(to.says("list.window", start=format_instant(one.window.start)))
    if one.at != "main":
        found.append(place_of(one.at, one.state, to))
    return found


def place_of(at: str, state: str, to: Presentation) -> str:
    """Return where a request is that is not on the main branch."""
    case = "detached" if at == "HEAD" else None
    if _COMMIT.fullmatch(at):
        case = "forgotten" if state in _UNDONE else "commit"
    return to.says("list.branch", case=case, at=at)


def people_of(one: ListedChange, to: Presentation) -> str:
    """Return requester and implementer of a change; one name where they are one person."""
    people = dict.fromkeys((one.requester, one.implementer or one.requester))
    return to.says("list.people", people=list(people))


def _sheet(answer: ChangesAnswer, block: Points | Rows, to: Presentation) -> Sheet:
    """Return the sheet around the changes."""
    total = Prose(to.says("list.total", total=answer.total))
    first = Prose(to.says("list.empty"))
    sections = [Section("", (block, total) if answer.changes else (first,))]
    sections += improvement_sections(answer, to)
    if answer.ending:
        sections.append(ending_section(answer, to))
    if answer.unreadable:
        lost = [to.says("list.unreadable", change=name) for name in answer.unreadable]
        sections.append(Section("", (Points(tuple((line, ()) for line in lost)),)))
    return Sheet(to.says("list.title"), "", tuple(sections))


def improvement_sections(answer: ChangesAnswer, to: Presentation) -> Iterator[Section]:
    """Yield the improvements of which something is owed, if there are any."""
    points = tuple(_improvement(one, to) for one in answer.improvements)
    if points:
        yield Section(to.says("improvement.title"), (Points(points),))


def _improvement(
    one: OwedImprovement, to: Presentation
) -> tuple[str, tuple[str | TypedLine, ...]]:
    """Return what is owed, and below it the action, the people, the day and the command."""
    whom = [to.says("improvement.whom", case={0: "none"}.get(len(one.by)), by=list(one.by))]
    if one.due is not None:
        case = {True: "overdue", False: "due"}[one.overdue]
        whom.append(to.says("improvement.day", case=case, day=to.time(one.due, seconds=False)))
    what: str = one.what
    next_ = _NEXT[one.what]
    if one.claimed_by is not None:
        what, next_ = "claimed", f"--verified-by {one.claimed_by}"
    command = TypedLine(f"changeflow improve {one.improvement} {next_}")
    first = to.says("improvement.owed", case=what, name=one.improvement)
    return first, (one.action, in_a_row(whom, to), one.path, command)


def ending_section(answer: ChangesAnswer, to: Presentation) -> Section:
    """Return what ends soon."""
    points = tuple((ending_to(one, to), ()) for one in answer.ending)
    return Section(to.says("ending.title"), (Points(points),))


def _table(answer: ChangesAnswer, to: Presentation) -> Sheet:
    """Return the sheet with a table of the changes."""
    headings = to.headings("list.heading", _COLUMNS)
    rows = tuple(_row(one, to) for one in answer.changes)
    return _sheet(answer, Rows(headings, rows), to)


def _row(one: ListedChange, to: Presentation) -> tuple[str, ...]:
    window = ""
    if one.window is not None:
        start, end = format_instant(one.window.start), format_instant(one.window.end)
        window = to.says("list.window", case="period", start=start, end=end)
    place = [] if one.at == "main" else [place_of(one.at, one.state, to)]
    return (
        one.change,
        one.title,
        in_a_row([to.says("list.state", state=one.state), *place], to),
        in_a_row(kind_of(one, to), to),
        window,
        people_of(one, to),
        to.says("list.items", items=list(one.items)),
        in_a_row([owed_to(what, to) for what in one.owed], to),
    )


def markdown(answer: ChangesAnswer, to: Presentation) -> str:
    """Render a table, then what ends soon."""
    return sheet.markdown(_table(answer, to))


def html(answer: ChangesAnswer, to: Presentation) -> str:
    """Render a page that prints, with a table, then what ends soon."""
    return sheet.html(_table(answer, to), to.language)


def as_csv(answer: ChangesAnswer) -> str:
    """Render RFC 4180: a row for each change, with the first thing that is owed for it."""
    rows = [_HEADINGS]
    for one in answer.changes:
        risk, window, first = one.risk, one.window, next(iter(one.owed), None)
        rows.append(
            (
                one.change,
                one.title,
                one.type,
                one.class_ or "",
                risk.level if risk is not None else "",
                str(risk.score) if risk is not None else "",
                one.state,
                one.requester,
                one.implementer or "",
                " ".join(one.items),
                format_instant(window.start) if window is not None else "",
                format_instant(window.end) if window is not None else "",
                one.at,
                " ".join(dict.fromkeys(owed.what for owed in one.owed)),
                " ".join(first.by) if first is not None else "",
                format_instant(first.due) if first is not None and first.due is not None else "",
                "overdue" if any(owed.overdue for owed in one.owed) else "",
            )
        )
    return csv_table(rows)


FORMATS: Final[dict[str, Callable[[ChangesAnswer, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
    "csv": for_programs(as_csv),
    "markdown": markdown,
    "html": html,
}
