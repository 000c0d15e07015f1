"""List the register of changes, all of it or what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from changeflow import errors
from changeflow.gate_cases.register import Register, read_register
from changeflow.gate_cases.register_rows import RegisteredChange
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import ChangesAnswer, OwedImprovement
from changeflow.model.clock import Clock
from changeflow.model.document_paths import IMPROVEMENTS
from changeflow.model.phrases import Told, meant, told
from changeflow.model.times import END_OF_TIME
from changeflow.reading.view import View


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for. What is empty or None restricts nothing.

    Attributes:
        states: of these states.
        types: of these types, as declared.
        items: that change one of these items.
        people: that one of these people asked for, makes or approved.
        since: whose time is not before this.
        until: whose time is before this.
        owed: for which something is owed.
    """

    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    owed: bool = False


@dataclass(frozen=True)
class Listed:
    """An answer, and what is wrong with the ledger that it was read from."""

    answer: ChangesAnswer
    problems: tuple[str | Told, ...]


def list_changes(view: View, wanted: Wanted, clock: Clock, *, everywhere: bool = True) -> Listed:
    """Return the changes that are asked for, by time.

    Args:
        view: base and head.
        wanted: which changes.
        clock: the time.
        everywhere: look at all local and remote branches, beside base and head.

    Raises:
        errors.UsageError: when the period is empty, or a person or an item is known nowhere.
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    if wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since:
        raise errors.UsageError.of("option.period")
    register = read_register(view, clock, everywhere=everywhere)
    _require_known(view, wanted, register)
    found = [one for one in register.changes if _is_wanted(one, wanted)]
    owed = owed_improvements(view, clock) if wanted.owed and _all_kinds(wanted) else ()
    if wanted.people:
        owed = tuple(one for one in owed if not set(one.by).isdisjoint(wanted.people))
    return Listed(answer_of(register, found, owed), register.problems)


def _all_kinds(wanted: Wanted) -> bool:
    """Return whether nothing is asked for that changes alone have."""
    return not (wanted.states or wanted.types or wanted.items or wanted.since or wanted.until)


def owed_improvements(view: View, clock: Clock) -> tuple[OwedImprovement, ...]:
    """Return the improvements on the main branch of which something is owed, by their day.

    Raises:
        errors.HostFailed: when git fails.
    """
    if not any(path.startswith(IMPROVEMENTS) for path in view.base.paths):
        return ()
    # few repositories have any
    from changeflow.gate_cases.improvements import improvements_of

    found: list[OwedImprovement] = []
    for one in improvements_of(view, clock)[0]:
        if one.owed is not None:
            found.append(one.owed)
    return tuple(sorted(found, key=_urgency))


def _urgency(one: OwedImprovement) -> tuple[bool, datetime, str]:
    return not one.overdue, one.due or END_OF_TIME, one.improvement


def answer_of(
    register: Register,
    found: Iterable[RegisteredChange],
    improvements: tuple[OwedImprovement, ...],
) -> ChangesAnswer:
    """Return the answer with some changes of a register, and improvements of which one is owed."""
    changes = tuple(one.row for one in found)
    return ChangesAnswer(
        changes=changes,
        ending=tuple(one.ending for one in register.ending),
        improvements=improvements,
        unreadable=register.unreadable,
        total=len(changes),
    )


def _is_wanted(one: RegisteredChange, wanted: Wanted) -> bool:
    row = one.row
    return (
        (not wanted.states or row.state in wanted.states)
        and (not wanted.types or row.type in wanted.types)
        and (not wanted.items or not set(row.items).isdisjoint(wanted.items))
        and (not wanted.people or not _people(one).isdisjoint(wanted.people))
        and (wanted.since is None or one.moment >= wanted.since)
        and (wanted.until is None or one.moment < wanted.until)
        and (not wanted.owed or bool(row.owed))
    )


def _people(one: RegisteredChange) -> set[str]:
    """Return the people who asked for a change, make it, and approved it."""
    return {one.row.requester, one.row.implementer or one.row.requester, *one.approvers}


def _require_known(view: View, wanted: Wanted, register: Register) -> None:
    """Refuse a person or an item that neither the base nor any request names.

    Raises:
        errors.UsageError: with the nearest name there is.
    """
    base = view.base.rulebook
    _refuse_strange("person", wanted.people, base.roster.spec.people, register, _people, "--person")
    _refuse_strange("item", wanted.items, base.graph.item_ids(), register, _items, "--ci")


def _items(one: RegisteredChange) -> set[str]:
    return set(one.row.items)


def _refuse_strange(
    what: str,
    names: Iterable[str],
    listed: Iterable[str],
    register: Register,
    named: Callable[[RegisteredChange], set[str]],
    option: str,
) -> None:
    known = set(listed)
    for one in register.changes:
        known |= named(one)
    for name in names:
        if name not in known:
            near = meant(name, sorted(known), option=option)
            raise errors.UsageError.of(
                "unknown.called",
                case=what,
                name=name,
                hint=near or told("unknown.takes_id", option=option),
            )
