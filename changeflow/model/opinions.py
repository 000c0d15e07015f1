"""Opinions of people on a change, whatever host they came from."""

from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record

# characters of a reviewer's words that are kept with a review
WORDS_LIMIT: Final = 2_000


def shortened(words: str, limit: int = WORDS_LIMIT) -> str:
    """Return stripped words of at most `limit` characters; an ellipsis marks what is cut off."""
    text = words.strip()
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip() + "…"


class Review(Record):
    """One person's opinion.

    The host's adapter has already found the person: `by` is their name in the roster, None if the
    roster does not list them.

    `digest` names the content that the opinion is about. `ineligible` is set by the host if it
    knows a reason that the core cannot see: a bot, a ghost account, a login with a new owner, an
    invalid signature. `message` explains it, and `data` is what that sentence names. `words` are
    the person's own.
    """

    by: str | None
    shown_as: str
    decision: Literal["approve", "reject", "withdraw"]
    digest: str
    at: Instant
    role: str | None = None
    ineligible: str | None = None
    message: str = ""
    data: dict[str, Any] = Field(default={}, exclude=True)
    words: str = ""


def speakers(reviews: Iterable[Review]) -> list[str]:
    """Return the people of the roster whose opinions these are."""
    return [review.by for review in reviews if review.by is not None]


class Contributors(Record):
    """The people who made the change: they never approve it.

    `unknown` are addresses that fit no person of the roster.
    """

    people: tuple[str, ...]
    unknown: tuple[str, ...]


NO_CONTRIBUTORS: Final = Contributors(people=(), unknown=())


class Check(Record):
    """A CI check or commit status on the content."""

    name: str
    conclusion: Literal[
        "success", "failure", "pending", "neutral", "skipped", "cancelled", "timed_out", "missing"
    ]
