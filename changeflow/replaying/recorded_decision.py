"""Recorded inputs of a decision, and what comes out when it is made again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_parts import parse_instant
from changeflow.model.evidence import DecisionBody
from changeflow.model.replay import ReplayDifference
from changeflow.model.subjects import Subject


class Unknowable(Exception):
    """An input of a decision that is not here, so that nothing is concluded.

    Args:
        reason: what is not here.
        hint: where it may be had.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True)
class Recomputed:
    """Result of a decision that was made again.

    Attributes:
        body: the decision as it would be recorded; None where none would be.
        subject: what it is about.
        read_at: the commit the change was read from.
        contradictions: recorded inputs that git, or the ledger's own rules, contradict.
        why: in words, where there is no decision.
        doubt: why other bytes would prove nothing; empty where they would.
        hint: what would end the doubt.
    """

    body: DecisionBody | None
    subject: tuple[Subject, ...]
    read_at: str | None
    contradictions: tuple[ReplayDifference, ...] = ()
    why: str = ""
    doubt: str = ""
    hint: str = ""


def there(inputs: Mapping[str, Any], name: str) -> Any:
    """Return a recorded input.

    Raises:
        Unknowable: when the entry does not say it. That it is None is something else.
    """
    if name not in inputs:
        raise Unknowable(
            f"the entry does not say `{name}`; it was recorded by a changeflow that kept less, or "
            "by something else"
        )
    return inputs[name]


def named(inputs: Mapping[str, Any], name: str) -> str:
    """Return a recorded input as text."""
    return str(there(inputs, name))


def instant(value: object) -> datetime:
    """Return a recorded time."""
    try:
        return parse_instant(str(value))
    except ValueError as error:
        raise Unknowable("the entry does not say when it was decided") from error
