"""Releases of several changes, dependencies first, stopping at the first failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

from changeflow import errors
from changeflow.gate.release_acceptance import Acceptances, acceptance_reasons
from changeflow.gate_cases.release_acceptance import acceptances
from changeflow.model.answers.decision import shutting
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.document_paths import is_folder_name, release_path
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.model.post_implementation import Release
from changeflow.model.times import format_instant
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release_driver.adapters import SystemClock
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
            return Answered(refused(prepared, no.told), errors.NO, no.hint, no)

    if not is_release(view.head, argument):
        return one(argument)
    release = load_release(view.head, argument)
    changes = ordered(view.head, release)
    if many == "no":
        raise errors.UsageError.of("run.several", argument=argument, changes=list(changes))
    if many == "look":
        return together(release, {name: one(name).answer for name in changes}, None)

    def look(change: str) -> Answered:
        return status(prepare(view, change, options, writes=False))

    if any(look(name).answer.state != DONE for name in changes):
        now = SystemClock(options.now).clock().now
        require_window(release, now)
        require_acceptance(release, acceptances(view, changes[0], now), view.base.rulebook.roster)
    return run_all(release, changes, look, one)


def is_release(state: State, argument: str) -> bool:
    """Tell whether an argument names a release document."""
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
    """Return the changes of a release as written, except that dependencies come first.

    Raises:
        errors.Refused: when they depend on each other in a circle.
    """
    wanted = release.spec.changes
    needs = {name: set(state.change(name).change.spec.depends_on) & set(wanted) for name in wanted}
    done: list[str] = []
    while len(done) < len(needs):
        left = [name for name in needs if name not in done]
        ready = [name for name in left if needs[name] <= set(done)]
        if not ready:
            raise errors.Refused.of("run.circle", release=release.metadata.id, changes=left)
        done.append(ready[0])
    return tuple(done)


def require_window(release: Release, now: datetime) -> None:
    """Refuse outside the release's own window; each change also has its own.

    Raises:
        errors.Refused: before or after it.
    """
    window = release.spec.window
    if window is not None and not window.start <= now < window.end:
        raise errors.Refused.of(
            "run.outside_window",
            release=release.metadata.id,
            start=format_instant(window.start),
            end=format_instant(window.end),
        )


def require_acceptance(release: Release, asked: Acceptances, roster: Roster) -> None:
    """Refuse a release whose acceptance is not complete; one without criteria asks for none.

    The gate of each change says the same. Here it is said before the first one is asked for.

    Raises:
        errors.Refused: when a criterion is not met, or no person who may has accepted it on the main
            branch.
    """
    for one in shutting(tuple(acceptance_reasons(asked, roster))):
        why = told(one.reason_code, **one.data)
        raise errors.Refused.of("run.not_accepted", release=release.metadata.id, why=why)


def run_all(
    release: Release,
    order: tuple[str, ...],
    status: Callable[[str], Answered],
    run: Callable[[str], Answered],
) -> Answered:
    """Release every change that is not implemented yet.

    After the first that fails, the others are only looked at.
    """
    answers: dict[str, ReleaseAnswer] = {}
    hints: list[str | Told] = []
    stopped: Answered | None = None
    for name in order:
        seen = status(name)
        if stopped is None and seen.answer.state != DONE:
            seen = run(name)
            stopped = None if seen.answer.state == DONE else seen
            hints.append(seen.hint)
        answers[name] = seen.answer
    return together(release, answers, stopped, _several(hints))


def _several(hints: Iterable[str | Told]) -> str | Told:
    """Return hints as one."""
    given = list(filter(None, hints))
    return told("said.several", told=given) if given else ""


def _of_change(answer: ReleaseAnswer) -> Told:
    """Return what the answer about one of the changes says, after its name."""
    return told("journal.of_change", change=answer.change, said=[answer.told or answer.message])


def together(
    release: Release,
    answers: Mapping[str, ReleaseAnswer],
    stopped: Answered | None,
    hint: str | Told = "",
) -> Answered:
    """Return one answer: implemented when every change is, otherwise the failing one's state.

    Args:
        release: the release document.
        answers: how each of its changes stands.
        stopped: the answer of the change that was not implemented and held up the others.
        hint: what to do next where every change is implemented.
    """
    unfinished = [one for one in answers.values() if one.state != DONE]
    behind = unfinished[0] if unfinished else None
    if stopped:
        behind = stopped.answer
    name, changes = release.metadata.id, tuple(answers.values())
    if behind is None:
        done = ReleaseAnswer(change=name, state=DONE, steps=(), changes=changes)
        return Answered(done, errors.OK, hint)
    answer = ReleaseAnswer(
        change=name,
        state=behind.state,
        steps=(),
        message=f"{behind.change}: {behind.message}" if behind.message else "",
        told=_of_change(behind) if behind.message else "",
        waiting_for=behind.waiting_for,
        changes=changes,
    )
    if stopped is None:
        return Answered(answer, errors.NO, "")
    return Answered(answer, stopped.code, stopped.hint)
