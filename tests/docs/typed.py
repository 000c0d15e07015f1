"""What a page tells its reader to type, typed as it stands: its `sh` blocks, one after the other, in one shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

from tests import forked

PROJECT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# What guides take for granted: four people with keys, and a git that knows who types.
PEOPLE = """\
mkdir -p ~/.ssh
for person in alice bob carol dave; do ssh-keygen -q -t ed25519 -N '' -C "$person" -f ~/.ssh/"$person"; done
git config --global user.name Alice
git config --global user.email alice@shop.example
git config --global init.defaultBranch main
"""
# And a change repository of theirs.
SHOP = f"""{PEOPLE}\
changeflow init shop --timezone UTC --key ~/.ssh/alice.pub --member bob=$HOME/.ssh/bob.pub --member carol=$HOME/.ssh/carol.pub \\
  --member dave=$HOME/.ssh/dave.pub
cd shop
"""


def blocks(page: str) -> str:
    """Return the `sh` blocks of a page as one script."""
    found = BLOCK.findall((PROJECT / page).read_text(encoding="utf-8"))
    assert found, f"{page} has nothing to type"
    return "\n".join(textwrap.dedent(block) for block in found)


def type_in(folder: Path, *scripts: str) -> str:
    """Type scripts into one shell that stops at the first failure, for somebody git does not know; return what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CHANGEFLOW_", "SSH_"))}
    environment = kept | {
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": os.pathsep.join(map(str, (forked.folder_of_program(), Path(sys.executable).parent, os.environ["PATH"]))),
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(("set -euo pipefail", *scripts))],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return done.stdout


def gates(said: str) -> list[tuple[str, str]]:
    """Return what the gates answered, in order: (gate, OPEN or SHUT)."""
    return re.findall(r"^gate (\w+) of \S+: (OPEN|SHUT)", said, re.MULTILINE)
