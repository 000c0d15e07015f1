"""A rehearsal as text and JSON: a line for each prefix, and what it did not cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.rehearsal import PrefixRehearsed, RehearsalAnswer
from changeflow.model.times import format_duration
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.table import folded, grid

_COLUMNS: Final = (
    "rehearsal.column_steps",
    "rehearsal.column_came",
    "rehearsal.column_forward",
    "rehearsal.column_back",
    "rehearsal.column_limit",
    "rehearsal.column_name",
)


def text(answer: RehearsalAnswer, to: Presentation) -> str:
    """Render the state first, then the prefixes, then what was left out and why it ended."""
    where = {"environment": answer.environment, "state": answer.state}
    lines = [to.says("rehearsal.heading", change=answer.change, **where), ""]
    if answer.prefixes:
        rows = [[to.says(code) for code in _COLUMNS], *(_row(line, to) for line in answer.prefixes)]
        lines += [*grid(rows, to.width, indent=2), ""]
    for line in answer.prefixes:
        if line.left:
            lines.append(to.says("rehearsal.left", left=list(line.left)))
    for step in answer.skipped:
        lines.append(to.says("rehearsal.skipped", step=step.key, name=step.name))
    if answer.message:
        lines.append(in_a_row([answer.told or answer.message], to))
    return folded("\n".join(lines).rstrip("\n"), to.width) + "\n"


def _row(line: PrefixRehearsed, to: Presentation) -> list[str]:
    came = "late" if line.outcome == "back" and not line.in_time else line.outcome
    painted = to.painted("done" if line.passed else "failed", to.says("rehearsal.came", case=came))
    steps = to.says("rehearsal.prefix", case="whole" if line.whole else None, steps=line.steps)
    bound = line.promised_ms if line.limit_ms is None else min(line.promised_ms, line.limit_ms)
    limit = format_duration(timedelta(milliseconds=bound))
    took = []
    for ms in (line.forward_ms, line.return_ms):
        took.append(to.says("rehearsal.seconds", seconds=f"{ms / 1000:.1f}"))
    return [steps, painted, *took, to.shows("duration", limit), line.name]


FORMATS: Final[dict[str, Callable[[RehearsalAnswer, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
}
