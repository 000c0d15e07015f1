"""The demonstration, which takes seconds: played once in a run of the tests, whichever worker asks first."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# An environment that tries to interfere.
HOSTILE = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "GIT_AUTHOR_NAME": "Somebody Else",
    "GIT_AUTHOR_EMAIL": "else@example.org",
    "GIT_DIR": "/nowhere",
    "CHANGEFLOW_FORMAT": "json",
    "CHANGEFLOW_BASE": "nowhere",
    "CHANGEFLOW_NOW": "1999-01-01T00:00:00Z",
    "TZ": "Asia/Tokyo",
    "LC_ALL": "tr_TR.UTF-8",
}


def performance(factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder that `changeflow demo --keep` leaves behind, for reading alone, and what it told."""
    base = factory.getbasetemp()
    # The folder of a worker is in that of the run.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    kept, told = run / "demonstration" / "kept", run / "demonstration" / "told"
    kept.parent.mkdir(exist_ok=True)
    with (kept.parent / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            command = [sys.executable, "-m", "changeflow", "demo", "--keep", str(kept)]
            hostile = HOSTILE | {"HOME": str(kept.parent)}
            done = subprocess.run(command, capture_output=True, cwd=kept.parent, env=hostile, check=False)
            assert (done.returncode, done.stderr) == (0, b""), done.stderr
            told.write_bytes(done.stdout)
    return kept, told.read_text(encoding="utf-8")


def copied(factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository that the demonstration leaves behind."""
    kept, _ = performance(factory)
    shop = Path(shutil.copytree(kept / "webshop", factory.mktemp("demonstration") / "webshop", symlinks=True))
    # git looks at the copied files once, and then knows that they are those of the commit
    subprocess.run(["git", "-C", str(shop), "update-index", "-q", "--refresh"], check=True)
    return shop
