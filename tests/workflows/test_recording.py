"""Recording what landed begins where the ledger stopped, so that a lost run loses nothing; a merge group is told by its signal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.hosts.github.environment import Environment
from changeflow.hosts.github.targets import target_of
from changeflow.hosts.target import Group
from changeflow.ledger.statement import Draft
from changeflow.model.evidence import DecisionBody
from changeflow.reading.state import State
from changeflow.repo.source import Revision
from changeflow.usecases.pull.record_merged import needs_authority, not_recorded
from tests.repositories import CONTENT, Repo, approval, draft, ledger

OID = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "changes")
    repo.write("README.md")
    repo.commit("First")
    return repo


def landed(repo: Repo, *names: str) -> list[str]:
    commits = []
    for name in names:
        repo.write(name)
        commits.append(repo.commit(name))
    return commits


def on_record(commit: str) -> Draft:
    decision: dict[str, Any] = {"inputs": {"merged": commit, "pull_request": 1}}
    return draft(DecisionBody(gate="approve", open=True, digest=CONTENT, decision=decision))


def test_a_push_whose_run_was_lost_is_recorded_by_the_next(repo: Repo) -> None:
    first, second, third = landed(repo, "one", "two", "three")
    book = ledger(repo)
    book.append_deciding(lambda _: on_record(first))
    assert not_recorded(repo.git, book.read(), third, since=second) == (second, third)
    assert not_recorded(repo.git, book.read(), third, since=None) == (second, third)


def test_what_is_on_record_is_not_recorded_again(repo: Repo) -> None:
    (only,) = landed(repo, "one")
    book = ledger(repo)
    book.append_deciding(lambda _: on_record(only))
    assert not_recorded(repo.git, book.read(), only, since=None) == ()


@pytest.mark.parametrize("opinions", [0, 1], ids=["empty ledger", "a ledger with opinions alone"])
def test_history_from_before_the_bot_is_left_alone(repo: Repo, opinions: int) -> None:
    first, second, third = landed(repo, "one", "two", "three")
    book = ledger(repo)
    for _ in range(opinions):
        book.append_deciding(lambda _: approval())
    assert not_recorded(repo.git, book.read(), third, since=None) == (third,)
    assert not_recorded(repo.git, book.read(), third, since=first) == (second, third)
    assert not_recorded(repo.git, book.read(), third, since=OID) == (third,)


def test_a_first_commit_is_no_change(repo: Repo) -> None:
    assert not_recorded(repo.git, ledger(repo).read(), repo("rev-parse", "HEAD"), since=None) == ()


def test_only_what_needs_authority_is_asked_about(repo: Repo) -> None:
    words, work = landed(repo, "docs/words.md", "cmdb/items.yaml")
    base = State(Revision(repo.git, "main")).rulebook
    assert not needs_authority(repo.git, base, repo("rev-parse", f"{words}^"), words)
    assert needs_authority(repo.git, base, words, work)


def signal(**run: Any) -> Environment:
    payload = {"workflow_run": {"event": "merge_group", "head_sha": OID, "pull_requests": []} | run}
    return Environment(
        event="workflow_run",
        payload=payload,
        repository="acme/changes",
        api_url="",
        graphql_url="",
        server_url="",
        sha="",
        summary=None,
        output=None,
    )


@pytest.mark.parametrize("prefix", ["", "refs/heads/"])
def test_the_signal_of_a_merge_group_leads_to_the_group(prefix: str) -> None:
    target = target_of(signal(head_branch=f"{prefix}gh-readonly-queue/release/1.x/pr-12-{OID}"))
    assert target.group == Group("release/1.x", OID)


@pytest.mark.parametrize(
    "run",
    [{"head_branch": "main"}, {"head_branch": None}, {"head_branch": f"gh-readonly-queue/main/pr-12-{OID}", "head_sha": "--all"}],
)
def test_a_signal_that_names_no_merge_group_is_refused(run: dict[str, Any]) -> None:
    with pytest.raises(errors.Unreadable, match="no merge group"):
        target_of(signal(**run))


def test_the_signal_of_a_review_leads_to_its_pull_request_or_to_all() -> None:
    assert target_of(signal(event="pull_request_review", pull_requests=[{"number": 12}])).pulls == (12,)
    assert target_of(signal(event="pull_request_review")).every
