"""What `cmdb check` says about the CMDB as a whole, from YAML and from sources alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from changeflow.cli.main import run

NOW = "2026-11-20T09:00:00Z"
ROSTER = """\
apiVersion: changeflow/v1
kind: Roster
metadata: {id: roster}
spec:
  people: {alice: {name: Alice}}
  roles: {team-shop: [alice], team-gone: []}
"""
WHOLE = "type: service, owner: team-shop, environment: production, description: It serves"


def item(ci: str, spec: str, *needs: str) -> str:
    parts = [spec] if spec else []
    if needs:
        parts.append(f"depends_on: [{', '.join(needs)}]")
    return f"apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {{id: {ci}}}\nspec: {{{', '.join(parts)}}}\n"


def needs(ci: str, strength: str = "hard") -> str:
    return f"{{ci: {ci}, strength: {strength}}}"


class Place:
    """A repository, and what `cmdb check` finds in it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        self.write("changeflow.yaml", config(""))
        self.write("policies/roster.yaml", ROSTER)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def items(self, *items: str) -> None:
        self.write("cmdb/items.yaml", "---\n".join(items))

    def source(self, nodes: str, edges: str = "") -> None:
        self.write("cmdb/exports/nodes.csv", nodes)
        self.write("cmdb/exports/edges.csv", edges or "from,to\n")
        spec = "spec: {format: csv, nodes: cmdb/exports/nodes.csv, edges: cmdb/exports/edges.csv}\n"
        self.write("cmdb/sources/it.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: it}\n" + spec)

    def run(self, *arguments: str) -> tuple[int, str]:
        self.capsys.readouterr()
        code = run(["--repo", str(self.root), *arguments])
        said = self.capsys.readouterr()
        assert code < 2, said.err
        return code, said.out

    def check(self, *arguments: str) -> dict[str, Any]:
        now = [] if "--now" in arguments else ["--now", NOW]
        code, out = self.run("cmdb", "check", "--format", "json", *now, *arguments)
        answer: dict[str, Any] = json.loads(out)
        assert code == (1 if answer["errors"] else 0)
        return answer

    def found(self, rule: str, *arguments: str) -> list[tuple[str, str, int, str]]:
        """Level, path, line and message of the findings of a rule."""
        listed = [one for one in self.check(*arguments)["findings"] if one["rule"] == rule]
        return [(one["level"], one["path"], one["line"], one["message"]) for one in listed]

    def levels(self, rule: str) -> dict[str, str]:
        """Item and attribute to level of the findings of a rule."""
        listed = [one for one in self.check()["findings"] if one["rule"] == rule]
        return {f"{one['data'].get('id')}.{one['route'][-1]}": one["level"] for one in listed}


def config(cmdb: str) -> str:
    return f"apiVersion: changeflow/v1\nkind: Config\nmetadata: {{id: it}}\nspec: {{cmdb: {{{cmdb}}}}}\n"


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capsys)


def test_what_an_important_item_lacks_is_an_error_and_what_another_lacks_a_warning(place: Place) -> None:
    place.items(
        item("shop", "criticality: tier1"), item("intranet", "criticality: tier3"),
        item("planned", "criticality: tier1, status: planned"), item("old", "criticality: tier1, status: retired"),
    )  # fmt: skip
    levels = place.levels("cmdb-incomplete")
    assert {levels["shop.type"], levels["shop.owner"]} == {"error"}
    assert levels["shop.environment"] == levels["shop.name"] == "warning"
    assert levels["intranet.type"] == levels["planned.owner"] == "warning"
    assert not [one for one in levels if one.startswith("old.")]


def test_an_item_without_a_tier_is_as_important_as_what_fails_with_it(place: Place) -> None:
    place.items(
        item("shop", f"criticality: tier2, {WHOLE}", needs("api"), needs("mail", "soft"), "{any_of: [a, b]}"),
        item("api", "environment: production", needs("disk")), item("disk", WHOLE), item("mail", ""), item("a", ""), item("b", ""),
        item("alone", ""),
    )  # fmt: skip
    levels = place.levels("cmdb-incomplete")
    assert {levels[one] for one in ("api.criticality", "api.type", "api.owner", "disk.criticality")} == {"error"}
    others = {one: level for one, level in levels.items() if one.split(".")[0] in ("mail", "a", "b", "alone")}
    assert len(others) > 12
    assert set(others.values()) == {"warning"}
    inherited = [message for _, _, _, message in place.found("cmdb-incomplete") if "`shop`" in message]
    assert inherited == [f"`{ci}` has no criticality, and `shop` of tier 1 or 2 fails with it" for ci in ("api", "disk")]


