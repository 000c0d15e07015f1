"""Addresses of remotes: what is recorded of them, and which lead to the same repository."""

from __future__ import annotations

import pytest

from changeflow.model.remotes import LONGEST, relative, same_place, without_credentials


@pytest.mark.parametrize(
    ("address", "recorded"),
    [
        ("https://git.example.com/team/changes.git", "https://git.example.com/team/changes.git"),
        ("https://x-access-token:hunter2@git.example.com/team/changes", "https://git.example.com/team/changes"),
        ("https://hunter2@git.example.com:8443/team/changes", "https://git.example.com:8443/team/changes"),
        ("https://a:hun@ter2@git.example.com/changes", "https://git.example.com/changes"),
        ("https://git.example.com/changes?private=hunter2#hunter2", "https://git.example.com/changes"),
        ("ssh://git:hunter2@git.example.com:2222/team/changes", "ssh://git.example.com:2222/team/changes"),
        ("git@git.example.com:team/changes.git", "git.example.com:team/changes.git"),
        ("git:hunter2@git.example.com:team/changes.git", "git.example.com:team/changes.git"),
        ("https://a:hunter2@[::1]:3000/changes", "https://[::1]:3000/changes"),
        ("https://git.example.com/glpat-hunter2hunter2hunter2/changes", "https://git.example.com/[redacted]/changes"),
        ("/srv/git/changes.git", "/srv/git/changes.git"),
        ("file:///srv/git/changes.git", "file:///srv/git/changes.git"),
        ("/srv/変更/one\ntwo\u202e", "/srv/変更/one\\ntwo\\u202e"),
    ],
)
def test_an_address_is_recorded_without_credentials_and_recording_it_again_changes_nothing(address: str, recorded: str) -> None:
    assert without_credentials(address) == recorded
    assert without_credentials(recorded) == recorded
    assert "hunter2" not in recorded


def test_an_address_has_an_end() -> None:
    assert len(without_credentials("https://git.example.com/" + "x/@:" * 100_000)) == LONGEST


@pytest.mark.parametrize(
    "other",
    [
        "https://git.example.com/team/changes.git",
        "https://GIT.example.com:443/team/changes/",
        "http://somebody@git.example.com/team/changes",
        "ssh://git@git.example.com:2222/team/changes.git",
        "git@git.example.com:team/changes.git",
        "git.example.com:/team/changes",
        "https://git.example.com/te%61m/changes",
    ],
)
def test_spellings_of_one_address_lead_to_the_same_place(other: str) -> None:
    assert same_place("https://git.example.com/team/changes", other)
    assert same_place(without_credentials(other), "https://git.example.com/team/changes")


@pytest.mark.parametrize(
    "other",
    [
        "https://git.example.com/fork/changes",
        "https://git.example.org/team/changes",
        "https://team.git.example.com/changes",
        "git@git.example.com:team/changes2.git",
        "/team/changes",
        "git.example.com/team/changes",
    ],
)
def test_another_host_or_path_is_another_place(other: str) -> None:
    assert not same_place("https://git.example.com/team/changes", other)


def test_a_folder_and_its_file_address_are_the_same_place() -> None:
    assert same_place("/srv/git/changes.git", "file:///srv/git/changes.git/")
    assert same_place("/srv/git/changes/.git", "/srv/git/changes")
    assert not same_place("/srv/git/changes", "/srv/git/other")


@pytest.mark.parametrize(
    ("address", "is_relative"),
    [("../up.git", True), ("down.git", True), ("/srv/up.git", False), ("host:up.git", False), ("https://host/up", False)],
)
def test_a_path_that_begins_where_the_repository_lies_is_told_from_the_others(address: str, is_relative: bool) -> None:
    assert relative(address) is is_relative
