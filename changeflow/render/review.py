"""A review as text and as findings: what was written, what is missing, or that it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.render import findings
from changeflow.usecases.release.review import Reviewed


def text(reviewed: Reviewed) -> str:
    """Render what became of the review, then what is to be done."""
    if reviewed.what == "written":
        shown = f"{reviewed.path}: written, with what happened filled in. Still to answer:\n"
        for item in reviewed.checked.findings.findings:
            shown += f"  line {item.line}: {item.message}\n"
        return shown
    if reviewed.complete:
        record = "and on record" if reviewed.what == "recorded" else "and not yet on record"
        notes = findings.text(reviewed.checked) if reviewed.checked.findings.warnings else ""
        return f"{notes}{reviewed.path}: complete and independent, {record}\n"
    return findings.text(reviewed.checked)


FORMATS: Final[dict[str, Callable[[Reviewed], str]]] = {
    "text": text,
    "json": lambda reviewed: findings.json(reviewed.checked),
    "github": lambda reviewed: findings.github(reviewed.checked),
}
