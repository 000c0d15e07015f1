"""A branch that retires a service or takes its record away, while its request says that it modifies it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosts.office import CHANGE, Office, call, rfc_ahead

Capfd = pytest.CaptureFixture[str]
RECORD = "cmdb/shop.json.yaml"


def shop(status: str = "live", criticality: str = "tier3") -> dict[str, Any]:
    spec = {
        "type": "service",
        "status": status,
        "criticality": criticality,
        "owner": "cab",
        "environment": "production",
    }
    return {
        "apiVersion": "changeflow/v1",
        "kind": "ConfigurationItem",
        "metadata": {"id": "shop", "name": "Shop"},
        "spec": spec,
    }


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


def test_a_service_that_its_branch_retires_or_deletes_makes_the_change_major(
    topic: Office, capfd: Capfd
) -> None:
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


# -- items that sources tell of ------------------------------------------------------------------

ROW = "id,type,status,criticality,owner,environment\nshop,service,{status},tier3,cab,production\n"
NONE = ROW.partition("\n")[0] + "\nother,service,live,tier3,cab,production\n"


def source(name: str, **spec: Any) -> dict[str, Any]:
    spec = {"format": "csv", "path": f"cmdb/exports/{name}.csv", **spec}
    return {
        "apiVersion": "changeflow/v1",
        "kind": "ConfigurationSource",
        "metadata": {"id": name},
        "spec": spec,
    }


def begin_again(office: Office) -> None:
    """The branch from where main is now, with its request."""
    office.repo("checkout", "-q", "-B", "topic", "main")
    office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(items=[{"ci": "shop", "action": "modify"}]))
    office.repo.commit("A request")


@pytest.fixture
def told_by_sources(topic: Office) -> Office:
    """As `topic`, but two sources tell of the service and no document does."""
    topic.repo("checkout", "-q", "main")
    (topic.repo.path / RECORD).unlink()
    for name in ("estate", "spare"):
        topic.put(
            f"cmdb/sources/{name}.yaml", source(name, precedence=20 if name == "estate" else 10)
        )
        topic.repo.write(f"cmdb/exports/{name}.csv", ROW.format(status="live"))
    topic.repo.commit("Two sources")
    begin_again(topic)
    return topic


def without(office: Office, *names: str, content: str = NONE) -> None:
    for name in names:
        office.repo.write(f"cmdb/exports/{name}.csv", content)
    office.repo.commit("The export has changed")


def test_an_item_that_no_source_tells_of_any_longer_is_taken_away(
    told_by_sources: Office, capfd: Capfd
) -> None:
    assert class_of(capfd) == ("significant", False)
    without(told_by_sources, "estate")
    assert class_of(capfd) == ("significant", False)
    without(told_by_sources, "spare")
    assert class_of(capfd) == ("major", True)


def test_a_source_that_is_removed_takes_its_items_away(
    told_by_sources: Office, capfd: Capfd
) -> None:
    for name in ("estate", "spare"):
        told_by_sources.repo("rm", "-q", f"cmdb/sources/{name}.yaml")
    told_by_sources.repo.commit("No sources")
    assert class_of(capfd) == ("major", True)
    told_by_sources.put(RECORD, shop())
    told_by_sources.repo.commit("A document tells of it now")
    assert class_of(capfd) == ("significant", False)


def test_the_source_that_weighs_most_says_whether_an_item_is_in_use(
    told_by_sources: Office, capfd: Capfd
) -> None:
    without(told_by_sources, "spare", content=ROW.format(status="retired"))
    assert class_of(capfd) == ("significant", False)
    without(told_by_sources, "estate")
    assert class_of(capfd) == ("major", True)


def test_a_document_may_stay_while_a_source_retires_its_item(topic: Office, capfd: Capfd) -> None:
    topic.repo("checkout", "-q", "main")
    topic.put("cmdb/sources/estate.yaml", source("estate", precedence=200))
    topic.repo.write("cmdb/exports/estate.csv", ROW.format(status="live"))
    topic.repo.commit("A source")
    begin_again(topic)
    without(topic, "estate", content=ROW.format(status="retired"))
    assert class_of(capfd) == ("major", True)


def test_a_branch_from_before_the_row_takes_nothing_away(topic: Office, capfd: Capfd) -> None:
    topic.repo("checkout", "-q", "main")
    (topic.repo.path / RECORD).unlink()
    topic.repo.commit("The record goes")
    begin_again(topic)
    topic.repo("checkout", "-q", "main")
    topic.put("cmdb/sources/estate.yaml", source("estate"))
    topic.repo.write("cmdb/exports/estate.csv", ROW.format(status="live"))
    topic.repo.commit("A source tells of it, later")
    topic.repo("checkout", "-q", "topic")
    assert class_of(capfd) == ("significant", False)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("cmdb/exports/estate.csv", b"id,type\nshop"),
        ("cmdb/exports/estate.csv", b"\xff\xfe\x00"),
        ("cmdb/sources/estate.yaml", b"kind: ["),
    ],
)
def test_what_cannot_be_read_keeps_the_gate_shut(
    told_by_sources: Office, capfd: Capfd, file: str, content: bytes
) -> None:
    without(told_by_sources, "spare")
    path = told_by_sources.repo.path / file
    path.write_bytes(content if b"shop" not in content else content.replace(b"shop", b'"sh'))
    told_by_sources.repo.commit("A slip")
    assert class_of(capfd) == ("major", True)
    shut = call(capfd, "gate", "approve", CHANGE, "-f", "json").json["reasons"]
    told = [one for one in shut if one["reason_code"] == "scope.unread"]
    assert [(one["outcome"], one["data"]["path"]) for one in told] == [("error", file)]


def test_what_cannot_be_read_is_no_matter_where_another_source_tells_of_the_item(
    told_by_sources: Office, capfd: Capfd
) -> None:
    (told_by_sources.repo.path / "cmdb/exports/estate.csv").write_bytes(b"\xff\xfe\x00")
    told_by_sources.repo.commit("A slip")
    assert class_of(capfd) == ("significant", False)


def test_a_dependency_that_leads_nowhere_leaves_no_doubt(
    told_by_sources: Office, capfd: Capfd
) -> None:
    without(told_by_sources, "estate", "spare")
    told_by_sources.put("cmdb/sources/needs.yaml", source("needs", path="cmdb/exports/needs.csv"))
    without(told_by_sources, "needs", content="from,to\nother,shop\n")
    assert class_of(capfd) == ("major", True)
    shut = call(capfd, "gate", "approve", CHANGE, "-f", "json").json["reasons"]
    assert "scope.unread" not in [one["reason_code"] for one in shut]
