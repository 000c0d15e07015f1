"""Opinions of people on a change, whatever host they came from."""

from __future__ import annotations

from typing import Literal

from changeflow.model.base import Instant, Record


class Review(Record):
    """One person's opinion, already tied to a roster name by the host adapter (or `None` when nobody is known).

    `digest` is what the opinion was given on. `ineligible` is set by the host where it knows a reason the core cannot see
    (a bot, a ghost account, a login that changed hands, a signature that does not hold).
    """

    by: str | None
    shown_as: str
    decision: Literal["approve", "reject", "withdraw"]
    digest: str
    at: Instant
    role: str | None = None
    ineligible: str | None = None
    message: str = ""


class Contributors(Record):
    """Who made the change: they never approve it. `unknown` are addresses that fit nobody in the roster."""

    people: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Check(Record):
    """A CI check or commit status on the content."""

    name: str
    conclusion: Literal["success", "failure", "pending", "neutral", "skipped", "cancelled", "timed_out", "missing"]
