"""What a change's release journal says: whether and how it started and ended, and the proof."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow.gate.case import NOT_STARTED, ReleaseFacts
from changeflow.model.evidence import LedgerEntry, ReleaseBody


def release_facts(mine: Sequence[LedgerEntry]) -> ReleaseFacts:
    """Return what the journal of one change says about its release."""
    journal: list[tuple[LedgerEntry, ReleaseBody]] = []
    for entry in mine:
        if isinstance(entry.body, ReleaseBody):
            journal.append((entry, entry.body))
    start = next((one for one in journal if one[1].event == "started"), None)
    if start is None:
        return NOT_STARTED
    entry, body = start
    state, ended, proven = "implementing", None, entry.proven
    end = _end(journal, proven=entry.proven)
    if end is not None:
        proven = proven and end[0].proven
        if not _rolls_back_after(journal, end[0].seq):
            state, ended = end[1].state or state, end[0].moment
    return ReleaseFacts(state=state, started=entry.moment, ended=ended, by=body.by, proven=proven)


def has_started(mine: Sequence[LedgerEntry]) -> bool:
    """Return whether a release of the change has started."""
    events = (one.body.event for one in mine if isinstance(one.body, ReleaseBody))
    return "started" in events


def _end(
    journal: Sequence[tuple[LedgerEntry, ReleaseBody]], *, proven: bool
) -> tuple[LedgerEntry, ReleaseBody] | None:
    """Return the last end of a release; only one that is proven ends a proven start."""
    for entry, body in reversed(journal):
        if body.event in ("finished", "resolved") and (entry.proven or not proven):
            return entry, body
    return None


def _rolls_back_after(journal: Sequence[tuple[LedgerEntry, ReleaseBody]], seq: int) -> bool:
    return any(body.event == "rolling_back" and entry.seq > seq for entry, body in journal)
