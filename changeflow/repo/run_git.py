"""Running git without a shell, in a scrubbed environment, without the repository's programs.

No program of a repository may run here: hooks and the file monitor are off, `ext::` transports
refused, replacement objects ignored, prompts forbidden, and programs that its own configuration
names are replaced by the user's or by none. Nothing is fetched unless `online` is asked for: a
missing object of a partial clone would start the program that the configuration names for it. The
user's own configuration stays, because identity, credentials and `safe.directory` are part of it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.repo import child_processes
from changeflow.repo.failures import failure, how_it_ended
from changeflow.repo.git_settings import Settings, with_settings

_SETTINGS: Final = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "i18n.logOutputEncoding=UTF-8",
    # what commits of the ledger say about themselves
    "i18n.commitEncoding=UTF-8",
    # milliseconds git itself waits for the lock of another process
    "core.filesRefLockTimeout=2000",
    "core.packedRefsTimeout=2000",
    # evidence is durable before anybody relies on it
    "core.fsync=loose-object,reference",
    "protocol.ext.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "log.showSignature=false",
    "advice.detachedHead=false",
)
# seconds that git may take, unless the caller sets another limit
PATIENCE: Final = 600.0
_KEPT: Final = frozenset({
    "GIT_ASKPASS", "GIT_EXEC_PATH", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO",
    "GIT_SSL_NO_VERIFY", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_ALLOW_PROTOCOL",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_COUNT",
    "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
})  # fmt: skip
_QUARANTINE: Final = (
    "GIT_QUARANTINE_PATH",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
)
_KEPT_PREFIXES: Final = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_TRACE")
# the second is known from git 2.39.4 on, the first always
_OFFLINE: Final = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
}
# Verbs that start no program which a configuration can name. Any other gets the configuration
# disarmed first.
_PLAIN: Final = frozenset({
    "cat-file", "commit-tree", "config", "diff-tree", "for-each-ref", "log", "ls-tree",
    "merge-base", "mktree", "remote", "rev-list", "rev-parse", "update-ref",
})  # fmt: skip


def records(output: bytes) -> Iterator[bytes]:
    """Return what git printed with `-z`, record by record."""
    return filter(None, output.split(b"\0"))


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for git without a hook's `GIT_DIR` and the like.

    Answers are in English, and there are no prompts.
    """
    kept = dict(environment)
    for name in tuple(kept):
        if name.startswith("GIT_") and name not in _KEPT and not name.startswith(_KEPT_PREFIXES):
            del kept[name]
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_PAGER": "cat",
    }


def quarantine(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the variables that let a server's hook see the commits that are being pushed.

    git keeps these apart until the hook agrees. Only a quarantine of this repository counts. It is
    among the repository's own objects.
    """
    path = environment.get("GIT_QUARANTINE_PATH")
    if not path:
        return {}
    owner, here = Path(path).resolve().parent.parent, root.resolve()
    if owner != here and owner not in {folder / ".git" for folder in (here, *here.parents)}:
        return {}
    return {name: environment[name] for name in _QUARANTINE if name in environment}


class Runner:
    """Runs git in a folder.

    Args:
        root: where it runs: any folder of a repository, or a bare repository's own.
        environment: what every call gets in addition, such as credentials for a remote.
    """

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.extra = dict(environment or {})

    def environment(self, *, online: bool = False) -> dict[str, str]:
        """Return the scrubbed environment.

        A bare repository is named, because git may be told not to find one by itself.
        """
        bare = (self.root / "HEAD").is_file() and (self.root / "objects").is_dir()
        environment = scrubbed(os.environ) | quarantine(os.environ, self.root)
        if not online:
            environment |= _OFFLINE
        if bare:
            environment["GIT_DIR"] = str(self.root.absolute())
        return environment | self.extra

    @cached_property
    def settings(self) -> Settings:
        """Return the configuration with the origin of each setting.

        It is empty where there is no repository.
        """
        done = self.run("config", "--list", "--show-scope", "--includes", "-z", accept=(0, 1, 128))
        return Settings.parse(done.stdout) if done.returncode == 0 else Settings()

    def argv(self, *arguments: str) -> list[str]:
        """Return the command line for a verb and its arguments."""
        command = ["git", "--no-pager"]
        for setting in _SETTINGS:
            command += ["-c", setting]
        return [*command, *arguments]

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        accept: Sequence[int] = (0,),
        extra: Mapping[str, str] | None = None,
        online: bool = False,
        patience: float = PATIENCE,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git and return its output.

        Args:
            arguments: verb and arguments; values from outside stand behind `--end-of-options` or
                are validated object names.
            stdin: what git reads.
            accept: exit codes that are answers rather than failures.
            extra: additional environment.
            online: whether git may speak to a remote.
            patience: seconds after which it is ended.

        Raises:
            errors.HostFailed: for any other exit code, with git's last line; when it gave no
                answer in time.
            errors.Interrupted: when the user asked to end while it was waited for.
        """
        try:
            environment = self.environment(online=online) | dict(extra or {})
            if _verb(arguments) not in _PLAIN:
                environment = with_settings(environment, self.settings.disarmed())
            command = self.argv(*arguments)
            if online:
                done = child_processes.run(
                    command,
                    folder=self.root,
                    environment=environment,
                    stdin=stdin,
                    patience=patience,
                )
                self.forget()
            else:
                done = child_processes.run_here(
                    command,
                    folder=self.root,
                    environment=environment,
                    stdin=stdin,
                    patience=patience,
                )
        except OSError as error:
            raise failure(_verb(arguments), f"{error}") from error
        except child_processes.LateError as late:
            raise errors.HostFailed.of(
                "git.late",
                case=None if online else "here",
                verb=_verb(arguments),
                seconds=f"{patience:g}",
            ) from late
        except child_processes.StoppedError as stopped:
            case = None if online else "here"
            raise errors.Interrupted.of(
                "git.stopped", case=case, verb=_verb(arguments)
            ) from stopped
        if done.returncode not in accept:
            raise failure(
                _verb(arguments),
                done.stderr.decode("utf-8", "replace") or how_it_ended(done.returncode),
            )
        return done

    def forget(self) -> None:
        """Forget facts that may have changed by an exchange with a remote."""

    def text(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git and return its output without the line break at its end."""
        return (
            self.run(*arguments, stdin=stdin)
            .stdout.decode("utf-8", "surrogateescape")
            .removesuffix("\n")
        )


def _verb(arguments: Sequence[str]) -> str:
    """Return the verb after git's own options.

    Of those, only options with a value are used here.
    """
    rest = list(arguments)
    while len(rest) > 1 and rest[0] in ("-c", "-C"):
        del rest[:2]
    return rest[0] if rest else ""
