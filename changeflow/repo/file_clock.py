"""The clock that gives files their times: of a file server, it may differ from this machine's."""

from __future__ import annotations

import os
from pathlib import Path


def file_time(folder: Path) -> int | None:
    """Return the time that a file of a folder would get now, in nanoseconds since 1970.

    None where no file can be made in the folder.
    """
    probe = folder / f"{os.urandom(8).hex()}.part"
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            return os.fstat(descriptor).st_ctime_ns
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError:
        return None
