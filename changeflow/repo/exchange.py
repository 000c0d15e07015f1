"""git's words with a remote, from a git folder made for one exchange, in which the repository's configuration does not count.

A fetch or a push can start programs by some twenty settings, and publish more than was asked by
some more. A list of what to switch off would be one git behind. So git is given an empty folder
with the repository's objects, the refs that the exchange is about, the address of the remote, and
the user's own configuration.
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
from changeflow.repo.runner import Runner
from changeflow.repo.settings import Settings, with_settings

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
        """As elsewhere, but for the git folder, and with the repository's addresses."""
        ours = {
            "GIT_DIR": str(self.folder),
            "GIT_OBJECT_DIRECTORY": str(self.git.facts.common_dir / "objects"),
        }
        return with_settings(
            super().environment(online=online) | ours, self.git.settings.addresses()
        )

    @cached_property
    def settings(self) -> Settings:
        """None: the configuration in the folder is written here, and names no program."""
        return Settings()

    def forget(self) -> None:
        """See `Runner.forget`: the objects came to the repository."""
        self.git.forget()

    def resolve(self, ref: str) -> str | None:
        """What a ref points to in the exchange's own folder."""
        done = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref, accept=(0, 1))
        return done.stdout.decode("ascii", "replace").strip() or None


@contextmanager
def exchange(git: Git, refs: Mapping[str, str]) -> Iterator[Exchange]:
    """A git folder for one exchange, removed afterwards.

    Args:
        git: the repository.
        refs: names and commits that are known there, so that nothing is sent twice.
    """
    with tempfile.TemporaryDirectory(prefix="changeflow-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "refs").mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        (folder / "config").write_text(_CONFIG.format(git.facts.object_format), encoding="ascii")
        lines = (f"{oid} {ref}\n" for ref, oid in sorted(refs.items()))
        (folder / "packed-refs").write_text(
            "".join(lines), encoding="utf-8", errors="surrogateescape"
        )
        if git.facts.shallow:
            shutil.copyfile(git.facts.common_dir / "shallow", folder / "shallow")
        yield Exchange(git, folder)


def top_of(git: Git) -> Path:
    """The top of the work tree, or the bare repository: where git starts from when an address is relative."""
    root = git.root.resolve()
    levels = git.facts.prefix.count("/")
    return root.parents[levels - 1] if levels else root
