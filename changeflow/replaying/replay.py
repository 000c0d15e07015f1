"""Compute recorded decisions again and compare, byte for byte.

Needs a clone, bare or not, and nothing else (attack A101).

A decision *agrees* when its recorded inputs, run through the same functions, give the recorded
bytes; it *differs* when they give others; it is *unknown* when something it was made from is not
here. Unknown is never agreement: an open gate that cannot be computed fails, a shut one, which
authorises nothing, is listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from changeflow import __version__, errors
from changeflow.gate.reasons import with_older_clauses
from changeflow.model.answers.ledger import LedgerAnswer
from changeflow.model.canonical import canonical_json, evidence
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.model.findings import Finding
from changeflow.model.replay import ReplayDifference, ReplayedDecision
from changeflow.model.subjects import Subject
from changeflow.reading.change import change_id_of
from changeflow.release import journal_grammar
from changeflow.replaying.past_repository import Then
from changeflow.replaying.recorded_decision import Recomputed, Unknowable
from changeflow.replaying.replay_gate import asked
from changeflow.replaying.replay_pull import recorded_pull
from changeflow.repo.ledger_branch import Chain
from changeflow.repo.work import working
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.usecases.ledger.log import (
    Opened,
    entry_answers,
    finding_answers,
    nothing_about,
    open_at,
)

# of one decision; the first are enough to see what was done
MOST_DIFFERENCES: Final = 100
_TOOL: Final = f"changeflow {__version__}"


def replay(root: Path, wanted: str | None = None, *, strict: bool = False) -> LedgerAnswer:
    """Compute decisions again.

    Args:
        root: the repository, bare or not.
        wanted: a change, or the number of an entry; None: every decision.
        strict: what is unknown fails, whatever was decided.

    Raises:
        errors.NothingToDo: when there is no such decision.
        errors.Unreadable: when the ledger does not hold; `ledger verify` says why.
        errors.HostFailed: when git fails.
    """
    opened = open_at(root)
    change = None
    if wanted is not None and not _is_number(wanted):
        change = change_id_of(wanted)
    chain = opened.ledger.read(only=change).require_sound()
    undecided = _undecided(chain, wanted, change)
    if undecided:
        entries = _found(chain, wanted, change)
    else:
        entries = _decisions(opened, chain, wanted, change)
    then = Then(opened, chain, change)
    replayed = []
    with working("progress.replay", len(entries)) as work:
        for entry in entries:
            replayed.append(_replayed(then, entry, strict=strict))
            work.done += 1
    failed = any(one.fails for one in replayed)
    return LedgerAnswer(
        entries=tuple(entry_answers(entries)),
        head=chain.head,
        ok=not undecided and not failed,
        problems=finding_answers(undecided),
        total=len(entries),
        signed=sum(entry.signer is not None for entry in entries),
        replayed=tuple(replayed),
    )


def _is_number(wanted: str) -> bool:
    return wanted.isascii() and wanted.isdigit()


def _undecided(chain: Chain, wanted: str | None, change: str | None) -> tuple[Finding, ...]:
    """Return the releases that no recorded decision allowed.

    There is nothing to compute again, which is itself the problem.
    """
    if wanted is not None and change is None:
        return ()
    paths = {entry.path for entry in chain.entries if change in (None, entry.change)}
    undecided = []
    for problem in journal_grammar.problems(chain.entries):
        if problem.rule == journal_grammar.UNDECIDED and problem.path in paths:
            undecided.append(problem)
    return tuple(undecided)


def _found(chain: Chain, wanted: str | None, change: str | None) -> Sequence[LedgerEntry]:
    number = None
    if wanted is not None and change is None:
        number = int(wanted)
    found = []
    for entry in chain.entries:
        if change not in (None, entry.change) or number not in (None, entry.seq):
            continue
        if isinstance(entry.body, DecisionBody):
            found.append(entry)
    return found


def _what_there_is(chain: Chain, wanted: str | None, change: str | None) -> dict[str, Any]:
    """Return which decision is not there, and what entry stands at a wanted number."""
    if change is not None:
        return {"case": "change", "change": change}
    for entry in chain.entries:
        if wanted is not None and entry.seq == int(wanted):
            return {"case": "other", "seq": wanted, "kind": entry.kind}
    return {}


def _decisions(
    opened: Opened, chain: Chain, wanted: str | None, change: str | None
) -> Sequence[LedgerEntry]:
    if not chain.entries:
        raise nothing_about(opened.ledger, None)
    found = _found(chain, wanted, change)
    if not found:
        raise errors.NothingToDo.of("unknown.decision", **_what_there_is(chain, wanted, change))
    return found


def _replayed(then: Then, entry: LedgerEntry, *, strict: bool) -> ReplayedDecision:
    # for the type checker: the entries were picked by that
    assert isinstance(entry.body, DecisionBody)  # noqa: S101
    one = ReplayedDecision(
        seq=entry.seq,
        change=entry.change,
        path=entry.path,
        gate=entry.body.gate,
        open=entry.body.open,
        at=entry.at,
        simulated=entry.simulated,
        tool=entry.tool,
        outcome="unknown",
        fails=entry.body.open or strict,
    )
    try:
        made = _made_again(then, entry, entry.body)
    except Unknowable as gap:
        return one.model_copy(update={"reason": gap.reason, "hint": gap.hint})
    except errors.CannotJudge:
        raise
    except errors.HostFailed as error:
        return one.model_copy(update={"reason": error.message, "hint": error.hint})
    except (errors.NothingToDo, errors.Unreadable, RecurrenceError) as error:
        made = Recomputed(None, (), None, why=f"these inputs lead to no decision: {error}")
    return _compared(one, entry, entry.body, made)


def _made_again(then: Then, entry: LedgerEntry, body: DecisionBody) -> Recomputed:
    inputs = body.decision.get("inputs")
    if not isinstance(inputs, dict):
        raise Unknowable("the entry does not say what it was decided from")
    if "merged" in inputs:
        return recorded_pull(then, entry, body, inputs)
    return asked(then, entry, body, inputs)


def _compared(
    one: ReplayedDecision, entry: LedgerEntry, body: DecisionBody, made: Recomputed
) -> ReplayedDecision:
    recorded, recomputed = _said(body, entry.subject), None
    otherwise: tuple[ReplayDifference, ...] = ()
    if made.body is not None:
        recomputed = _said(made.body, made.subject)
    if recomputed is not None and not made.contradictions and _same(recorded, recomputed):
        return one.model_copy(update={"outcome": "agrees", "fails": False, "read_at": made.read_at})
    if made.doubt and not made.contradictions:
        return one.model_copy(
            update={"reason": made.doubt, "hint": made.hint, "read_at": made.read_at}
        )
    if recomputed is not None:
        otherwise = tuple(_differences(recorded, recomputed, ()))
    told = "git and the ledger contradict what is recorded"
    if otherwise:
        told = "the recorded inputs give another decision"
    hint = ""
    if entry.tool != _TOOL:
        hint = f"{entry.tool} recorded it, this is {_TOOL}: compare with that one"
    return one.model_copy(
        update={
            "outcome": "differs",
            "fails": True,
            "reason": made.why or told,
            "hint": hint,
            "read_at": made.read_at,
            "differences": (*made.contradictions, *otherwise)[:MOST_DIFFERENCES],
        }
    )


def _same(recorded: Any, recomputed: Any) -> bool:
    """Return whether the bytes are the same, by the clauses of today or by those of before."""
    spelt = canonical_json(recorded)
    if spelt == canonical_json(recomputed):
        return True
    return bool(spelt == canonical_json(with_older_clauses(recomputed)))


def _said(body: DecisionBody, subject: Sequence[Subject]) -> Any:
    """Return the part of an entry that is its decision.

    Its inputs (`facts`) are no part of the result.
    """
    said = {
        "gate": body.gate,
        "open": body.open,
        "digest": body.digest,
        "decision": body.decision,
        "subject": [one.model_dump(mode="json") for one in subject],
    }
    return json.loads(canonical_json(evidence(said)))


_NOTHING: Final = object()


def _differences(
    recorded: Any, recomputed: Any, route: tuple[str | int, ...]
) -> Iterator[ReplayDifference]:
    """Yield where two values differ, as deep as possible."""
    match recorded, recomputed:
        case dict(), dict():
            for key in sorted(recorded.keys() | recomputed.keys()):
                yield from _differences(
                    recorded.get(key, _NOTHING), recomputed.get(key, _NOTHING), (*route, key)
                )
        case list(), list():
            pairs = zip_longest(recorded, recomputed, fillvalue=_NOTHING)
            for index, (one, other) in enumerate(pairs):
                yield from _differences(one, other, (*route, index))
        case _ if type(recorded) is not type(recomputed) or recorded != recomputed:
            yield ReplayDifference(
                route=list(route), recorded=_or_null(recorded), recomputed=_or_null(recomputed)
            )


def _or_null(value: Any) -> Any:
    """Return the value, None for one that is not there."""
    if value is _NOTHING:
        return None
    return value
