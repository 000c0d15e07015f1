"""The files that a change deploys, as they lie here: their digests, and nothing else of them."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.reading.view import View

_BLOCK: Final = 1024 * 1024


def with_artifacts(view: View, argument: str) -> View:
    """Return the view with the digests of the files that a change deploys.

    It is the same view where the change names none, or cannot be read: that is told elsewhere.
    """
    try:
        implementation = view.head.change(argument).change.spec.implementation
    except (errors.NothingToDo, errors.Unreadable):
        return view
    if implementation is None or not implementation.artifacts:
        return view
    paths = [one.path for one in implementation.artifacts]
    return replace(view, artifacts={path: _digest(view.root / path) for path in paths})


def _digest(path: Path) -> str:
    """Return the digest of a regular file; empty where there is none that can be read."""
    sha256 = hashlib.sha256()
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                sha256.update(block)
    except OSError:
        return ""
    return f"sha256:{sha256.hexdigest()}"
