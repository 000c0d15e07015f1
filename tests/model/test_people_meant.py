"""A name that the roster does not have as an id: the person who is called so, or the id that is near."""

from __future__ import annotations

import pytest

from changeflow.model.people import Roster


def roster(**names: str) -> Roster:
    people = {person: {"name": name} for person, name in names.items()}
    document = {"apiVersion": "changeflow/v1", "kind": "Roster", "metadata": {"id": "roster"}}
    return Roster.model_validate(document | {"spec": {"people": people}})


@pytest.mark.parametrize("typed", ["李娜", "lnia"])
def test_a_persons_name_and_a_slip_lead_to_the_id(typed: str) -> None:
    assert roster(lina="李娜", wei="王伟").meant(typed, "--as") == {
        "code": "hint.near",
        "name": "--as lina",
    }


def test_a_name_that_two_people_have_leads_to_neither() -> None:
    assert roster(wangwei="王伟", wei="王伟").meant("王伟") is None
