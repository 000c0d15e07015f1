"""The program of a step that is a workflow: it dispatches it, and follows its run to the end.

It is started as every program of a step is, and says with its exit code what is known at its end:

- It looks for the run of its key before it dispatches, and dispatches at most once.
- An answer that is lost is no answer: it looks for the run, and never dispatches again.
- When the time is over it cancels the run and waits for its end, so that no way back begins while
  the run still acts.
- What it does not learn is unknown (`Ending.UNKNOWN`), never a failure.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from enum import IntEnum
from typing import Any, Final, Protocol, TypeVar

from changeflow import errors
from changeflow.hosts.failures import NotNow, NotTaken
from changeflow.hosts.host import WorkflowRuns
from changeflow.language.sentences import in_english
from changeflow.model.phrases import Told, told
from changeflow.model.times import parse_instant
from changeflow.release.workflow_runs import KEY_INPUT, WorkflowOrder, WorkflowRun

T = TypeVar("T")

# seconds for which a run that was dispatched may be missing from the list of runs
SETTLE: Final = 60.0
# seconds that a run has to end after it was cancelled
ENDING: Final = 90.0
# seconds between two looks: the first, and the longest
FIRST_LOOK: Final = 1.0
LONGEST_LOOK: Final = 15.0
_GROWTH: Final = 1.5


class Ending(IntEnum):
    """What the exit code says. Any other one says nothing of the workflow."""

    DONE = 0
    FAILED = 10
    TIMED_OUT = 11
    UNKNOWN = 12


class Times(Protocol):
    """What following a run needs of time."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def patience(self) -> float:
        """Return the seconds of a clock that only moves forward."""


