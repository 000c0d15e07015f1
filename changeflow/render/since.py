"""What changed since an approval, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from changeflow.model.times import format_instant
from changeflow.render.escape import code_span
from changeflow.render.escape import markdown as escaped
from changeflow.render.lines import bulleted, ended
from changeflow.usecases.gate.since_opinion import SinceOpinion


def text(since: Sequence[SinceOpinion]) -> str:
    """Render one block for each approver, nothing where there is none."""
    return ended(_text_lines(since))


def _text_lines(since: Sequence[SinceOpinion]) -> Iterator[str]:
    for one in since:
        yield ""
        yield f"since {one.person} approved at {format_instant(one.at)}:"
        for line in one.lines:
            yield f"  {' '.join(line.split())}"


def markdown(since: Sequence[SinceOpinion]) -> str:
    """Render one list for each approver. All text of the change is escaped."""
    lines: list[str] = []
    for one in since:
        lines += [
            "",
            f"What changed since {escaped(one.person)} approved at {format_instant(one.at)}:",
            "",
            *bulleted(map(code_span, one.lines)),
        ]
    return ended(lines)


FORMATS: Final[dict[str, Callable[[Sequence[SinceOpinion]], str]]] = {
    "text": text,
    "markdown": markdown,
}
