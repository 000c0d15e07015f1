"""The key of this user with which what the index remembers is sealed.

It lies in the user's own folder, never in a repository: an index that was copied along, restored
from elsewhere or written by another user is sealed with another key, and is not believed.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

KEY_SIZE: Final = 32


def index_key() -> bytes | None:
    """Return the key, made when it is asked for first; None where there can be none."""
    path = _place()
    if path is None:
        return None
    try:
        return _read(path) or _made(path)
    except OSError:
        # A machine without a place for it does without an index.
        return None


def _place() -> Path | None:
    named = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(named):  # noqa: PTH117 - a text that may be empty
        return Path(named) / "changeflow" / "index.key"
    home = os.environ.get("HOME", "")
    if os.path.isabs(home):  # noqa: PTH117 - a text that may be empty
        return Path(home) / ".local" / "state" / "changeflow" / "index.key"
    return None


def _read(path: Path) -> bytes | None:
    """Return the key in a file; None where there is none that only this user can read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor has no path
        facts = os.fstat(descriptor)
        is_own = facts.st_uid == os.geteuid() and not facts.st_mode & 0o077
        key = file.read(KEY_SIZE + 1) if stat.S_ISREG(facts.st_mode) else b""
    if not is_own:
        raise PermissionError(f"{path} is not this user's own")
    return key if len(key) == KEY_SIZE else None


def _made(path: Path) -> bytes | None:
    """Make a key. Of several processes that do, the last one's is kept."""
    import secrets
    import tempfile

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # readable by this user alone
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".index-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_SIZE))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return _read(path)
