"""Answer of `gate`: a decision with its tree of reasons."""

from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.phrases import first_of

Outcome = Literal["pass", "fail", "pending", "error", "skipped"]


# conflicts, freezes and people that one sentence spells out
_MOST_NAMED: Final = 5


class Reason(Record):
    """A node of the tree of reasons.

    `reason_code` is stable, `message` is for people, `data` holds what it is about.

    `data.shut_by` names what shuts a rule of a policy: lists of conflicts, freezes and people, each
    with a `message`. It explains a decision and is not recorded with it.
    """

    rule: str
    outcome: Outcome
    reason_code: str
    message: str
    level: Literal["deny", "warn"] = "deny"
    clause: str = ""
    hint: str = ""
    data: dict[str, Any] = {}
    parts: tuple["Reason", ...] = ()

    @property
    def shuts(self) -> bool:
        """Return whether the reason keeps a gate shut: it fails, waits, or is an error."""
        return self.outcome in ("fail", "pending", "error")

    @property
    def warns(self) -> bool:
        """Return whether the reason reports a violation without keeping the gate shut."""
        return (
            self.level == "warn" and self.outcome == "pass" and self.reason_code != "rule.satisfied"
        )


def shutting(reasons: Iterable[Reason]) -> list[Reason]:
    """Return the reasons that keep a gate shut, in their order."""
    return [reason for reason in reasons if reason.shuts]


def codes_of(reasons: Iterable[Reason]) -> set[str]:
    """Return the codes of reasons."""
    return {reason.reason_code for reason in reasons}


def sentence(reason: Reason) -> str:
    """Return a reason as a sentence.

    The message of a rule says what the rule asks for. If that does not hold, the sentence says so,
    followed by the first names of what shuts the rule.
    """
    said = f"not met: {reason.message}" if _is_violated(reason) else reason.message
    named: list[str] = []
    for found in reason.data.get("shut_by", {}).values():
        named += (str(one["message"]) for one in found)
    if not named:
        return said
    return f"{said}: {'; '.join(first_of(named, _MOST_NAMED))}"


def _is_violated(reason: Reason) -> bool:
    """Return whether a reason is a rule of a policy whose condition does not hold.

    Such a rule may have a code of its own.
    """
    if reason.rule.startswith("changeflow."):
        return False
    violated = reason.outcome == "fail" and not reason.reason_code.startswith("approvals.")
    return violated or reason.warns


class Missing(Record):
    """Seats that are still empty, and who could fill them now."""

    role: str
    needed: int
    have: int
    eligible: tuple[str, ...]


class CountedApproval(Record):
    """An approval that fills a seat."""

    by: str
    role: str
    at: Instant
    digest: str


class IgnoredReview(Record):
    """An opinion that does not count, and why."""

    by: str
    reason_code: str
    message: str = ""


def people_ignored(ignored: Iterable[IgnoredReview], code: str) -> set[str]:
    """Return the people whose opinions do not count for the reason with this code."""
    return {one.by for one in ignored if one.reason_code == code}


class Decision(Record):
    """Answer of `gate`."""

    schema_: Literal["changeflow/decision/v1"] = Field(
        default="changeflow/decision/v1", alias="schema"
    )
    change: str
    gate: Literal["submit", "approve", "deploy", "close"]
    open: bool
    reasons: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    satisfiable: bool
    witness: tuple[str, ...]
    impossible: tuple[str, ...] = ()
    approvals: tuple[CountedApproval, ...]
    ignored: tuple[IgnoredReview, ...]
    inputs: dict[str, Any]
    now: Instant
