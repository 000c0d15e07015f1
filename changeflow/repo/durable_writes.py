"""Writes that outlive a loss of power, and files that are never half written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from changeflow import errors


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


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole, or leave what was there.

    A device, a pipe or a link is written through.

    Raises:
        errors.HostFailed: when it cannot be written.
    """
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.write_bytes(data)
            return
        stage = path.with_name(f".{path.name[:50]}.{os.getpid()}.{threading.get_ident()}")
        try:
            with stage.open("xb") as file:
                file.write(data)
            if path.exists():
                stage.chmod(path.stat().st_mode & 0o777)
            stage.replace(path)
        except OSError:
            stage.unlink(missing_ok=True)
            raise
    except OSError as error:
        why = errors.refusal(error)
        raise errors.HostFailed.of("file.unwritten", path=str(path), why=why) from error
