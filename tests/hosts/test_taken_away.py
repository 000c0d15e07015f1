"""A branch that retires a service or takes its record away, while its request says that it modifies it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosts.office import CHANGE, Office, call, rfc_ahead

Capfd = pytest.CaptureFixture[str]
RECORD = "cmdb/shop.json.yaml"


def shop(status: str = "live", criticality: str = "tier3") -> dict[str, Any]:
    spec = {"type": "service", "status": status, "criticality": criticality, "owner": "cab", "environment": "production"}
    return {"apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": "shop", "name": "Shop"}, "spec": spec}


@pytest.fixture
def topic(office: Office) -> Office:
    """A branch whose request modifies the service `shop`."""
    office.put(RECORD, shop())
    (office.repo.path / f"changes/{CHANGE}/rfc.yaml").unlink()
    office.repo.commit("The shop")
    office.repo("checkout", "-q", "-b", "topic")
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(items=[{"ci": "shop", "action": "modify"}]))
    office.repo.commit("A request")
    return office


def class_of(capfd: Capfd) -> tuple[str, bool]:
    kind = call(capfd, "assess", CHANGE, "-f", "json").json["type"]
    return kind["class"], "shop" in " ".join(kind["reasons"])


def test_a_service_that_its_branch_retires_or_deletes_makes_the_change_major(topic: Office, capfd: Capfd) -> None:
    assert class_of(capfd) == ("significant", False)
    topic.put(RECORD, shop("retired"))
    topic.repo.commit("Retired")
    assert class_of(capfd) == ("major", True)
    (topic.repo.path / RECORD).unlink()
    topic.repo.commit("Deleted")
    assert class_of(capfd) == ("major", True)


def test_a_type_is_the_same_in_capitals(topic: Office, capfd: Capfd) -> None:
    topic.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(items=[{"ci": "shop", "action": "remove"}]))
    topic.repo.commit("Removed")
    topic.repo("checkout", "-q", "main")
    capitals = shop()
    capitals["spec"]["type"] = "Service"
    topic.put(RECORD, capitals)
    topic.repo.commit("In capitals")
    topic.repo("checkout", "-q", "topic")
    assert class_of(capfd) == ("major", True)


def test_a_record_that_is_edited_or_moved_is_not_taken_away(topic: Office, capfd: Capfd) -> None:
    topic.put(RECORD, shop(criticality="tier4"))
    topic.repo.commit("Edited")
    assert class_of(capfd) == ("significant", False)
    (topic.repo.path / RECORD).rename(topic.repo.path / "cmdb/moved.yaml")
    topic.repo.commit("Moved")
    assert class_of(capfd) == ("significant", False)


def test_a_branch_from_before_the_item_takes_nothing_away(topic: Office, capfd: Capfd) -> None:
    topic.repo("checkout", "-q", "main")
    topic.put("cmdb/later.yaml", shop())
    (topic.repo.path / RECORD).unlink()
    topic.repo.commit("Its record has another place")
    topic.repo("checkout", "-q", "topic")
    assert class_of(capfd) == ("significant", False)
    topic.repo("rm", "-q", RECORD)
    topic.repo.commit("The branch takes it from the old one")
    assert class_of(capfd) == ("significant", False)
