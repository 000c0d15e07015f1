"""What sort of git repository a folder is, found without git, which most commands never run."""

from __future__ import annotations

import os
from pathlib import Path


def is_bare(folder: Path) -> bool:
    """Tell whether a folder is a git repository itself, without a work tree around it."""
    return (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )


def is_sparse(folder: Path) -> bool:
    """Return whether the checkout around a folder may lack files that its commit has.

    True also where it once was sparse.
    """
    marker = marker_of(folder)
    if marker is None:
        return False
    git_folder = marker if marker.is_dir() else _named_in(marker)
    return (git_folder / "info" / "sparse-checkout").is_file()


def marker_of(folder: Path) -> Path | None:
    """Return the `.git` of the work tree around a folder, or None.

    It is a folder, or a file that names one.
    """
    here = folder.resolve()
    for place in (here, *here.parents):
        if os.path.lexists(place / ".git"):
            return place / ".git"
    return None


def _named_in(marker: Path) -> Path:
    try:
        return marker.parent / os.fsdecode(marker.read_bytes().removeprefix(b"gitdir:").strip())
    except OSError:
        return marker


def common_folder(folder: Path) -> Path | None:
    """Return the git folder that all work trees of the repository around a folder share, or None.

    Git itself is not asked: most commands never run it.
    """
    marker = marker_of(folder)
    if marker is None:
        return None
    found = marker if marker.is_dir() else _named_in(marker)
    try:
        shared = os.fsdecode((found / "commondir").read_bytes().strip())
    except OSError:
        shared = "."
    whole = found / shared
    return whole if (whole / "objects").is_dir() else None
