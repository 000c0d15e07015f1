"""The target of a call of `check`: the repository, and the files in question."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import CONFIG
from changeflow.model.paths import shown


@dataclass(frozen=True)
class CheckTarget:
    """The files to check.

    `wanted` are paths relative to the root, files or folders, and `None` means everything. `loose`
    are files outside of any repository: they are judged by themselves.
    """

    root: Path | None
    wanted: tuple[str, ...] | None = None
    loose: tuple[Path, ...] = ()

    def wants(self, path: str) -> bool:
        """Return whether a file of the repository is to be checked.

        `path` may be spelt as findings show it.
        """
        if self.wanted is None:
            return True
        names = {*self.wanted, *map(shown, self.wanted)}
        return any(name in ("", path) or path.startswith(f"{name}/") for name in names)


def root_of(paths: Sequence[str], here: Path) -> Path | None:
    """Return the change repository that the first path lies in, or `None`.

    Without paths it is the one around `here`.
    """
    named = here / paths[0] if paths else here
    start = Path(os.path.abspath(named))  # noqa: PTH100 - links stay as they are
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    return None


def target(
    root: Path | None, paths: Sequence[str], here: Path, *, on_disk: bool = True
) -> CheckTarget:
    """Sort the paths of a call into those inside the repository and loose ones.

    Args:
        root: the change repository, if there is one.
        paths: files or folders as the user wrote them; none means the whole repository.
        here: the folder they are relative to.
        on_disk: whether they are looked for on disk; a revision is asked for them later.

    Raises:
        errors.NothingToDo: when one does not exist, or when there is neither a path nor a
            repository.
        errors.UsageError: when a revision is asked for a path outside of the repository.
    """
    if not paths:
        if root is None:
            raise errors.NothingToDo.of("unknown.checked_repository", config=CONFIG)
        return CheckTarget(root)
    wanted: list[str] = []
    loose: list[Path] = []
    for path in paths:
        full = Path(os.path.abspath(here / path))  # noqa: PTH100 - links stay as they are
        inside = _inside(root, full)
        if on_disk and not os.path.lexists(full):
            raise errors.NothingToDo.of("unknown.path", path=path)
        if inside is not None:
            wanted.append(inside)
        elif not on_disk:
            raise errors.UsageError.of("option.rev_outside", path=path)
        else:
            loose += _files(path, full)
    return CheckTarget(root, tuple(wanted), tuple(loose))


def _inside(root: Path | None, full: Path) -> str | None:
    """Return the path relative to the root with `/`, empty for the root itself; `None` outside."""
    if root is None:
        return None
    if full == root:
        return ""
    real = Path(os.path.realpath(full.parent)) / full.name
    relative = os.path.relpath(real, os.path.realpath(root))
    if relative == ".":
        return ""
    if relative == ".." or relative.startswith(f"..{os.sep}"):
        return None
    return relative.replace(os.sep, "/")


def _unlisted(error: OSError) -> None:
    raise errors.Unreadable.of(
        "file.unlisted", path=error.filename, why=errors.refusal(error)
    ) from error


def _files(named: str, full: Path) -> Iterator[Path]:
    """Yield the documents in a folder, or the file itself.

    Raises:
        errors.UsageError: when a change repository lies in the folder: its documents are only
            judged beside each other.
    """
    if full.is_symlink() or not full.is_dir():
        yield full
        return
    for folder, folders, names in os.walk(full, onerror=_unlisted):
        folders.sort()
        if CONFIG in names:
            raise errors.UsageError.of("option.nested_repository", path=named, folder=folder)
        for name in sorted(names):
            if name.endswith((".yaml", ".yml")):
                yield Path(folder) / name
