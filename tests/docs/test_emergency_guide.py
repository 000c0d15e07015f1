"""The guide for emergencies, typed as it stands, ends with a change that is released, approved in retrospect and closed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
GUIDE = (PROJECT / "docs/guides/emergency.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(found) for found in re.findall(r"^   ```sh\n(.*?)^   ```", GUIDE, re.MULTILINE | re.DOTALL)]
BEFORE = """\
mkdir -p ~/.ssh
for person in alice bob carol dave; do ssh-keygen -q -t ed25519 -N '' -C "$person" -f ~/.ssh/"$person"; done
git config --global user.name Alice
git config --global user.email alice@shop.example
git config --global init.defaultBranch main
changeflow init shop --key ~/.ssh/alice.pub --member bob=$HOME/.ssh/bob.pub --member carol=$HOME/.ssh/carol.pub \\
  --member dave=$HOME/.ssh/dave.pub
cd shop
"""


def test_an_emergency_goes_from_the_request_to_its_end_as_the_guide_says(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CHANGEFLOW_", "SSH_"))}
    environment = kept | {
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    script = "set -euo pipefail\n" + BEFORE + "\n".join(BLOCKS)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert "-stop-the-leak: implemented" in done.stdout
    assert re.findall(r"^gate (\w+) of \S+: (OPEN|SHUT)", done.stdout, re.MULTILINE) == [
        ("approve", "OPEN"),
        ("deploy", "OPEN"),
        ("close", "OPEN"),
    ]
