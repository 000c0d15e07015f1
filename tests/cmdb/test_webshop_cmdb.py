"""The example's CMDB holds every dependency of the two real demo shops it is made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.documents.schema import schema_problems
from changeflow.model.cmdb import ConfigurationItem, DependsOnItem
from changeflow.model.impact_weights import ImpactWeights

FOLDER = Path(__file__).parents[2] / "examples" / "webshop"


@pytest.fixture(scope="module")
def items() -> dict[str, ConfigurationItem]:
    found: dict[str, ConfigurationItem] = {}
    for path in sorted((FOLDER / "cmdb").glob("*.yaml")):
        loaded = load(path.read_bytes(), f"cmdb/{path.name}", many=True)
        assert not loaded.findings
        for document in loaded.documents:
            assert not schema_problems(document)
            built = record(document)
            assert isinstance(built, ConfigurationItem)
            assert built.metadata.id not in found
            found[built.metadata.id] = built
    return found


def edges(items: dict[str, ConfigurationItem]) -> set[tuple[str, str]]:
    return {
        (ci, member)
        for ci, one in items.items()
        for need in one.spec.depends_on
        for member in ([need.ci] if isinstance(need, DependsOnItem) else need.any_of)
    }


@pytest.mark.parametrize(("name", "prefix"), [("otel_demo.json", ""), ("online_boutique.json", "boutique-")])
def test_every_service_and_dependency_of_the_real_graph_is_in_the_example(
    items: dict[str, ConfigurationItem], shared_data: Path, name: str, prefix: str
) -> None:
    real = json.loads((shared_data / "graphs" / name).read_text("utf-8"))
    assert {prefix + node for node in real["nodes"]} <= set(items)
    assert {(prefix + source, prefix + target) for source, target in real["edges"]} <= edges(items)


def test_every_item_has_an_owner_a_tier_and_an_environment(items: dict[str, ConfigurationItem]) -> None:
    bare = [ci for ci, one in items.items() if not (one.spec.owner and one.spec.criticality and one.spec.environment)]
    assert bare == []


def test_nothing_depends_on_an_item_that_is_not_there(items: dict[str, ConfigurationItem]) -> None:
    assert {target for _, target in edges(items)} <= set(items)


def test_losing_one_cart_cache_weakens_and_losing_two_breaks(items: dict[str, ConfigurationItem]) -> None:
    graph = Graph.of(items.values())
    one, two = (
        {hit.ci: hit.score for hit in blast_radius(lost, graph, ImpactWeights()).affected}
        for lost in (["valkey-cart"], ["valkey-cart", "valkey-cart-2"])
    )
    assert one["cart"] == 0.2
    assert two["cart"] == two["online-sales"] == 1.0
