"""Sentences of an assessment for a reader: made from its data, or as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from changeflow.language.reader import Reader
from changeflow.language.sentences import say_or
from changeflow.model.answers.assessment import Classification, Conflict, RiskFactor


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
    """Return what another change does to the same items."""
    return _said(found.data, found.message, to)


def _said(data: Mapping[str, Any], message: str, to: Reader) -> str:
    if to.exact or not data:
        return message
    return say_or(data["code"], data, to, message).text
