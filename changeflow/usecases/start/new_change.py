"""`new`: a request for change in its own folder, checked against roster, models and CMDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from changeflow import errors
from changeflow.documents.request_draft import RequestDraft, Written, write
from changeflow.gate.standard_change import not_in_force
from changeflow.language.reader import Reader
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change_model import ChangeModel
from changeflow.model.languages import ENGLISH, LanguageName
from changeflow.model.phrases import Told, told
from changeflow.model.times import format_instant, local_day
from changeflow.reading.request_options import (
    live_items,
    one_line,
    plain_title,
    requester_of,
    require_human,
    require_known,
    require_slug,
)
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.repo.new_request import refuse_existing, write_request
from changeflow.repo.source import WorkTree

if TYPE_CHECKING:
    from changeflow.reading.items_from_diff import ItemFromDiff


@dataclass(frozen=True)
class NewChangeOptions:
    """The options of `new`, as given. Without `language` it is that of the repository.

    `from_diff` is the revision that the branch is compared with, to find items. `retrospective` is
    the commit, tag or deployment that the request is written for afterwards; a deployment is asked
    of the code host, with a token of `variables`.
    """

    slug: str
    type: str | None = None
    model: str | None = None
    items: tuple[str, ...] = ()
    from_diff: str | None = None
    retrospective: str | None = None
    title: str | None = None
    reason: str | None = None
    requester: str | None = None
    implementer: str | None = None
    start: datetime | None = None
    draft: bool | None = None
    language: LanguageName | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewChange:
    """Path of the new request, and the language of its comments.

    `warnings` tell why its change model does not hold as things are, `late` that its window has
    begun or is over. `zone` is that of the repository, `found` are the items that the diff
    shows, `afterwards` says what an earlier delivery was.
    """

    path: str
    written: Written
    warnings: tuple[str, ...] = ()
    language: LanguageName = ENGLISH
    zone: tzinfo = UTC
    late: Told | None = None
    found: tuple[ItemFromDiff, ...] = ()
    afterwards: Told | None = None


def create(root: Path, options: NewChangeOptions, now: datetime) -> NewChange:
    """Write `changes/<id>/rfc.yaml`. The day in the id is the day in the team's zone.

    Raises:
        errors.UsageError: for a bad slug, an unknown person, or options that do not go together.
        errors.NothingToDo: when there is no such model or configuration item, or the diff shows
            none.
        errors.HostFailed: when git cannot tell the diff.
        errors.Refused: when the change exists.
        errors.Unreadable: when the roster, a model or an item that is needed cannot be read.
    """
    require_slug(options.slug)
    base = State(WorkTree(root)).rulebook
    today = local_day(now, base.config.zone)
    change_id = RequestDraft(options.slug, "", today).id
    errors.require_all(
        (
            partial(_request_draft, base, root, options, today),
            partial(refuse_existing, root, change_id),
        )
    )
    draft, found, afterwards = _filled(
        _request_draft(base, root, options, today), root, options, base, now
    )
    written = write(draft)
    _refuse_missing(options, written)
    path = write_request(root, change_id, written.text)
    warnings = _warnings(draft, base.config.zone)
    late = _late(path, written, now)
    return NewChange(
        path, written, warnings, draft.language, base.config.zone, late, found, afterwards
    )


def _filled(
    draft: RequestDraft, root: Path, options: NewChangeOptions, base: Rulebook, now: datetime
) -> tuple[RequestDraft, tuple[ItemFromDiff, ...], Told | None]:
    """Return a draft with what a diff or an earlier delivery shows, and what is to be said of it."""
    if options.from_diff is not None:
        # it reads manifests, which most new requests do not ask for
        from changeflow.reading.items_from_diff import items_from_diff

        found = items_from_diff(root, options.from_diff, base)
        return _with_items(draft, {one.ci: one.action for one in found}), found, None
    if options.retrospective is None:
        return draft, (), None
    # it reads the main branch and the ledger
    from changeflow.gate_cases.done_before import done_before

    done = done_before(root, options.retrospective, now, options.variables)
    draft = replace(
        _with_items(draft, done.items),
        retrospective=done.says,
        title=draft.title or plain_title(done.title),
        implementer=draft.implementer or done.implementer,
    )
    return draft, done.found, done.shown


def _with_items(draft: RequestDraft, found: Mapping[str, str]) -> RequestDraft:
    """Return a draft with items, by what is done to each, behind those that were named."""
    items = dict.fromkeys((*draft.items, *found))
    return replace(draft, items=tuple(items), actions=found)


def _late(path: str, written: Written, now: datetime) -> Told | None:
    """Return that the window has begun or is over; None where it lies ahead."""
    if written.window is None or now < written.window[0]:
        return None
    start, end = written.window
    case = "over" if end <= now else "begun"
    times = {"start": format_instant(start), "end": format_instant(end)}
    return told("new.late", case=case, path=path, **times)


def _warnings(draft: RequestDraft, zone: tzinfo) -> tuple[str, ...]:
    if draft.model is None:
        return ()
    opens = local_day(draft.start, zone) if draft.start is not None else None
    to = Reader(draft.language)
    causes = not_in_force(draft.model, draft.today, opens)
    return tuple(say(one["code"], one, to).text for one in causes)


def _request_draft(
    base: Rulebook, root: Path, options: NewChangeOptions, today: date
) -> RequestDraft:
    model = _model(base, options)
    for ci in options.items:
        require_known(ci, live_items(base), "item", base)
    return RequestDraft(
        slug=options.slug,
        requester=requester_of(base, root, options.requester),
        today=today,
        type=options.type or ("standard" if model else "normal"),
        model=model,
        items=options.items,
        title=one_line("title", options.title),
        reason=one_line("reason", options.reason),
        implementer=options.implementer and require_human(base, options.implementer),
        start=options.start,
        draft=options.draft,
        language=options.language or base.config.language,
    )


def _model(base: Rulebook, options: NewChangeOptions) -> ChangeModel | None:
    if options.retrospective is not None and (options.model or options.start or options.from_diff):
        raise errors.UsageError.of("option.afterwards")
    if options.model is None:
        if options.type == "standard":
            raise errors.UsageError.of(
                "option.no_model",
                case=None if base.models else "none",
                names=sorted(base.models),
            )
        return None
    if options.type not in (None, "standard"):
        raise errors.UsageError.of("option.model_and_type", type=options.type)
    require_known(options.model, base.models, "model", base)
    return base.models[options.model]


def _refuse_missing(options: NewChangeOptions, written: Written) -> None:
    if options.draft is False and written.missing:
        raise errors.UsageError.of("option.incomplete", names=list(written.missing))
