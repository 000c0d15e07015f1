"""What a command does is counted as it happens: processes, functions, documents that were loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.walks import WITNESS, Trace
from tests.conftest import PROJECT

STARTS = """\
import os, subprocess, sys
subprocess.run(["git", "--version"], cwd=sys.argv[1], stdout=subprocess.DEVNULL)
subprocess.run(["git", "--version"], cwd=sys.argv[1], stdout=subprocess.DEVNULL)
subprocess.run(["git", "--version"], cwd="/", stdout=subprocess.DEVNULL)
child = os.fork()
if child == 0:
    subprocess.run(["git", "--exec-path"], stdout=subprocess.DEVNULL)
    os._exit(0)
os.waitpid(child, 0)
for _ in range(2):
    subprocess.run(["git", "hash-object", "--stdin"], input=b"x", stdout=subprocess.DEVNULL)
sys.exit(3)
"""


def watched(report: Path, *words: str, cwd: Path = PROJECT) -> int:
    command = [sys.executable, "-X", "utf8", str(WITNESS), str(report), *words]
    # What an earlier run remembered would be loaded no more.
    forgetful = os.environ | {"CHANGEFLOW_INDEX": "off"}
    return subprocess.run(command, cwd=cwd, env=forgetful, capture_output=True, check=False).returncode


def test_every_process_is_counted_also_of_a_forked_child_and_repeated_ones_are_named(tmp_path: Path) -> None:
    script = tmp_path / "starts.py"
    script.write_text(STARTS, encoding="utf-8")
    assert watched(tmp_path / "report", str(script), str(tmp_path)) == 3, "the program's own exit status"
    trace = Trace.read(tmp_path / "report")
    assert len(trace.started("git")) == 6
    assert trace.repeated("git") == [(str(tmp_path), "git", "--version")]


def test_functions_and_loaded_documents_are_counted_where_the_program_runs(tmp_path: Path) -> None:
    path = "changes/CHG-20261120-shipping-2-4/rfc.yaml"
    shop = PROJECT / "examples" / "webshop"
    assert watched(tmp_path / "report", "--walk", "-m", "changeflow", "check", path, cwd=shop) == 0
    trace = Trace.read(tmp_path / "report")
    assert trace.loads(path) == 1
    assert "cli/check.py" in trace.walk["files"]
    assert "cli/context.py" not in trace.walk["files"], "its functions build options while a command's module is imported"
    assert trace.walk["functions"] > len(trace.walk["files"])
