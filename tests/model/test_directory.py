"""Whose account and whose address something is: one owner grants, every owner excludes."""

from __future__ import annotations

from typing import Any

from changeflow.model.directory import Directory
from changeflow.model.people import Person


def directory(**people: dict[str, Any]) -> Directory:
    return Directory({name: Person.model_validate(facts) for name, facts in people.items()})


def test_an_account_belongs_to_who_lists_it_first_or_as_a_further_one() -> None:
    found = directory(alice={"github_id": 1, "accounts": [{"github_id": 2}]}, bob={"github_id": 3})
    assert [found.owner_of_account(number) for number in (1, 2, 3, 4, None)] == ["alice", "alice", "bob", None, None]
    assert not found.shares_an_account


def test_an_account_that_two_people_list_is_nobodys_to_grant_with_and_both_are_excluded_by_it() -> None:
    found = directory(alice={"github_id": 1}, bob={"accounts": [{"github_id": 1}]})
    assert found.shares_an_account
    assert found.owner_of_account(1) is None
    assert found.owners_of_account(1) == {"alice", "bob"}


def test_an_address_is_found_whatever_the_case_of_its_letters() -> None:
    found = directory(alice={"emails": ["Alice@Example.com"]}, bob={"emails": ["alice@example.com"]})
    assert found.owners_of_address("ALICE@example.COM") == {"alice", "bob"}
    assert found.owners_of_address("") == frozenset()


def test_an_address_of_the_code_host_belongs_to_its_account_whatever_the_login_is_now() -> None:
    found = directory(alice={"github_id": 7}, bob={"emails": ["8+old@users.noreply.github.com"]})
    assert found.owners_of_address("7+anything@users.noreply.github.com") == {"alice"}
    assert found.owners_of_address("8+new@users.noreply.github.com") == {"bob"}


def test_a_listed_address_names_no_account_that_could_grant_something() -> None:
    assert directory(bob={"emails": ["8+old@users.noreply.github.com"]}).owner_of_account(8) is None


def test_a_login_is_found_with_the_number_that_stands_beside_it() -> None:
    found = directory(alice={"github": "Alice", "github_id": 7}, bob={"github": "bob"})
    assert found.listed_login("ALICE") == ("alice", 7)
    assert found.listed_login("bob") == ("bob", None)
    assert found.listed_login("carol") == (None, None)
