"""A review as text and as findings: what was written, what is missing, or that it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.render import findings
from changeflow.render.findings import for_reader
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.usecases.release.review import Reviewed


def text(reviewed: Reviewed, to: Presentation) -> str:
    """Render what became of the review, then what is to be done."""
    checked = for_reader(reviewed.checked, "text", to.language)
    at_terminal = to if to.colour or to.width is not None else None
    if reviewed.what == "written":
        lines = [to.says("pir.written", path=reviewed.path)]
        for item in checked.findings.findings:
            lines.append(f"  {to.says('pir.line', line=item.line, said=[item.message])}")
        return "\n".join(lines) + "\n"
    if reviewed.complete:
        case = {"case": "recorded"} if reviewed.what == "recorded" else {}
        notes = findings.text(checked, at_terminal) if checked.findings.warnings else ""
        said = to.painted("pass", to.says("pir.complete", **case))
        return f"{notes}{to.says('pir.about', path=reviewed.path, said=said)}\n"
    return findings.text(checked, at_terminal)


def _github(reviewed: Reviewed, to: Presentation) -> str:
    return findings.github(for_reader(reviewed.checked, "github", to.language))


def _json(reviewed: Reviewed) -> str:
    return findings.json(reviewed.checked)


FORMATS: Final[dict[str, Callable[[Reviewed, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(_json),
    "github": _github,
}
