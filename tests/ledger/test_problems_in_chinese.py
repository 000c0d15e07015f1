"""What is wrong with a ledger is told people in their language, and programs in English with its data."""

from __future__ import annotations

from pathlib import Path

import pytest

from changeflow.model.evidence import DecisionBody
from tests.hosts.office import Office, call
from tests.repositories import BRANCH, CONTENT, Keys, draft, ledger


@pytest.fixture
def office(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A repository whose ledger lost its newest entry after it was seen."""
    made = Office(tmp_path / "office", keys)
    monkeypatch.chdir(made.repo.path)
    branch = ledger(made.repo)
    for seq in range(2):
        branch.append_deciding(lambda _, seq=seq: draft(DecisionBody(gate="deploy", open=False, digest=CONTENT, decision={}), f"change{seq}"))
    made.repo("update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1")
    return made


@pytest.mark.usefixtures("office")
def test_a_ledger_that_was_set_back_is_reported_in_chinese(capfd: pytest.CaptureFixture[str]) -> None:
    said = call(capfd, "ledger", "verify", "--lang", "zh").out
    assert "此前在这里看到过条目 2，现在已经没有：分支 `changeflow/ledger` 被重置或改写" in said
    assert "可以恢复当时看到的状态" in said
    assert "set back" not in said


@pytest.mark.usefixtures("office")
def test_english_is_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    said = call(capfd, "ledger", "verify").out
    assert "entry 2 was seen here before and is gone: the branch `changeflow/ledger` was set back or rewritten  [ledger-truncated]" in said
    assert "brings the seen state back while git still has it; or fetch the branch from another clone" in said


@pytest.mark.usefixtures("office")
def test_a_program_reads_english_and_the_data(capfd: pytest.CaptureFixture[str]) -> None:
    (problem,) = call(capfd, "ledger", "verify", "--lang", "zh", "--format", "json").json["problems"]
    assert problem["message"].startswith("entry 2 was seen here before and is gone")
    assert problem["data"]["seq"] == 2
    assert problem["data"]["branch"] == BRANCH
