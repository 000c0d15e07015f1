"""An application's commit names its change in a trailer, and git itself says what a trailer is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.reading.change_of_commit import change_of_commit, change_of_message
from tests.hosts.office import CHANGE, Office, call
from tests.repositories import Repo

INSIDE = "2026-11-25T22:10:00+08:00"
OUTSIDE = "2026-11-26T22:10:00+08:00"


def named(application: Repo, message: str) -> str:
    application.commit(message)
    return change_of_commit(application.path, "HEAD")


NAMED = [
    f"Speed up settlement\n\nChange: {CHANGE}",
    f"Speed up settlement\n\nSigned-off-by: A <a@example.com>\nChange: {CHANGE}\nCo-authored-by: B <b@example.com>",
    f"Speed up settlement\n\nLong text.\n\nchange:    {CHANGE}  ",
    f"Speed up settlement\n\nChange: {CHANGE}\nChange: {CHANGE}",
    f"Speed up settlement\n\nChange:\n  {CHANGE}",
    f"Speed up settlement\n\n---\n\nText below a line.\n\nChange: {CHANGE}",
]


@pytest.mark.parametrize("message", NAMED)
def test_a_commit_names_its_change_in_a_trailer(application: Repo, message: str) -> None:
    assert named(application, message) == CHANGE


UNNAMED = [
    ("Speed up settlement", "no trailer `Change`"),
    (f"Change: {CHANGE}", "no trailer `Change`"),
    (f"Speed up\n\nChange: {CHANGE}\n\nThis paragraph comes after it.", "no trailer `Change`"),
    (f"Speed up\n\nSee Change: {CHANGE} for more", "no trailer `Change`"),
    (f"Speed up\n\nChange-Id: {CHANGE}", "no trailer `Change`"),
    (f"Speed up\n\nChange: {CHANGE}\nChange: CHG-20261121-another", "several changes"),
    (f"Speed up\n\nChange: {CHANGE}, CHG-20261121-another", "no change's id"),
    ("Speed up\n\nChange: --record", "no change's id"),
    (f"Speed up\n\nChange: ../{CHANGE}", "no change's id"),
    (f"Speed up\n\nChange: {CHANGE.upper()}", "no change's id"),
]


@pytest.mark.parametrize(("message", "why"), UNNAMED)
def test_a_commit_that_names_none_or_several_is_refused(application: Repo, message: str, why: str) -> None:
    with pytest.raises(errors.NothingToDo, match=why):
        named(application, message)


@pytest.mark.parametrize("message", [*NAMED, *(message for message, _ in UNNAMED)])
def test_a_message_that_came_over_the_wire_is_read_as_the_commit_would_be(application: Repo, message: str) -> None:
    commit = application.commit(message)

    def asked(read: Callable[[], str]) -> str:
        try:
            return read()
        except errors.NothingToDo as error:
            return error.message

    there = asked(lambda: change_of_commit(application.path, commit))
    assert asked(lambda: change_of_message(application.git, application("log", "-1", "--format=%B"), commit)) == there


def test_only_the_commit_that_is_deployed_is_asked(application: Repo) -> None:
    first = application.commit(f"One\n\nChange: {CHANGE}")
    application.commit("Two")
    assert change_of_commit(application.path, first) == CHANGE
    with pytest.raises(errors.NothingToDo):
        change_of_commit(application.path, "HEAD")


def test_separators_that_a_user_has_set_do_not_change_what_a_trailer_is(application: Repo) -> None:
    application("config", "trailer.separators", "=#")
    assert named(application, f"One\n\nChange: {CHANGE}") == CHANGE


def test_a_shallow_clone_is_enough(application: Repo, tmp_path: Path) -> None:
    application.commit("One")
    application.commit(f"Two\n\nChange: {CHANGE}")
    application("clone", "-q", "--depth=1", f"file://{application.path}", str(tmp_path / "shallow"))
    assert change_of_commit(tmp_path / "shallow", "HEAD") == CHANGE


@pytest.mark.parametrize("rev", ["", "no-such-branch", "--output=/tmp/x", "HEAD\n"])
def test_a_revision_that_is_none_is_git_s_failure(application: Repo, rev: str) -> None:
    application.commit(f"One\n\nChange: {CHANGE}")
    with pytest.raises(errors.HostFailed):
        change_of_commit(application.path, rev)


def ask(office: Office, application: Repo, capfd: Any, now: str) -> Any:
    place = ("--repo", str(office.repo.path))
    return call(capfd, *place, "gate", "deploy", "--change-from", "HEAD", "--in", str(application.path), "--now", now)


def test_the_gate_answers_for_the_change_that_the_commit_names(office: Office, application: Repo, capfd: Any) -> None:
    application.commit(f"Speed up settlement\n\nChange: {CHANGE}")
    inside = ask(office, application, capfd, INSIDE)
    assert inside.code == 0, inside.out + inside.err
    assert CHANGE in inside.out
    assert ask(office, application, capfd, OUTSIDE).code == errors.NO


def test_a_commit_without_a_change_is_nothing_that_may_be_deployed(office: Office, application: Repo, capfd: Any) -> None:
    application.commit("Speed up settlement")
    said = ask(office, application, capfd, INSIDE)
    assert (said.code, said.out) == (errors.NOTHING, "")
    assert "no trailer `Change`" in said.err
    application.commit("Speed up settlement\n\nChange: CHG-20261121-of-another-repository")
    assert ask(office, application, capfd, INSIDE).code == errors.NOTHING


def test_a_change_is_named_once_directly_or_by_a_commit(office: Office, capfd: Any) -> None:
    place = ("--repo", str(office.repo.path), "gate", "deploy")
    assert call(capfd, *place).code == errors.USAGE
    assert call(capfd, *place, CHANGE, "--change-from", "HEAD").code == errors.USAGE
