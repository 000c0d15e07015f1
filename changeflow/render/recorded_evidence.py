"""A file that was recorded as evidence, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.language.sentences import say
from changeflow.model.answers.recorded_evidence import RecordedEvidence
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, fitted, for_programs


def text(recorded: RecordedEvidence, to: Presentation) -> str:
    """Render what was recorded, and that it proves nothing where it does not."""
    said = say(recorded.told["code"], recorded.told, to).text
    lines = [
        to.says("evidence_file.recorded", change=recorded.change, seq=recorded.seq, by=recorded.by),
        f"  {said}",
        f"  {recorded.path}  {recorded.digest}",
    ]
    if not recorded.good:
        lines.append(to.says("evidence_file.not_good"))
    return "\n".join(map(spelled, lines)) + "\n"


FORMATS: Final[dict[str, Callable[[RecordedEvidence, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(answer_json),
}
