"""Answer of `gate`: a decision with its tree of reasons."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record

Outcome = Literal["pass", "fail", "pending", "error", "skipped"]


class Reason(Record):
    """A node of the tree of reasons.

    `reason_code` is stable, `message` is its sentence in English, and `data` holds what a sentence
    in any language needs. The data is no part of a recorded decision.

    `data.shut_by` names what shuts a rule of a policy: lists of conflicts, freezes and people, each
    with a `message`. `data.translations` has message and hint of such a rule in further languages.
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
    """An opinion that does not count, and why. `data` is what its sentence names."""

    by: str
    reason_code: str
    message: str = ""
    data: dict[str, Any] = {}


def people_ignored(ignored: Iterable[IgnoredReview], code: str) -> set[str]:
    """Return the people whose opinions do not count for the reason with this code."""
    return {one.by for one in ignored if one.reason_code == code}


class Decision(Record):
    """Answer of `gate`.

    `holds_until` is when an open gate will shut if nothing happens but that time goes by; null where
    it is shut, and where no such moment is known. It is no part of a recorded decision.
    """

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
    holds_until: Instant | None = None
