"""Incidents that reviews name and no document tells of, as rows of the table of incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from changeflow.model.document_paths import review_path
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.reading.readable_documents import readable_documents
from changeflow.reading.state import State


def incidents_of_reviews(
    base: State,
    source: str,
    fixing: Mapping[str, Sequence[str]],
    tables: Mapping[str, Sequence[dict[str, Any]]],
) -> Iterator[dict[str, Any]]:
    """Yield a row for each incident that a review says its change caused, and no document does.

    What a change fixes was there before it: a review that names it says no more. When an incident was
    opened is not known here. A review that cannot be read is told of elsewhere.

    Args:
        base: the main branch, with the reviews.
        source: the name of the repository.
        fixing: what changes say that they fix, to the changes.
        tables: rows of reviews, and of the incidents that have documents.
    """
    known = set()
    for row in tables["incidents"]:
        if row.get("link") != "fixes":
            known.add((row["incident"], row.get("change")))
    recorded = {row["change"]: row["recorded_at"] for row in tables["reviews"] if "recorded_at" in row}
    there = filter(base.exists, map(review_path, sorted(recorded)))
    for review in readable_documents(base, there, PostImplementationReview, []):
        change = review.spec.change
        for name in dict.fromkeys(review.spec.incidents or ()):
            if (name, change) not in known and change not in fixing.get(name, ()):
                yield {
                    "source": source,
                    "incident": name,
                    "change": change,
                    "link": "caused_by",
                    "linked_at": recorded.get(change),
                }
