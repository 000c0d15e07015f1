"""What changed since an approval, for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from changeflow.model.times import format_instant
from changeflow.render.escape import code_span
from changeflow.render.escape import markdown as escaped
from changeflow.usecases.gate.since_opinion import SinceOpinion


def text(since: Sequence[SinceOpinion]) -> str:
    """Render one block for each approver, nothing where there is none."""
    lines: list[str] = []
    for one in since:
        lines += ["", f"since {one.person} approved at {format_instant(one.at)}:"]
        lines += [f"  {' '.join(line.split())}" for line in one.lines]
    return "".join(f"{line}\n" for line in lines)


def markdown(since: Sequence[SinceOpinion]) -> str:
    """Render one list for each approver. All text of the change is escaped."""
    lines: list[str] = []
    for one in since:
        lines += [
            "",
            f"What changed since {escaped(one.person)} approved at {format_instant(one.at)}:",
            "",
        ]
        lines += [f"- {code_span(line)}" for line in one.lines]
    return "".join(f"{line}\n" for line in lines)


FORMATS: Final[dict[str, Callable[[Sequence[SinceOpinion]], str]]] = {
    "text": text,
    "markdown": markdown,
}
