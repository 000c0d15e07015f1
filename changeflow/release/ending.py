"""How releases ended, by their journals: the one reading of it that every answer shares.

The gates ask it of one change, risk and dependencies of all changes, and the tables of the past say
it in their own words (`insight.records.OUTCOMES`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from changeflow.model.evidence import LedgerEntry, ReleaseBody

# the state that a release ended in, to the outcome in the words of the tables of the past
OUTCOME_OF: Final = {
    "implemented": "implemented",
    "rolled_back": "rolled_back",
    "rollback_failed": "failed",
}
# outcomes of changes that were carried out and did not bring what they were for
FAILURES: Final = frozenset({"failed", "rolled_back"})
_ENDS: Final = ("finished", "resolved")


# of the keys in the baseline of a release: the record of an item, by its id
ITEM_AT_START: Final = "cmdb/"


class ReleaseSpan(NamedTuple):
    """When a release started and ended.

    Attributes:
        start: the entry that claims the environments.
        journal: every line, in order.
        end: the last end; None while it runs, and from the moment at which it is rolled back after
            its end.
        proven: start and end carry the signatures that were asked for. An end that was taken back
            still counts here.
    """

    start: LedgerEntry
    journal: tuple[LedgerEntry, ...]
    end: LedgerEntry | None
    proven: bool

    @property
    def state(self) -> str:
        """Return the state that the release is in or ended in."""
        return (_body(self.end).state if self.end is not None else None) or "implementing"


class Moments(NamedTuple):
    """When a release started and ended; None where it has not."""

    started: datetime | None = None
    ended: datetime | None = None


def moments(span: ReleaseSpan | None) -> Moments:
    """Return when a release started and ended; two times None where there was none."""
    if span is None:
        return Moments()
    if span.end is None:
        return Moments(span.start.moment)
    return Moments(span.start.moment, span.end.moment)


def release_span(mine: Sequence[LedgerEntry]) -> ReleaseSpan | None:
    """Return when a release started and ended; None where it has not started.

    Only an end that is proven ends a proven start.

    Args:
        mine: the entries about one change that count, in order.
    """
    journal: list[LedgerEntry] = []
    start: LedgerEntry | None = None
    last: LedgerEntry | None = None
    is_turned = False
    for entry in mine:
        if not isinstance(entry.body, ReleaseBody):
            continue
        journal.append(entry)
        if start is None and entry.body.event == "started":
            start = entry
    if start is None:
        return None
    for entry in journal:
        if _ends(entry, start):
            last, is_turned = entry, False
        elif _body(entry).event == "rolling_back":
            is_turned = True
    proven = start.proven and (last is None or last.proven)
    return ReleaseSpan(start, tuple(journal), None if is_turned else last, proven)


def _ends(entry: LedgerEntry, start: LedgerEntry) -> bool:
    return _body(entry).event in _ENDS and (entry.proven or not start.proven)


def _body(entry: LedgerEntry) -> ReleaseBody:
    assert isinstance(entry.body, ReleaseBody)  # noqa: S101 - the journal has nothing else
    return entry.body


def finished_changes(
    entries: Iterable[LedgerEntry], before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return change -> state in which its release ended, as far as that is proven.

    A release that is rolled back after its end has not ended.

    Args:
        entries: of any changes, in order.
        before: what earlier entries came to.
    """
    finished = dict(before or {})
    for entry in entries:
        body = entry.body
        if body.kind != "release":
            continue
        if body.event == "rolling_back":
            finished.pop(entry.change, None)
        elif body.event in _ENDS and body.state and entry.proven:
            finished[entry.change] = body.state
    return finished


class ReleaseTimes(NamedTuple):
    """When a release started, and when it last ended as far as that is proven; None: it has not."""

    started: datetime
    ended: datetime | None


def release_times(
    entries: Iterable[LedgerEntry], before: Mapping[str, ReleaseTimes] | None = None
) -> dict[str, ReleaseTimes]:
    """Return when the releases of changes started and ended.

    Args:
        entries: of any changes, in order.
        before: what earlier entries came to.
    """
    times = dict(before or {})
    for entry in entries:
        body = entry.body
        if body.kind != "release":
            continue
        known = times.get(entry.change)
        if body.event == "started" and known is None:
            times[entry.change] = ReleaseTimes(entry.moment, None)
        elif known is not None and body.event == "rolling_back":
            times[entry.change] = known._replace(ended=None)
        elif known is not None and body.event in _ENDS and body.state and entry.proven:
            times[entry.change] = known._replace(ended=entry.moment)
    return times


def has_failed(state: str) -> bool:
    """Return whether a release that ended in a state did not bring what it was for."""
    return OUTCOME_OF.get(state, "failed") in FAILURES


def items_at_start(span: ReleaseSpan | None) -> dict[str, str]:
    """Return the digests of the records of items that the start of a release recorded, by id."""
    baseline = getattr(span.start.body, "baseline", {}) if span is not None else {}
    found = {}
    for name, digest in baseline.items():
        if name.startswith(ITEM_AT_START):
            found[name.removeprefix(ITEM_AT_START)] = digest
    return found
