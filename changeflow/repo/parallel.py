"""One job over many paths, on several cores where the machine can fork.

The result is the same as on one, in the same order.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from changeflow.garbage_collection import nothing_to_collect

R = TypeVar("R")

# paths below which a second process costs more than it saves
MANY: Final = 64
MOST: Final = 8


def spread(
    job: Callable[[Sequence[str]], list[R]], paths: Sequence[str], workers: int | None = None
) -> list[R]:
    """Run `job(paths)` with the paths dealt to child processes; return the results in order.

    Args:
        job: must not depend on what it did for other paths; its results can be pickled.
        paths: what to deal.
        workers: processes; by default the cores this process may use, one for few paths.
    """
    count = workers if workers is not None else _workers(len(paths))
    with nothing_to_collect():
        if count <= 1 or not hasattr(os, "fork"):
            return job(paths)
        return _dealt(job, paths, count)


def _dealt(job: Callable[[Sequence[str]], list[R]], paths: Sequence[str], count: int) -> list[R]:
    size = -(-len(paths) // count)
    parts = [paths[start : start + size] for start in range(0, len(paths), size)]
    children = [_start(job, part) for part in parts[1:]]
    results = job(parts[0])
    for part, child in zip(parts[1:], children, strict=True):
        results += _finish(child, job, part)
    return results


def _workers(paths: int) -> int:
    if paths < MANY:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST)
    return min(os.cpu_count() or 1, MOST)


def _start(job: Callable[[Sequence[str]], list[R]], part: Sequence[str]) -> tuple[int, int] | None:
    """Fork a child that works on a part; return its process id and the pipe of its result.

    None if the process could not be forked.
    """
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
    code = 1
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

    If the child died, its part is done here, and a failure shows itself properly.
    """
    if child is None:
        return job(part)
    number, reader = child
    with open(reader, "rb") as pipe:  # noqa: PTH123 - a descriptor has no path
        data = pipe.read()
    _, status = os.waitpid(number, 0)
    if status != 0:
        return job(part)
    # written whole by a child of this process, through a pipe that no other process has
    results: list[R] = pickle.loads(data)  # noqa: S301
    return results
