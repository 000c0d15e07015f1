"""Writing a set of new files into a folder: all of them or none, without touching existing ones."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from changeflow import errors

EXECUTABLE = 0o755
PLAIN = 0o644
MOST_NAMED = 20


def place(
    folder: Path, files: Mapping[str, bytes], finish: Callable[[Path], None] = lambda _: None
) -> None:
    """Write `files` (path inside the folder -> content) below `folder`, which may exist.

    The files are written in a folder beside it first, and `finish` runs there (it may make a git
    repository). A folder that does not exist yet then appears by one rename; in one that exists, a
    failure takes back what was added.

    Raises:
        errors.Refused: when any of the files exists; all of them are named, none is written.
        errors.UsageError: when `folder` is a file, or cannot be written.
    """
    refuse_conflicts(folder, files)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise errors.UsageError.of(
            "place.unwritten", folder=str(folder.parent), why=errors.refusal(error)
        ) from error
    try:
        _write(stage, files)
        finish(stage)
        if folder.exists():
            _move_in(stage, folder, files)
        else:
            stage.chmod(EXECUTABLE)
            stage.rename(folder)
    except OSError as error:
        raise errors.UsageError.of(
            "place.unwritten", case="clean", folder=str(folder), why=errors.refusal(error)
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def refuse_conflicts(folder: Path, files: Mapping[str, bytes]) -> None:
    """Refuse when a file exists below `folder`, or a file or link is in place of a folder.

    Raises:
        errors.Refused: naming every such path.
        errors.UsageError: when `folder` itself is no folder.
    """
    if (folder.is_symlink() or folder.exists()) and not folder.is_dir():
        raise errors.UsageError.of("place.no_folder", folder=str(folder))
    taken = {in_the_way(folder, name) for name in files} - {None}
    if taken:
        named = sorted(filter(None, taken))
        raise errors.Refused.of("place.taken", folder=str(folder), paths=named)


def in_the_way(folder: Path, name: str) -> str | None:
    """Return the existing path that prevents writing `name` below `folder`.

    It is the file itself, or a file or link in place of a folder.
    """
    parts = Path(name).parts
    for count in range(1, len(parts)):
        parent = folder.joinpath(*parts[:count])
        if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
            return "/".join(parts[:count])
    target = folder / name
    return name if target.is_symlink() or target.exists() else None


def _write(stage: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(EXECUTABLE if content.startswith(b"#!") else PLAIN)


def _move_in(stage: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    added: list[Path] = []
    try:
        for name in files:
            _make_parents(folder, name, added)
            _bring(stage / name, folder / name)
            added.append(folder / name)
        if (stage / ".git").exists():
            (stage / ".git").rename(folder / ".git")
    except BaseException:
        # even an interruption takes back what was added; it goes on as it was
        for path in reversed(added):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        raise


def _bring(source: Path, target: Path) -> None:
    """Put a file in its place; unlike a rename, fail when the file appeared meanwhile."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # a file system without hard links
        with target.open("xb") as file:
            file.write(source.read_bytes())
        target.chmod(source.stat().st_mode & 0o777)


def _make_parents(folder: Path, name: str, added: list[Path]) -> None:
    for parent in reversed(Path(name).parents[:-1]):
        path = folder / parent
        if not path.is_dir():
            path.mkdir()
            added.append(path)
