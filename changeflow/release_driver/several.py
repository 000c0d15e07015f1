"""Driving the changes of a release: forward as far as they depend on each other, and back in reverse.

Each change has its own claim, journal and answer. Those that do not depend on each other may be under
way at the same time, each in a thread of its own. After the first that is not implemented no other
one starts. Then, where the release says so, what was implemented is taken back, the last one first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import field
from typing import Final, Generic, Protocol, TypeVar

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.release.progress import Progress
from changeflow.release.release_order import ReleaseOrder

DONE: Final = "implemented"
BACK: Final = "rolled_back"


class HasAnswer(Protocol):
    """What became of a change."""

    @property
    def answer(self) -> ReleaseAnswer:
        """Return how its release stands."""


A = TypeVar("A", bound=HasAnswer)


@dataclass(frozen=True, slots=True)
class Standing(Generic[A]):
    """How a change of a release stands, and whether it was begun as a part of it."""

    answered: A
    progress: Progress
    member: bool

    @property
    def failed(self) -> bool:
        """Return whether it went back by itself, as a part of this release.

        A person who orders the rollback of one change does not order that of the others.
        """
        turned = self.progress.turned
        return self.member and turned is not None and turned.body.by is None

    @property
    def to_take_back(self) -> bool:
        """Return whether something of it was begun for this release, and has not been taken back."""
        return self.member and self.answered.answer.state != BACK


@dataclass(frozen=True, slots=True)
class Course(Generic[A]):
    """What can be done with the changes of a release.

    Attributes:
        order: of the changes.
        at_once: how many may be under way at the same time.
        takes_back: whether those that are implemented are taken back when one fails.
        look: tells how a change stands.
        forward: starts a change, or goes on with it; the flag: another one runs at the same time.
        back: takes a change back.
        stopped: whether the user asked to end.
    """

    order: ReleaseOrder
    at_once: int
    takes_back: bool
    look: Callable[[str], Standing[A]]
    forward: Callable[[str, bool], A]
    back: Callable[[str], A]
    stopped: Callable[[], bool]


@dataclass(slots=True)
class Outcome(Generic[A]):
    """What became of the changes, and what held them up."""

    answers: dict[str, A]
    stopped: A | None = None
    implemented: list[A] = field(default_factory=list)


def drive(course: Course[A], seen: Mapping[str, Standing[A]]) -> Outcome[A]:
    """Drive the changes of a release until they are implemented, or one of them is not.

    Args:
        course: what can be done with them.
        seen: how they stand.

    Raises:
        errors.ChangeflowError: what a change's driver raises, once no other one runs.
    """
    found = Outcome[A]({name: one.answered for name, one in seen.items()})
    if not (course.takes_back and any(one.failed for one in seen.values())):
        _go_forward(course, found)
        if found.stopped is None or not course.takes_back:
            return found
        seen = {name: course.look(name) for name in course.order.changes}
    if any(one.failed for one in seen.values()):
        go_back(course, found, seen)
    return found


def _go_forward(course: Course[A], found: Outcome[A]) -> None:
    """Start what is ready, until all are implemented or the first one is not."""
    if course.at_once == 1:
        for name in course.order.changes:
            if found.answers[name].answer.state != DONE and found.stopped is None:
                _note(found, name, course.forward(name, False))
        return
    with ThreadPoolExecutor(course.at_once) as pool:
        _SideBySide(course, found, pool).run()


@dataclass(slots=True)
class _SideBySide(Generic[A]):
    """Changes that are under way in threads. One that is not implemented stops new starts."""

    course: Course[A]
    found: Outcome[A]
    pool: ThreadPoolExecutor
    running: dict[Future[A], str] = field(default_factory=dict)
    raised: BaseException | None = None

    def run(self) -> None:
        self._start()
        while self.running:
            for future in wait(self.running, return_when=FIRST_COMPLETED).done:
                self._end(future)
            self._start()
        if self.raised is not None:
            raise self.raised
        if self.found.stopped is None and self._left():
            raise errors.Interrupted.of("run.stopped", case="several")

    def _left(self) -> tuple[str, ...]:
        """Return the changes that could start now, or are under way."""
        answers = self.found.answers
        return self.course.order.ready(one for one in answers if answers[one].answer.state == DONE)

    def _start(self) -> None:
        if self.found.stopped is not None or self.raised is not None or self.course.stopped():
            return
        for name in self._left():
            if len(self.running) < self.course.at_once and name not in self.running.values():
                self.running[self.pool.submit(self.course.forward, name, True)] = name

    def _end(self, future: Future[A]) -> None:
        name = self.running.pop(future)
        error = future.exception()
        if error is None:
            _note(self.found, name, future.result())
        elif self.raised is None:
            self.raised = error


def _note(found: Outcome[A], name: str, answered: A) -> None:
    """Note what became of a change. The first that is not implemented holds up the others."""
    found.answers[name] = answered
    if answered.answer.state == DONE:
        found.implemented.append(answered)
    elif found.stopped is None:
        found.stopped = answered


def go_back(course: Course[A], found: Outcome[A], seen: Mapping[str, Standing[A]]) -> None:
    """Take back what was begun, the last one first, until one is not taken back.

    What is not undone keeps what it depends on: only a person knows whether that may go.
    """
    for name in course.order.backward():
        if not seen[name].to_take_back or course.stopped():
            continue
        answered = course.back(name)
        found.answers[name] = answered
        if answered.answer.state != BACK:
            found.stopped = answered
            return
    failed = next(name for name in course.order.changes if seen[name].failed)
    found.stopped = found.answers[failed]
