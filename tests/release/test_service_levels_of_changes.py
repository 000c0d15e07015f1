"""Planned outages against service levels, from the request to the gate and back from the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.release.site import ITEMS, Site

NOW = "2026-11-20T10:00:00Z"
MINE, OTHER = "CHG-20261121-mine", "CHG-20261121-other"
PROMISED = ITEMS.replace("depends_on: [{ci: payments-db}]", "depends_on: [{ci: payments-db}], service_level: {target: 99.9}")
POLICY = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: approve}
spec:
  gate: approve
  rules:
    - {id: any, assert: "true", message: Anything}
    - {id: budget, assert: "impact.sla.all(one, !one.over && size(one.unknown) == 0)", message: Within the service level}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo", **{"cmdb/items.yaml": PROMISED, "policies/approve.yaml": POLICY})


def window(day: int, hours: int = 1, month: int = 11) -> dict[str, str]:
    start = datetime(2026, month, day, 1, tzinfo=UTC)
    return {"start": start.isoformat(), "end": start.replace(hour=1 + hours).isoformat()}


def asking(site: Site, name: str, outage: str | None, item: str = "payments-db", **more: Any) -> str:
    one = {"ci": item} | ({"outage": outage} if outage else {})
    return site.change(name, items=[one], **({"window": window(25)} | more))


def assessed(site: Site, name: str = MINE) -> dict[str, Any]:
    done = site.cli("assess", name, "--format", "json", "--now", NOW)
    assert done.code == 0, done.err
    return done.answer


def budget(site: Site, name: str = MINE) -> dict[str, Any]:
    (row,) = assessed(site, name)["impact"]["sla"]
    return dict(row)


def test_the_outage_of_what_a_service_needs_is_its_outage(site: Site) -> None:
    asking(site, MINE, "PT10M")
    row = budget(site)
    assert (row["ci"], row["target"], row["period"], row["budget"]) == ("payments-api", 99.9, "month", 43.2)
    assert (row["used"], row["planned"], row["left"], row["over"]) == (0.0, 10.0, 33.2, False)
    assert (row["start"], row["end"]) == ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")


def test_other_approved_changes_of_the_period_count_and_make_it_major(site: Site) -> None:
    asking(site, OTHER, "PT40M", item="payments-api", window=window(28))
    asking(site, MINE, "PT10M")
    row = budget(site)
    assert (row["planned"], row["outage"], row["left"], row["over"], row["changes"]) == (50.0, 10.0, -6.8, True, [OTHER])
    kind = assessed(site)["type"]
    assert kind["class"] == "major"
    assert "exceeds what is left of the service level of `payments-api`" in kind["reasons"][-1]
    shut = site.cli("gate", "approve", MINE, "--format", "json", "--now", NOW)
    assert "budget" in {one["rule"] for one in shut.answer["reasons"] if one["outcome"] == "fail"}


def test_changes_of_another_month_drafts_and_what_is_withdrawn_do_not_count(site: Site) -> None:
    asking(site, OTHER, "PT40M", window=window(3, month=12))
    asking(site, "CHG-20261121-draft", "PT40M", draft=True)
    asking(site, MINE, "PT10M")
    assert budget(site)["planned"] == 10.0


def test_what_was_released_has_used_the_budget(site: Site) -> None:
    config = (site.root / "changeflow.yaml").read_text(encoding="utf-8")
    assert "allow_simulated_clock: true" in config
    asking(site, OTHER, "PT30M", item="payments-api", window=window(21))
    done = site.cli("release", "run", OTHER, "--as", "bob", "--now", "2026-11-21T01:10:00Z")
    assert done.code == 0, done.err
    asking(site, MINE, "PT10M")
    row = budget(site)
    assert (row["used"], row["planned"], row["left"]) == (30.0, 10.0, 3.2)
    assert site.cli("ledger", "replay").code == 0


def test_an_outage_that_is_not_stated_is_named_and_raises_the_class(site: Site) -> None:
    asking(site, MINE, None)
    row = budget(site)
    assert (row["unknown"], row["over"], row["left"]) == ([MINE], False, 43.2)
    assert assessed(site)["type"]["class"] != "minor"
    text = site.cli("assess", MINE, "--now", NOW).out
    assert f"the outage of `{MINE}` is not stated" in " ".join(text.split())


def test_a_service_that_is_merely_degraded_is_named_and_has_no_outage(site: Site) -> None:
    site.write("cmdb/items.yaml", PROMISED.replace("{ci: payments-db}", "{ci: payments-db, strength: soft}"))
    asking(site, MINE, "PT10M")
    found = assessed(site)["impact"]
    assert (found["sla"], found["sla_degraded"]) == ([], ["payments-api"])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
@pytest.mark.parametrize("command", ["assess", "show"])
def test_people_read_what_is_left(site: Site, command: str, shape: str, language: str) -> None:
    asking(site, MINE, "PT50M")
    done = site.cli("--lang", language, command, MINE, "--format", shape, "--now", NOW)
    assert done.code == 0, done.err
    words = {"en": "6.8 minutes too many", "zh": "超出 6.8 分钟"}[language]
    assert words in " ".join(unescape(done.out).split()), done.out
    if (command, shape) == ("show", "text"):
        assert max(map(len, done.out.splitlines())) <= 80


def test_an_emergency_without_a_window_is_counted_in_the_month_of_the_day(site: Site) -> None:
    urgent = {"incident": "INC-1", "justification": "Payments fail"}
    asking(site, MINE, "PT10M", type="emergency", emergency=urgent, window=None)
    assert budget(site)["start"] == "2026-11-01T00:00:00Z"


@pytest.mark.parametrize("target", ["0", "100.1", "many"])
def test_a_target_that_is_none_is_found(site: Site, target: str) -> None:
    site.write("cmdb/items.yaml", PROMISED.replace("99.9", target))
    done = site.cli("check")
    assert done.code == 1
    assert "target" in done.out


def test_a_service_level_stays_where_a_source_describes_the_service_as_well(site: Site) -> None:
    site.write("cmdb/exports/nodes.csv", "id,name,type,owner\npayments-api,Payments,service,bob\nextra,Extra,service,bob\n")
    source = "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: estate}\nspec: {format: csv, nodes: cmdb/exports/nodes.csv}\n"
    site.write("cmdb/sources/estate.yaml", source)
    asking(site, MINE, "PT10M")
    assert budget(site)["left"] == 33.2
    # and once more, from what is remembered of the CMDB
    assert budget(site)["left"] == 33.2
