"""Which change is meant: by its id, a path, a part of its id, or the branch that is checked out."""

from __future__ import annotations

import shlex

from changeflow import errors
from changeflow.model.document_paths import slug_of
from changeflow.model.phrases import Told, told
from changeflow.reading.change import change_ids, id_in
from changeflow.reading.places import Place, brought_by_head, places
from changeflow.reading.view import View


def named_change(view: View, argument: str, *, everywhere: bool = False) -> str:
    """Return the id of the change that an argument names.

    The argument is the slug of one change, or what the id or the slug of exactly one begins with,
    or its id ends with. What no change has is returned as it is: the command says what it looked
    for. What is spelt like an id is never taken for another one (`reading.change.id_in`).

    Args:
        view: base and head, whose changes are looked through.
        argument: what was typed.
        everywhere: look on all other branches, too, where neither base nor head has it.

    Raises:
        errors.UsageError: when several changes are meant.
    """
    part = argument.strip("/").rpartition("/")[2].casefold()
    known = {*change_ids(view.head), *change_ids(view.base)}
    found = matching(part, known)
    if not found and everywhere:
        for place in places(view, everywhere=True):
            known.update(place.changes)
        found = matching(part, known)
    if len(found) > 1:
        raise errors.UsageError.of(
            "which.several",
            name=argument,
            total=len(found),
            names=found,
            hint=told("hint.near_one_of", names=found[:2]),
        )
    return found[0] if found else argument


def require_here(view: View, argument: str, *, has_head: bool) -> None:
    """Refuse a change that another branch brings and that neither base nor head has.

    With `has_head` the command can read the other branch, and what the base has is not enough.

    Raises:
        errors.NothingToDo: naming the branch. What no branch has is left to the command, which
            says what it looked for.
    """
    name = id_in(argument) or named_change(view, argument, everywhere=True)
    known = (view.head,) if has_head else (view.head, view.base)
    if any(name in change_ids(state) for state in known):
        return
    for place in places(view, everywhere=True):
        if name in place.changes:
            raise errors.NothingToDo.of(
                "unknown.change",
                case="here",
                name=argument,
                place=view.head.label,
                hint=_ways(view, place, name, has_head),
            )


def _ways(view: View, place: Place, change: str, has_head: bool) -> Told:
    """Return how a command comes to read another branch."""
    ways = {
        (True, True): "both",
        (True, False): "work_tree",
        (False, True): "head",
    }
    return told(
        "unknown.other_branch",
        case=ways.get((view.head.commit is None, has_head)),
        branch=place.revision,
        change=change,
        revision=shlex.quote(place.revision),
    )


def matching(part: str, known: set[str]) -> list[str]:
    """Return the ids that a part may mean, sorted: those with that slug, else all that fit."""
    if not part:
        return []
    exact, near = [], []
    for name in sorted(known):
        folded = name.casefold()
        slug = slug_of(folded)
        if part in (folded, slug):
            exact.append(name)
        elif folded.startswith(part) or slug.startswith(part) or folded.endswith(part):
            near.append(name)
    return exact or near


def change_of_branch(view: View) -> tuple[str, str]:
    """Return the one change that the head brings, and what the head is called.

    Raises:
        errors.UsageError: when it brings none, or several.
    """
    place, found = brought_by_head(view)
    if not found:
        raise errors.UsageError.of("which.none", place=place)
    if len(found) > 1:
        raise errors.UsageError.of("which.many", place=place, total=len(found), names=list(found))
    return found[0], place
