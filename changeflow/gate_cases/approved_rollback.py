"""The rollback of a change, as it was approved: read from commits, never from an edited work tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from changeflow import errors
from changeflow.gate.gates.approved_since import approved_since
from changeflow.gate_cases.for_state import for_state
from changeflow.gate_cases.gather import gather
from changeflow.gate_cases.release_facts import release_facts
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import LedgerEntry, ReleaseBody
from changeflow.reading.change import ChangeState, change_ids
from changeflow.reading.view import View


def approved_rollback(view: View, argument: str, now: datetime) -> ChangeRequest:
    """Return a change with the content that was approved, and that can be undone as a whole.

    A change that was released has the content of its release. Any other one has that of the main
    branch, which must be approved.

    Args:
        view: the base is the main branch.
        argument: the change that is to be taken back.
        now: the time.

    Raises:
        errors.NothingToDo: when the main branch has no such change.
        errors.Refused: when its release still runs or was rolled back, when it was not approved,
            when the content of the release is not in this clone, or when a step of it cannot be undone.
        errors.Unreadable: when its request cannot be read.
    """
    there = view.of_base()
    content = _on_main(view, there, argument)
    change = content.change.id
    evidence = there.evidence(change)
    if evidence.problems:
        raise errors.Refused.of(
            "revert.ledger_broken", change=change, problem=evidence.problems[0].quoted
        )
    mine = tuple(one for one in evidence.entries if one.change == change)
    _refuse_unless_takable(change, release_facts(content.change, mine).state)
    started = _start(mine)
    if started is None:
        _require_approved(there, change, now)
    else:
        content = _as_released(there, content, *started)
    return require_steps(content.change)


def _on_main(view: View, there: View, argument: str) -> ChangeState:
    try:
        return there.head.change(argument)
    except errors.NothingToDo as error:
        if argument not in change_ids(view.head):
            raise
        raise errors.NothingToDo.of("revert.not_on_main", argument=argument) from error


def _refuse_unless_takable(change: str, state: str) -> None:
    """Refuse a change whose release says that there is nothing to take back, or not in this way."""
    match state:
        case "implementing":
            raise errors.Refused.of("revert.not_over", change=change)
        case "rolled_back":
            raise errors.Refused.of("revert.done", change=change)
        case "rollback_failed":
            raise errors.Refused.of("revert.failed", change=change)


def _start(mine: Sequence[LedgerEntry]) -> tuple[LedgerEntry, ReleaseBody] | None:
    """Return the start of the release of a change."""
    for entry in mine:
        if isinstance(entry.body, ReleaseBody) and entry.body.event == "started":
            return entry, entry.body
    return None


def _as_released(
    there: View, content: ChangeState, entry: LedgerEntry, body: ReleaseBody
) -> ChangeState:
    """Return the change with the content that was released.

    That is what the main branch has, or what the commit has that the release was started from.
    """
    change = content.change.id
    if content.digest == body.digest:
        return content
    for subject in entry.subject:
        released = _at(there, subject.commit, change)
        if released is not None and released.digest == body.digest:
            return released
    raise errors.Refused.of("revert.other_content", change=change, seq=entry.seq)


def _at(there: View, commit: str | None, change: str) -> ChangeState | None:
    if commit is None:
        return None
    try:
        return there.store.at(commit).change(change)
    except errors.ChangeflowError:
        return None


def _require_approved(there: View, change: str, now: datetime) -> None:
    case = for_state(gather(there, change, now))
    since, _ = approved_since(case, now)
    if since is None:
        raise errors.Refused.of("revert.not_approved", change=change)


def require_steps(change: ChangeRequest) -> ChangeRequest:
    """Return the change, if what is planned undoes every step of it.

    Raises:
        errors.Refused: when it does not.
    """
    if not change.spec.has_way_back or change.spec.implementation is None:
        raise errors.Refused.of("revert.no_steps", change=change.id)
    return change
