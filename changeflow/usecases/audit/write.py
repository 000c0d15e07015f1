"""Write the folder of an audit: all of it, or nothing.

The files are written beside the folder first. An earlier audit is replaced where it was not changed
since; any other folder that is not empty is left alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.model.manifests import MANIFEST, manifest_line
from changeflow.repo.folder_swap import put_in_place
from changeflow.repo.new_files import EXECUTABLE

_PAPER: Final = "audit.json"


def write_audit(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write the files of an audit, and the list of their digests.

    Args:
        folder: a new one, an empty one, or that of an earlier audit.
        files: paths in it and bytes, made while they are written.

    Raises:
        errors.UsageError: when it is no folder, or cannot be written.
        errors.Refused: when something else is in it, or an earlier audit was changed.
    """
    refuse_taken(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritten(folder, error) from error
    try:
        new = stage / "new"
        new.mkdir()
        _write(new, files)
        new.chmod(EXECUTABLE)
        put_in_place(new, folder, stage / "old")
    except OSError as error:
        raise _unwritten(folder, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _unwritten(folder: Path, error: OSError) -> errors.ChangeflowError:
    return errors.unwritten("audit_out.unwritten", error, folder=str(folder))


def _write(new: Path, files: Iterable[tuple[str, bytes]]) -> None:
    lines = {}
    for path, data in files:
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        lines[path] = manifest_line(path, data)
    listed = "".join(lines[path] for path in sorted(lines))
    (new / MANIFEST).write_text(listed, encoding="utf-8", newline="\n")


def refuse_taken(folder: Path) -> None:
    """Refuse a folder that has anything but an earlier audit as it was written.

    Raises:
        errors.UsageError: when it is no folder, or cannot be read.
        errors.Refused: when something else is in it.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise errors.UsageError.of("audit_out.no_folder", folder=str(folder))
    try:
        there = set(_files_below(folder))
        if not there:
            return
        if not {_PAPER, MANIFEST} <= there:
            raise errors.Refused.of("audit_out.taken", folder=str(folder))
        changed = sorted(_changed(folder, there))
    except OSError as error:
        raise _unwritten(folder, error) from error
    if changed:
        raise errors.Refused.of("audit_out.changed", folder=str(folder), paths=changed)


def _files_below(folder: Path) -> Iterable[str]:
    """Yield everything below a folder that is no folder itself, and folders that are empty."""
    for place, folders, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*files, *links):
            yield (inside / name).as_posix()
        if not files and not folders and inside.parts:
            yield inside.as_posix()


def _changed(folder: Path, there: set[str]) -> Iterable[str]:
    """Yield files that are not as the list of an earlier audit has them."""
    listed = {}
    for line in (folder / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, path = line.partition("  ")
        listed[path] = digest
    yield from (there ^ {*listed, MANIFEST})
    for path in there & listed.keys():
        target = folder / path
        is_same = target.is_file() and not target.is_symlink()
        if not is_same or hashlib.sha256(target.read_bytes()).hexdigest() != listed[path]:
            yield path
