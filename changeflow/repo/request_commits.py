"""When the folders of requests were changed, commit by commit."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.repo.failures import understanding
from changeflow.repo.git import Git, checked

_SECONDS = "%x01%ct"


def request_commits(git: Git, tip: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the time of each commit that touched files below `changes/`, and those files.

    The time is that of git's `%ct`, as it stands there: it may be one that no calendar has.

    Args:
        git: the repository.
        tip: the commit whose history is looked at.

    Raises:
        errors.HostFailed: when git fails.
    """
    done = git.run(
        "log", "-z", "--full-history", "--name-only", "--no-renames", "--relative",
        f"--format={_SECONDS}", checked(tip), "--", "changes",
    )  # fmt: skip
    with understanding("log"):
        for block in done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]:
            seconds, _, rest = block.partition("\0")
            yield seconds, tuple(path for path in rest.lstrip("\n").split("\0") if path)
