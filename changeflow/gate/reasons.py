"""Makes the reasons that a gate gives of its own accord: those that no policy asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.decision import Outcome, Reason

CLAUSE: Final = "ISO/IEC 20000-1:2018 8.5.1"


def reason(
    rule: str,
    outcome: Outcome,
    code: str,
    data: Mapping[str, Any] | None = None,
    *,
    level: Literal["deny", "warn"] = "deny",
    clause: str = CLAUSE,
    parts: Sequence[Reason] = (),
) -> Reason:
    """Return a reason about a change, with the English sentence of its code.

    Args:
        rule: what it is about.
        outcome: what it does to the gate.
        code: a code of docs/reference/reason-codes.md, whose sentence is in `language/`.
        data: what the sentence names, as JSON.
        level: `warn` shuts nothing.
        clause: of the standard that it rests on.
        parts: the reasons it rests on.
    """
    data = data or {}
    message, hint = say(code, data, MACHINE)
    return Reason(
        rule=f"changeflow.{rule}",
        outcome=outcome,
        reason_code=code,
        message=message,
        level=level,
        hint=hint,
        clause=clause,
        data=dict(data),
        parts=tuple(parts),
    )


def warning(rule: str, code: str, data: Mapping[str, Any] | None = None) -> Reason:
    """Return a reason about a change that is shown and shuts nothing."""
    return reason(rule, "pass", code, data, level="warn")


def pull_reason(
    rule: str, outcome: Outcome, code: str, data: Mapping[str, Any] | None = None
) -> Reason:
    """Return a reason about a pull request or the paths of a branch. It stands under no clause."""
    return reason(rule, outcome, code, data, clause="")
