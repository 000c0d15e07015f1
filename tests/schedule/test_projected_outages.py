"""What the changes of a schedule take from service levels, in every format."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.shop import ITEM, Shop, request

AT = "2026-11-21T10:00:00Z"
WEEKS = ["--from", "2026-11-23T00:00:00Z", "--to", "2026-12-07T00:00:00Z", "--now", AT]
# a week of 10,080 minutes has a budget of 100.8
LEVEL = {"target": 99, "period": "week"}
CHANGES = ("CHG-20261121-one", "CHG-20261121-two", "CHG-20261121-idea")


def planned(change: str, outage: str | None, **spec: Any) -> dict[str, Any]:
    effects = dict.fromkeys(("customers", "availability", "security"), "None that anybody would notice")
    found = request(change, effects=effects, **spec)
    found["spec"]["items"][0].pop("outage", None)
    if outage is not None:
        found["spec"]["items"][0]["outage"] = outage
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop")
    needed = {"type": "service", "service_level": LEVEL, "depends_on": [{"ci": "db"}]}
    shop.write("cmdb/web.yaml", ITEM | {"metadata": {"id": "web"}, "spec": ITEM["spec"] | needed})
    shop.write("cmdb/wiki.yaml", ITEM | {"metadata": {"id": "wiki"}, "spec": ITEM["spec"] | {"type": "service", "service_level": LEVEL}})
    one, two, idea = CHANGES
    shop.write(f"changes/{one}/rfc.yaml", planned(one, "PT1H"))
    shop.write(f"changes/{two}/rfc.yaml", planned(two, "PT30M"))
    shop.write(f"changes/{idea}/rfc.yaml", planned(idea, "PT10H", draft=True))
    shop.commit("Requests")
    return shop


def approve(shop: Shop, change: str) -> None:
    for person in ("carol", "dave"):
        assert shop.run("approve", change, "--as", person, "--now", AT, "--comment", "Yes").returncode == 0


def test_what_is_proposed_moves_to_planned_once_it_is_approved(shop: Shop) -> None:
    for _ in range(2):
        # the second time from what is remembered
        (row,) = shop.json("schedule", *WEEKS)["outages"]
        assert {key: row[key] for key in ("service", "budget", "used", "planned", "proposed", "left", "over", "unknown")} == {
            "service": "web", "budget": 100.8, "used": 0, "planned": 0, "proposed": 90, "left": 10.8, "over": False, "unknown": [],
        }  # fmt: skip
    assert row["changes"] == list(CHANGES[:2])
    approve(shop, CHANGES[0])
    (row,) = shop.json("schedule", *WEEKS)["outages"]
    assert (row["planned"], row["proposed"], row["left"]) == (60, 30, 10.8)
    (paper,) = [one for one in shop.json("report", "sla", "--from", "2026-11-23T00:00:00Z", "--to", "2026-11-30T00:00:00Z", "--now", AT)["services"] if one["service"] == "web"]
    assert (paper["budget"], paper["used"], paper["planned"]) == (row["budget"], row["used"], row["planned"])


def test_a_budget_that_is_exceeded_is_said_in_every_format_for_people(shop: Shop) -> None:
    shop.write(f"changes/{CHANGES[1]}/rfc.yaml", planned(CHANGES[1], "PT50M"))
    shop.commit("Longer")
    for name in ("text", "markdown", "html", "svg"):
        said = unescape(shop.run("schedule", *WEEKS, "--format", name).stdout)
        assert "OVER BY 9.2" in said, name
        assert "wiki" not in said, name
        assert "超出 9.2" in unescape(shop.run("--lang", "zh", "schedule", *WEEKS, "--format", name).stdout), name
    assert (
        "Projected outages of services:\n  web: OVER BY 9.2 minutes in the week from Mon 2026-11-23 00:00 +00:00, whose budget is 100.8 (99 %),"
        " if all of them run\n    0 used by released changes, 0 planned by approved ones, 110 proposed by those that wait for approval\n"
    ) in shop.run("schedule", *WEEKS).stdout


def test_an_outage_that_is_not_stated_is_named(shop: Shop) -> None:
    shop.write(f"changes/{CHANGES[1]}/rfc.yaml", planned(CHANGES[1], None))
    shop.commit("Not stated")
    (row,) = shop.json("schedule", *WEEKS)["outages"]
    assert (row["proposed"], row["unknown"]) == (60, [CHANGES[1]])
    assert f"less may be left: {CHANGES[1]} does not state its outage" in shop.run("schedule", *WEEKS).stdout


def test_what_was_rejected_or_is_past_takes_nothing(shop: Shop) -> None:
    assert shop.run("reject", CHANGES[1], "--as", "carol", "--now", AT, "--comment", "No").returncode == 0
    (row,) = shop.json("schedule", *WEEKS)["outages"]
    assert row["changes"] == [CHANGES[0]]
    later = [*WEEKS[:-1], "2026-12-06T00:00:00Z"]
    assert shop.json("schedule", *later)["outages"] == []
