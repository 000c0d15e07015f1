"""Writes that outlive a loss of power."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write a folder's list of names through to the disk.

    Only after that does a new file outlive a loss of power.

    Raises:
        OSError: when the folder cannot be opened or the disk fails.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
