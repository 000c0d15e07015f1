"""The grammar of release journals: which entry may follow which, told without the plan.

`release.progress` asks more, because it knows the plan; this reads every journal of a ledger, also
of changes whose request is gone. A journal that breaks the grammar was not written by this program
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from changeflow.model.evidence import DecisionBody, LedgerEntry, ReleaseBody
from changeflow.model.findings import Finding

JOURNAL: Final = "ledger-journal"
UNDECIDED: Final = "ledger-undecided"

_HINT: Final = "a process writes its journal in order: find out who wrote this entry"
_STEP_EVENTS: Final = ("intent", "outcome", "confirmed")
_OVER: Final = ("done", "failed", "timed_out")


@dataclass(slots=True)
class _Journal:
    """How far the journal of one change is."""

    started: ReleaseBody | None = None
    run: str = ""
    runs: set[str] = field(default_factory=set)
    last: dict[str, ReleaseBody] = field(default_factory=dict)
    turned: bool = False
    ended: str = ""


def problems(entries: Sequence[LedgerEntry]) -> Iterator[Finding]:
    """A finding for every entry of a journal that cannot stand where it stands, and for every start that nothing allowed.

    Args:
        entries: of all changes, in ledger order.
    """
    journals: dict[str, _Journal] = {}
    for place, entry in enumerate(entries):
        if not isinstance(entry.body, ReleaseBody) or entry.elsewhere:
            continue
        journal = journals.setdefault(entry.change, _Journal())
        for told in _misfits(journal, entry.body):
            yield Finding(JOURNAL, "error", told, _HINT, entry.path)
        if entry.body.event == "started" and not _is_decided(entries, place, entry.body):
            yield Finding(
                UNDECIDED,
                "error",
                "starts a release, and no open decision of the gate `deploy` about the same "
                "content stands beside it",
                "nothing says that this release was allowed: ask the person who signed it",
                entry.path,
            )
        _follow(journal, entry.body)


def _is_decided(entries: Sequence[LedgerEntry], place: int, start: ReleaseBody) -> bool:
    """Whether the decision that allowed a start is recorded with it: right before, or as the next entry of the change.

    The second is how programs wrote it that recorded claim and decision one after the other.
    """
    change = entries[place].change
    before = entries[place - 1] if place else None
    following = next((entry for entry in entries[place + 1 :] if entry.change == change), None)
    with_it = (
        before is not None
        and before.change == change
        and before.at == entries[place].at
        and _opens(before, start)
    )
    return with_it or (following is not None and _opens(following, start))


def _opens(entry: LedgerEntry, start: ReleaseBody) -> bool:
    body = entry.body
    return isinstance(body, DecisionBody) and (body.gate, body.open, body.digest) == (
        "deploy",
        True,
        start.digest,
    )


def _misfits(journal: _Journal, body: ReleaseBody) -> Iterable[str]:
    """Why an entry cannot stand where it stands."""
    if body.event == "started":
        if journal.started is not None:
            yield "starts a release that was started before"
        return
    if journal.started is None:
        yield f"`{body.event}` of a release that was never started"
        return
    if body.digest != journal.started.digest:
        yield f"`{body.event}` is about other content than the release was started with"
    if journal.ended and not _may_follow_the_end(journal, body):
        yield f"`{body.event}` after the release ended: {journal.ended.replace('_', ' ')}"
        return
    yield from _of_run(journal, body)
    yield from _of_step(journal, body) if body.event in _STEP_EVENTS else _of_turn(journal, body)


def _may_follow_the_end(journal: _Journal, body: ReleaseBody) -> bool:
    if body.event == "rolling_back":
        return journal.ended == "implemented"
    return body.event == "resolved" and journal.ended == "rollback_failed"


def _of_run(journal: _Journal, body: ReleaseBody) -> Iterable[str]:
    """The run an entry names is the one in charge; one that takes over was never there before."""
    if body.event == "resumed":
        if body.run in journal.runs:
            yield f"`resumed` by run {body.run}, which was in charge before"
    elif body.run != journal.run:
        yield f"`{body.event}` by run {body.run}, while run {journal.run} was in charge"


def _of_step(journal: _Journal, body: ReleaseBody) -> Iterable[str]:
    last = journal.last.get(body.key)
    if body.event == "intent":
        if (body.phase in ("rollback", "undo")) != journal.turned:
            yield f"`intent` of {body.key} against the direction of the release"
        if last is not None and last.outcome != "skipped":
            yield f"{body.key} begins twice"
    elif last is None:
        yield f"`{body.event}` of {body.key}, which was never begun"
    elif last.event == "outcome" and last.outcome != "unknown":
        yield f"`{body.event}` of {body.key}, which had ended"
    elif body.event == "confirmed" and last.event == "confirmed":
        yield f"`confirmed` of {body.key}, which waits for no word"


def _of_turn(journal: _Journal, body: ReleaseBody) -> Iterable[str]:
    if body.event == "rolling_back" and journal.turned:
        yield "the rollback begins twice"
    if body.event == "resolved" and not body.by:
        yield "`resolved` names no person"
    if body.event == "finished":
        yield from _of_end(journal, body)


def _of_end(journal: _Journal, body: ReleaseBody) -> Iterable[str]:
    if (body.state == "implemented") == journal.turned or body.state is None:
        turned = "turned round" if journal.turned else "never turned round"
        yield f"ends as {body.state or 'nothing'}, and the release {turned}"
    phases = ("rollback", "undo") if journal.turned else ("implementation", "verification")
    for key, last in journal.last.items():
        if last.phase in phases and last.outcome not in (*_OVER, "skipped"):
            yield f"ends while {key} is under way"
        elif body.state == "implemented" and last.outcome != "done":
            yield f"ends as implemented, and {key} was not done"


def _follow(journal: _Journal, body: ReleaseBody) -> None:
    """What holds after an entry."""
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
