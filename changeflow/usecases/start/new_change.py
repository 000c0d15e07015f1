"""`new`: a request for change in its own folder, checked against roster, models and CMDB."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.documents.request_draft import (
    SLUG,
    SLUG_LENGTH,
    RequestDraft,
    Written,
    slug_proposal,
    write,
)
from changeflow.gate.standard_change import not_in_force
from changeflow.model.change_model import ChangeModel
from changeflow.model.characters import plain_line
from changeflow.model.directory import Directory
from changeflow.model.document_paths import change_folder, rfc_path
from changeflow.model.phrases import near_hint, shortened
from changeflow.model.times import local_day
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.repo.git import Git
from changeflow.repo.source import WorkTree

# models or items that a hint lists
MOST_NAMED: Final = 8


@dataclass(frozen=True)
class NewChangeOptions:
    """The options of `new`, as given."""

    slug: str
    type: str | None = None
    model: str | None = None
    items: tuple[str, ...] = ()
    title: str | None = None
    reason: str | None = None
    requester: str | None = None
    implementer: str | None = None
    start: datetime | None = None
    draft: bool | None = None


@dataclass(frozen=True)
class NewChange:
    """Path of the new request.

    `warnings` tell why its change model does not hold as things are.
    """

    path: str
    written: Written
    warnings: tuple[str, ...] = ()


def create(root: Path, options: NewChangeOptions, now: datetime) -> NewChange:
    """Write `changes/<id>/rfc.yaml`. The day in the id is the day in the team's zone.

    Raises:
        errors.UsageError: for a bad slug, an unknown person, or options that do not go together.
        errors.NothingToDo: when there is no such model or configuration item.
        errors.Refused: when the change exists.
        errors.Unreadable: when the roster, a model or an item that is needed cannot be read.
    """
    _require_slug(options.slug)
    base = State(WorkTree(root)).rulebook
    today = local_day(now, base.config.zone)
    change_id = RequestDraft(options.slug, "", today).id
    path, folder = rfc_path(change_id), root / change_folder(change_id)
    if folder.exists() or folder.is_symlink():
        raise errors.Refused(
            f"`{change_id}` exists already", "nothing was written; choose another slug"
        )
    draft = _request_draft(base, root, options, today)
    written = write(draft)
    _refuse_missing(options, written)
    _write(root / path, written.text)
    return NewChange(path, written, _warnings(draft, base.config.zone))


def _warnings(draft: RequestDraft, zone: tzinfo) -> tuple[str, ...]:
    if draft.model is None:
        return ()
    opens = local_day(draft.start, zone) if draft.start is not None else None
    return tuple(not_in_force(draft.model, draft.today, opens))


def _require_slug(slug: str) -> None:
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


def _request_draft(
    base: Rulebook, root: Path, options: NewChangeOptions, today: date
) -> RequestDraft:
    model = _model(base, options)
    for ci in options.items:
        _known(
            ci,
            {name for name, item in base.items.items() if item.spec.status != "retired"},
            "configuration item",
            base,
        )
    return RequestDraft(
        slug=options.slug,
        requester=_requester(base, root, options.requester),
        today=today,
        type=options.type or ("standard" if model else "normal"),
        model=model,
        items=options.items,
        title=_one_line("title", options.title),
        reason=_one_line("reason", options.reason),
        implementer=options.implementer and _human(base, options.implementer),
        start=options.start,
        draft=options.draft,
    )


def _one_line(name: str, text: str | None) -> str | None:
    if text is not None and not (text.strip() and plain_line(text)):
        raise errors.UsageError(
            f"the {name} is empty, or has control or invisible characters",
            "one line, in any script",
        )
    return text


def _model(base: Rulebook, options: NewChangeOptions) -> ChangeModel | None:
    if options.model is None:
        if options.type == "standard":
            raise errors.UsageError(
                "a standard change needs a change model: --model MODEL",
                f"there are: {', '.join(sorted(base.models)) or 'none'}",
            )
        return None
    if options.type not in (None, "standard"):
        raise errors.UsageError(
            f"--model makes a standard change, and --type says {options.type}",
            "leave one of them out",
        )
    _known(options.model, base.models, "change model", base)
    return base.models[options.model]


def _known(name: str, known: Collection[str], what: str, base: Rulebook) -> None:
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


def _requester(base: Rulebook, root: Path, given: str | None) -> str:
    if given is not None:
        return _human(base, given)
    email = (Git(root).config("user.email") or "").casefold()
    owners = sorted(Directory(base.roster.spec.people).owners_of_address(email))
    if len(owners) == 1:
        return _human(base, owners[0])
    if owners:
        who = f"git's user.email is `{email}`, which {' and '.join(owners)} have in the roster"
        raise errors.UsageError(
            f"cannot tell who requests this: {who}", f"say --requester PERSON; {_people(base)}"
        )
    who = "git has no user.email"
    if email:
        who = f"git's user.email is `{email}`, which is not in the roster"
    raise errors.UsageError(
        f"cannot tell who requests this: {who}", f"say --requester PERSON; {_people(base)}"
    )


def _human(base: Rulebook, name: str) -> str:
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


def _refuse_missing(options: NewChangeOptions, written: Written) -> None:
    if options.draft is False and written.missing:
        raise errors.UsageError(
            f"not enough for a complete request, missing: {', '.join(written.missing)}",
            "without --no-draft a draft is written, with comments on what to fill in",
        )


def _write(path: Path, text: bytes) -> None:
    try:
        path.parent.mkdir(parents=True)
        with path.open("xb") as file:
            file.write(text)
    except FileExistsError as error:
        raise errors.Refused(
            f"`{path.parent.name}` exists already", "nothing was written; choose another slug"
        ) from error
    except OSError as error:
        raise errors.UsageError(f"`{path}` cannot be written: {error.strerror}") from error
