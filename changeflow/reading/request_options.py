"""Slug, people and items that a new request names, looked up in the rulebook."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.documents.request_draft import SLUG, SLUG_LENGTH, slug_proposal
from changeflow.model.characters import plain_line
from changeflow.model.phrases import near_hint, shortened
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.who_commits import who_commits
from changeflow.repo.git import Git

# models or items that a hint lists
MOST_NAMED: Final = 8


def require_slug(slug: str) -> None:
    """Refuse what cannot be part of an id, with the nearest that can.

    Raises:
        errors.UsageError: always with a hint.
    """
    if SLUG.fullmatch(slug) and not slug.endswith("-"):
        return
    near = slug_proposal(slug)
    hint = "for example `payments-db-upgrade`; the title may be in any script"
    if near:
        hint = f"how about `{near}`?"
    raise errors.UsageError(
        f"`{slug}` cannot be part of an id: a slug has 1 to {SLUG_LENGTH} characters of `a-z`, "
        "`0-9` and `-`",
        hint,
    )


def one_line(name: str, text: str | None) -> str | None:
    """Return an option that is one line of text, or None where it was not given.

    Raises:
        errors.UsageError: when it is empty, or hides something.
    """
    if text is not None and not (text.strip() and plain_line(text)):
        raise errors.UsageError(
            f"the {name} is empty, or has control or invisible characters",
            "one line, in any script",
        )
    return text


def require_known(name: str, known: Collection[str], what: str, base: Rulebook) -> None:
    """Refuse a name that nothing has.

    Raises:
        errors.NothingToDo: with a near miss, or with what there is.
        errors.Unreadable: when it may stand in a document that cannot be read.
    """
    if name in known:
        return
    near = near_hint(name, known)
    if not near and base.problems:
        first = base.problems[0]
        where = f"{first.path}:{first.line}: {first.message}"
        raise errors.Unreadable(where, f"so it is not known whether {what} `{name}` exists")
    raise errors.NothingToDo(f"no such {what}: `{name}`", near or _list_of(known, what))


def _list_of(known: Collection[str], what: str) -> str:
    if not known:
        return f"this repository has no {what} yet"
    return f"there are: {shortened(sorted(known), MOST_NAMED)}"


def requester_of(base: Rulebook, root: Path, given: str | None) -> str:
    """Return the requester: the person given, else the one whose address git commits with.

    Raises:
        errors.UsageError: when the roster has no such person, or several.
    """
    if given is not None:
        return require_human(base, given)
    hint = f"say --requester PERSON; {_people(base)}"
    found = who_commits(Git(root), base.roster, "cannot tell who requests this", hint)
    return require_human(base, found)


def require_human(base: Rulebook, name: str) -> str:
    """Return the id of a person.

    Raises:
        errors.UsageError: when the roster does not have it, or it is an automation.
    """
    if name not in base.roster.spec.people:
        hint = near_hint(name, base.roster.spec.people) or _people(base)
        raise errors.UsageError(f"`{name}` is not in the roster", hint)
    if not base.roster.is_human(name):
        raise errors.UsageError(
            f"`{name}` is an automation; people request and implement changes", _people(base)
        )
    return name


def _people(base: Rulebook) -> str:
    return _list_of(
        [name for name in base.roster.spec.people if base.roster.is_human(name)],
        "person in the roster",
    )


def live_items(base: Rulebook) -> frozenset[str]:
    """Return the configuration items that a new request may name."""
    return frozenset(name for name, item in base.items.items() if item.spec.status != "retired")
