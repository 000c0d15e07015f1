"""What people were told, or have to be told, as text, JSON and CDEvents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from changeflow.model.answers.notifications import NotificationRow, NotificationsAnswer
from changeflow.model.times import format_instant
from changeflow.notices.told import EVERYBODY
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs

_DIGEST: Final = "sha256:"
# characters of a digest that are shown
_SHORT: Final = 19


def notifications_text(answer: NotificationsAnswer, to: Presentation) -> str:
    """Render a line for each message."""
    lines = list(_lines(answer, to))
    return "\n".join(map(spelled, lines)) + "\n"


def _lines(answer: NotificationsAnswer, to: Presentation) -> Iterator[str]:
    if not answer.channels:
        yield to.says("notify.no_channel")
        return
    if not answer.messages:
        yield to.says("notify.none")
    for row in answer.messages:
        yield _line(row, to)
    if answer.unreachable:
        yield to.says("notify.unreachable", people=list(answer.unreachable))


def _line(row: NotificationRow, to: Presentation) -> str:
    return to.says(
        "notify.row",
        case=row.outcome,
        change=row.change,
        fact=row.fact,
        channel=row.channel,
        people=_people(row.recipients, to),
        others=_people(row.failed, to),
        why=to.says("notify.why", case=row.why) if row.why else "",
        next=format_instant(row.next) if row.next is not None else None,
    )


def _people(recipients: Sequence[str], to: Presentation) -> str:
    found = []
    for one in recipients:
        if one == EVERYBODY:
            found.append(to.says("notify.channel"))
        elif one.startswith(_DIGEST):
            found.append(one[:_SHORT])
        else:
            found.append(to.shows("person", one))
    return to.shows("list", found)


FORMATS: Final[dict[str, Callable[[NotificationsAnswer, Presentation], str]]] = {
    "text": notifications_text,
    "json": for_programs(answer_json),
}
