"""What changed since an approval, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from changeflow.model.times import format_instant
from changeflow.render.escape import code_span, prose
from changeflow.render.lines import bulleted, ended
from changeflow.render.presentation import Presentation
from changeflow.usecases.gate.since_opinion import SinceOpinion


def text(since: Sequence[SinceOpinion], to: Presentation) -> str:
    """Render one block for each approver, nothing where there is none."""
    return ended(_text_lines(since, to))


def _text_lines(since: Sequence[SinceOpinion], to: Presentation) -> Iterator[str]:
    for one in since:
        yield ""
        yield to.says("since.heading", **_since(one))
        for line in one.lines:
            yield f"  {' '.join(line.split())}"


def markdown(since: Sequence[SinceOpinion], to: Presentation) -> str:
    """Render one list for each approver. All text of the change is escaped."""
    lines: list[str] = []
    for one in since:
        title = to.says("since.title", case="listed", **_since(one))
        lines += ["", prose(title), "", *bulleted(map(code_span, one.lines))]
    return ended(lines)


def _since(one: SinceOpinion) -> dict[str, str]:
    return {"who": one.person, "at": format_instant(one.at)}


FORMATS: Final[dict[str, Callable[[Sequence[SinceOpinion], Presentation], str]]] = {
    "text": text,
    "markdown": markdown,
}
