"""The file of a new request: whole or not at all, and never over another one."""

from __future__ import annotations

from pathlib import Path

from changeflow import errors
from changeflow.model.document_paths import change_folder, rfc_path
from changeflow.repo.new_files import place


def refuse_existing(root: Path, change: str) -> None:
    """Refuse an id that is taken.

    Raises:
        errors.Refused: when its folder exists.
    """
    folder = root / change_folder(change)
    if folder.exists() or folder.is_symlink():
        raise errors.Refused.of("place.change_taken", change=change)


def write_request(root: Path, change: str, text: bytes) -> str:
    """Write a new request, whole or not at all, and return its path.

    Raises:
        errors.Refused: when the change exists, also if another command made it just now.
        errors.UsageError: when it cannot be written.
    """
    refuse_existing(root, change)
    path = rfc_path(change)
    try:
        place(root / change_folder(change), {Path(path).name: text})
    except errors.UsageError:
        refuse_existing(root, change)
        raise
    return path