def test_items_of_a_source_are_judged_like_others_and_the_finding_points_at_the_row(place: Place) -> None:
    place.items(item("shop", f"criticality: tier1, {WHOLE}", needs("db")))
    place.source(
        "id,type,status,criticality,owner,environment,description\n"
        "db,database,live,tier1,team-left,production,Orders\n"
        "old,database,retired,,,,\n"
        "disk,,live,tier2,,production,Room\n"
        "fan,device,live,tier3,team-gone,production,Wind\n",
        "from,to\ndb,old\ndb,disk\ndb,fan\n",
    )
    nodes, edges = "cmdb/exports/nodes.csv", "cmdb/exports/edges.csv"
    assert [one[:3] for one in place.found("cmdb-unknown-owner")] == [("error", nodes, 2)]
    assert [one[:3] for one in place.found("cmdb-incomplete")] == [("error", nodes, 4)] * 2
    assert [one[:3] for one in place.found("cmdb-absent-owner")] == [("warning", nodes, 5)]
    assert [one[:3] for one in place.found("cmdb-retired-dependency")] == [("warning", edges, 2)]
    inverted = place.found("cmdb-tier-inversion")
    assert [one[:3] for one in inverted] == [("warning", nodes, 4), ("warning", nodes, 5)]
    assert inverted[1][3].endswith(": db -> fan")


def test_what_native_yaml_adds_to_a_source_is_pointed_at_there(place: Place) -> None:
    place.source("id,type\ndb,database\n")
    place.items(item("db", "owner: team-left, criticality: tier1"))
    assert [one[:3] for one in place.found("cmdb-unknown-owner")] == [("error", "cmdb/items.yaml", 4)]
    assert {one[1] for one in place.found("cmdb-incomplete")} == {"cmdb/items.yaml"}


def test_a_ring_is_one_finding_with_a_way_round_and_a_soft_edge_breaks_it(place: Place) -> None:
    place.items(
        item("c", "", needs("a")), item("a", "", needs("b")), item("b", "", needs("c")),
        item("up", "", needs("down")), item("down", "", needs("up", "soft")),
    )  # fmt: skip
    ((level, _, _, message),) = place.found("cmdb-ring")
    assert (level, message) == ("warning", "these need each other, so if one fails all do: a -> b -> c -> a")


def test_orphans_are_warned_of(place: Place) -> None:
    place.items(item("alone", WHOLE), item("user", WHOLE, needs("used", "soft")), item("used", WHOLE))
    assert [one[3] for one in place.found("cmdb-orphan")] == ["`alone` is live, needs nothing, and nothing needs it"]


def test_single_points_of_failure_are_one_finding_and_a_list(place: Place) -> None:
    place.items(
        item("shop", f"criticality: tier1, {WHOLE}", needs("db"), "{any_of: [c-1, c-2]}"),
        item("till", f"criticality: tier2, {WHOLE}", needs("db")),
        item("db", f"criticality: tier1, {WHOLE}", needs("disk")), item("disk", f"criticality: tier1, {WHOLE}"),
        item("c-1", f"criticality: tier3, {WHOLE}"), item("c-2", f"criticality: tier3, {WHOLE}"),
    )  # fmt: skip
    assert len(place.found("cmdb-single-points")) == 1
    points = place.check()["survey"]["single_points"]
    assert [(one["ci"], one["count"]) for one in points["points"]] == [("disk", 3), ("db", 2)]
    assert (points["total"], points["is_exact"], points["unfollowed"]) == (2, True, 0)
    every = place.check("--all")["survey"]["single_points"]
    assert {one["ci"] for one in every["points"]} == {"disk", "db"}


def test_what_is_not_asked_for_is_not_found(place: Place) -> None:
    place.items(item("shop", f"criticality: tier1, {WHOLE}"), item("site", WHOLE, needs("shop", "soft")))
    assert place.found("cmdb-unconfirmed") == []


def test_an_item_is_confirmed_for_as_long_as_its_tier_allows(place: Place) -> None:
    place.write("changeflow.yaml", config("confirm_within: {tier1: P90D, tier2: P365D}"))
    place.items(
        item("fresh", f"criticality: tier1, confirmed: 2026-08-22, {WHOLE}"),
        item("stale", f"criticality: tier1, confirmed: 2026-08-21, {WHOLE}"),
        item("never", f"criticality: tier2, {WHOLE}"),
        item("ahead", f"criticality: tier2, confirmed: 2026-11-21, {WHOLE}"),
        item("unknown", f"confirmed: 2026-08-21, {WHOLE}"),
        item("unasked", f"criticality: tier3, {WHOLE}"),
        item("planned", f"criticality: tier1, status: planned, {WHOLE}"),
    )
    assert [one[3].split("`")[1] for one in place.found("cmdb-unconfirmed")] == ["stale", "never", "ahead", "unknown"]
    assert place.found("cmdb-unconfirmed", "--now", "2026-09-01T00:00:00Z")[0][3].split("`")[1] == "never"
    assert "cmdb-unconfirmed" not in place.run("check")[1]


