"""Assessments on record: which one counts, and what it says.

Pure. The one before a release is what the release was started on; one that follows it is about
another time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from changeflow.model.evidence import AssessmentBody, LedgerEntry


class OnRecord(NamedTuple):
    """An assessment with the entry that records it."""

    entry: LedgerEntry
    body: AssessmentBody

    @property
    def said(self) -> Mapping[str, Any]:
        """Return the assessment as it was answered."""
        return self.body.assessment

    @property
    def class_(self) -> str:
        """Return the class of the change; empty where it has none that can be read."""
        return str(self._part("type").get("class", ""))

    @property
    def score(self) -> int | None:
        """Return the risk score, 0 to 100; None where it has none that can be read."""
        found = self._part("risk").get("score")
        return found if isinstance(found, int) else None

    @property
    def level(self) -> str:
        """Return the level of the risk; empty where it has none that can be read."""
        return str(self._part("risk").get("level", ""))

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Return the digests and commits that it rests on; empty where it names none."""
        return self._part("inputs")

    def _part(self, name: str) -> Mapping[str, Any]:
        found = self.said.get(name)
        return found if isinstance(found, dict) else {}


def assessment_in(entry: LedgerEntry) -> OnRecord | None:
    """Return the assessment that an entry records; None where it records something else."""
    body = entry.body
    return OnRecord(entry, body) if isinstance(body, AssessmentBody) else None


def assessments(entries: Iterable[LedgerEntry]) -> Iterator[OnRecord]:
    """Yield the assessments among entries, in their order."""
    for entry in entries:
        found = assessment_in(entry)
        if found is not None:
            yield found


def last_assessment(entries: Sequence[LedgerEntry]) -> OnRecord | None:
    """Return the last assessment among entries; None where there is none."""
    return next(assessments(reversed(entries)), None)


def last_before_release(mine: Iterable[LedgerEntry]) -> OnRecord | None:
    """Return the last assessment of a change before its release; None where there is none.

    `mine` are the entries about the change, in their order.
    """
    before = tuple(takewhile(lambda entry: entry.kind != "release", mine))
    return last_assessment(before)
