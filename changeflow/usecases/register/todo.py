"""What waits for one person, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from changeflow import errors
from changeflow.gate_cases.register import read_register
from changeflow.gate_cases.register_rows import RegisteredChange
from changeflow.hosts.table import host_named
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import ChangesAnswer, ListedChange, Owed
from changeflow.model.clock import Clock
from changeflow.model.phrases import Told, told
from changeflow.model.times import END_OF_TIME
from changeflow.reading.view import View
from changeflow.reading.who_commits import who_commits
from changeflow.usecases.register.list_changes import answer_of, owed_improvements


@dataclass(frozen=True)
class Todo:
    """What waits for a person, and what is wrong with the ledger that it was read from.

    `elsewhere` has the revision of each change, by id and `at`, that the work tree has not, or has
    in other words. `main` is the name of the main branch; `host` that of the code host whose
    reviews are the approvals, empty where they are given here.
    """

    person: str
    answer: ChangesAnswer
    problems: tuple[str | Told, ...]
    elsewhere: Mapping[tuple[str, str], str]
    main: str
    host: str


def todo(view: View, person: str | None, clock: Clock, *, everywhere: bool = True) -> Todo:
    """Return what waits for a person.

    Args:
        view: base and head.
        person: a name of the roster; None: the person whose address git commits with here.
        clock: the time.
        everywhere: look at all local and remote branches, beside base and head.

    Raises:
        errors.UsageError: when the roster does not know the person, or none is named.
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    name = _person(view, person)
    register = read_register(view, clock, everywhere=everywhere)
    mine: list[RegisteredChange] = []
    for one in register.changes:
        owed = tuple(sorted(_owed_by(name, one.row), key=lambda what: _urgency(what, one, clock)))
        if owed:
            mine.append(replace(one, row=one.row.model_copy(update={"owed": owed})))
    mine.sort(key=lambda one: (_urgency(one.row.owed[0], one, clock), one.row.change, one.row.at))
    ending = tuple(one for one in register.ending if name in one.people)
    improvements = tuple(one for one in owed_improvements(view, clock) if name in one.by)
    answer = answer_of(replace(register, ending=ending), mine, improvements)
    config = view.base.config
    host = host_named(config.host)
    title = host.title if host.takes_reviews else ""
    main = config.main_branch
    return Todo(name, answer, register.problems, register.elsewhere, main, title)


def _owed_by(person: str, row: ListedChange) -> list[Owed]:
    return [one for one in row.owed if person in one.by]


def _urgency(what: Owed, one: RegisteredChange, clock: Clock) -> tuple[bool, datetime]:
    """Return what things that are owed are sorted by: overdue ones first, then by their time.

    What an emergency waits for has no later time than now.
    """
    due = what.due
    if due is None:
        due = clock.now if one.row.type == "emergency" else END_OF_TIME
    return not what.overdue, due


def _person(view: View, person: str | None) -> str:
    people = view.base.rulebook.roster.spec.people
    if person is not None:
        if person not in people:
            near = view.base.rulebook.roster.meant(person, "--as")
            raise errors.UsageError.of(
                "unknown.person", name=person, hint=near or _known_people(people)
            )
        return person
    roster = view.base.rulebook.roster
    return who_commits(view.git, roster, told("whom.waits"), told("whom.name"))


def _known_people(people: Iterable[str]) -> Told:
    names = sorted(people)
    return told("unknown.roster_has", case=None if names else "no_person", names=names)
