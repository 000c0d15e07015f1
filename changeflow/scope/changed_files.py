"""Changed files as scope asks for them, and which of them have to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from changeflow.model.scope import Did

# bytes of a file that are read; plans of large estates are long
MANIFEST_LIMIT: Final = 16 * 1024 * 1024
PLAN_LIMIT: Final = 64 * 1024 * 1024

_MANIFESTS: Final = (".yaml", ".yml", ".json", ".yaml.gotmpl", ".yml.gotmpl", ".tpl")

# how a file of kustomize may be called, too
_KUSTOMIZATION: Final = "Kustomization"
LINK: Final = "120000"
_SUBMODULE: Final = "160000"


class FileChange(NamedTuple):
    """A path that differs between the merge base and the head; None where it is not there.

    Attributes:
        path: from the top of the git repository.
        before: git's mode at the merge base.
        after: git's mode at the head.
    """

    path: str
    before: str | None
    after: str | None

    @property
    def did(self) -> Did:
        """Return what happened to the path. A rename takes one away and adds another."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def is_link(self) -> bool:
        """Return whether it was or is a symbolic link."""
        return LINK in (self.before, self.after)

    @property
    def may_be_folder(self) -> bool:
        """Return whether other files may lie below it: of a submodule, or where a link leads."""
        return self.is_link or _SUBMODULE in (self.before, self.after)


class Contents(NamedTuple):
    """The bytes of a file at the merge base and at the head.

    None where there is no plain file. What is too large has none, and is marked.
    """

    path: str
    before: bytes | None
    after: bytes | None
    too_large: bool = False


class BranchFiles(Protocol):
    """The changed files of a branch."""

    @property
    def changes(self) -> Sequence[FileChange]:
        """Return every path that differs."""

    def contents(self, paths: Iterable[str], limit: int) -> Iterator[Contents]:
        """Yield what is in changed files."""

    def named_like(self, patterns: Sequence[str]) -> Sequence[str]:
        """Return the paths of all plain files of the head that match patterns."""

    def at_head(self, path: str, limit: int) -> Contents:
        """Return what is in a file of the head, changed or not."""


def may_be_manifest(path: str) -> bool:
    """Return whether a file may name images or Helm releases."""
    return path.endswith(_MANIFESTS) or path.rpartition("/")[2] == _KUSTOMIZATION


def first_difference(contents: Contents) -> int:
    """Return the first line of the head that differs; 0 where there is none to look at."""
    before, after = contents.before, contents.after
    if after is None or b"\0" in after[:8_000]:
        return 0
    if before is None:
        return 1 if after else 0
    if before == after:
        return 0
    old, new = before.split(b"\n"), after.split(b"\n")
    for number, (mine, theirs) in enumerate(zip(new, old, strict=False), start=1):
        if mine != theirs:
            return number
    return min(len(old), len(new))
