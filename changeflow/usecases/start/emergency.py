"""`emergency`: a complete request for an emergency, in one command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.checks.requests import FITTING
from changeflow.documents.emergency_draft import EmergencyDraft, write_emergency
from changeflow.documents.request_draft import RequestDraft
from changeflow.gate_cases.approved_rollback import approved_rollback
from changeflow.language.reader import MACHINE, Reader
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import (
    Action,
    ChangedItem,
    ChangeRequest,
    Rollback,
    RollbackStep,
    Step,
)
from changeflow.model.characters import plain_line, visible
from changeflow.model.document_paths import rfc_path
from changeflow.model.opinions import shortened
from changeflow.model.phrases import told
from changeflow.model.times import local_day
from changeflow.reading.repository_store import Store
from changeflow.reading.request_options import (
    live_items,
    one_line,
    requester_of,
    require_human,
    require_known,
    require_slug,
)
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View, locate
from changeflow.repo.git import Git
from changeflow.repo.new_request import refuse_existing, write_request
from changeflow.repo.source import WorkTree

# What takes an action back.
_REVERSED: Final = {Action.ADD: Action.REMOVE, Action.REMOVE: Action.ADD}
# characters of a name, and of a longer text
_NAME: Final = 200
_PROSE: Final = 10_000


@dataclass(frozen=True)
class EmergencyOptions:
    """The options of `emergency`, as given.

    Attributes:
        steps: what is done, each as `NAME=COMMAND`; none: one step by hand, in the words of
            `because`.
        undo: the way back, in the same way.
        revert: a change whose approved rollback is what is done.
    """

    slug: str
    incident: str
    because: str
    items: tuple[str, ...] = ()
    revert: str | None = None
    title: str | None = None
    requester: str | None = None
    implementer: str | None = None
    steps: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()


@dataclass(frozen=True)
class EmergencyRequest:
    """A request that was written, and what its author should know.

    Attributes:
        change: its id.
        path: its file.
        implementer: the person who will make the change.
        conditions: how many preconditions the approved rollback has.
    """

    change: str
    path: str
    implementer: str
    conditions: int = 0


def create_emergency(
    root: Path, options: EmergencyOptions, now: datetime, reader: Reader
) -> EmergencyRequest:
    """Write `changes/<id>/rfc.yaml` for an emergency, complete and checked.

    What was not given is written in the language of the reader.

    Raises:
        errors.UsageError: for a bad slug or text, an unknown person, no item, or options that do
            not go together.
        errors.NothingToDo: when there is no such item or change.
        errors.Refused: when the change exists, or the rollback of the other one was not approved.
        errors.Unreadable: when the roster, an item or the other change cannot be read.
        errors.HostFailed: when git fails.
    """
    require_slug(options.slug)
    _refuse_two_plans(options)
    store = Store(Git(root))
    there = store.of(WorkTree(root))
    base = there.rulebook
    today = local_day(now, base.config.zone)
    change = RequestDraft(options.slug, "", today).id
    errors.require_all(_conditions(root, base, options, change))
    requester = requester_of(base, root, options.requester)
    reverted = None
    if options.revert is not None:
        reverted = approved_rollback(locate(root), options.revert, now)
    draft = EmergencyDraft(
        id=change,
        title=_title(options, reverted, reader),
        requester=requester,
        implementer=options.implementer or requester,
        created=today,
        incident=_text("--incident", options.incident, _NAME),
        because=_text("--because", options.because, _PROSE),
        items=_items(base, options, reverted),
        steps=_steps(options, reverted),
        rollback=_rollback(options, reverted, reader),
        reverts=reverted.id if reverted is not None else "",
    )
    text = write_emergency(draft, reader)
    _refuse_errors(View.of(store, there, there), text, rfc_path(change))
    path = write_request(root, change, text)
    return EmergencyRequest(change, path, draft.implementer, len(draft.rollback.preconditions))


def _conditions(
    root: Path, base: Rulebook, options: EmergencyOptions, change: str
) -> Iterator[Callable[[], object]]:
    """Yield what the options have to fulfil, each by itself: there is no time to try them in turn."""
    items = live_items(base)
    for ci in options.items:
        yield partial(require_known, ci, items, "item", base)
    yield partial(requester_of, base, root, options.requester)
    if options.implementer is not None:
        yield partial(require_human, base, options.implementer)
    yield partial(_text, "--incident", options.incident, _NAME)
    yield partial(_text, "--because", options.because, _PROSE)
    if options.title is not None:
        yield partial(_text, "--title", options.title, _NAME)
    for step in options.steps:
        yield partial(_parsed_step, "--step", step)
    for step in options.undo:
        yield partial(_parsed_step, "--undo", step)
    if not options.items and options.revert is None:
        yield _refuse_nothing_changed
    yield partial(refuse_existing, root, change)


def _refuse_two_plans(options: EmergencyOptions) -> None:
    if options.revert is not None and (options.steps or options.undo):
        raise errors.UsageError.of("option.revert_and_steps")


def _refuse_errors(view: View, text: bytes, path: str) -> None:
    """Refuse to write what `check` would find errors in."""
    found = view.problems_of_text(text, path)
    if found:
        raise errors.UsageError.of(
            "option.invalid",
            case="more" if found[1:] else None,
            problem=found[0].message,
            more=len(found) - 1,
            hint=[told("option.nothing_written"), found[0].hint or told("option.correct")],
        )


def _text(option: str, text: str, longest: int) -> str:
    one_line("option", text, option)
    if len(text) > longest:
        raise errors.UsageError.of("option.too_long", option=option, length=len(text), most=longest)
    return text


def _title(options: EmergencyOptions, reverted: ChangeRequest | None, reader: Reader) -> str:
    if options.title is not None:
        return _text("--title", options.title, _NAME)
    if reverted is None:
        return options.slug.replace("-", " ").capitalize()
    said = say("emergency.title", {"title": reverted.metadata.title}, reader)
    return shortened(said.text, _NAME)


# -- what is changed -----------------------------------------------------------------------------


def _items(
    base: Rulebook, options: EmergencyOptions, reverted: ChangeRequest | None
) -> tuple[ChangedItem, ...]:
    found = {item.ci: _taken_back(base, item) for item in _items_of(reverted)}
    for ci in options.items:
        require_known(ci, live_items(base), "item", base)
        found.setdefault(ci, ChangedItem(ci=ci))
    if not found:
        _refuse_nothing_changed()
    return tuple(found.values())


def _refuse_nothing_changed() -> None:
    raise errors.UsageError.of("option.no_items")


def _items_of(reverted: ChangeRequest | None) -> tuple[ChangedItem, ...]:
    if reverted is None:
        return ()
    return reverted.spec.items or ()


def _taken_back(base: Rulebook, item: ChangedItem) -> ChangedItem:
    """Return an item of the other change, with the action that takes its action back.

    The original action stays where the CMDB does not show yet what was done.
    """
    require_known(item.ci, base.items, "item", base)
    action = _REVERSED.get(item.action, item.action)
    if base.items[item.ci].spec.status.value not in FITTING[action.value]:
        action = item.action
    return item.model_copy(update={"action": action})


# -- what is done --------------------------------------------------------------------------------


def _steps(options: EmergencyOptions, reverted: ChangeRequest | None) -> tuple[Step, ...]:
    if reverted is not None:
        return tuple(_undoing(reverted))
    if options.steps:
        return _parsed("--step", options.steps)
    because = _text("--because", options.because, _PROSE)
    return (Step(name=_title(options, None, MACHINE), manual=because),)


def _undoing(reverted: ChangeRequest) -> Iterator[Step]:
    """Yield what takes a change back that was made as a whole."""
    forward, back = reverted.spec.implementation, reverted.spec.rollback
    for step in reversed(forward.steps if forward is not None else ()):
        if step.undo is not None:
            own = {"name": step.name, "mutable": step.mutable}
            yield Step.model_validate(step.undo.model_dump() | own)
    for planned in back.steps if back is not None else ():
        yield Step.model_validate(_plain(planned))


def _plain(step: Step) -> dict[str, Any]:
    """Return what every step has, without what ties it to others."""
    return step.model_dump(include=set(Step.model_fields))


def _rollback(
    options: EmergencyOptions, reverted: ChangeRequest | None, reader: Reader
) -> Rollback:
    """Return the way back of the emergency itself.

    That of a revert makes the other change once more. What its rollback rests on must hold before
    the first step.
    """
    no_help = say("emergency.trigger", {}, reader).text
    if reverted is not None and reverted.spec.rollback is not None:
        back, forward = reverted.spec.rollback, reverted.spec.implementation
        again = tuple(_as_rollback(forward.steps if forward is not None else ()))
        return Rollback(
            trigger=no_help, limit=back.limit, steps=again, preconditions=back.preconditions
        )
    steps = _parsed("--undo", options.undo)
    if not steps:
        name, manual = say("emergency.undo", {}, reader), say("emergency.by_hand", {}, reader)
        steps = (Step(name=name.text, manual=manual.text),)
    return Rollback(trigger=no_help, steps=tuple(_as_rollback(steps)))


def _as_rollback(steps: Iterable[Step]) -> Iterator[RollbackStep]:
    for step in steps:
        yield RollbackStep.model_validate(_plain(step))


def _parsed(option: str, given: Sequence[str]) -> tuple[Step, ...]:
    """Return steps that were given as `NAME=COMMAND`."""
    return tuple(_parsed_step(option, text) for text in given)


def _parsed_step(option: str, text: str) -> Step:
    name, equals, command = text.partition("=")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise errors.UsageError.of(
            "option.step_unreadable", option=option, step=name.strip(), why=str(error)
        ) from error
    if not (equals and name.strip() and words and plain_line(text)):
        raise errors.UsageError.of("option.step_shape", option=option, text=visible(text))
    try:
        return Step(name=shortened(name, _NAME), run=tuple(words))
    except ValueError as error:
        # a word that is empty or too long, or too many words
        raise errors.UsageError.of("option.step_words", option=option, step=name.strip()) from error
