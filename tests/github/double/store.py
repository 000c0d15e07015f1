"""A bare git repository that tests fill with commits: real objects, no work tree, one `git fast-import` per commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

EPOCH = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    """A file that is a symbolic link."""

    target: str


Content = str | bytes | Link | None


@dataclass(frozen=True)
class Logged:
    """A commit as `git log` shows it."""

    oid: str
    parents: tuple[str, ...]
    author: tuple[str, str]
    committer: tuple[str, str]
    committed_at: str
    message: str


class Store:
    """The repository behind the double."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C",
        }  # fmt: skip
        if not (folder / "HEAD").is_file():  # a copy of a prepared repository is taken as it is
            command = ["git", "init", "-q", "--bare", "-b", "main", "--template=", str(folder)]
            subprocess.run(command, check=True, env=self._environment)

    def git(self, *arguments: str, stdin: bytes = b"", accept: Sequence[int] = (0,)) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], input=stdin, capture_output=True, check=False, env=self._environment
        )
        if done.returncode not in accept:
            raise AssertionError(f"git {arguments}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "replace").strip()

    def tip(self, ref: str) -> str | None:
        """The commit of a ref. A branch is read from its file, which is asked for often and costs no process."""
        loose = self.path / ref
        if ref.startswith("refs/heads/") and loose.is_file():
            return loose.read_text(encoding="ascii").strip()
        return self.git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", accept=(0, 1)) or None

    def commit(
        self,
        ref: str,
        files: Mapping[str, Content],
        *,
        message: str,
        author: tuple[str, str],
        committer: tuple[str, str],
        at: datetime,
        parents: Sequence[str],
    ) -> str:
        """A commit on `ref` with `files` changed against its first parent; None removes a file."""
        when = f"{int(at.timestamp())} +0000"
        lines = [
            f"commit {ref}\nmark :1\n".encode(),
            f"author {author[0]} <{author[1]}> {when}\ncommitter {committer[0]} <{committer[1]}> {when}\n".encode(),
            _data(message.encode()),
            *(f"{'merge' if index else 'from'} {parent}\n".encode() for index, parent in enumerate(parents)),
            *(_change(path, content) for path, content in files.items()),
            b"\nget-mark :1\ndone\n",
        ]
        # Without --force git would not move a ref to a history that does not contain the old tip.
        return self.git("fast-import", "--quiet", "--done", "--force", "--cat-blob-fd=1", stdin=b"".join(lines))

    def merge(self, base: str, head: str, *, author: tuple[str, str], at: datetime, message: str = "Merge") -> str | None:
        """The commit that merges `head` into `base`, None where they conflict or have nothing in common."""
        done = self.git("merge-tree", "--write-tree", base, head, accept=(0, 1, 128))
        tree = done.split("\n", 1)[0]
        if "\n" in done or not done:
            return None
        when = f"{int(at.timestamp())} +0000"
        names = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL", "DATE")]
        extra = dict(zip(names, (*author, when) * 2, strict=True))
        done2 = subprocess.run(
            ["git", "-C", str(self.path), "commit-tree", tree, "-p", base, "-p", head, "-m", message],
            check=True, capture_output=True, env={**self._environment, **extra},
        )  # fmt: skip
        return done2.stdout.decode().strip()

    def move(self, ref: str, oid: str | None) -> None:
        self.git("update-ref", *(["-d", ref] if oid is None else [ref, oid]))

    def merge_base(self, one: str, other: str) -> str | None:
        return self.git("merge-base", one, other, accept=(0, 1)) or None

    def log(self, head: str, without: str) -> list[Logged]:
        """Commits of `head` that `without` has not, oldest first."""
        form = "%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%cI%x00%B%x01"
        text = self.git("log", "--topo-order", "--reverse", f"--format={form}", head, f"^{without}")
        return [_logged(record.strip("\n").split("\0")) for record in text.split("\x01") if record.strip()]

    def changed(self, old: str, new: str) -> list[str]:
        return [line for line in self.git("diff-tree", "-r", "--name-only", "-M", old, new).split("\n") if line]


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


def _change(path: str, content: Content) -> bytes:
    if content is None:
        return f"D {path}\n".encode()
    if isinstance(content, Link):
        return f"M 120000 inline {path}\n".encode() + _data(content.target.encode())
    data = content.encode() if isinstance(content, str) else content
    return f"M 100644 inline {path}\n".encode() + _data(data)


def _logged(fields: list[str]) -> Logged:
    oid, parents, author, author_mail, committer, committer_mail, committed_at, message = fields
    return Logged(oid, tuple(parents.split()), (author, author_mail), (committer, committer_mail), committed_at, message)
