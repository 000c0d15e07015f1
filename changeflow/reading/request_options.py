"""Slug, people and items that a new request names, looked up in the rulebook."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, Literal

from changeflow import errors
from changeflow.cmdb.graph import Graph
from changeflow.documents.request_draft import SLUG, SLUG_LENGTH, slug_proposal
from changeflow.model.characters import plain_line
from changeflow.model.phrases import Told, meant, one_of, told
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.who_commits import who_commits
from changeflow.repo.git import Git

# characters of a title
_TITLE: Final = 200
# items that are offered for a name
_NEAR: Final = 3
# what may be named
Named = Literal["item", "model"]
# to the code of a name that nothing has
_UNKNOWN: Final[dict[Named, str]] = {"item": "unknown.item", "model": "unknown.model"}
_NONE_YET: Final = {
    "item": "unknown.no_item_yet",
    "model": "unknown.no_model_yet",
    "person": "unknown.no_person_yet",
}


def require_slug(slug: str) -> None:
    """Refuse what cannot be part of an id, with the nearest that can.

    Raises:
        errors.UsageError: always with a hint.
    """
    if SLUG.fullmatch(slug) and not slug.endswith("-"):
        return
    near = slug_proposal(slug)
    hint = told("option.slug_near", slug=near) if near else told("option.slug_example")
    raise errors.UsageError.of("option.slug", slug=slug, most=SLUG_LENGTH, hint=hint)


def one_line(
    name: Literal["title", "reason", "option"], text: str | None, option: str = ""
) -> str | None:
    """Return an option that is one line of text, or None where it was not given.

    Args:
        name: what the text is.
        text: what was given.
        option: that it was given with, where it is the text of an option.

    Raises:
        errors.UsageError: when it is empty, or hides something.
    """
    if text is not None and not (text.strip() and plain_line(text)):
        raise errors.UsageError.of("option.one_line", case=name, option=option)
    return text


def plain_title(text: str) -> str | None:
    """Return what another program wrote as a title, None where it could not be one."""
    shortened = text.strip()[:_TITLE]
    return shortened if shortened and plain_line(shortened) else None


def require_known(name: str, known: Collection[str], what: Named, base: Rulebook) -> None:
    """Refuse a name that nothing has.

    Raises:
        errors.NothingToDo: with a near miss, or with what there is.
        errors.Unreadable: when it may stand in a document that cannot be read.
    """
    if name in known:
        return
    near = _items_called(name, known, base) if what == "item" else None
    near = near or meant(name, known)
    if not near and base.problems:
        first = base.problems[0]
        raise errors.Unreadable.of(
            "unknown.undecided",
            path=first.path,
            line=first.line,
            problem=first.message,
            hint=told("unknown.may_exist", case=what, name=name),
        )
    raise errors.NothingToDo.of(_UNKNOWN[what], name=name, hint=near or _list_of(known, what))


def _items_called(name: str, known: Collection[str], base: Rulebook) -> Told | None:
    """Return the question for the item that an import made of a name, or that is called so."""
    if not name.strip():
        return None
    # only where a name is no id
    from changeflow.cmdb_sources.identifiers import id_of

    found = [id_of(name)] if id_of(name) in known else base.graph.called(name)
    return one_of([ci for ci in found if ci in known][:_NEAR])


def _list_of(known: Collection[str], what: str) -> Told:
    if not known:
        return told(_NONE_YET[what])
    return told("unknown.there_are", names=sorted(known))


def requester_of(base: Rulebook, root: Path, given: str | None) -> str:
    """Return the requester: the person given, else the one whose address git commits with.

    Raises:
        errors.UsageError: when the roster has no such person, or several.
    """
    if given is not None:
        return require_human(base, given)
    hint = [told("option.say_requester"), _people(base)]
    found = who_commits(Git(root), base.roster, told("whom.requests"), *hint)
    return require_human(base, found)


def require_human(base: Rulebook, name: str) -> str:
    """Return the id of a person.

    Raises:
        errors.UsageError: when the roster does not have it, or it is an automation.
    """
    if name not in base.roster.spec.people:
        hint = base.roster.meant(name) or _people(base)
        raise errors.UsageError.of("unknown.not_listed", name=name, hint=hint)
    if not base.roster.is_human(name):
        raise errors.UsageError.of("option.automation", name=name, hint=_people(base))
    return name


def _people(base: Rulebook) -> Told:
    people = [name for name in base.roster.spec.people if base.roster.is_human(name)]
    return _list_of(people, "person")


def live_items(base: Rulebook) -> Collection[str]:
    """Return the configuration items that a new request may name."""
    return _LiveItems(base.graph)


class _LiveItems(Collection[str]):
    """The items that are not retired; each is looked up when it is asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def __contains__(self, ci: object) -> bool:
        return isinstance(ci, str) and self._graph.status(ci) not in (None, "retired")

    def __iter__(self) -> Iterator[str]:
        return filter(self.__contains__, self._graph.item_ids())

    def __len__(self) -> int:
        return sum(1 for _ in self)
