"""Entities of a Backstage catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from sourced import merged, needs, rows, told

CATALOGUE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web, title: Web Shop, description: Sells things., tags: [java]}
spec:
  type: website
  lifecycle: production
  owner: group:default/team-web
  system: shop
  dependsOn: ["resource:Orders-DB", component:cart]
  consumesApis: [cart-api, other/rates-api]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: experimental, owner: user:jane, providesApis: [cart-api], subcomponentOf: web, dependencyOf: [web]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: cart-api}
spec: {type: openapi, lifecycle: production, owner: sales/team-cart, definition: {$text: ./api.yaml}}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: rates-api, namespace: other}
spec: {type: grpc, lifecycle: retired, owner: team-web}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: orders-db}
spec: {type: database, owner: team-web, system: shop}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: team-web, domain: retail}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: retail}
spec: {owner: team-web}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-web}
spec: {type: team, children: []}
"""


def test_entities_are_items_with_their_relations() -> None:
    items, findings = merged("backstage", CATALOGUE)
    assert findings == []
    assert needs(items, "component:web") == ["api:cart-api", "api:other/rates-api", "component:cart", "resource:orders-db"]
    assert needs(items, "api:cart-api") == ["component:cart"]
    assert needs(items, "system:shop") == ["component:web", "resource:orders-db"]
    assert needs(items, "domain:retail") == ["system:shop"]
    assert items["component:web"]["owner"] == "team-web"
    assert [items[ci]["owner"] for ci in ("component:cart", "api:cart-api")] == ["jane", "sales.team-cart"]
    assert [items[ci]["status"] for ci in ("component:cart", "api:other/rates-api")] == ["live", "retired"]
    assert [items[ci]["type"] for ci in ("component:web", "resource:orders-db", "domain:retail")] == ["application", "database", "business-service"]
    (web,) = (row for row in rows("backstage", CATALOGUE)[0].items if row.id == "component:web")
    assert (web.name, web.place) == ("Web Shop", ("a", 1))


@pytest.mark.parametrize(("text", "wanted"), [
    ("a: 1\n", ("source-format", "error", "a", 1)),
    ("apiVersion: v1\nkind: Service\nmetadata: {name: x}\n", ("source-format", "error", "a", 1)),
    ("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {}\n", ("source-format", "error", "a", 1)),
    ("---\n" + CATALOGUE.partition("---")[0].replace("cart", "gone").partition("  consumesApis")[0].replace("  system: shop\n", ""),
     ("source-unknown-item", "warning", "a", 2)),
])  # fmt: skip
def test_what_is_no_entity_or_leads_out_of_the_catalogue_is_a_finding(text: str, wanted: tuple[str, str, str, int]) -> None:
    assert told(merged("backstage", text)[1])[0] == wanted


def test_an_entity_that_stands_twice_is_a_warning_and_the_first_counts_as_in_backstage() -> None:
    one = CATALOGUE.split("---\n")[4]
    items, findings = merged("backstage", one + "---\n" + one.replace("database", "cache"))
    assert [one.level for one in findings if one.rule == "source-duplicate-id"] == ["warning"]
    assert items["resource:orders-db"]["type"] == "database"


def test_the_catalogue_of_a_real_company_has_owners_and_no_dependency(shared_data: Path) -> None:
    files = [path.read_bytes() for path in sorted((shared_data / "backstage").iterdir())]
    items, findings = merged("backstage", *files)
    assert len(items) == 84
    assert {level for _, level, _, _ in told(findings)} == {"warning"}
    assert all(item["owner"].startswith("team-") for item in items.values())
    assert not any(item["depends_on"] for item in items.values())
