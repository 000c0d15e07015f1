"""A real git repository for the story, with throw-away keys, a clock and checked commands."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from changeflow import errors, resources
from changeflow.demo.beats import ClockMoves, CommandAnswer, CommandRun, Runner
from changeflow.model.document_paths import CONFIG
from changeflow.repo.git import Git

SIGNERS: Final = ("bob", "carol", "dave")
AUTHOR: Final = "alice@webshop.example"
_ELAPSED: Final = re.compile(r" \([0-9]+\.[0-9] s\)")


class DemoFailed(errors.Refused):
    """A step of the story that ended otherwise than told."""


class Stage:
    """The repository in which the story happens.

    Args:
        folder: an empty folder; the repository is `webshop` in it, the keys are in `keys`.
        runner: runs changeflow itself.
    """

    def __init__(self, folder: Path, runner: Runner) -> None:
        self.folder = folder
        self.shop = folder / "webshop"
        self.keys = folder / "keys"
        self.now = ""
        self._runner = runner
        self._git = Git(self.shop)
        self._example = resources.folder("examples") / "webshop"
        # The user's own git settings and identity stay out of the story.
        self._identity = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Alice Adeyemi",
            "GIT_AUTHOR_EMAIL": AUTHOR,
            "GIT_COMMITTER_NAME": "Alice Adeyemi",
            "GIT_COMMITTER_EMAIL": AUTHOR,
        }

    # -- building ------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the webshop's repository without changes, and keys for the signers.

        The repository has one commit on main.
        """
        self.keys.mkdir()
        for person in SIGNERS:
            self._make_key(person)
        for path in sorted(self._example.rglob("*")):
            name = path.relative_to(self._example)
            if path.is_file() and name.parts[0] not in ("changes", ".state"):
                self.write(
                    name.as_posix(),
                    self._adapted(name.as_posix(), path.read_text(encoding="utf-8")),
                )
        self.git("init", "--quiet", "--initial-branch=main")
        settings = {
            "user.name": "Alice Adeyemi",
            "user.email": AUTHOR,
            "commit.gpgsign": "false",
            "gpg.format": "ssh",
            "user.signingkey": str(self.keys / "bob"),
        }
        for setting, value in settings.items():
            self.git("config", setting, value)
        self.commit("The webshop's change repository")

    def _make_key(self, person: str) -> None:
        command = [
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-C",
            person,
            "-f",
            str(self.keys / person),
        ]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except OSError as error:
            raise errors.HostFailed.of("demo.no_keygen", why=errors.refusal(error)) from error
        if done.returncode != 0:
            raise errors.HostFailed.of("demo.keygen_failed", said=done.stderr.strip())

    def _adapted(self, name: str, text: str) -> str:
        """Return an example file with the throw-away keys in the roster, and a settable clock."""
        if name == "policies/roster.yaml":
            for person in SIGNERS:
                key = (self.keys / f"{person}.pub").read_text(encoding="utf-8").strip()
                text = re.sub(
                    rf"(emails: \[{person}@webshop\.example\], keys: )\[[^]]*\]",
                    rf"\g<1>[{key}]",
                    text,
                )
        if name == CONFIG:
            text += "  # a demonstration need not wait for the night\n"
            text += "  allow_simulated_clock: true\n"
        return text

    def write(self, name: str, text: str) -> None:
        """Write a file of the repository."""
        path = self.shop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755 if text.startswith("#!") else 0o644)

    def read(self, name: str) -> str:
        """Read a file of the repository."""
        return (self.shop / name).read_text(encoding="utf-8")

    def example(self, name: str) -> str:
        """Return the text of a file of the example."""
        return (self._example / name).read_text(encoding="utf-8")

    def live(self, item: str, version: str) -> None:
        """Put a version of an item live without change management, as before the story."""
        self.write(f".state/{item}", f"{version}\n")

    def at(self, now: str) -> ClockMoves:
        """Set the clock, and tell that."""
        self.now = now
        return ClockMoves(now)

    # -- git -----------------------------------------------------------------------------------

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        done = self._git.run(*arguments, extra=self._identity)
        return done.stdout.decode("utf-8", "replace").removesuffix("\n")

    def commit(self, message: str) -> None:
        """Commit everything on main, as the author."""
        self.git("add", "--all")
        self.git("commit", "--quiet", f"--message={message}")

    # -- commands ------------------------------------------------------------------------------

    def changeflow(self, command: str, *show: str, code: int = 0, key: str = "") -> CommandRun:
        """Run `changeflow <command>` and insist on its exit code and on the lines to show.

        Args:
            command: as typed behind `changeflow`.
            show: texts that the output must contain; only the lines with one of them are shown.
                None: everything is shown.
            code: the exit code that the story expects.
            key: the key to sign with, given by the environment.

        Raises:
            DemoFailed: when exit code or output differ.
        """
        environment = self._identity | {"CHANGEFLOW_NOW": self.now}
        typed = f"changeflow {command}"
        if key:
            environment["CHANGEFLOW_KEY"] = self._expanded(key)[0]
            typed = f"CHANGEFLOW_KEY={key} {typed}"
        arguments = ["--repo", str(self.shop), *self._expanded(command)]
        return _checked(typed, self._runner(arguments, environment), show, code)

    def killed(self, command: str, *show: str) -> CommandRun:
        """Run `changeflow <command>` as a process of its own, which a program kills; as `changeflow`.

        Raises:
            DemoFailed: when it ends in any other way.
        """
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("CHANGEFLOW_")
        }
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "changeflow",
                "--repo",
                str(self.shop),
                *self._expanded(command),
            ],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            env=environment | self._identity | {"CHANGEFLOW_NOW": self.now, "NO_COLOR": "1"},
            check=False,
        )
        answer = CommandAnswer(done.returncode, done.stdout, done.stderr)
        return _checked(f"changeflow {command}", answer, show, -signal.SIGKILL)

    def script(self, command: str, *show: str, code: int = 0) -> CommandRun:
        """Run a script of the repository; as `changeflow`."""
        done = subprocess.run(
            shlex.split(command),
            cwd=self.shop,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        answer = CommandAnswer(done.returncode, done.stdout, done.stderr)
        return _checked(command, answer, show, code)

    def _expanded(self, command: str) -> list[str]:
        """Split a command line; `../keys/carol` is taken from the repository's folder."""
        arguments = shlex.split(command)
        for index, argument in enumerate(arguments):
            if argument.startswith("../"):
                arguments[index] = str(self.shop / argument)
        return arguments


def _checked(command: str, answer: CommandAnswer, show: Sequence[str], code: int) -> CommandRun:
    lines = []
    for line in (answer.err + answer.out).splitlines():
        if line.strip():
            lines.append(_ELAPSED.sub("", line.rstrip()))
    problem = _unexpected(answer, lines, show, code)
    if problem:
        raise DemoFailed.of(
            "demo.wrong", command=command, problem=f"{problem}\n{answer.out}{answer.err}".rstrip()
        )
    if not show:
        return CommandRun(command, tuple(lines), cut=False)
    kept = [line for line in lines if _contains_one(line, show)]
    return CommandRun(command, tuple(kept), cut=len(kept) < len(lines))


def _unexpected(answer: CommandAnswer, lines: list[str], show: Sequence[str], code: int) -> str:
    if answer.code != code:
        return f"exit code {answer.code} instead of {code}"
    for text in show:
        if not any(text in line for line in lines):
            return f"no line has `{text}`"
    return ""


def _contains_one(line: str, texts: Sequence[str]) -> bool:
    return any(text in line for text in texts)
