"""What programs are told are CDEvents, by the published schemas."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from changeflow.model.notify_settings import FACTS
from changeflow.notices.notice import Notice
from changeflow.render.cdevents import cd_event, cloud_event
from tests.notify.servers import web_server
from tests.notify.world import planned, site_at, told, window
from tests.release.site import ID

TYPES = {
    "announced": "dev.cdevents.change.merged.0.3.0",
    "moved": "dev.cdevents.change.updated.0.3.0",
    "cancelled": "dev.cdevents.change.abandoned.0.3.0",
    "starts": "dev.cdevents.pipelinerun.started.0.3.0",
    "done": "dev.cdevents.pipelinerun.finished.0.3.0",
    "turned_back": "dev.cdevents.pipelinerun.finished.0.3.0",
    "failed": "dev.cdevents.pipelinerun.finished.0.3.0",
}
OUTCOMES = {"done": "success", "turned_back": "failure", "failed": "error"}


@pytest.fixture(scope="session")
def misfits_of(shared_data: Path) -> Callable[[dict[str, Any]], list[str]]:
    """Say how an event differs from the published schema of its type."""
    registry: Registry[Any] = Registry()
    by_type: dict[str, dict[str, Any]] = {}
    with tarfile.open(shared_data / "cdevents/cdevents_schemas.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if "schemas/" in member.name and member.name.endswith(".json") else None
            if file is None:
                continue
            schema = json.load(file)
            if "$schema" not in schema or "$id" not in schema:
                continue
            registry = registry.with_resource(schema["$id"], Resource.from_contents(schema))
            named = schema.get("properties", {}).get("context", {}).get("properties", {}).get("type", {})
            by_type |= dict.fromkeys(named.get("enum", ()), schema)

    def misfits(event: dict[str, Any]) -> list[str]:
        schema = by_type[event["context"]["type"]]
        validator = Draft202012Validator(schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [error.message for error in validator.iter_errors(event)]

    return misfits


def notice(fact: str, **words: Any) -> Notice:
    plain: dict[str, Any] = {
        "repository": "5f0f2b6a-payments", "organisation": "", "change": ID, "title": "升级 & <b>", "fact": fact, "type": "normal",
        "state": "scheduled", "requester": "alice", "implementer": "bob", "reason": "r", "start": None, "end": None,
        "old_start": None, "old_end": None, "since": None, "run": "run-1" if fact not in ("announced", "moved", "cancelled") else "",
        "changed": ("payments-db",), "affected": (), "affected_total": 0, "reasons": (), "at": "2026-11-27T10:00:00Z",
        "message": "0123", "thread": "t",
    }  # fmt: skip
    return Notice.model_validate(plain | words)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_is_an_event_that_fits_its_schema(fact: str, misfits_of: Callable[[dict[str, Any]], list[str]]) -> None:
    for words in ({}, {"repository": ""}, {"start": "2026-11-27T10:00:00Z", "end": "2026-11-27T12:00:00Z"}):
        event = cd_event(notice(fact, **words))
        assert misfits_of(event) == []
        assert event["context"]["type"] == TYPES[fact]
        assert event["subject"]["content"].get("outcome") == OUTCOMES.get(fact)


def test_the_schemas_refuse_what_is_no_event(misfits_of: Callable[[dict[str, Any]], list[str]]) -> None:
    event = cd_event(notice("done"))
    event["subject"]["content"]["outcome"] = "fine"
    assert misfits_of(event) != []


def test_an_event_travels_in_a_cloud_event_with_the_id_of_its_message() -> None:
    wrapped = json.loads(cloud_event(notice("done")))
    assert {name: wrapped[name] for name in ("specversion", "id", "type", "subject")} == {
        "specversion": "1.0",
        "id": "0123",
        "type": TYPES["done"],
        "subject": "run-1",
    }
    assert wrapped["source"] == wrapped["data"]["context"]["source"]


def test_a_channel_of_events_follows_a_change(tmp_path: Path, misfits_of: Callable[[dict[str, Any]], list[str]]) -> None:
    with web_server() as server:
        site = site_at(tmp_path / "repo", {"id": "events", "kind": "cdevents", "url": f"http://127.0.0.1:{server.port}/"})
        planned(site, window=window(-1))
        told(site)
        assert site.release("run").code == 0
        told(site)
        assert [one["type"] for one in server.bodies] == [TYPES["announced"], TYPES["done"]]
        assert {headers["Content-Type"] for headers, _ in server.got} == {"application/cloudevents+json; charset=utf-8"}
        for one in server.bodies:
            assert misfits_of(one["data"]) == []
