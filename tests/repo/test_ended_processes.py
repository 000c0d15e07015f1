"""The machine ends a process of a command that works with several: the command says so, and what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from changeflow.repo.parallel import MANY, cores
from tests.register.office import Office

pytestmark = pytest.mark.skipif(cores() < 2, reason="with one core there is one process")

# a process that is forked ends at once, as where memory runs out; programs that are started are no forks
ENDED = """
import os, signal, sys
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGKILL))
if "one-core" in sys.argv:
    sys.argv.remove("one-core")
    os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])
from changeflow.__main__ import main
sys.exit(main())
"""
SITE = ("site", "--out", "../public", "--now", "2026-11-28T10:00:00Z")
DRAFT = """\
apiVersion: changeflow/v1
kind: ChangeRequest
metadata: {{id: {name}, title: A draft, requester: alice, created: 2026-11-21}}
spec: {{type: normal, draft: true, reason: One of many}}
"""


def ended(office: Office, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENDED, *words]
    return subprocess.run(command, cwd=office.root, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("many") / "shop")
    for number in range(MANY):
        name = f"CHG-20261121-draft-{number}"
        path = office.root / "changes" / name / "rfc.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(DRAFT.format(name=name), encoding="utf-8")
    office.commit("Many drafts")
    return office


@pytest.mark.parametrize(("language", "words"), [("en", ("check",)), ("zh", ("check",)), ("en", SITE)])
def test_a_command_whose_process_was_ended_says_so_and_what_to_do(many: Office, language: str, words: tuple[str, ...]) -> None:
    said = ended(many, "--lang", language, *words)
    assert said.returncode == 5, said.stderr
    assert said.stdout == ""
    assert "SIGKILL" in said.stderr
    assert ("memory" if language == "en" else "内存") in said.stderr
    assert "taskset -c 0 changeflow" in " ".join(said.stderr.split())


def test_one_core_is_one_process_as_the_hint_says(many: Office) -> None:
    said = ended(many, "one-core", "check")
    assert (said.returncode, "SIGKILL" in said.stderr) == (0, False), said.stderr
    assert "documents checked" in said.stdout + said.stderr
