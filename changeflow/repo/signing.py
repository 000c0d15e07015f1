"""The key that git signs with, and its program, from git's own settings.

`gpg.ssh.program` and `gpg.ssh.defaultKeyCommand` name programs. They count where the user's own
configuration names them. The repository's configuration comes with the folder, and no program of it
is run.
"""

from __future__ import annotations

import shlex
import subprocess
from typing import Final

from changeflow import errors
from changeflow.model.phrases import Told, told
from changeflow.repo.git import Git

_KEY_COMMAND: Final = "gpg.ssh.defaultkeycommand"
_PROGRAM: Final = "gpg.ssh.program"
# the command of git's manual, which is safe to run from any configuration
_AGENT: Final = (
    "ssh-add",
    "-L",
)
# seconds; an agent may ask its user
_PATIENCE: Final = 60.0


def git_key(git: Git) -> str | None:
    """Return the key that git signs with by SSH, or None.

    It is `user.signingkey`, else the first key of `gpg.ssh.defaultKeyCommand`.

    Raises:
        errors.Refused: when the command gives no key, or is the repository's own.
    """
    settings = git.settings
    if settings.value("gpg.format") != "ssh":
        return None
    key = settings.value("user.signingkey")
    return key or _first_key(git)


def git_program(git: Git) -> str | None:
    """Return the program that makes git's signatures, where the user's configuration names one."""
    named = git.settings.users(_PROGRAM)
    if not named or named[-1] in ("", "ssh-keygen"):
        return None
    return named[-1]


def passed_over(git: Git) -> str:
    """Return a sentence about the repository's own program for signatures, which is not run.

    It is empty where there is none.
    """
    if not git.settings.own(_PROGRAM):
        return ""
    return _not_run("gpg.ssh.program")


def _not_run(name: str) -> str:
    return (
        f"`{name}` in this repository's own configuration is not run; `git config --global "
        f"{name} ...` makes it yours"
    )


def _first_key(git: Git) -> str | None:
    users = git.settings.users(_KEY_COMMAND)
    command = users[-1] if users else git.settings.value(_KEY_COMMAND)
    if not command:
        return None
    words = _words(command)
    if not users and tuple(words) != _AGENT:
        raise errors.Refused.of("key.command_not_run")
    for line in _said(words, command).splitlines():
        if line.startswith(("key::", "ssh-", "ecdsa-", "sk-")):
            return line.strip()
        break
    raise _no_key(command, told("key.command_said", case="no_key"))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise _no_key(command, str(error)) from error


def _said(words: list[str], command: str) -> str:
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PATIENCE
        )
    except OSError as error:
        why = error.strerror or told("key.command_said", case="unstarted")
        raise _no_key(command, why) from error
    except subprocess.TimeoutExpired as error:
        late = told("key.command_said", case="late", seconds=f"{_PATIENCE:.0f}")
        raise _no_key(command, late) from error
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        lines = (done.stderr.decode("utf-8", "replace") or said).strip().splitlines()
        ended = told("key.command_said", case="exit", number=done.returncode)
        raise _no_key(command, lines[-1].strip() if lines else ended)
    return said


def _no_key(command: str, reason: str | Told) -> errors.Refused:
    return errors.Refused.of("key.command_failed", command=command, why=reason)
