"""What is owed and what ends soon, as sentences for a reader."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import MISSED, Ending, ListedChange, Owed
from changeflow.model.document_parts import format_instant
from changeflow.reading.places import MAIN
from changeflow.release.waiting import JOURNAL, RESUME, ROLLBACK
from changeflow.render.presentation import Presentation

# what something owed is about where that has a sentence of its own
_OF_RELEASES: Final = {
    ("confirmation", JOURNAL),
    ("confirmation", ROLLBACK),
    ("release", RESUME),
    ("release", MISSED),
}
_APPROVALS: Final = ("approval", "retrospective-approval")
_RESOLVE: Final = "changeflow release confirm {change} --resolved --as {person} --note TEXT"
# what a person types to do it
_COMMANDS: Final = {
    "approval": "changeflow approve {change} --as {person}",
    "retrospective-approval": "changeflow approve {change} --as {person}",
    "review": "changeflow review {change} --as {person}",
    "supplement": "changeflow review {change} --as {person}",
    "confirmation": "changeflow release confirm {change} --as {person}",
    "release": "changeflow release run {change} --as {person}",
    JOURNAL: _RESOLVE,
    ROLLBACK: _RESOLVE,
    RESUME: "changeflow release resume {change} --as {person}",
    MISSED: "changeflow withdraw {change} --as {person}",
}


def owed_to(one: Owed, to: Presentation) -> str:
    """Return what is owed, by whom and until when."""
    case = None if one.by else "in_vain"
    said = to.says("open_end.by", case=case, what=_what(one, to), by=list(one.by))
    return _until(one, said, to)


def owed_by_reader(together: Sequence[Owed], to: Presentation) -> str:
    """Return what the reader owes, and until when: one thing, or approvals in several roles."""
    first = together[0]
    return _until(first, _what(first, to, [one.about for one in together]), to)


def together(owed: Iterable[Owed]) -> Iterator[list[Owed]]:
    """Yield what is done by one act: an approval fills a seat of any role that it is owed in."""
    found: dict[object, list[Owed]] = {}
    for number, one in enumerate(owed):
        key = (one.what, one.due) if one.what in _APPROVALS else number
        found.setdefault(key, []).append(one)
    yield from found.values()


def _what(one: Owed, to: Presentation, roles: Sequence[str] = ()) -> str:
    case = one.about if (one.what, one.about) in _OF_RELEASES else one.what
    about = list(roles or (one.about,)) if one.what in _APPROVALS else one.about
    return to.says("open_end.what", case=case, about=about)


def _until(one: Owed, said: str, to: Presentation) -> str:
    if one.due is None:
        return said
    case = "overdue" if one.overdue else None
    told = to.says("open_end.due", case=case, what=said, due=format_instant(one.due))
    return to.painted("overdue", told) if one.overdue else told


@dataclass(frozen=True)
class Standpoint:
    """Where a person stands who types a command.

    Attributes:
        person: who it is.
        elsewhere: the revision that has the request, where the work tree has it not.
        main: the name of the main branch.
        host: the code host whose reviews are the approvals; empty where they are given here.
    """

    person: str
    elsewhere: str | None
    main: str
    host: str


def how_to(one: Owed, of: ListedChange, where: Standpoint, to: Presentation) -> str:
    """Return what has to be done by hand; empty where a command does it all."""
    if _is_review_on_host(one, of, where):
        return to.says("open_end.how", case="pull", at=of.at, host=where.host)
    if one.what == "supplement":
        return to.says("open_end.how", case="supplement", change=of.change, incidents=one.about)
    if one.what != "release":
        return ""
    if one.about == MISSED:
        case = "mine" if where.person == of.requester else "window"
        data = {"change": of.change, "requester": of.requester}
        return to.says("open_end.how", case=case, **data)
    return to.says("open_end.how", case="merge", at=of.at) if of.at != MAIN else ""


def _is_by_hand(one: Owed, of: ListedChange, where: Standpoint) -> bool:
    """Return whether no command does it: `how_to` says what does."""
    if one.what == "release" and one.about == MISSED:
        return where.person != of.requester
    unmerged = one.what == "release" and of.at != MAIN
    return unmerged or _is_review_on_host(one, of, where)


def _is_review_on_host(one: Owed, of: ListedChange, where: Standpoint) -> bool:
    """Return whether an approval is given as a review of the pull request."""
    return one.what == "approval" and bool(where.host) and of.at != MAIN


def command_for(one: Owed, of: ListedChange, where: Standpoint) -> str:
    """Return the command by which a person does what they owe; empty where there is none.

    It works where they stand: a request that the work tree has not is named, or checked out first.
    """
    is_of_release = one.what == "release" or (one.what, one.about) in _OF_RELEASES
    key = one.about if is_of_release and one.about else one.what
    if _is_by_hand(one, of, where):
        return ""
    command = _COMMANDS.get(key, "").format(change=of.change, person=where.person)
    if where.elsewhere is None or not command:
        return command
    revision = shlex.quote(where.elsewhere)
    if one.what in _APPROVALS or key == MISSED:
        return f"{command} --head {revision}"
    if of.at != MAIN:
        # of a branch, of one of a remote, and of a commit
        return f"git checkout {revision} && {command}"
    newest = "" if where.elsewhere == where.main else f"git merge --ff-only {revision} && "
    return f"git switch {shlex.quote(where.main)} && {newest}{command}"


def ending_to(one: Ending, to: Presentation) -> str:
    """Return what ends, and when."""
    data: dict[str, Any] = {"ends": format_instant(one.ends), "model": one.id, "name": one.id}
    if one.what == "delegation":
        giver, who, roles = one.id.split(":", 2)
        data |= {"giver": giver, "to": who, "roles": roles.split(",")}
    elif one.what == "approval":
        change, _, person = one.id.partition(":")
        data |= {"change": change, "who": person}
    return to.says("ending.what", case=one.what, **data)
