"""Messages of git's failures, as a sentence and a hint."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from changeflow import errors
from changeflow.model.phrases import Told, told

# phrase in git's English output -> the case of `git.advice` that says what to do about it
ADVICE: Final[tuple[tuple[str, str], ...]] = (
    ("exists; cannot create", "name_taken"),
    ("forbidden inside quarantine", "quarantine"),
    ("[remote rejected]", "rejected"),
    ("requested URL returned error: 403", "forbidden"),
    ("insufficient permission", "not_writable"),
    ("Read-only file system", "read_only"),
    ("Unable to create temporary file", "not_writable"),
    ("not a git repository", "no_repository"),
    ("dubious ownership", "other_owner"),
    ("from promisor remote", "partial"),
    ("shallow", "shallow"),
    ("missing object", "missing"),
    ("not our ref", "not_there"),
    ("bad object", "no_object"),
    ("unable to read tree", "no_tree"),
    ("missing blob", "no_blob"),
    (".lock': File exists", "locked"),
    ("does not appear to be a git repository", "remote"),
    ("Could not read from remote repository", "unreachable"),
    ("unable to access", "no_access"),
    ("terminal prompts disabled", "credentials"),
    ("unable to connect", "address"),
    ("unable to look up", "address"),
    ("No such file or directory: 'git'", "install"),
    ("unknown option", "version"),
    ("is not a git command", "version"),
    ("usage: git", "version"),
    ("No space left on device", "room"),
    ("Permission denied", "rights"),
    ("Read-only file system", "rights"),
    ("killed by", "memory"),
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
        raise errors.HostFailed.of("git.not_understood", verb=verb) from error


def failure(verb: str, said: str) -> errors.HostFailed:
    """Build the error for a git command that failed, with git's own message on one line."""
    return errors.HostFailed.of("git.failed", verb=verb, said=_last_line(said), hint=advice(said))


def advice(said: str) -> list[Told]:
    """Return what to do about a message of git; empty where nothing is known."""
    for phrase, case in ADVICE:
        if phrase in said:
            return [told("git.advice", case=case)]
    return []


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
