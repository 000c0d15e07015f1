"""The lines of the guide to completion do what it says, in every shell that is here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/completion.md"
ROWS = dict(re.findall(r"^\| (bash|zsh|fish)[^|]*\| `[^`]+` \| `(.+)` \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
PROOFS = {
    "bash": ("--norc", "-c", "complete -p changeflow"),
    "zsh": ("-f", "-c", "print -r -- ${_comps[changeflow]:?}"),
    "fish": ("--no-config", "-c", "complete -C 'changeflow '"),
}


@pytest.mark.parametrize("shell", sorted(PROOFS))
def test_the_line_of_the_guide_registers_the_completion(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    *options, proof = PROOFS[shell]
    line = ROWS[shell].replace("\\|", "|")
    environment = os.environ | {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [program, *options, f"{line}; {proof}"], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "changeflow" in done.stdout
