"""One job over many paths, on several cores where the machine can fork.

The result is the same as on one, in the same order. What fails in a process is done again in this
one, where it says why. A process that something else ended is an error: its part is never left out,
and what ended it, such as a lack of memory, would end this one as well.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from changeflow import errors
from changeflow.garbage_collection import nothing_to_collect

R = TypeVar("R")

# paths below which a second process costs more than it saves
MANY: Final = 64
MOST: Final = 8

# whether this process is one of several already
_is_child = False


def spread(
    job: Callable[[Sequence[str]], list[R]],
    paths: Sequence[str],
    workers: int | None = None,
    *,
    many: int | None = None,
) -> list[R]:
    """Run `job(paths)` with the paths dealt to child processes; return the results in order.

    Args:
        job: must not depend on what it did for other paths; its results can be pickled.
        paths: what to deal.
        workers: processes; by default the cores this process may use, one for few paths.
        many: how many paths are no longer few; None: `MANY`.

    Raises:
        errors.HostFailed: when a process was ended by a signal.
    """
    few = len(paths) < (MANY if many is None else many)
    count = workers if workers is not None else 1 if few else cores()
    with nothing_to_collect():
        if count <= 1 or not hasattr(os, "fork"):
            return job(paths)
        return _dealt(job, paths, count)


@contextmanager
def beside(job: Callable[[], R], *, worth: bool = True) -> Iterator[Callable[[], R]]:
    """Run a job in a process of its own while this one does what the block says.

    Yields what returns its result, and is called at most once.

    Args:
        job: its result can be pickled.
        worth: False: it is done here when its result is asked for, as with one core.
    """
    child = None
    if worth and cores() > 1 and hasattr(os, "fork"):
        child = _start(lambda _: [job()], ())
    left = [] if child is None else [child]

    def result() -> R:
        left.clear()
        return _finish(child, lambda _: [job()], ())[0]

    try:
        yield result
    finally:
        for number, reader in left:
            _end(number, reader)


def cores() -> int:
    """Return how many processes are worth while: the cores that this one may use, one in a child."""
    if _is_child:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST)
    return min(os.cpu_count() or 1, MOST)


def _dealt(job: Callable[[Sequence[str]], list[R]], paths: Sequence[str], count: int) -> list[R]:
    size = -(-len(paths) // count)
    parts = [paths[start : start + size] for start in range(0, len(paths), size)]
    children = [_start(job, part) for part in parts[1:]]
    left = list(filter(None, children))
    try:
        results = job(parts[0])
        for part, child in zip(parts[1:], children, strict=True):
            if child is not None:
                left.remove(child)
            results += _finish(child, job, part)
    finally:
        for number, reader in left:
            _end(number, reader)
    return results


def _end(number: int, reader: int) -> None:
    """End a child that nothing is asked of any more."""
    os.close(reader)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def _start(job: Callable[[Sequence[str]], list[R]], part: Sequence[str]) -> tuple[int, int] | None:
    """Fork a child that works on a part; return its process id and the pipe of its result.

    None if the process could not be forked.
    """
    # Most commands fork none.
    import pickle

    try:
        reader, writer = os.pipe()
    except OSError:
        return None
    try:
        child = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None
    if child:
        os.close(writer)
        return child, reader
    global _is_child
    _is_child, code = True, 1
    # the child: nothing may escape from here, or it would go on as a second parent
    try:
        os.close(reader)
        with open(writer, "wb") as pipe:  # noqa: PTH123 - a descriptor has no path
            pickle.dump(job(part), pipe, protocol=pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def _finish(
    child: tuple[int, int] | None, job: Callable[[Sequence[str]], list[R]], part: Sequence[str]
) -> list[R]:
    """Return a child's result.

    If the child failed, its part is done here, and the failure shows itself properly.

    Raises:
        errors.HostFailed: when the child was ended by a signal.
    """
    if child is None:
        return job(part)
    number, reader = child
    with open(reader, "rb") as pipe:  # noqa: PTH123 - a descriptor has no path
        data = pipe.read()
    _, status = os.waitpid(number, 0)
    if os.WIFSIGNALED(status):
        raise errors.HostFailed.of("machine.process", signal=_name_of(os.WTERMSIG(status)))
    if status != 0:
        return job(part)
    import pickle

    # written whole by a child of this process, through a pipe that no other process has
    results: list[R] = pickle.loads(data)  # noqa: S301
    return results


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