class _Machine:
    """The machine's clock."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def patience(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


class _EndedError(Exception):
    """There is nothing more to do."""

    def __init__(self, ending: Ending, code: str, **data: Any) -> None:
        super().__init__(code)
        self.ending = ending
        self.sentence = in_english(told(code, **data))


class Follower:
    """One order, carried out once.

    Args:
        order: what to dispatch, and under which key.
        runs: the host.
        times: for waiting.
        say: is told each line.
    """

    def __init__(
        self, order: WorkflowOrder, runs: WorkflowRuns, times: Times, say: Callable[[str], None]
    ) -> None:
        self._order, self._runs, self._times, self._say = order, runs, times, say
        self._end = times.patience() + order.seconds
        self._look = FIRST_LOOK
        self._is_away = False

    def go(self) -> Ending:
        """Dispatch and follow; the last line that is said tells how it ended."""
        try:
            run = self._found()
            if run is None:
                run = self._dispatched()
            self._follow(run)
        except _EndedError as ended:
            self._say(ended.sentence)
            return ended.ending
        raise AssertionError  # pragma: no cover - following ends with an ending

    # -- finding and dispatching ---------------------------------------------------------------

    def _found(self) -> WorkflowRun | None:
        """Return the run that an earlier start dispatched, or None."""
        if self._order.only_look:
            return self._settled()
        try:
            found = self._patiently(self._find, until=self._end)
        except NotTaken as error:
            raise self._unseen(error) from None
        if found is not None:
            self._tell("workflow.found", url=found.url)
        return found

    def _find(self) -> WorkflowRun | None:
        since = parse_instant(self._order.since)
        return self._runs.find(self._order.file, self._order.key, since)

    def _settled(self) -> WorkflowRun:
        """Return the run of the key, for which the list of runs may take a while."""
        until = self._times.patience() + SETTLE
        while True:
            try:
                run = self._patiently(self._find, until=max(until, self._end))
            except NotTaken as error:
                raise self._unseen(error) from None
            if run is not None:
                return run
            if self._times.patience() >= until:
                raise _EndedError(Ending.UNKNOWN, "workflow.missing", key=self._order.key)
            self._pause()

    def _dispatched(self) -> WorkflowRun:
        order = self._order
        try:
            if order.commit:
                at = self._patiently(lambda: self._runs.commit_of(order.ref), until=self._end)
                if at != order.commit:
                    raise _EndedError(
                        Ending.FAILED, "workflow.moved", ref=order.ref, commit=order.commit, at=at
                    )
            number = self._sent()
        except NotTaken as error:
            raise _EndedError(Ending.FAILED, "workflow.refused", why=error.message) from None
        if number is None:
            return self._settled()
        run = self._patiently(lambda: self._new(number), until=self._end)
        self._tell("workflow.dispatched", url=run.url)
        if order.key not in run.title:
            self._tell("workflow.nameless", key=order.key, input=KEY_INPUT)
        return run

    def _sent(self) -> int | None:
        """Dispatch, once; None where the number of the run is not known.

        A limit is waited for: nothing was dispatched.
        """
        order = self._order
        inputs = {**order.inputs, KEY_INPUT: order.key}
        while True:
            try:
                return self._runs.dispatch(order.file, order.ref, inputs)
            except NotNow as error:
                if self._times.patience() + error.pause >= self._end:
                    raise NotTaken.of("workflow.said", said=error.message) from None
                self._times.sleep(max(error.pause, LONGEST_LOOK))
            except NotTaken:
                raise
            except errors.HostFailed as error:
                self._tell("workflow.lost", why=error.message)
                return None

    def _new(self, number: int) -> WorkflowRun:
        """Read a run that was just made: until it is shown, it may be called absent."""
        until = self._times.patience() + SETTLE
        while True:
            try:
                return self._runs.read(number)
            except NotTaken as error:
                if self._times.patience() >= until:
                    raise _EndedError(
                        Ending.UNKNOWN, "workflow.unread", url=str(number), why=error.message
                    ) from None
                self._pause()

    # -- following -----------------------------------------------------------------------------

    def _follow(self, run: WorkflowRun) -> None:
        """Look at a run until it ends, or the time is over.

        Raises:
            _EndedError: always.
        """
        if self._order.commit and run.commit != self._order.commit:
            self._end_run(run, self._order.commit)
        status = ""
        while not run.ended:
            if run.status != status:
                status = run.status
                waits = "waiting" if status in ("waiting", "action_required") else None
                self._tell("workflow.status", case=waits, url=run.url, status=status)
            if self._times.patience() >= self._end:
                self._end_run(run, "")
            self._pause()
            run = self._seen(run, self._end)
        self._conclude(run)

    def _seen(self, run: WorkflowRun, until: float) -> WorkflowRun:
        """Return a run as it is now; as it was, where the time is over before there is an answer."""
        try:
            return self._patiently(lambda: self._runs.read(run.number), until=until, last=run)
        except NotTaken as error:
            raise _EndedError(
                Ending.UNKNOWN, "workflow.unread", url=run.url, why=error.message
            ) from None

    def _conclude(self, run: WorkflowRun) -> None:
        ending = {"done": Ending.DONE}.get(run.outcome, Ending.FAILED)
        how = run.conclusion or "unknown"
        raise _EndedError(ending, "workflow.ended", url=run.url, conclusion=how)

    def _end_run(self, run: WorkflowRun, commit: str) -> None:
        """Cancel a run and wait for its end.

        Args:
            run: that goes on.
            commit: that it should have been taken from; empty where its time is over.

        Raises:
            _EndedError: always.
        """
        self._tell("workflow.cancelling", url=run.url)
        until = self._times.patience() + ENDING
        said = ""
        try:
            self._runs.cancel(run.number)
        except errors.HostFailed as error:
            # it may have ended by itself just now
            said = error.message
        self._look = FIRST_LOOK
        while not run.ended and self._times.patience() < until:
            self._pause()
            run = self._seen(run, until)
        if not run.ended:
            why = said or "it has not ended"
            raise _EndedError(Ending.UNKNOWN, "workflow.going", url=run.url, why=why)
        if commit:
            raise _EndedError(
                Ending.FAILED,
                "workflow.other_commit",
                url=run.url,
                conclusion=run.conclusion,
                at=run.commit,
                commit=commit,
            )
        if run.outcome == "done":
            self._conclude(run)
        raise _EndedError(
            Ending.TIMED_OUT,
            "workflow.too_long",
            url=run.url,
            conclusion=run.conclusion,
            seconds=f"{self._order.seconds:g}",
        )

    # -- patience ------------------------------------------------------------------------------

    def _patiently(self, ask: Callable[[], T], *, until: float, last: T | None = None) -> T:
        """Ask something that changes nothing until there is an answer.

        Args:
            ask: the question.
            until: the time when that is given up.
            last: what is returned then; without it, the end is not known.

        Raises:
            NotTaken: the host refuses to answer.
            _EndedError: there was no answer in time.
        """
        while True:
            try:
                answer = ask()
            except NotTaken:
                raise
            except errors.HostFailed as error:
                self._lost(error)
                pause = getattr(error, "pause", None) or 0.0
                if self._times.patience() + pause >= until:
                    if last is not None:
                        return last
                    raise self._unseen(error) from None
                self._times.sleep(max(pause, self._step()))
            else:
                if self._is_away:
                    self._tell("workflow.back")
                self._is_away = False
                return answer

    def _unseen(self, error: errors.HostFailed) -> _EndedError:
        return _EndedError(
            Ending.UNKNOWN, "workflow.unseen", key=self._order.key, why=error.message
        )

    def _lost(self, error: errors.HostFailed) -> None:
        if not self._is_away:
            self._tell("workflow.away", why=error.message)
        self._is_away = True

    def _pause(self) -> None:
        self._times.sleep(self._step())

    def _step(self) -> float:
        look = self._look
        self._look = min(LONGEST_LOOK, look * _GROWTH)
        return look

    def _tell(self, code: str, **data: Any) -> None:
        known = {key: said for key, said in data.items() if said is not None}
        self._say(in_english(told(code, **known)))


def written(order: WorkflowOrder) -> str:
    """Return an order as one argument of the program."""
    return json.dumps(asdict(order), sort_keys=True)


def _say(line: str) -> None:
    """Print a line. The reader may be gone: the run is followed all the same."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _reached(repository: str) -> WorkflowRuns | Told:
    """Return the workflows of a repository; a sentence that says why they are out of reach."""
    from changeflow.hosts.table import workflow_host

    return workflow_host().workflows(os.environ, repository)


def out_of_reach(repository: str) -> Iterator[str]:
    """Yield why workflows of a repository cannot be dispatched from here, if they cannot."""
    found = _reached(repository)
    if isinstance(found, dict):
        yield in_english(found)


def main(arguments: Sequence[str]) -> int:
    """Carry out the order in the first argument, and return what is known at the end."""
    try:
        order = WorkflowOrder(**json.loads(arguments[0]))
        runs = _reached(order.repository)
        if isinstance(runs, dict):
            _say(in_english(told("workflow.unseen", key=order.key, why=in_english(runs))))
            return Ending.UNKNOWN
        return Follower(order, runs, _Machine(), _say).go()
    except Exception as error:  # noqa: BLE001 - whatever it is, the end of the workflow is unknown
        _say(in_english(told("workflow.broken", why=f"{type(error).__name__}: {error}")))
        return Ending.UNKNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
