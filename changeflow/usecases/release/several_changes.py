"""Releases of several changes: what is done with each of them, and one answer for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple

from changeflow import errors
from changeflow.gate.release_acceptance import Acceptances, acceptance_reasons
from changeflow.gate_cases.release_acceptance import acceptances
from changeflow.model.answers.decision import shutting
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.document_paths import is_folder_name, release_path
from changeflow.model.evidence import NO_CHANGE, ReleaseBody
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.model.post_implementation import Release
from changeflow.model.release_list import digest_of_list
from changeflow.model.times import format_instant
from changeflow.reading.releases import order_of
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release.progress import RELEASE
from changeflow.release.release_order import CircleError, ReleaseOrder
from changeflow.release_driver.adapters import SystemClock
from changeflow.release_driver.several import BACK, DONE, Course, Outcome, Standing, drive
from changeflow.usecases.release.prepare import ReleaseOptions, prepare
from changeflow.usecases.release.run import (
    Answered,
    Prepared,
    refused,
    resume,
    run,
    status,
    status_and_progress,
    take_back,
)

Many = Literal["run", "resume", "back", "look", "no"]


def for_each_change(
    view: View,
    argument: str,
    act: Callable[[Prepared], Answered],
    options: ReleaseOptions,
    *,
    many: Many = "no",
) -> Answered:
    """Do one thing for a change, or for every change of a release document.

    Args:
        view: where the base and the head are.
        argument: a change or a release.
        act: what is done with each change. A refusal becomes an answer.
        options: what the caller says.
        many: what becomes of a release: `run` its changes in their order, `resume` those that were
            begun and run the others, `back`: the last one first, `look` at all, or `no`: name a
            change.

    Raises:
        errors.NothingToDo: no such change.
        errors.UsageError: a release where only a change makes sense.
    """
    if not is_release(view.head, argument):
        return _answered(view, argument, act, options, writes=many != "look")
    release = load_release(view.head, argument)
    order = ordered(view.head, release)
    if many == "no":
        changes = list(order.changes)
        raise errors.UsageError.of("run.several", argument=argument, changes=changes)
    if many == "look":
        looked = {one: _answered(view, one, act, options, writes=False) for one in order.changes}
        return together(release, {name: one.answer for name, one in looked.items()}, None)
    several = _Several(view, release, order, options)
    if many == "back":
        return several.taken_back(act)
    return several.driven(run if many == "run" else _resume_or_run)


class PlannedRelease(NamedTuple):
    """How the changes of a release are run: by stage, how many at once, and what a failure leads to."""

    release: str
    stages: tuple[tuple[str, ...], ...]
    parallel: int
    on_failure: str


def planned_release(view: View, argument: str) -> PlannedRelease | None:
    """Return how a release runs its changes, as the main branch has it; None for a change.

    Raises:
        errors.Refused: when they depend on each other in a circle.
    """
    if not is_release(view.head, argument):
        return None
    release = load_release(view.head, argument)
    governing = on_main(view, release)
    parallel, on_failure = 1, "stop"
    if governing is not None:
        parallel, on_failure = governing.spec.parallel, governing.spec.on_failure
    stages = ordered(view.head, release).stages()
    return PlannedRelease(release.metadata.id, stages, parallel, on_failure)


def on_main(view: View, release: Release) -> Release | None:
    """Return a release as the main branch has it; None where it has not."""
    path = release_path(release.metadata.id)
    return view.base.document(path, Release) if view.base.exists(path) else None


def _answered(
    view: View,
    change: str,
    act: Callable[[Prepared], Answered],
    options: ReleaseOptions,
    *,
    writes: bool = True,
) -> Answered:
    """Do one thing for one change; a refusal becomes an answer."""
    prepared = prepare(view, change, options, writes=writes)
    try:
        return act(prepared)
    except errors.Refused as no:
        return Answered(refused(prepared, no.told), errors.NO, no.hint, no)


def _resume_or_run(prepared: Prepared) -> Answered:
    """Go on with a change that was begun, or start it."""
    begun = status(prepared).answer.run
    return resume(prepared) if begun else run(prepared)


def _standing(prepared: Prepared, release: str) -> Standing[Answered]:
    """Return how a change stands, as its journal says."""
    answered, state = status_and_progress(prepared)
    member = state.started is not None and RELEASE + release in state.started.body.baseline
    return Standing(answered, state, member)


class _Several(NamedTuple):
    """The changes of a release, to be driven."""

    view: View
    release: Release
    order: ReleaseOrder
    options: ReleaseOptions

    def driven(self, act: Callable[[Prepared], Answered]) -> Answered:
        """Drive them as the release on the main branch says."""
        governing = on_main(self.view, self.release)
        name = self.release.metadata.id
        listed = digest_of_list(self.release.spec.changes)
        part = replace(self.options, of_release={RELEASE + name: listed})

        def forward(change: str, parallel: bool) -> Answered:
            if not parallel:
                return _answered(self.view, change, act, part)
            apart = replace(part, watcher=self.options.watcher.beside(change))
            return _answered(self.view.apart(), change, act, apart)

        def back(change: str) -> Answered:
            return _answered(self.view, change, self._back, replace(part, takes_up=False))

        course = Course(
            order=self.order,
            at_once=1 if governing is None else governing.spec.parallel,
            takes_back=governing is not None and governing.spec.on_failure == "roll_back",
            look=self._standing,
            forward=forward,
            back=back,
            stopped=lambda: self.options.stop() > 0,
        )
        seen = {change: self._standing(change) for change in self.order.changes}
        is_done = all(one.answered.answer.state == DONE for one in seen.values())
        if not is_done and not any(one.failed for one in seen.values()):
            self._require_open()
        return self._one_answer(drive(course, seen))

    def taken_back(self, order_rollback: Callable[[Prepared], Answered]) -> Answered:
        """Roll back every change that was begun for the release, the last one first.

        It ends at one that is not taken back. What was released without the release stays, and
        nothing is taken back while something that it brought is not named in it any more: that may
        stand on what would go.

        Raises:
            errors.Refused: when nothing was begun, or something is not named any more.
        """
        self._require_named()
        found = Outcome[Answered]({})
        begun = False
        for change in self.order.backward():
            seen = self._standing(change)
            found.answers[change] = seen.answered
            if found.stopped is not None or not seen.member:
                continue
            begun = True
            if seen.answered.answer.state != BACK:
                ended = _answered(self.view, change, order_rollback, self.options)
                found.answers[change] = ended
                found.stopped = ended if ended.answer.state != BACK else None
        if not begun:
            raise errors.Refused.of("run.not_released", change=self.release.metadata.id)
        in_order = {change: found.answers[change].answer for change in self.order.changes}
        answer = together(self.release, in_order, found.stopped)
        if found.stopped is not None:
            return answer
        return replace(answer, code=errors.OK)

    def _require_named(self) -> None:
        """Refuse while the release does not name a change that it brought and that is not back.

        Raises:
            errors.Refused: with those changes.
        """
        name = self.release.metadata.id
        evidence = self.view.ledger.evidence(self.view.base, NO_CHANGE)
        brought: set[str] = set()
        for entry in evidence.entries:
            body = entry.body
            if isinstance(body, ReleaseBody) and RELEASE + name in body.baseline:
                brought.add(entry.change)
        left = []
        for change in sorted(brought.difference(self.release.spec.changes)):
            if evidence.finished.get(change) != BACK:
                left.append(change)
        if left:
            raise errors.Refused.of("run.not_named", release=name, changes=left)

    def _require_open(self) -> None:
        """Refuse outside the window of the release, and before it is accepted."""
        now = SystemClock(self.options.now).clock().now
        require_window(self.release, now)
        asked = acceptances(self.view, self.order.changes[0], now)
        require_acceptance(self.release, asked, self.view.base.rulebook.roster)

    def _standing(self, change: str) -> Standing[Answered]:
        prepared = prepare(self.view, change, self.options, writes=False)
        return _standing(prepared, self.release.metadata.id)

    def _back(self, prepared: Prepared) -> Answered:
        """Take a change back, or go on with its way back."""
        self._require_named()
        name = self.release.metadata.id
        seen = _standing(prepared, name)
        if seen.answered.answer.state == "rollback_failed":
            return replace(seen.answered, code=errors.NO)
        if seen.progress.turned is not None:
            return resume(prepared)
        return take_back(prepared, f"another change of release {name} failed")

    def _one_answer(self, outcome: Outcome[Answered]) -> Answered:
        answers = {change: outcome.answers[change].answer for change in self.order.changes}
        hint = _several(one.hint for one in outcome.implemented)
        stopped = outcome.stopped
        if stopped is not None and stopped.code == errors.OK:
            # taken back, which is what was wanted of it, and not of the release
            stopped = replace(stopped, code=errors.NO)
        return together(self.release, answers, stopped, hint)


def is_release(state: State, argument: str) -> bool:
    """Tell whether an argument names a release document."""
    name = _name(argument)
    return is_folder_name(name) and state.exists(release_path(name))


def _name(argument: str) -> str:
    return argument.rstrip("/").removesuffix("/release.yaml").rpartition("/")[2]


def load_release(state: State, argument: str) -> Release:
    """Read a release document.

    Raises:
        errors.Unreadable: when it is none, not valid, or has the id of another release: journals
            name a release by its id, and the main branch governs the one of that id.
    """
    name = _name(argument)
    release = state.document(release_path(name), Release)
    if release.metadata.id != name:
        facts = {"path": release_path(name), "id": release.metadata.id}
        raise errors.Unreadable.of("run.id_of_another", **facts)
    return release


def ordered(state: State, release: Release) -> ReleaseOrder:
    """Return the changes of a release as written, except that dependencies come first.

    Raises:
        errors.Refused: when they depend on each other in a circle.
    """
    try:
        return order_of(state, release)
    except CircleError as circle:
        changes = list(circle.changes)
        raise errors.Refused.of(
            "run.circle", release=release.metadata.id, changes=changes
        ) from circle


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
