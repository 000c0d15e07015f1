"""Opinions of people on a change, whatever host they came from."""

from __future__ import annotations

from typing import Final, Literal

from changeflow.model.base import Instant, Record

# characters of somebody's words that are kept with a review
WORDS_LIMIT: Final = 2_000


def shortened(words: str, limit: int = WORDS_LIMIT) -> str:
    """Words in one piece, at most so many characters of them; what is cut off is marked."""
    text = words.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


class Review(Record):
    """One person's opinion, already tied to a roster name by the host adapter (or `None` when nobody is known).

    `digest` is what the opinion was given on. `ineligible` is set by the host where it knows a
    reason the core cannot see (a bot, a ghost account, a login that changed hands, a signature that
    does not hold). `message` says why it is ineligible, `words` are the person's own.
    """

    by: str | None
    shown_as: str
    decision: Literal["approve", "reject", "withdraw"]
    digest: str
    at: Instant
    role: str | None = None
    ineligible: str | None = None
    message: str = ""
    words: str = ""


class Contributors(Record):
    """Who made the change: they never approve it.

    `unknown` are addresses that fit nobody in the roster.
    """

    people: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Check(Record):
    """A CI check or commit status on the content."""

    name: str
    conclusion: Literal[
        "success", "failure", "pending", "neutral", "skipped", "cancelled", "timed_out", "missing"
    ]
