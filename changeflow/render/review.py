"""A review as text and as findings: what was written, what is missing, or that it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.render import findings
from changeflow.render.presentation import Presentation
from changeflow.render.table import folded
from changeflow.usecases.release.review import Reviewed


def text(reviewed: Reviewed, to: Presentation | None = None) -> str:
    """Render what became of the review, then what is to be done.

    Args:
        reviewed: what became of it.
        to: the reader at a terminal; None: the text goes elsewhere.
    """
    shown = _text(reviewed, to)
    return shown if to is None else folded(shown, to.width)


def _text(reviewed: Reviewed, to: Presentation | None) -> str:
    if reviewed.what == "written":
        shown = f"{reviewed.path}: written, with what happened filled in. Still to answer:\n"
        for item in reviewed.checked.findings.findings:
            shown += f"  line {item.line}: {item.message}\n"
        return shown
    if reviewed.complete:
        record = "and on record" if reviewed.what == "recorded" else "and not yet on record"
        notes = findings.text(reviewed.checked, to) if reviewed.checked.findings.warnings else ""
        said = f"complete and independent, {record}"
        return f"{notes}{reviewed.path}: {said if to is None else to.painted('pass', said)}\n"
    return findings.text(reviewed.checked, to)


FORMATS: Final[dict[str, Callable[[Reviewed], str]]] = {
    "text": text,
    "json": lambda reviewed: findings.json(reviewed.checked),
    "github": lambda reviewed: findings.github(reviewed.checked),
}
