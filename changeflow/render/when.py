"""When a change may start, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Final

from changeflow.language.reasons import said_by, sentence
from changeflow.model.answers.decision import Reason
from changeflow.model.answers.when import Placed, Slot, Together, Turn, WhenAnswer
from changeflow.model.document_parts import format_instant
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.table import beside

_INDENT: Final = "  "
_DEEPER: Final = "      "


def text(found: WhenAnswer, to: Presentation) -> str:
    """Render the earliest start, what stands in its way, when that changes, and the slots."""
    lines = [*beside("", _heading(found, to), to.width)]
    if found.reasons:
        lines += ["", *_title("when.in_the_way", to)]
        for reason in found.reasons:
            lines += _because(reason, to)
    if found.turns:
        lines += ["", *_title("when.changes", to)]
        for turn in found.turns:
            lines += _turn(turn, to)
    # said above of now
    known = {reason.message for reason in found.reasons}
    # a request without a window is told above to name one
    if found.slots or all(one.reason_code != "window.missing" for one in found.reasons):
        lines += ["", *_title("when.slots" if found.slots else "when.no_slots", to)]
    for slot in found.slots:
        lines += _slot(slot, known, to)
    if found.alternatives:
        lines += ["", *_title("when.alternatives", to)]
        for slot in found.alternatives:
            lines += _slot(slot, known, to)
    if found.together is not None:
        lines += ["", *_together(found.together, to)]
    return "\n".join(lines) + "\n"


def _title(key: str, to: Presentation) -> list[str]:
    return beside("", to.says(key), to.width)


def _heading(found: WhenAnswer, to: Presentation) -> str:
    if found.earliest is None:
        return to.painted("shut", to.says("when.never", change=found.change))
    start = format_instant(found.earliest)
    return to.says("when.earliest", change=found.change, start=start)


def _because(reason: Reason, to: Presentation) -> Iterator[str]:
    said = sentence(reason, to)
    if to.shows_codes:
        said += f"  [{reason.rule}: {reason.reason_code}]"
    yield from beside(_INDENT, said, to.width)
    hint = said_by(reason, to).hint
    if hint:
        yield from beside(_DEEPER, to.says("decision.hint", hint=hint), to.width)


def _turn(turn: Turn, to: Presentation) -> Iterator[str]:
    word = "open" if turn.open else "shut"
    state = to.painted(word, to.says(f"verdict.{word}"))
    at = format_instant(turn.at)
    yield from beside(_INDENT, to.says("when.turn", at=at, state=state), to.width)
    for reason in turn.ends:
        yield from beside(_DEEPER, to.says("when.ends", what=sentence(reason, to)), to.width)
    for reason in turn.begins:
        yield from beside(_DEEPER, to.says("when.begins", what=sentence(reason, to)), to.width)


def _span(start: datetime, end: datetime, to: Presentation) -> str:
    return to.says("when.span", start=format_instant(start), end=format_instant(end))


def _slot(slot: Slot, known: Collection[str], to: Presentation) -> Iterator[str]:
    span = _span(slot.start, slot.end, to)
    yield from beside(_INDENT, to.says("when.best", span=span) if slot.best else span, to.width)
    yield from beside(_DEEPER, to.says("when.facts", facts=list(_facts(slot))), to.width)
    for reason in slot.needs:
        if reason.message in known:
            continue
        yield from beside(_DEEPER, to.says("when.needs", what=sentence(reason, to)), to.width)
    for one in slot.ending:
        data = {"id": one.id, "at": format_instant(one.at)}
        yield from beside(_DEEPER, to.says("when.ending", case=one.what, **data), to.width)


def _facts(slot: Slot) -> Iterator[dict[str, object]]:
    """Yield what tells a slot from others, as sentences of the catalogue."""
    yield {"code": "when.risk", "level": slot.risk, "score": slot.score}
    if slot.maintenance:
        yield {"code": "when.maintenance"}
    if slot.overlaps:
        case = {"case": "hard"} if slot.hard else {}
        yield {"code": "when.overlaps", "changes": list(slot.overlaps), **case}
    else:
        yield {"code": "when.alone"}
    if slot.services:
        yield {"code": "when.services", "items": list(slot.services)}


def _together(found: Together, to: Presentation) -> Iterator[str]:
    if found.placed:
        yield from _title("when.order", to)
    for number, one in enumerate(found.placed, 1):
        said = f"{one.change}  {_span(one.start, one.end, to)}"
        yield from beside(f"{number:>3}. ", said, to.width)
        yield from _about_place(one, to)
    for other in found.unplaced:
        yield from beside("", to.says("when.unplaced", change=other.change), to.width)
        for reason in other.reasons:
            yield from _because(reason, to)


def _about_place(one: Placed, to: Presentation) -> Iterable[str]:
    if one.after:
        yield from beside(_DEEPER, to.says("when.after", changes=list(one.after)), to.width)
    if one.moved:
        yield from beside(_DEEPER, to.says("when.moved"), to.width)


FORMATS: Final[dict[str, Callable[[WhenAnswer, Presentation], str]]] = {
    "text": text,
    "json": for_programs(answer_json),
}
