"""Services of docker compose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sourced import merged, needs, rows, told

SHOP = """\
x-base: &base
  restart: always
  depends_on: &needs
    db: {condition: service_healthy}
services:
  web:
    <<: *base
    image: registry.example/shop/web:1.2
    network_mode: "service:proxy"
    environment: {PASSWORD: hunter2}
  worker:
    depends_on: [db, queue]
    links: ["cache:c"]
    volumes_from: ["db:ro", "container:other"]
  db: {image: "postgres:17"}
  cache: {image: valkey/valkey}
  queue: {image: rabbitmq}
  proxy:
    depends_on:
      web: {condition: service_started, required: false}
  "my app":
"""


def test_services_are_items_and_depend_on_what_they_wait_for_or_share() -> None:
    items, findings = merged("compose", SHOP)
    assert findings == []
    assert needs(items, "web") == ["db", "proxy"]
    assert needs(items, "worker") == ["cache", "db", "queue"]
    assert needs(items, "proxy") == ["~web"]
    assert [items[name]["type"] for name in ("db", "cache", "queue", "worker")] == ["database", "cache", "queue", "service"]
    assert "my_u20_app" in items
    assert "hunter2" not in repr(items)


def test_a_further_file_adds_to_services_as_compose_does() -> None:
    items, findings = merged("compose", SHOP, "services:\n  web: {depends_on: [cache]}\n")
    assert findings == []
    assert needs(items, "web") == ["cache", "db", "proxy"]


@pytest.mark.parametrize(("text", "wanted"), [
    ("kind: Service\n", ("source-format", "error", "a", 1)),
    ("- a\n- b\n", ("source-format", "error", "a", 0)),
    ("services: [\n", ("source-format", "error", "a", 2)),
    ("", ("source-empty", "error", "a", 0)),
    ("services:\n  a:\n    depends_on: [a]\n", ("source-self-dependency", "warning", "a", 3)),
    ("services:\n  a:\n    depends_on: [b]\n", ("source-unknown-item", "error", "a", 3)),
    ("services:\n  a: \x01\n", ("source-format", "error", "a", 0)),
    ("services: " + "[" * 5_000, ("source-format", "error", "a", 1)),
    ("a: &a [*a, *a]\nservices: &s {b: *s}\n", None),
])  # fmt: skip
def test_what_is_no_compose_file_is_said_with_its_line(text: str, wanted: tuple[str, str, str, int] | None) -> None:
    found = [(rule, level, path, line if wanted and wanted[3] else 0) for rule, level, path, line in told(merged("compose", text)[1])]
    assert found == ([wanted] if wanted else [])


def test_an_alias_bomb_is_read_in_no_time() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    items, findings = merged("compose", "\n".join(lines) + "\nservices: {web: {depends_on: *a59}}\n")
    assert findings == []
    assert list(items) == ["web"]


@pytest.mark.parametrize(("graph", "services", "relations"), [("otel_demo", 20, 46), ("online_boutique", 13, 17)])
def test_the_services_of_real_shops_keep_their_graph(shared_data: Path, graph: str, services: int, relations: int) -> None:
    data = json.loads((shared_data / "graphs" / f"{graph}.json").read_text(encoding="utf-8"))
    wanted: dict[str, list[str]] = {name: [] for name in data["nodes"]}
    for one, other in data["edges"]:
        wanted[one].append(other)
    assert (len(wanted), len(data["edges"])) == (services, relations)
    text = json.dumps({"services": {name: {"depends_on": others} for name, others in wanted.items()}})
    items, findings = merged("compose", text)
    assert findings == []
    assert {name: needs(items, name) for name in items} == {name: sorted(others) for name, others in wanted.items()}


def test_a_service_that_extends_another_has_its_image_and_what_it_needs() -> None:
    text = """\
services:
  api:
    image: registry.example/api:1
    depends_on: {db: {condition: service_healthy}, mail: {condition: service_started}}
  worker:
    extends: {service: api}
    depends_on: {mail: {condition: service_started, required: false}}
  nightly: {extends: worker, image: "redis:7"}
  db: {image: "postgres:17"}
  mail: {}
"""
    items, findings = merged("compose", text)
    assert findings == []
    assert (needs(items, "worker"), needs(items, "nightly")) == (["db", "~mail"], ["db", "~mail"])
    assert [items[name]["type"] for name in ("worker", "nightly")] == ["service", "cache"]


def test_a_service_may_extend_one_of_another_file_and_a_lost_one_is_an_error() -> None:
    base = "services:\n  base:\n    depends_on: [db]\n  db: {}\n"
    web = "services:\n  web:\n    extends: {file: ../common/base.yml, service: base}\n"
    said, findings = rows("compose", base, web, names=("common/base.yml", "shop/compose.yml"))
    assert findings == ()
    assert [(edge.dependent, edge.dependency) for edge in said.edges] == [("base", "db"), ("web", "db")]
    found = merged("compose", web)[1]
    assert told(found) == [("source-row", "error", "a", 3)]
    assert "the service `web` extends `../common/base.yml: base`" in found[0].message
    ring = "services:\n  a: {extends: b}\n  b: {extends: a}\n"
    assert [one.rule for one in merged("compose", ring)[1]] == ["source-row", "source-row"]
