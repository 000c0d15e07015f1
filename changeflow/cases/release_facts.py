"""What the release journal of a change says: whether it started, how it ended, and whether that is proven."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow.gate.case import NOT_STARTED, ReleaseFacts
from changeflow.model.evidence import LedgerEntry, ReleaseBody


def release_facts(mine: Sequence[LedgerEntry]) -> ReleaseFacts:
    """Return what the journal of one change says about its release."""
    journal = [(entry, entry.body) for entry in mine if isinstance(entry.body, ReleaseBody)]
    started = next(((entry, body) for entry, body in journal if body.event == "started"), None)
    if started is None:
        return NOT_STARTED
    ends = (
        (entry, body) for entry, body in reversed(journal) if body.event in ("finished", "resolved")
    )
    ended = next(
        ((entry, body) for entry, body in ends if entry.proven or not started[0].proven), None
    )
    turned = ended is not None and any(
        body.event == "rolling_back" and entry.seq > ended[0].seq for entry, body in journal
    )
    over = ended is not None and not turned
    return ReleaseFacts(
        state=(ended[1].state or "implementing") if ended is not None and over else "implementing",
        started=started[0].moment,
        ended=ended[0].moment if ended is not None and over else None,
        by=started[1].by,
        proven=started[0].proven and (ended is None or ended[0].proven),
    )
