"""Messages of git's failures, as a sentence and a hint."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from changeflow import errors

# phrase in git's English output -> what to do about it
HINTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "exists; cannot create",
        (
            "one of these two names begins with the other, so git keeps only one: rename it or set "
            "`spec.ledger.branch`"
        ),
    ),
    (
        "forbidden inside quarantine",
        "a hook that judges a push records nothing; `post-receive` may",
    ),
    (
        "[remote rejected]",
        "the server refused; this user must be allowed to push this branch there",
    ),
    (
        "requested URL returned error: 403",
        "these credentials may read there but not push, or nothing at all",
    ),
    (
        "insufficient permission",
        "this user may not write in the git folder; use a clone of your own",
    ),
    ("Read-only file system", "the git folder cannot be written; use a clone on another disk"),
    (
        "Unable to create temporary file",
        "this user may not write in the git folder; use a clone of your own",
    ),
    ("not a git repository", "`git init` makes one; changeflow keeps its evidence in git"),
    (
        "dubious ownership",
        (
            "the folder belongs to another user; if you trust it: "
            "`git config --global --add safe.directory DIR`"
        ),
    ),
    (
        "from promisor remote",
        (
            "fetch needed: this clone is partial, and reading never fetches: `git fetch --refetch "
            "--no-filter` brings all of it"
        ),
    ),
    ("shallow", "fetch needed: `git fetch --unshallow` brings the whole history"),
    (
        "missing object",
        (
            "fetch needed: this clone is shallow, partial or damaged: "
            "`git fetch --unshallow` or `git fetch --refetch --no-filter`"
        ),
    ),
    ("not our ref", "fetch needed: the other side no longer has this commit"),
    ("bad object", "fetch needed: this clone does not have the object; `git fetch --unshallow`"),
    (
        "unable to read tree",
        (
            "fetch needed: this clone is shallow, partial or damaged; "
            "`git fetch --refetch --no-filter`"
        ),
    ),
    ("missing blob", "fetch needed: this clone is partial; `git fetch --refetch --no-filter`"),
    (
        ".lock': File exists",
        (
            "another git is running, or one died and left its lock: "
            "if none is running, remove that file"
        ),
    ),
    ("does not appear to be a git repository", "is the remote set up? `git remote -v` lists them"),
    (
        "Could not read from remote repository",
        "can you reach it? `git fetch` shows the same failure",
    ),
    (
        "unable to access",
        (
            "is its address right, and can you reach it? `git remote -v` shows the address, `git "
            "fetch` the failure"
        ),
    ),
    (
        "terminal prompts disabled",
        "git has no credentials for this remote; set up a credential helper or an SSH key",
    ),
    (
        "unable to connect",
        "is its address right, and can you reach it? `git remote -v` shows the address",
    ),
    (
        "unable to look up",
        "is its address right, and can you reach it? `git remote -v` shows the address",
    ),
    ("No such file or directory: 'git'", "install git"),
    ("unknown option", "`git --version` should name 2.36 or newer"),
    ("is not a git command", "`git --version` should name 2.36 or newer"),
    ("usage: git", "`git --version` should name 2.36 or newer"),
    ("No space left on device", "make room, then do it again"),
    ("Permission denied", "may this user read and write there?"),
    ("Read-only file system", "may this user read and write there?"),
    ("killed by", "was there enough memory? the same command again may go through"),
)

_UNREAD: Final = "Could not read from remote repository."
# characters of a line of the server's, and of all of them
_LONGEST, _MOST = 300, 1_000


def how_it_ended(code: int) -> str:
    """Describe how a program ended that printed no reason."""
    if code >= 0:
        return f"exit code {code}, without a reason"
    return killed_by(-code)


def killed_by(number: int) -> str:
    """Name the signal that ended a program."""
    if number in set(signal.Signals):
        return f"killed by {signal.Signals(number).name}"
    return f"killed by signal {number}"


@contextmanager
def understanding(verb: str) -> Iterator[None]:
    """Turn errors while parsing an answer of git into a failure.

    Raises:
        errors.HostFailed: when it is none that git gives: a wrapper that prints, a git that is too
            old, or cut short.
    """
    try:
        yield
    except (ValueError, IndexError) as error:
        message = f"git {verb} gave an answer that cannot be understood"
        hint = "`git --version` should name 2.36 or newer; is something else called `git` here?"
        raise errors.HostFailed(message, hint) from error


def failure(verb: str, said: str) -> errors.HostFailed:
    """Build the error for a git command that failed, with git's own message on one line."""
    message = f"git {verb} failed: {_last_line(said)}"
    for phrase, hint in HINTS:
        if phrase in said:
            return errors.HostFailed(message, hint)
    return errors.HostFailed(message)


def _columns(line: str) -> tuple[str, str, str]:
    """Split a line of `push --porcelain` about a refused ref: mark, refs, reason."""
    match line.split("\t"):
        case ["!", refs, why]:
            return "!", refs, why
        case _:
            return "", "", ""


def _last_line(said: str) -> str:
    """Return the line with the cause, and the server's message.

    The line is the last `fatal:` or `error:`, or the last one.
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    refused, server = [], []
    for line in lines:
        _, refs, why = _columns(line)
        if why:
            refused.append(f"{refs.split(':')[-1]}: {why}")
        text = line.removeprefix("remote:").strip()
        if text and text != line:
            server.append(text[:_LONGEST])
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    reason = (refused or telling or lines or ["it gave no reason"])[-1]
    # the transport, such as ssh, said why before
    if reason.endswith(_UNREAD) and len(lines) > 1:
        reason = f"{lines[lines.index(reason) - 1]}; {reason}"
    if server:
        reason += f"; the server said: {' / '.join(server)[:_MOST]}"
    return reason
