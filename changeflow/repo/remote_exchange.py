"""Exchanges with a remote, from a git folder of their own without the repository's configuration.

A fetch or a push can start programs by some twenty settings, and can publish more than was asked by
others. A list of those to switch off would lag behind git. So git gets an empty folder with the
repository's objects, the refs that the exchange is about, the address of the remote, and the user's
own configuration.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from changeflow.repo.git import Git
from changeflow.repo.git_settings import Settings, with_settings
from changeflow.repo.run_git import Runner

_CONFIG: Final = (
    "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = {}\n"
)


class Exchange(Runner):
    """Runs git in a folder of its own. `refs` reads what was fetched there.

    Args:
        git: the repository whose objects are used, and where relative addresses start.
        folder: the git folder made for this exchange.
    """

    def __init__(self, git: Git, folder: Path) -> None:
        super().__init__(top_of(git), git.extra)
        self.git = git
        self.folder = folder

    def environment(self, *, online: bool = False) -> dict[str, str]:
        """Return the environment with the exchange's folder and the remotes' addresses."""
        ours = {
            "GIT_DIR": str(self.folder),
            "GIT_OBJECT_DIRECTORY": str(self.git.facts.common_dir / "objects"),
        }
        return with_settings(
            super().environment(online=online) | ours, self.git.settings.addresses()
        )

    @cached_property
    def settings(self) -> Settings:
        """Return no settings: the configuration of the folder names no program."""
        return Settings()

    def forget(self) -> None:
        """See `Runner.forget`: the objects came to the repository."""
        self.git.forget()

    def resolve(self, ref: str) -> str | None:
        """Return the commit of a ref in the exchange's own folder."""
        done = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref, accept=(0, 1))
        return done.stdout.decode("ascii", "replace").strip() or None


@contextmanager
def exchange(git: Git, refs: Mapping[str, str]) -> Iterator[Exchange]:
    """Yield a git folder for one exchange, and remove it afterwards.

    Args:
        git: the repository.
        refs: names and commits that are known there, so that nothing is sent twice.
    """
    with tempfile.TemporaryDirectory(prefix="changeflow-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "refs").mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        (folder / "config").write_text(_CONFIG.format(git.facts.object_format), encoding="ascii")
        lines = [f"{oid} {ref}\n" for ref, oid in sorted(refs.items())]
        packed = folder / "packed-refs"
        packed.write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
        if git.facts.shallow:
            shutil.copyfile(git.facts.common_dir / "shallow", folder / "shallow")
        yield Exchange(git, folder)


def top_of(git: Git) -> Path:
    """Return the folder from which git resolves a relative address.

    It is the top of the work tree, or the bare repository.
    """
    root = git.root.resolve()
    levels = git.facts.prefix.count("/")
    return root.parents[levels - 1] if levels else root
