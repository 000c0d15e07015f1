"""The commits that touched each request, by one look at the whole history, for answers about many.

`git log` for the paths of one request leaves commits out whose edits a merge gave up. Where only one
commit ever touched the paths, there is nothing to leave out, and this look says the same. Any other
request is to be asked about by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.lazy_dataclass import dataclass
from changeflow.repo.contributors import PEOPLE_OF_A_COMMIT
from changeflow.repo.failures import understanding
from changeflow.repo.git import Git, checked


@dataclass(frozen=True, slots=True)
class SoleCommit:
    """The only commit that ever touched something.

    Attributes:
        parents: its parents.
        people: its author, committer and co-authors, as `contributors` reads them.
    """

    parents: tuple[str, ...]
    people: str


class RequestHistory:
    """The commits that touched the files below `changes/`.

    Args:
        git: the repository.
        tip: the commit whose history is looked at.
    """

    def __init__(self, git: Git, tip: str) -> None:
        self._commits: list[SoleCommit] = []
        # path -> the number of the only commit, None where there are several
        self._touched: dict[str, int | None] = {}
        done = git.run(
            "log", "-z", "--full-history", "-c", "--name-only", "--no-renames", "--relative",
            f"--format=%x01%P%x02{PEOPLE_OF_A_COMMIT}", checked(tip), "--", "changes",
        )  # fmt: skip
        with understanding("log"):
            for block in done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]:
                self._read(block)

    def _read(self, block: str) -> None:
        facts, _, rest = block.partition("\0")
        parents, _, people = facts.partition("\x02")
        number = len(self._commits)
        self._commits.append(SoleCommit(tuple(parents.split()), people))
        for path in rest.lstrip("\n").split("\0"):
            self._touched[path] = None if path in self._touched else number

    def sole_commit(self, paths: Iterable[str]) -> SoleCommit | None:
        """Return the only commit that ever touched these paths; None: there are several, or none."""
        numbers = {self._touched.get(path) for path in paths}
        if len(numbers) != 1:
            return None
        number = numbers.pop()
        return self._commits[number] if number is not None else None
