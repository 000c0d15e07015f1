"""The stage of the demonstration: a real git repository, throw-away keys, a clock, and commands that are checked."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from changeflow import errors, resources
from changeflow.demo.beats import CommandAnswer, CommandRun, Runner
from changeflow.model.document_paths import CONFIG
from changeflow.repo.git import Git

SIGNERS: Final = ("bob", "carol", "dave")
AUTHOR: Final = "alice@webshop.example"
LEDGER: Final = "changeflow/ledger"
_ELAPSED: Final = re.compile(r" \([0-9]+\.[0-9] s\)")


class DemoFailed(errors.Refused):
    """The story did not go as told."""


class Stage:
    """Where the story happens.

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
        """The webshop's repository with everything but its changes, as one commit on main, and keys for those who sign."""
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
            raise errors.HostFailed(
                f"ssh-keygen cannot be run: {error.strerror}", "it comes with OpenSSH"
            ) from error
        if done.returncode != 0:
            raise errors.HostFailed(f"ssh-keygen failed: {done.stderr.strip()}")

    def _adapted(self, name: str, text: str) -> str:
        """The example's file with the throw-away keys in the roster, and a clock that may be set."""
        if name == "policies/roster.yaml":
            for person in SIGNERS:
                key = (self.keys / f"{person}.pub").read_text(encoding="utf-8").strip()
                text = re.sub(
                    rf"(emails: \[{person}@webshop\.example\], keys: )\[[^]]*\]",
                    rf"\g<1>[{key}]",
                    text,
                )
        if name == CONFIG:
            text += "  allow_simulated_clock: true       # a demonstration need not wait for the night\n"
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
        """Text of a file of the example."""
        return (self._example / name).read_text(encoding="utf-8")

    def live(self, item: str, version: str) -> None:
        """Put a version of an item live, without any change management: how the world was before the story."""
        self.write(f".state/{item}", f"{version}\n")

    def at(self, now: str, words: str) -> str:
        """Set the clock, and return how people call that moment."""
        self.now = now
        return words

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
            show: what must be said; the lines that contain it are shown, in the order said. None:
                everything is shown.
            code: the exit code the story tells of.
            key: the key to sign with, given by the environment.

        Raises:
            DemoFailed: when it went otherwise.
        """
        environment = (
            self._identity
            | {"CHANGEFLOW_NOW": self.now}
            | ({"CHANGEFLOW_KEY": self._expanded(key)[0]} if key else {})
        )
        said = self._runner(["--repo", str(self.shop), *self._expanded(command)], environment)
        return _checked(
            f"{f'CHANGEFLOW_KEY={key} ' if key else ''}changeflow {command}", said, show, code
        )

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
        return _checked(
            command, CommandAnswer(done.returncode, done.stdout, done.stderr), show, code
        )

    def _expanded(self, command: str) -> list[str]:
        """Words of a command line; `../keys/carol` is taken from the repository's folder, where a reader would stand."""
        return [
            str(self.shop / word) if word.startswith("../") else word
            for word in shlex.split(command)
        ]


def _checked(command: str, said: CommandAnswer, show: Sequence[str], code: int) -> CommandRun:
    lines = [
        _ELAPSED.sub("", line.rstrip())
        for line in (said.err + said.out).splitlines()
        if line.strip()
    ]
    missing = [text for text in show if not any(text in line for line in lines)]
    if said.code != code or missing:
        what = (
            f"exit code {said.code} instead of {code}"
            if said.code != code
            else f"nothing said `{missing[0]}`"
        )
        raise DemoFailed(
            f"the story went wrong: `{command}`: {what}\n{said.out}{said.err}".rstrip(),
            "this is a bug; please report it",
        )
    kept = [line for line in lines if not show or any(text in line for text in show)]
    return CommandRun(command, tuple(kept), cut=len(kept) < len(lines))
