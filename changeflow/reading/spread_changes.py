"""Work on many changes, in several processes where there are many: nothing that is noted is lost.

Judging a change notes how long the answer holds (`model.watched_time`), and which objects and
files it looked for by name (`repo.git`): what is remembered rests on both. A process of its own
would note them for itself alone, so it brings them back with its results.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from changeflow.model.watched_time import Holding, Watch, WatchedTime
from changeflow.repo.git import Git
from changeflow.repo.parallel import spread

R = TypeVar("R")

# changes below which a second process costs more than it saves
MANY_CHANGES: Final = 500


class Noted(NamedTuple):
    """What was noted while something was made, for the process that goes on with it.

    Attributes:
        holdings: of the watches, in their order.
        objects: that were looked for by name, and whether they are here.
        files: that were looked for, and what tells whether they are the same.
    """

    holdings: tuple[Holding, ...]
    objects: Mapping[str, bool]
    files: Mapping[str, str]

    @classmethod
    def of(cls, git: Git, watches: Iterable[Watch]) -> Noted:
        """Return what a repository and watches have noted."""
        holdings = tuple(watch.holding for watch in watches)
        return cls(holdings, git.looked_for, git.files_looked_for)

    def note_in(self, git: Git, watches: Iterable[Watch]) -> None:
        """Note it in a repository, and in as many watches as it is of."""
        for watch, holding in zip(watches, self.holdings, strict=True):
            watch.narrow(holding)
        git.looked_for.update(self.objects)
        git.files_looked_for.update(self.files)


class _Brought(NamedTuple):
    """What a process brings back.

    Attributes:
        made: the result of its part, pickled: that may note how long it holds.
        noted: while it was made.
    """

    made: bytes
    noted: Noted


def spread_changes(
    job: Callable[[Sequence[str]], R], names: Sequence[str], git: Git, times: Sequence[datetime]
) -> list[R]:
    """Return what a job makes of each part of some changes, in order.

    Where there are many, the first is a part of its own, done before the others: what all of them
    need is read by then.

    Args:
        job: makes the result of a part. It must not depend on what it did for other parts, and its
            results can be pickled.
        names: of the changes.
        git: the repository, which notes what was looked for.
        times: that the job computes with; watched ones note how long the result holds.

    Raises:
        errors.HostFailed: when a process was ended by a signal.
    """
    if len(names) < MANY_CHANGES:
        return [job(names)]
    here, watches = os.getpid(), _watches(times)

    def brought(part: Sequence[str]) -> list[R | _Brought]:
        made = job(part)
        if os.getpid() == here:
            return [made]
        pickled = pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL)
        return [_Brought(pickled, Noted.of(git, watches))]

    found = [job(names[:1])]
    for one in spread(brought, names[1:], many=MANY_CHANGES - 1):
        if isinstance(one, _Brought):
            one.noted.note_in(git, watches)
            # made by a process of this one, and read from a pipe that no other one has
            found.append(pickle.loads(one.made))  # noqa: S301
        else:
            found.append(one)
    return found


def _watches(times: Sequence[datetime]) -> list[Watch]:
    found: list[Watch] = []
    for moment in times:
        if isinstance(moment, WatchedTime) and moment.watch not in found:
            found.append(moment.watch)
    return found
