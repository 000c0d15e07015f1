"""Temporary files of tests in memory, where a disk would be written to for files that nobody keeps.

Tests make hundreds of thousands of small files, most of them of git, which waits for the disk at every branch that it moves.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

FOLDER: Final = Path("/dev/shm")  # noqa: S108 - a folder for temporary files in memory
# What tests have at once is a small part of it: pytest removes the files of a test that passed.
BYTES, FILES = 2**31, 200_000


def keep_in_memory() -> None:
    """Name the folder in memory as that for temporary files, also of processes below; a TMPDIR that is set is left as it is."""
    if "TMPDIR" not in os.environ and serves(FOLDER):
        os.environ["TMPDIR"] = str(FOLDER)
        tempfile.tempdir = None


def serves(folder: Path) -> bool:
    """Tell whether files can be made and programs started in a folder, and whether it has room."""
    return hasattr(os, "statvfs") and os.access(folder, os.W_OK | os.X_OK) and has_room(os.statvfs(folder))


def has_room(found: os.statvfs_result) -> bool:
    """Tell whether a file system has room and starts programs: that of a container often has 64 MB in memory and starts none."""
    starts_programs = not found.f_flag & getattr(os, "ST_NOEXEC", 0)
    return starts_programs and found.f_bavail * found.f_frsize >= BYTES and found.f_favail >= FILES
