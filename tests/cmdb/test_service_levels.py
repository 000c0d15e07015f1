"""Which services with a promised level fail, and whose outage that is."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from cmdb_items import item
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb.service_levels import Services, service_levels
from changeflow.model.cmdb import ConfigurationItem, ServiceLevel
from changeflow.model.impact_weights import ImpactWeights
from tests.cmdb.test_impact_oracle import NAMES, cmdbs, fixed_point
from tests.examples import examples

PROMISED = {"target": 99.95, "period": "quarter"}


def promising(ci: str, *needs: dict[str, Any] | str) -> ConfigurationItem:
    return item(ci, *needs, service_level=PROMISED)


def services(*items: ConfigurationItem) -> Services:
    by_id = {one.metadata.id: one for one in items}
    return Services(service_levels(by_id), Graph.of(items), ImpactWeights())


def test_a_target_is_taken_as_it_is_written_and_survives_the_columns() -> None:
    items = {"web": promising("web", "db"), "db": item("db")}
    view = ItemsView(columns_of(items))
    assert service_levels(view) == service_levels(items) == {"web": ServiceLevel.model_validate(PROMISED)}
    assert str(service_levels(view)["web"].target) == "99.95"
    assert view["web"] == items["web"]


def test_a_service_fails_with_what_it_needs_and_is_degraded_by_the_rest() -> None:
    found = services(promising("web", "db", {"ci": "flags", "strength": "soft"}), item("db"), item("flags"))
    assert found.failing(["db"]) == {"web"}
    assert found.failing(["flags"]) == frozenset()
    assert found.degraded(["flags"]) == ("web",)
    assert found.failing(["web"]) == {"web"}


def test_the_outages_of_all_items_that_fail_a_service_alone_are_its_own() -> None:
    found = services(promising("web", "db", "dns"), item("db"), item("dns"), item("wiki"))
    assert found.causes(["wiki", "dns", "db"], "web") == ("dns", "db")
    assert found.causes(["wiki"], "web") == ()


def test_members_of_a_group_count_when_they_fail_it_together() -> None:
    group = {"any_of": ["a", "b", "c"], "min": 2}
    found = services(promising("web", group), item("a"), item("b"), item("c"), item("wiki"))
    assert found.causes(["a", "wiki"], "web") == ()
    assert found.causes(["a", "wiki", "b"], "web") == ("a", "b")


@settings(max_examples=examples(150))
@given(items=cmdbs, changed=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
def test_causes_agree_with_iteration_from_zero(items: list[ConfigurationItem], changed: list[str]) -> None:
    levels = {one.metadata.id: ServiceLevel.model_validate(PROMISED) for one in items}
    found = Services(levels, Graph.of(items), ImpactWeights())

    def fails(service: str, some: list[str]) -> bool:
        return fixed_point(some, items, ImpactWeights()).get(service, 0.0) >= 1.0

    for service in levels:
        causes = found.causes(changed, service)
        assert bool(causes) == fails(service, changed)
        alone = {ci for ci in changed if fails(service, [ci])}
        assert alone <= set(causes) <= set(changed)
        # no set of items that fails the service is left out
        for size in range(1, len(changed) + 1):
            for some in combinations(changed, size):
                if fails(service, list(some)):
                    assert set(some) & set(causes)
