"""The register of changes as text, JSON and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from changeflow.model.answers.register import ChangesAnswer, ListedChange, Owed
from changeflow.model.document_parts import format_instant
from changeflow.render.csv_table import csv_table
from changeflow.render.json_text import answer_json
from changeflow.render.table import cells, shortened

# cells of a line
WIDTH: Final = 80
_STATE: Final = len("rollback failed") + 2
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
# people that are named
_MOST_NAMED: Final = 4


def text(answer: ChangesAnswer) -> str:
    """Render each change with its state and what is owed, then what ends soon."""
    lines: list[str] = []
    for one in answer.changes:
        lines += change_lines(one)
    if not answer.changes:
        lines.append("no change")
    lines += ["", *ending_lines(answer)]
    for name in answer.unreadable:
        lines.append(f"unreadable: {name}")
    return "\n".join(lines).rstrip("\n") + "\n"


def change_lines(one: ListedChange) -> Iterator[str]:
    """Yield the lines about one change."""
    state = one.state.replace("_", " ").ljust(_STATE)
    yield f"{state}{one.change}"
    indent = " " * _STATE
    yield indent + shortened(one.title, WIDTH - _STATE)
    yield indent + "; ".join(_facts(one))
    for owed in one.owed:
        yield from _wrapped(owed_text(owed), indent)


def _facts(one: ListedChange) -> Iterator[str]:
    if one.window is not None:
        yield format_instant(one.window.start)
    kind: str = one.type
    if one.class_ not in (None, one.type):
        kind += f" ({one.class_})"
    yield kind
    if one.risk is not None:
        yield f"risk {one.risk.level}"
    if one.at != "main":
        yield f"on {one.at}"


def owed_text(owed: Owed) -> str:
    """Return what is owed, by whom and until when."""
    said = f"{owed.what.replace('-', ' ')}"
    if owed.about:
        said += f" ({owed.about})"
    said += f" by {people_text(owed.by)}" if owed.by else ", and it can be given no more"
    if owed.due is not None:
        said += f", due {format_instant(owed.due)}"
    if owed.overdue:
        said = f"OVERDUE: {said}"
    return said


def people_text(people: Sequence[str]) -> str:
    """Return people of whom any will do."""
    if len(people) > _MOST_NAMED:
        return f"{', '.join(people[:_MOST_NAMED])} or {len(people) - _MOST_NAMED} others"
    if len(people) == 1:
        return people[0]
    return f"{', '.join(people[:-1])} or {people[-1]}"


def ending_lines(answer: ChangesAnswer) -> Iterator[str]:
    """Yield what ends soon."""
    for one in answer.ending:
        yield f"ends {format_instant(one.ends)}: {one.what} {one.id}"


def _wrapped(said: str, indent: str) -> Iterator[str]:
    """Yield a text in lines that are not too long; no word is cut."""
    line = ""
    for word in said.split(" "):
        if line and cells(indent) + cells(f"{line} {word}") > WIDTH:
            yield indent + line
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    yield indent + line


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


FORMATS: Final[dict[str, Callable[[ChangesAnswer], str]]] = {
    "text": text,
    "json": answer_json,
    "csv": as_csv,
}
