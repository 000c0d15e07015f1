"""What a change collides with: other changes and freezes, as lines."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow.model.answers.assessment import Conflict, NamedFreeze
from changeflow.model.document_parts import format_instant
from changeflow.render.factors import what_collides
from changeflow.render.presentation import Presentation


def conflict_lines(conflicts: Sequence[Conflict], to: Presentation) -> list[str]:
    """Return a line for each change that collides, or that none does."""
    lines = []
    for found in conflicts:
        lines.append(to.painted("conflict", f"{found.change}: {collision(found, to)}"))
    return lines or [to.says("assess.no_conflict")]


def collision(found: Conflict, to: Presentation) -> str:
    """Return what another change does to the same items, and when."""
    return to.says(
        "assess.conflict",
        what=what_collides(found, to),
        start=format_instant(found.overlap_start),
        end=format_instant(found.overlap_end),
        kind=found.kind,
        items=list(found.items),
    )


def freeze_lines(freezes: Sequence[NamedFreeze], to: Presentation) -> list[str]:
    """Return a line for each freeze that keeps the change waiting."""
    lines = []
    for one in freezes:
        start, end = format_instant(one.start), format_instant(one.end)
        said = to.says("assess.freeze", name=one.name, start=start, end=end)
        lines.append(to.painted("freeze", said))
    return lines
