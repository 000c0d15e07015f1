"""Releases of several changes: one after the other, what is depended on first, stopping at the first that does not make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal

from changeflow import errors
from changeflow.driver.adapters import SystemClock
from changeflow.model.answers import ReleaseAnswer
from changeflow.model.document_paths import is_folder_name, release_path
from changeflow.model.review import Release
from changeflow.model.times import format_instant
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.usecases.release.prepare import ReleaseOptions, prepare
from changeflow.usecases.release.run import Answered, Prepared, refused, status

DONE: Final = "implemented"


def for_each_change(
    view: View,
    argument: str,
    act: Callable[[Prepared], Answered],
    options: ReleaseOptions,
    *,
    many: Literal["run", "look", "no"] = "no",
) -> Answered:
    """Do one thing for a change, or for every change of a release document.

    Args:
        view: where the base and the head are.
        argument: a change or a release.
        act: what is done with each change. A refusal becomes an answer.
        options: what the caller says.
        many: what becomes of a release: `run` one change after the other, `look` at all, or `no`:
            name a change.

    Raises:
        errors.NothingToDo: no such change.
        errors.UsageError: a release where only a change makes sense.
    """

    def one(change: str) -> Answered:
        prepared = prepare(view, change, options, writes=many != "look")
        try:
            return act(prepared)
        except errors.Refused as no:
            return Answered(refused(prepared, no.message), errors.NO, no.hint)

    if not is_release(view.head, argument):
        return one(argument)
    release = load_release(view.head, argument)
    changes = ordered(view.head, release)
    if many == "no":
        raise errors.UsageError(
            f"`{argument}` is a release of several changes; name one of them", ", ".join(changes)
        )
    if many == "look":
        return together(release, {name: one(name).answer for name in changes}, None)

    def look(change: str) -> Answered:
        return status(prepare(view, change, options, writes=False))

    if any(look(name).answer.state != DONE for name in changes):
        require_window(release, SystemClock(options.now).clock().now)
    return run_all(release, changes, look, one)


def is_release(state: State, argument: str) -> bool:
    """Whether an argument names a release document."""
    name = _name(argument)
    return is_folder_name(name) and state.exists(release_path(name))


def _name(argument: str) -> str:
    return argument.rstrip("/").removesuffix("/release.yaml").rpartition("/")[2]


def load_release(state: State, argument: str) -> Release:
    """Read a release document.

    Raises:
        errors.Unreadable: when it is none, or not valid.
    """
    path = release_path(_name(argument))
    return state.document(path, Release)


def ordered(state: State, release: Release) -> tuple[str, ...]:
    """The changes of a release in the order written, except that what is depended on comes first.

    Raises:
        errors.Refused: when they depend on each other in a circle.
    """
    wanted = release.spec.changes
    needs = {name: set(state.change(name).change.spec.depends_on) & set(wanted) for name in wanted}
    done: list[str] = []
    while len(done) < len(needs):
        following = next(
            (name for name in needs if name not in done and needs[name] <= set(done)), None
        )
        if following is None:
            circle = ", ".join(name for name in needs if name not in done)
            raise errors.Refused(
                f"the changes of release {release.metadata.id} depend on each other in a circle: "
                f"{circle}"
            )
        done.append(following)
    return tuple(done)


def require_window(release: Release, now: datetime) -> None:
    """Refuse outside the release's own window, if it has one; each change has its own besides.

    Raises:
        errors.Refused: before or after it.
    """
    window = release.spec.window
    if window is not None and not window.start <= now < window.end:
        span = f"{format_instant(window.start)} to {format_instant(window.end)}"
        raise errors.Refused(f"release {release.metadata.id} has its window from {span}")


def run_all(
    release: Release,
    order: tuple[str, ...],
    status: Callable[[str], Answered],
    run: Callable[[str], Answered],
) -> Answered:
    """Release every change that is not implemented yet; after the first that does not make it, the others are only looked at."""
    answers: dict[str, ReleaseAnswer] = {}
    hints: list[str] = []
    stopped: Answered | None = None
    for name in order:
        seen = status(name)
        if stopped is None and seen.answer.state != DONE:
            seen = run(name)
            stopped = None if seen.answer.state == DONE else seen
            hints.append(seen.hint)
        answers[name] = seen.answer
    return together(release, answers, stopped, "; ".join(filter(None, hints)))


def together(
    release: Release, answers: Mapping[str, ReleaseAnswer], stopped: Answered | None, hint: str = ""
) -> Answered:
    """One answer for all: implemented when every change is, otherwise the state of the one that is not.

    Args:
        release: the release document.
        answers: how each of its changes stands.
        stopped: the answer of the change that was not implemented and held up the others.
        hint: what to do next where every change is implemented.
    """
    behind = (
        stopped.answer
        if stopped
        else next((one for one in answers.values() if one.state != DONE), None)
    )
    message = f"{behind.change}: {behind.message}" if behind is not None and behind.message else ""
    answer = ReleaseAnswer(
        change=release.metadata.id,
        state=behind.state if behind is not None else DONE,
        steps=(),
        message=message,
        waiting_for=behind.waiting_for if behind is not None else "",
        changes=tuple(answers.values()),
    )
    if behind is None:
        return Answered(answer, errors.OK, hint)
    return Answered(answer, stopped.code if stopped else errors.NO, stopped.hint if stopped else "")
