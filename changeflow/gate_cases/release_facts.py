"""What a change's release journal says: whether and how it started and ended, and the proof."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow.gate.case import NOT_STARTED, ReleaseFacts
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import AssessmentBody, LedgerEntry, ReleaseBody


def release_facts(change: ChangeRequest, mine: Sequence[LedgerEntry]) -> ReleaseFacts:
    """Return what the journal of a change says about its release.

    `mine` are the entries about the change that count.
    """
    journal: list[tuple[LedgerEntry, ReleaseBody]] = []
    for entry in mine:
        if isinstance(entry.body, ReleaseBody):
            journal.append((entry, entry.body))
    start = next((one for one in journal if one[1].event == "started"), None)
    if start is None:
        return NOT_STARTED
    # Most changes that are looked at have not been released.
    from changeflow.release.outcome import NOT_KNOWN, release_outcome

    entry, body = start
    state, ended, proven = "implementing", None, entry.proven
    end = _end(journal, proven=entry.proven)
    if end is not None:
        proven = proven and end[0].proven
        if not _rolls_back_after(journal, end[0].seq):
            state, ended = end[1].state or state, end[0].moment
    went = release_outcome(change, mine) if ended is not None else NOT_KNOWN
    return ReleaseFacts(
        state=state,
        started=entry.moment,
        ended=ended,
        by=body.by,
        proven=proven,
        outcome=went.word,
        class_=_class_at_start(mine, entry, body),
        overran=went.overran,
        rolled_back=went.rolled_back,
    )


def _class_at_start(mine: Sequence[LedgerEntry], start: LedgerEntry, body: ReleaseBody) -> str:
    """Return the class of the change when its release started; empty where it is not on record.

    The release recorded the assessment that its gate rested on. It must be of the same content, and
    proven if the start is.
    """
    found = ""
    for entry in mine:
        if entry.seq >= start.seq:
            break
        assessed = entry.body
        if not isinstance(assessed, AssessmentBody) or assessed.content != body.digest:
            continue
        if entry.proven or not start.proven:
            found = _class_of(assessed)
    return found


def _class_of(assessed: AssessmentBody) -> str:
    kind = assessed.assessment.get("type")
    return str(kind.get("class", "")) if isinstance(kind, dict) else ""


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