AUDIT = """\
apiVersion: changeflow/v1
kind: ConfigurationAudit
metadata: {{id: "2026-11-10"}}
spec:
  auditor: {auditor}
  sample:
    commit: {commit}
    digest: sha256:{digest}
    seed: "7"
    size: 1
    drawn: 2026-11-10T09:00:00Z
    population: 2
  strata: [{{tier: tier1, type: service, items: 2, drawn: 1}}]
  items:
    - {{ci: db, tier: tier1, type: service, found: agrees, attributes: [{{name: owner, recorded: team-shop}}]}}
    - {{ci: web, tier: tier1, type: service, found: agrees, attributes: [{{name: owner, recorded: team-shop, found: differs}}]}}
"""


def test_an_audit_confirms_the_items_that_it_found_as_recorded(place: Place) -> None:
    place.write("changeflow.yaml", config("confirm_within: {tier1: P90D}"))
    place.items(*(item(ci, f"criticality: tier1, {WHOLE}") for ci in ("db", "web", "app")))
    told = {"commit": "a" * 40, "digest": "b" * 64}
    place.write("cmdb/audits/2026-11-10.yaml", AUDIT.format(auditor="bob", **told))
    assert [one[3].split("`")[1] for one in place.found("cmdb-unconfirmed")] == ["web", "app"]
    # alice answers for them
    place.write("cmdb/audits/2026-11-10.yaml", AUDIT.format(auditor="alice", **told))
    assert len(place.found("cmdb-unconfirmed")) == 3
    place.write("cmdb/audits/2026-11-10.yaml", AUDIT.format(auditor="null", **told))
    assert len(place.found("cmdb-unconfirmed")) == 3


def test_native_yaml_confirms_an_item_of_a_source(place: Place) -> None:
    place.write("changeflow.yaml", config("confirm_within: {tier1: P90D}"))
    place.source("id,criticality\ndb,tier1\nweb,tier1\n")
    place.items(item("db", "confirmed: 2026-11-01"))
    assert [one[1:3] for one in place.found("cmdb-unconfirmed")] == [("cmdb/exports/nodes.csv", 3)]


def test_the_configuration_says_how_bad_a_rule_is(place: Place) -> None:
    place.items(item("shop", "criticality: tier1"))
    assert place.run("check")[0] == place.run("cmdb", "check")[0] == 1
    place.write("changeflow.yaml", config("levels: {cmdb-incomplete: warning, cmdb-orphan: error}"))
    assert place.run("check")[0] == 0
    assert {one[0] for one in place.found("cmdb-incomplete")} == {"warning"}
    assert [one[0] for one in place.found("cmdb-orphan")] == ["error"]
    place.write("changeflow.yaml", config("levels: {cmdb-incomplete: ignore, cmdb-orphan: ignore}"))
    assert "[cmdb-" not in place.run("check")[1]
    assert place.found("cmdb-incomplete") == place.found("cmdb-orphan") == []


def test_the_first_of_many_findings_are_listed_and_the_others_counted(place: Place) -> None:
    place.source("id\n" + "".join(f"n{number:03}\n" for number in range(60)))
    listed = place.found("cmdb-orphan")
    assert len(listed) == 50
    assert [one[3] for one in place.found("cmdb-more") if "cmdb-orphan" in one[3]] == ["10 more findings like this one (cmdb-orphan)"]
    assert len(place.found("cmdb-orphan", "--all")) == 60
    assert place.check()["survey"]["totals"]["isolated"] == 60


def test_the_findings_come_in_the_formats_of_check(place: Place) -> None:
    place.items(item("shop", "criticality: tier1"))
    run = json.loads(place.run("cmdb", "check", "--format", "sarif")[1])["runs"][0]
    rules = {rule["id"]: rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert rules["cmdb-orphan"].startswith("A live item needs nothing")
    assert "::error file=cmdb/items.yaml,line=4" in place.run("cmdb", "check", "--format", "github")[1]
    suites = ET.fromstring(place.run("cmdb", "check", "--format", "junit")[1])  # noqa: S314  # our own
    assert suites.get("failures") == "1"


def test_text_names_the_single_points_and_what_is_behind_them(place: Place) -> None:
    place.items(
        item("shop", f"criticality: tier1, {WHOLE}", needs("rack")), item("till", f"criticality: tier1, {WHOLE}", needs("rack")),
        item("rack", f"criticality: tier1, {WHOLE}", needs("cable")), item("cable", f"criticality: tier2, {WHOLE}", needs("plug")),
        item("plug", f"criticality: tier3, {WHOLE}"),
    )  # fmt: skip
    text = place.run("cmdb", "check")[1]
    assert "5 items, 4 dependencies, 0 groups of redundant items\n" in text
    assert "Single points of failure (2): live items of tier 1 and 2 that fail with\n    3  cable, and 1 behind it\n" in text
