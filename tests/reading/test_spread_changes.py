"""Work on changes in several processes: the same results, with all that was noted, or an error."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.model.watched_time import Holding, Watch
from changeflow.reading import spread_changes as module
from changeflow.reading.spread_changes import spread_changes
from changeflow.repo import parallel
from changeflow.repo.git import Git
from tests.repositories import Repo

NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)
NAMES = [f"CHG-20261128-{number}" for number in range(7)]


@pytest.fixture(autouse=True)
def _several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY_CHANGES", 2)
    monkeypatch.setattr(parallel, "cores", lambda: 3)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were started."""
    found: list[int] = []
    fork = os.fork

    def noted() -> int:
        number = fork()
        found.append(number)
        return number

    monkeypatch.setattr(os, "fork", noted)
    return found


def gone(processes: list[int]) -> int:
    """How many processes there were, all of which have ended and were waited for."""
    for number in processes:
        with pytest.raises(ChildProcessError):
            os.waitpid(number, os.WNOHANG)
    return len(processes)


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Repo(tmp_path / "repo").git


def test_results_come_in_order_from_several_processes(git: Git) -> None:
    parts = spread_changes(lambda part: (os.getpid(), list(part)), NAMES, git, ())
    assert [name for _, part in parts for name in part] == NAMES
    assert len({process for process, _ in parts}) == 3
    # what all need is read with the first, before there are others
    assert parts[0] == (os.getpid(), NAMES[:1])


def test_few_changes_are_one_part(git: Git) -> None:
    assert spread_changes(list, NAMES[:1], git, ()) == [NAMES[:1]]
    assert spread_changes(list, [], git, ()) == [[]]


def test_how_long_it_holds_and_what_was_looked_for_are_noted_here(git: Git) -> None:
    watch = Watch(NOW)
    now = watch.now

    def job(part: Sequence[str]) -> list[object]:
        found: list[object] = []
        for name in part:
            number = int(name[-1])
            found.append(now < NOW + timedelta(days=number + 1 if number < 6 else 0.5))
            git.resolve(str(number) * 40)
            git.files_looked_for[name] = "facts"
        return found

    spread_changes(job, NAMES, git, (now, now, NOW))
    assert watch.holding == Holding(until=NOW + timedelta(days=0.5))
    assert git.looked_for == {str(number) * 40: False for number in range(7)}
    assert git.files_looked_for.keys() == set(NAMES)


def test_a_time_in_a_result_holds_for_this_moment_alone(git: Git) -> None:
    watch = Watch(NOW)
    now = watch.now
    here = os.getpid()
    parts = spread_changes(lambda _: now if os.getpid() != here else None, NAMES, git, (now,))
    assert parts[-1] == NOW
    assert type(parts[-1]) is datetime
    assert watch.holding.until - NOW == timedelta(microseconds=1)


def test_a_process_that_something_ended_is_an_error_and_leaves_none_behind(git: Git, started: list[int]) -> None:
    here = os.getpid()

    def job(part: Sequence[str]) -> list[str]:
        if os.getpid() != here and NAMES[-1] not in part:
            os.kill(os.getpid(), signal.SIGKILL)
        return list(part)

    with pytest.raises(errors.HostFailed, match="SIGKILL") as caught:
        spread_changes(job, NAMES, git, ())
    assert (caught.value.code, caught.value.exit_code) == ("machine.process", 5)
    assert gone(started) == 2


def test_what_fails_in_a_process_says_why_here(git: Git) -> None:
    here = os.getpid()

    def everywhere(part: Sequence[str]) -> list[str]:
        if NAMES[-1] in part:
            raise errors.Unreadable("The roster cannot be read.")
        return list(part)

    with pytest.raises(errors.Unreadable, match="roster"):
        spread_changes(everywhere, NAMES, git, ())

    def there_alone(part: Sequence[str]) -> list[str]:
        if os.getpid() != here:
            raise OSError("too many open files")
        return list(part)

    parts = spread_changes(there_alone, NAMES, git, ())
    assert [name for part in parts for name in part] == NAMES


def test_a_process_of_several_starts_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(module, "MANY_CHANGES", 2)
    counts = parallel.spread(lambda _: [parallel.cores()], NAMES, workers=2)
    assert counts[1] == 1


def test_a_failure_here_ends_the_other_processes(git: Git, started: list[int]) -> None:
    here = os.getpid()

    def job(part: Sequence[str]) -> list[str]:
        if os.getpid() == here and len(part) > 1:
            raise errors.Unreadable("This one fails first.")
        if os.getpid() != here:
            signal.pause()
        return list(part)

    with pytest.raises(errors.Unreadable):
        spread_changes(job, NAMES, git, ())
    assert gone(started) == 2
