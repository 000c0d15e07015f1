"""What git said when it failed, as a sentence and a hint."""

from __future__ import annotations

import signal
from typing import Final

from changeflow import errors

# phrase in git's English output -> what to do about it
HINTS: Final[tuple[tuple[str, str], ...]] = (
    ("not a git repository", "`git init` makes one; changeflow keeps its evidence in git"),
    ("dubious ownership", "the folder belongs to somebody else; `git config --global --add safe.directory DIR` if you trust it"),
    (
        "from promisor remote",
        "fetch needed: this clone is partial, and reading never fetches: `git fetch --refetch --no-filter` brings all of it",
    ),
    ("shallow", "fetch needed: `git fetch --unshallow` brings the whole history"),
    (
        "missing object",
        "fetch needed: this clone is shallow, partial or damaged: `git fetch --unshallow` or `git fetch --refetch --no-filter`",
    ),
    ("not our ref", "fetch needed: the other side no longer has this commit"),
    ("bad object", "fetch needed: this clone does not have the object; `git fetch --unshallow`"),
    ("unable to read tree", "fetch needed: this clone is shallow, partial or damaged; `git fetch --refetch --no-filter`"),
    ("missing blob", "fetch needed: this clone is partial; `git fetch --refetch --no-filter`"),
    (".lock': File exists", "another git is at work, or one died and left its lock: if none is running, remove that file"),
    ("does not appear to be a git repository", "is the remote set up? `git remote -v` lists them"),
    ("Could not read from remote repository", "can you reach it? `git fetch` shows the same failure"),
    (
        "unable to access",
        "is its address right, and can you reach it? `git remote -v` shows the address, `git fetch` the failure",
    ),
    ("terminal prompts disabled", "git has no credentials for this remote; set up a credential helper or an SSH key"),
    ("unable to connect", "is its address right, and can you reach it? `git remote -v` shows the address"),
    ("unable to look up", "is its address right, and can you reach it? `git remote -v` shows the address"),
    ("No such file or directory: 'git'", "install git"),
)


def how_it_ended(code: int) -> str:
    """How a program ended that said nothing about it."""
    if code >= 0:
        return f"exit code {code}, without a reason"
    return f"killed by {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"killed by signal {-code}"


def failure(verb: str, said: str) -> errors.HostFailed:
    """The error for a git command that failed, with git's own words on one line."""
    hint = next((hint for phrase, hint in HINTS if phrase in said), "")
    return errors.HostFailed(f"git {verb} failed: {_last_line(said)}", hint)


def _last_line(said: str) -> str:
    """The line that says what happened: the last `fatal:` or `error:`, or simply the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (telling or lines or ["it gave no reason"])[-1]
