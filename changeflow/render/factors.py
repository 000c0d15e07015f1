"""Sentences of an assessment for a reader: made from its data, or as they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from changeflow.language.reader import Reader
from changeflow.language.sentences import say_or
from changeflow.model.answers.assessment import Classification, Conflict, NamedFreeze, RiskFactor
from changeflow.model.document_parts import format_instant
from changeflow.render.presentation import Presentation


def why(factor: RiskFactor, to: Reader) -> str:
    """Return the reason for the points of a factor."""
    return _said(factor.data, factor.reason, to)


def why_classified(kind: Classification, to: Reader) -> list[str]:
    """Return the reasons for the class of a change."""
    if len(kind.data) != len(kind.reasons):
        return list(kind.reasons)
    pairs = zip(kind.data, kind.reasons, strict=True)
    return [_said(data, reason, to) for data, reason in pairs]


def what_collides(found: Conflict, to: Reader) -> str:
    """Return how another change collides with the one that is looked at."""
    return _said(found.data, found.message, to)


def what_to_do(found: Conflict, to: Reader) -> str:
    """Return what is proposed about a conflict."""
    return _said(found.advice, found.proposal, to)


def conflict_lines(conflicts: Sequence[Conflict], to: Presentation) -> list[str]:
    """Return a line for each change that collides, or that none does."""
    lines = []
    for found in conflicts:
        lines.append(to.painted("conflict", collision(found, to)))
    return lines or [to.says("assess.no_conflict")]


def collision(found: Conflict, to: Presentation) -> str:
    """Return how another change collides, when, and what to do."""
    return to.says(
        "assess.conflict",
        case=hardness(found),
        what=what_collides(found, to),
        start=format_instant(found.overlap_start),
        end=format_instant(found.overlap_end),
        kind=found.kind,
        proposal=what_to_do(found, to),
    )


def hardness(found: Conflict) -> str | None:
    """Return the case of a sentence about a conflict: `hard`, or the ordinary one."""
    return {True: "hard"}.get(found.hard)


def freeze_lines(freezes: Sequence[NamedFreeze], to: Presentation) -> list[str]:
    """Return a line for each freeze that keeps the change waiting."""
    lines = []
    for one in freezes:
        start, end = format_instant(one.start), format_instant(one.end)
        said = to.says("assess.freeze", name=one.name, start=start, end=end)
        lines.append(to.painted("freeze", said))
    return lines


def _said(data: Mapping[str, Any], message: str, to: Reader) -> str:
    if to.exact or not data:
        return message
    return say_or(data["code"], data, to, message).text
