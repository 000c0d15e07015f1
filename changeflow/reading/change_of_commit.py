"""The change of a commit in another repository, by its trailer `Change: CHG-...`.

The trailer is read as git itself reads trailers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.model.document_parts import CHANGE_ID_PATTERN
from changeflow.repo.git import Git

TRAILER: Final = "Change"
# characters of a value that a message repeats
SHOWN: Final = 80
MOST_NAMED: Final = 5


def change_of_commit(folder: Path, rev: str) -> str:
    """Return the id of the change that a commit names.

    The trailer is a claim by the author of the commit. The request says whether the change covers
    this commit: by naming the commit, or the artifact's digest, in its steps.

    Args:
        folder: anywhere inside a clone of the application's repository; only the commit's message
            is read.
        rev: the commit that is to be deployed.

    Raises:
        errors.NothingToDo: when it names no change, several, or something that is no change's id.
        errors.HostFailed: when git fails, or there is no such commit.
    """
    git = Git(folder)
    oid = git.rev_parse(rev)
    # A user may have set other separators, and a colon is ours.
    done = git.run(
        "-c",
        "trailer.separators=:",
        "log",
        "-1",
        f"--format=%(trailers:key={TRAILER},valueonly,unfold)",
        oid,
        "--",
    )
    return _only(done.stdout.decode("utf-8", "replace").splitlines(), oid)


def change_of_message(git: Git, message: str, oid: str) -> str:
    """Return the id of the change that a commit's message names.

    The commit need not be here: `git interpret-trailers` reads the message.

    Raises:
        errors.NothingToDo: as `change_of_commit`.
        errors.HostFailed: when git fails.
    """
    options = ("-c", "trailer.separators=:", "interpret-trailers", "--parse", "--no-divider")
    done = git.run(*options, stdin=message.encode("utf-8", "replace"))
    values = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip().casefold() == TRAILER.casefold():
            values.append(value)
    return _only(values, oid)


def _only(values: Iterable[str], oid: str) -> str:
    named = sorted({value.strip() for value in values if value.strip()})
    if len(named) != 1:
        raise errors.NothingToDo.of(
            "unknown.commit_change",
            case="several" if named else "none",
            commit=oid[:12],
            trailer=TRAILER,
            names=[name[:SHOWN] for name in named[:MOST_NAMED]],
        )
    if re.match(CHANGE_ID_PATTERN, named[0], re.ASCII) is None:
        raise errors.NothingToDo.of(
            "unknown.commit_change",
            case="no_id",
            commit=oid[:12],
            trailer=TRAILER,
            name=named[0][:SHOWN],
        )
    return named[0]
