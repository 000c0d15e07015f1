"""A command that is killed with SIGKILL just before a step, as a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# The process is killed just before the step of this number: a file is opened or removed, a folder is made, swapped or renamed.
KILLED = """
import os, signal, sys
import changeflow.cli.main
from changeflow.repo import folder_swap
left = int(sys.argv[1])
watched = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "tempfile.mkdtemp"}
def step(name):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def hook(event, arguments):
    if event in watched and not (event == "open" and arguments[1] in ("r", "rb", None)):
        step(event)
swapped = folder_swap._exchanged
def exchanged(one, other):
    step("before the swap")
    done = swapped(one, other)
    step("after the swap")
    return done
folder_swap._exchanged = exchanged
sys.addaudithook(hook)
sys.exit(changeflow.cli.main.run(sys.argv[2:]))
"""


def killed(folder: Path, step: int, *arguments: str) -> int:
    """Run a command in a folder and kill it before a step; 0 when it ended before."""
    command = [sys.executable, "-c", KILLED, str(step), *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, check=False).returncode
