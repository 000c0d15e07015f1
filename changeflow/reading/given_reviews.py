"""Whether a post-implementation review is on record as it is now, and what it measured then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from changeflow.model.canonical import digest_bytes
from changeflow.model.document_paths import review_path
from changeflow.model.evidence import LedgerEntry, ReviewBody
from changeflow.reading.state import State

NOTHING_MEASURED: Final[Mapping[str, timedelta]] = {}


def given_at(text: bytes, reviewer: str | None, entries: Iterable[LedgerEntry]) -> datetime | None:
    """Return when the reviewer put a review on record first, as it is now; None: they have not."""
    digest = digest_bytes(text)
    for entry in entries:
        body = entry.body
        if isinstance(body, ReviewBody) and body.digest == digest and body.by == reviewer:
            return entry.moment
    return None


def measured_outages(
    place: State, change: str, entries: Iterable[LedgerEntry]
) -> Mapping[str, timedelta]:
    """Return how long items were out by the review of a change that is on record, by item.

    Args:
        place: where the review is.
        change: the change.
        entries: about it.
    """
    review = place.review(change)
    if review is None or not review.outages:
        return NOTHING_MEASURED
    if given_at(place.read(review_path(change)), review.reviewer, entries) is None:
        return NOTHING_MEASURED
    return review.measured
