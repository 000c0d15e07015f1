"""Makes the reasons that a gate gives of its own accord: those that no policy asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.decision import Outcome, Reason

_STANDARD: Final = "ISO/IEC 20000-1:2018"
# what no standard asks for, in the words of the policies that ship
OWN: Final = "Organisation's own"
_DUTIES: Final = "ISO/IEC 27001:2022 A.5.3"
# what each reason rests on, by what it is about; a test compares it with the clauses as data
CLAUSES: Final[Mapping[str, str]] = {
    "acceptance": f"{_STANDARD} 8.5.3",
    "approval": f"{_STANDARD} 8.5.1.3",
    "artifact": f"{_STANDARD} 8.5.3",
    "calendar": OWN,
    "class": f"{_STANDARD} 8.5.1.1",
    "conflict": f"{_STANDARD} 8.5.1.3",
    "contributors": _DUTIES,
    "dependency": f"{_STANDARD} 8.5.1.3",
    "deployer": _DUTIES,
    "document": f"{_STANDARD} 8.5.1.2",
    "draft": f"{_STANDARD} 8.5.1.2",
    "environment": f"{_STANDARD} 8.5.3",
    "freeze": OWN,
    "hold": OWN,
    "ledger": f"{_STANDARD} 7.5",
    "merged": f"{_STANDARD} 8.5.1.3",
    "plan": f"{_STANDARD} 8.5.1.3",
    "rejection": f"{_STANDARD} 8.5.1.3",
    "release": f"{_STANDARD} 8.5.3",
    "released": f"{_STANDARD} 8.5.3",
    "remote": f"{_STANDARD} 7.5",
    "retrospective": f"{_STANDARD} 8.5.1.2",
    "review": f"{_STANDARD} 8.5.1.3",
    "roles": f"{_STANDARD} 5.3",
    "scope": f"{_STANDARD} 8.5.1.3",
    "silence": f"{_STANDARD} 8.5.1.1",
    "time": f"{_STANDARD} 7.5",
    "type": f"{_STANDARD} 8.5.1.2",
    "window": f"{_STANDARD} 8.5.1.3",
    "windows": OWN,
    "withdrawn": f"{_STANDARD} 8.5.1.3",
}
# what programs before them cited for all of these
OLDER_CLAUSE: Final = "ISO/IEC 20000-1:2018 8.5.1"
_BEGIN: Final = "changeflow."


def reason(
    rule: str,
    outcome: Outcome,
    code: str,
    data: Mapping[str, Any] | None = None,
    *,
    level: Literal["deny", "warn"] = "deny",
    clause: str | None = None,
    parts: Sequence[Reason] = (),
) -> Reason:
    """Return a reason about a change, with the English sentence of its code.

    Args:
        rule: what it is about.
        outcome: what it does to the gate.
        code: a code of docs/reference/reason-codes.md, whose sentence is in `language/`.
        data: what the sentence names, as JSON.
        level: `warn` shuts nothing.
        clause: of a standard that it rests on; None: that of `CLAUSES`.
        parts: the reasons it rests on.
    """
    data = data or {}
    message, hint = say(code, data, MACHINE)
    return Reason(
        rule=f"{_BEGIN}{rule}",
        outcome=outcome,
        reason_code=code,
        message=message,
        level=level,
        hint=hint,
        clause=CLAUSES[rule] if clause is None else clause,
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


def with_older_clauses(decision: Any) -> Any:
    """Return a decision as JSON in which reasons of a gate's own accord cite what they once did.

    Programs before the table of clauses cited one clause for all of them. What they recorded stays
    as it is, and nothing else of a decision rests on it.
    """
    if isinstance(decision, list):
        return [with_older_clauses(one) for one in decision]
    if not isinstance(decision, dict):
        return decision
    older = {key: with_older_clauses(value) for key, value in decision.items()}
    rule = older.get("rule")
    if isinstance(rule, str) and rule.startswith(_BEGIN) and older.get("clause"):
        older["clause"] = OLDER_CLAUSE
    return older
