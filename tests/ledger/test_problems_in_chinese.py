"""What is wrong with a ledger is told people in their language, and programs in English with its data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.language.reader import Reader
from changeflow.language.sentences import said_of
from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.model.evidence import DecisionBody
from tests.hosts.office import CHANGE, Office, call
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


@pytest.mark.parametrize(("language", "said"), [("en", "does not hold: entry 2 was seen here before and is gone"), ("zh", "证据账本不完整：此前在这里看到过条目 2")])
def test_an_error_quotes_the_problem_in_the_language_of_the_reader(office: Office, language: str, said: str) -> None:
    with pytest.raises(errors.Unreadable) as caught:
        ledger(office.repo).read().require_sound()
    assert said in said_of(caught.value.told, Reader(language, UTC)).text  # type: ignore[arg-type]


def test_an_error_names_the_entry_that_is_wrong(office: Office) -> None:
    office.repo("update-ref", "-d", f"refs/heads/{BRANCH}")
    branch = ledger(office.repo)
    chain = branch.read()
    placed = replace(chain, problems=(found_in_ledger("ledger-replayed", "a/000002-release.json", first="a/000001-release.json"),))
    with pytest.raises(errors.Unreadable, match=r"does not hold: a/000002-release.json is the same statement as `a/000001-release.json`"):
        placed.require_sound()


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "the evidence does not hold together: entry 2 was seen here before and is gone"), ("zh", "证据账本不完整：此前在这里看到过条目 2")],
)
def test_a_gate_quotes_the_problem_in_the_language_of_the_reader(capfd: pytest.CaptureFixture[str], language: str, said: str) -> None:
    assert said in call(capfd, "gate", "approve", CHANGE, "--lang", language).out


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("language", "said"), [("en", "counts as approved: entry 2 was seen here before and is gone"), ("zh", "任何变更都不算获批：此前在这里看到过条目 2")])
@pytest.mark.parametrize("command", [("list",), ("todo", "--as", "carol"), ("show", CHANGE)])
def test_a_warning_quotes_the_problem_in_the_language_of_the_reader(capfd: pytest.CaptureFixture[str], command: tuple[str, ...], language: str, said: str) -> None:
    for _ in range(2):
        # the second answer may be a remembered one
        assert said in call(capfd, *command, "--lang", language).err
