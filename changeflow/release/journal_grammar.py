"""The grammar of release journals: which entry may follow which, without the plan.

`release.progress` checks more, because it knows the plan. This module reads every journal of a
ledger, also those of changes whose request is gone. A journal that breaks the grammar was not
written by this program alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.evidence import BACKWARD, DecisionBody, LedgerEntry, ReleaseBody
from changeflow.model.findings import Finding

JOURNAL: Final = "ledger-journal"
UNDECIDED: Final = "ledger-undecided"

_Problem = Mapping[str, Any]
_STEP_EVENTS: Final = ("intent", "outcome", "confirmed")
_OVER: Final = ("done", "failed", "timed_out")


@dataclass(slots=True)
class _Journal:
    """The state of one change's journal."""

    started: ReleaseBody | None = None
    run: str = ""
    runs: set[str] = field(default_factory=set)
    last: dict[str, ReleaseBody] = field(default_factory=dict)
    turned: bool = False
    ended: str = ""


def problems(entries: Sequence[LedgerEntry]) -> Iterator[Finding]:
    """Yield a finding for every entry that the grammar does not allow in its place.

    A start without a decision that allowed it is a finding, too.

    Args:
        entries: of all changes, in ledger order.
    """
    journals: dict[str, _Journal] = {}
    for place, entry in enumerate(entries):
        if not isinstance(entry.body, ReleaseBody) or entry.elsewhere:
            continue
        journal = journals.setdefault(entry.change, _Journal())
        for data in _why_not_allowed(journal, entry.body):
            yield _found(JOURNAL, entry, {**data, "event": entry.body.event})
        if entry.body.event == "started" and not _is_decided(entries, place, entry.body):
            yield _found(UNDECIDED, entry, {})
        _update_journal(journal, entry.body)


def _found(rule: str, entry: LedgerEntry, data: _Problem) -> Finding:
    # most journals are in order
    from changeflow.language.findings import found

    return found(rule, entry.path, data)


def _is_decided(entries: Sequence[LedgerEntry], place: int, start: ReleaseBody) -> bool:
    """Return whether the decision that allowed a start is recorded with it.

    It is the entry before it, or the next entry of the change.

    Older programs recorded the decision after the claim.
    """
    change = entries[place].change
    if place:
        before = entries[place - 1]
        together = before.change == change and before.at == entries[place].at
        if together and _allows_start(before, start):
            return True
    for following in entries[place + 1 :]:
        if following.change == change:
            return _allows_start(following, start)
    return False


def _allows_start(entry: LedgerEntry, start: ReleaseBody) -> bool:
    body = entry.body
    return isinstance(body, DecisionBody) and (body.gate, body.open, body.digest) == (
        "deploy",
        True,
        start.digest,
    )


def _why_not_allowed(journal: _Journal, body: ReleaseBody) -> Iterable[_Problem]:
    """Yield why an entry is not allowed in its place."""
    if body.event == "started":
        if journal.started is not None:
            yield {"case": "started_before"}
        return
    if journal.started is None:
        yield {"case": "never_started"}
        return
    if body.digest != journal.started.digest:
        yield {"case": "other_content"}
    if journal.ended and not _may_follow_the_end(journal, body):
        yield {"case": "ended", "ended": journal.ended}
        return
    yield from _why_not_of_run(journal, body)
    if body.event in _STEP_EVENTS:
        yield from _why_not_of_step(journal, body)
    else:
        yield from _why_not_of_turn(journal, body)


def _may_follow_the_end(journal: _Journal, body: ReleaseBody) -> bool:
    if body.event == "rolling_back":
        return journal.ended == "implemented"
    return body.event == "resolved" and journal.ended == "rollback_failed"


def _why_not_of_run(journal: _Journal, body: ReleaseBody) -> Iterable[_Problem]:
    """Yield a problem if an entry is not from the run in charge.

    A run that takes over must be a new one.
    """
    if body.event == "resumed":
        if body.run in journal.runs:
            yield {"case": "old_run", "run": body.run}
    elif body.run != journal.run:
        yield {"case": "other_run", "run": body.run, "in_charge": journal.run}


def _why_not_of_step(journal: _Journal, body: ReleaseBody) -> Iterable[_Problem]:
    last = journal.last.get(body.key)
    if body.event == "intent":
        if (body.phase in BACKWARD) != journal.turned:
            yield {"case": "direction", "step": body.key}
        if body.phase == "undo" and f"implementation/{body.index}" not in journal.last:
            yield {"case": "undo_of_nothing", "step": body.key}
        if last is not None and last.outcome != "skipped":
            yield {"case": "step_twice", "step": body.key}
    elif last is None:
        if not _is_left_out(journal, body):
            yield {"case": "never_begun", "step": body.key}
    elif last.event == "outcome" and last.outcome != "unknown":
        yield {"case": "step_ended", "step": body.key}
    elif body.event == "confirmed" and last.event == "confirmed":
        yield {"case": "not_awaited", "step": body.key}


def _is_left_out(journal: _Journal, body: ReleaseBody) -> bool:
    """Return whether an entry says that a step of the way back is left out, before it began."""
    said = body.event == "outcome" and body.outcome == "skipped"
    return said and journal.turned and body.phase in BACKWARD


def _why_not_of_turn(journal: _Journal, body: ReleaseBody) -> Iterable[_Problem]:
    if body.event == "rolling_back" and journal.turned:
        yield {"case": "rollback_twice"}
    if body.event == "resolved" and not body.by:
        yield {"case": "unnamed"}
    if body.event == "finished":
        yield from _why_not_of_end(journal, body)


def _why_not_of_end(journal: _Journal, body: ReleaseBody) -> Iterable[_Problem]:
    if (body.state == "implemented") == journal.turned or body.state is None:
        case = "end_turned" if journal.turned else "end_not_turned"
        if body.state is None:
            yield {"case": f"{case}_nothing"}
        else:
            yield {"case": case, "state": body.state}
    phases = BACKWARD if journal.turned else ("implementation", "verification")
    for key, last in journal.last.items():
        if last.phase in phases and last.outcome not in (*_OVER, "skipped"):
            yield {"case": "under_way", "step": key}
        elif body.state == "implemented" and last.outcome != "done":
            yield {"case": "not_done", "step": key}


def _update_journal(journal: _Journal, body: ReleaseBody) -> None:
    """Update the state of the journal with an entry."""
    if body.event == "started":
        journal.started = journal.started or body
    if body.event in ("started", "resumed"):
        journal.run = body.run
        journal.runs.add(body.run)
    if body.event in _STEP_EVENTS:
        journal.last[body.key] = body
    if body.event == "rolling_back":
        journal.turned, journal.ended = True, ""
    if body.event == "finished":
        journal.ended = body.state or "rollback_failed"
    if body.event == "resolved":
        journal.ended = "resolved"
