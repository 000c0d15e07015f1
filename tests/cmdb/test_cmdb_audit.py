"""Audits of the CMDB from the draw to the improvements, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.release.site import ROSTER, Site, git

DAY = ("--now", "2026-11-27T08:00:00Z")
FILE = "cmdb/audits/2026-11-27.yaml"
ANSWER = ("--format", "json")
OWNED = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {{id: {0}}}
spec: {{type: {1}, criticality: {2}, owner: {3}, environment: production}}
---
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site.at(tmp_path / "repo")
    hosts = [OWNED.format(f"host-{number:02d}", "server", "tier3", "bob") for number in range(30)]
    own = [OWNED.format(f"own-{number}", "server", "tier3", "carol") for number in range(4)]
    gone = OWNED.format("gone", "server", "tier1", "bob").replace("{type", "{status: retired, type")
    site.write("cmdb/hosts.yaml", "".join([*hosts, *own, gone]).removesuffix("---\n"))
    site.commit("hosts")
    return site


def drawn(site: Site, *arguments: str, size: int = 12) -> dict[str, Any]:
    done = site.cli("cmdb", "audit", "--sample", str(size), "--seed", "7", *arguments, *DAY, *ANSWER)
    assert done.code == 0, done.err
    return json.loads(done.out)


def shown(site: Site, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = site.cli("cmdb", "audit", *arguments, *ANSWER)
    assert done.code == code, done.err or done.out
    return json.loads(done.out)


def test_the_answer_fits_its_schema_with_every_key_there(site: Site) -> None:
    top = json.loads((Path(__file__).parents[2] / "schemas/answers/cmdb-audit.schema.json").read_text(encoding="utf-8"))
    drawn(site)
    fill(site, ("found: agrees", "found: missing"), ("surplus: []", "surplus: [{name: cache-9}]"))
    answer = shown(site, code=1)
    assert [error.message for error in Draft202012Validator(top).iter_errors(answer)] == []
    assert set(answer) == set(top["required"]) == set(top["properties"])


def fill(site: Site, *replacements: tuple[str, str], path: str = FILE) -> None:
    file = site.root / path
    text = file.read_text(encoding="utf-8").replace("found: unchecked", "found: agrees")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def test_the_sample_is_written_as_a_document_that_passes_the_check(site: Site) -> None:
    answer = drawn(site, "--auditor", "carol")
    assert (answer["path"], answer["written"], answer["items"]) == (FILE, True, 12)
    assert answer["sample"]["population"] == 33
    assert answer["sample"]["left_out"] == 4
    assert answer["accuracy"] is None
    assert {(one["tier"], one["type"]): (one["items"], one["drawn"]) for one in answer["strata"]} == {
        ("tier2", "service"): (2, 1), ("tier3", "server"): (30, 11), ("tier4", "service"): (1, 0),
    }  # fmt: skip
    checked = site.cli("check", *ANSWER)
    assert checked.code == 0
    (one,) = [found for found in json.loads(checked.out)["findings"] if found["path"] == FILE]
    assert (one["rule"], one["level"]) == ("audit-unfinished", "warning")
    document = yaml.safe_load((site.root / FILE).read_text(encoding="utf-8"))
    listed = [item["ci"] for item in document["spec"]["items"]]
    assert not {"gone", "own-0", "own-1", "own-2", "own-3"} & set(listed)
    assert document["spec"]["items"][1]["attributes"][1] == {"name": "type", "recorded": "server"}


def test_the_same_seed_draws_the_same_sample_in_every_clone(site: Site, tmp_path: Path) -> None:
    drawn(site, "--auditor", "carol")
    again = drawn(site, "--auditor", "carol")
    assert again["path"] == "cmdb/audits/2026-11-27-2.yaml"
    git(site.root, "clone", "-q", "--bare", str(site.root), str(tmp_path / "bare.git"))
    bare = Site(tmp_path / "bare.git")
    out = tmp_path / "audit.yaml"
    drawn(bare, "--auditor", "carol", "--out", str(out))
    texts = [(site.root / FILE).read_text(encoding="utf-8"), (site.root / again["path"]).read_text(encoding="utf-8"), out.read_text(encoding="utf-8")]
    items = [text.partition("  strata:")[2] for text in texts]
    assert items[0] == items[1] == items[2]
    other = site.cli("cmdb", "audit", "--sample", "12", "--seed", "8", "--auditor", "carol", *DAY, *ANSWER)
    assert (site.root / json.loads(other.out)["path"]).read_text(encoding="utf-8").partition("  strata:")[2] != items[0]


def test_a_filled_audit_says_how_much_agrees(site: Site) -> None:
    drawn(site, "--auditor", "carol")
    assert shown(site, code=1)["unchecked"] > 60
    fill(
        site,
        ("{name: environment, recorded: production}", "{name: environment, recorded: production, found: differs, value: office}"),
        ("surplus: []", "surplus: [{name: cache-9, type: cache}]"),
    )
    answer = shown(site)
    assert (answer["ok"], answer["problems"], answer["unchecked"]) == (True, [], 0)
    accuracy, complete = answer["accuracy"], answer["completeness"]
    assert accuracy["looked_at"] - accuracy["agrees"] == 1
    assert accuracy["low"] < accuracy["value"] < accuracy["high"] <= 1
    assert (complete["agrees"], complete["looked_at"]) == (12, 13)
    (difference,) = answer["differences"]
    assert (difference["attribute"], difference["found"], difference["value"]) == ("environment", "differs", "office")
    text = site.cli("cmdb", "audit").out
    assert "environment differs: recorded production, found office" in text
    assert "cache-9: not in the CMDB" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "准确率" in site.cli("--lang", "zh", "cmdb", "audit").out
    assert "<table" in site.cli("cmdb", "audit", "--format", "html").out
    assert site.cli("cmdb", "audit", "2026-11-27", "--format", "markdown").code == 0
    assert site.cli("cmdb", "audit", FILE, "--show").code == 0


def test_an_item_that_does_not_exist_agrees_in_nothing(site: Site) -> None:
    drawn(site)
    fill(site, ("found: agrees", "found: missing"), ("  # auditor", "  auditor: alice #"))
    answer = shown(site)
    assert answer["differences"][0]["attribute"] is None
    assert answer["existence"]["looked_at"] - answer["existence"]["agrees"] == 1
    assert answer["accuracy"]["agrees"] < answer["accuracy"]["looked_at"]
    assert "there is no such item" in site.cli("cmdb", "audit").out


def test_a_sample_that_was_edited_is_told_apart_from_the_one_that_was_drawn(site: Site) -> None:
    drawn(site, "--auditor", "carol")
    document = yaml.safe_load((site.root / FILE).read_text(encoding="utf-8"))
    names = [item["ci"] for item in document["spec"]["items"]]
    there = next(ci for ci in names if ci.startswith("host"))
    absent = next(f"host-{number:02d}" for number in range(30) if f"host-{number:02d}" not in names)
    fill(site, (f"- ci: {there}\n", f"- ci: {absent}\n"))
    problems = shown(site, code=1)["problems"]
    assert problems == [f"drawn and not in the audit: {there}", f"in the audit and not drawn: {absent}"]
    fill(site, (f"- ci: {absent}\n", f"- ci: {there}\n"), ("recorded: production", "recorded: office"))
    assert "recorded otherwise than the audit says" in shown(site, code=1)["problems"][0]
    fill(site, ("recorded: office", "recorded: production"), ("population: 33", "population: 20"))
    assert shown(site, code=1)["problems"] == ["the strata are not those of the CMDB"]
    fill(site, ("population: 20", "population: 33"), ('seed: "7"', 'seed: "9"'))
    assert shown(site, code=1)["ok"] is False


def test_a_sample_of_a_commit_that_is_not_here_is_not_relied_on(site: Site) -> None:
    drawn(site, "--auditor", "carol")
    commit = git(site.root, "rev-parse", "HEAD")
    fill(site, (commit, "0" * 40))
    assert "is not in this clone" in shown(site, code=1)["problems"][0]
    fill(site, ("0" * 40, git(site.root, "rev-parse", "HEAD~1")))
    assert "is not the one that the sample was drawn from" in shown(site, code=1)["problems"][0]


def test_the_auditor_answers_for_none_of_the_items(site: Site) -> None:
    drawn(site)
    fill(site, ("  # auditor", "  auditor: bob #"))
    answer = shown(site, code=1)
    assert answer["problems"][0].startswith("the auditor bob answers for payments-api, host-")
    done = site.cli("check", *ANSWER)
    assert done.code == 1
    assert {found["rule"] for found in json.loads(done.out)["findings"] if found["level"] == "error"} == {"audit-own-item"}
    refused = site.cli("cmdb", "audit", "--improvements")
    assert (refused.code, (site.root / "improvements").exists()) == (1, False)
    assert "cannot be relied on yet" in refused.err


def test_members_of_the_owning_role_are_left_out_and_the_cab_where_no_owner_is_known(site: Site) -> None:
    roster = f"{ROSTER}  roles: {{ops: [alice], cab: [carol]}}\n"
    site.write("policies/roster.yaml", roster)
    items = (site.root / "cmdb/hosts.yaml").read_text(encoding="utf-8").replace("owner: bob", "owner: ops").replace("owner: carol", "owner: left-us")
    site.write("cmdb/hosts.yaml", items)
    site.commit("roles")
    assert drawn(site, "--auditor", "alice")["sample"]["left_out"] == 30
    # nobody of the roster owns four of them, so the CAB answers for them
    assert drawn(site, "--auditor", "carol")["sample"]["left_out"] == 4
    assert drawn(site, "--auditor", "bob", size=12)["sample"]["left_out"] == 3


def test_a_baseline_is_audited_as_it_was(site: Site) -> None:
    assert site.cli("cmdb", "baseline", "q4").code == 0
    site.write("cmdb/hosts.yaml", OWNED.format("other", "server", "tier3", "bob").removesuffix("---\n"))
    site.commit("all hosts are gone")
    answer = drawn(site, "--auditor", "carol", "--baseline", "q4")
    assert (answer["sample"]["population"], answer["sample"]["baseline"]) == (33, "q4")
    fill(site)
    assert shown(site)["ok"] is True
    assert site.cli("cmdb", "audit", "--sample", "9", "--seed", "7", "--baseline", "q3", *DAY).code == 3


def test_differences_become_improvements_once(site: Site) -> None:
    drawn(site, "--auditor", "carol")
    site.change("CHG-20261121-wiki", item="wiki")
    fill(
        site,
        ("{name: environment, recorded: production}", "{name: environment, recorded: production, found: differs, value: office}"),
        ("{name: status, recorded: live}", "{name: status, recorded: live, found: differs, value: planned, corrected_by: CHG-20261121-wiki}"),
        ("surplus: []", "surplus: [{name: cache 9/x}, {name: known, corrected_by: CHG-20261121-wiki}]"),
    )
    first = shown(site, "--improvements")
    assert len(first["improvements"]) == 2
    assert site.cli("check").code == 0, site.cli("check").out
    documents = [yaml.safe_load((site.root / path).read_text(encoding="utf-8")) for path in first["improvements"]]
    by_source = {one["spec"]["source"].get("ci"): one["spec"] for one in documents}
    (item,) = by_source.keys() - {None}
    assert by_source[item]["owner"] == "bob"
    assert "environment differs" in by_source[item]["finding"]
    assert "planned" not in by_source[item]["finding"]
    assert by_source[None]["finding"] == "The CMDB lacks cache 9/x"
    written = {path: (site.root / path).read_bytes() for path in first["improvements"]}
    assert shown(site, "--improvements")["improvements"] == []
    assert {path: (site.root / path).read_bytes() for path in written} == written


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--sample", "9"), 2, "a sample needs a seed"),
        (("--sample", "0", "--seed", "x"), 2, "less than 1"),
        (("--sample", "9", "--seed", "x", "--auditor", "erin"), 1, "knows no person `erin`"),
        (("--sample", "9", "--seed", "x", "--auditor", "renovate"), 1, "an automation"),
        (("--sample", "9", "--seed", "x", "--improvements"), 2, "`--improvements`"),
        (("--seed", "x"), 2, "`--seed`"),
        ((), 3, "there is no audit yet"),
        (("2026-11-01",), 3, "there is no audit yet"),
    ],
)
def test_what_is_refused_writes_nothing(site: Site, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = site.cli("cmdb", "audit", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err or code == 3
    assert not (site.root / "cmdb/audits").exists()


def test_a_sample_that_cannot_cover_the_strata_is_refused_with_the_size_that_can(site: Site) -> None:
    site.write("cmdb/more.yaml", OWNED.format("a", "cache", "tier1", "bob") + OWNED.format("b", "queue", "tier1", "bob").removesuffix("---\n"))
    site.commit("more strata")
    done = site.cli("cmdb", "audit", "--sample", "2", "--seed", "7")
    assert (done.code, "`--sample 3`" in done.err) == (2, True)
    assert drawn(site, size=3)["items"] == 3


def test_a_bare_clone_needs_to_be_told_where_to_write_and_a_file_is_never_replaced(site: Site, tmp_path: Path) -> None:
    git(site.root, "clone", "-q", "--bare", str(site.root), str(tmp_path / "bare.git"))
    bare = Site(tmp_path / "bare.git")
    refused = bare.cli("cmdb", "audit", "--sample", "9", "--seed", "7")
    assert (refused.code, "--out FILE" in refused.err) == (2, True)
    out = tmp_path / "audit.yaml"
    drawn(bare, "--auditor", "carol", "--out", str(out))
    text = out.read_text(encoding="utf-8")
    assert bare.cli("cmdb", "audit", "--sample", "9", "--seed", "8", "--out", str(out)).code == 1
    assert out.read_text(encoding="utf-8") == text
    out.write_text(text.replace("found: unchecked", "found: agrees"), encoding="utf-8")
    assert shown(bare, str(out))["ok"] is True
    assert bare.cli("cmdb", "audit", str(out), "--improvements").code == 2


def test_a_broken_audit_is_told_with_its_place(site: Site) -> None:
    drawn(site)
    fill(site, ("found: agrees", "found: perhaps"))
    done = site.cli("cmdb", "audit")
    assert (done.code, FILE in done.err) == (4, True)


def test_an_audit_judges_nothing_and_is_approved_by_the_owners_of_the_policies(site: Site) -> None:
    from changeflow.model.kinds import category_of, group_of

    assert (group_of(FILE), category_of(FILE), category_of("improvements/x.yaml")) == (None, "governed", "governed")
    assert site.cli("cmdb", "baseline", "before").code == 0
    drawn(site)
    site.commit("an audit")
    assert site.cli("cmdb", "diff", "before").code == 0
    assert site.cli("cmdb", "baseline", "after").code == 0
    digests = [one["digest"] for one in json.loads(site.cli("cmdb", "baseline", "--list", *ANSWER).out)["baselines"]]
    assert digests[0] == digests[1]


def test_an_audit_that_is_not_there_is_answered_with_the_way_to_one(site: Site) -> None:
    done = site.cli("cmdb", "audit", "nope")
    assert (done.code, done.err) == (3, "error: no such audit: `nope`\nhint: there is none yet; `changeflow cmdb audit --sample 60 --seed 2026-11-27` draws a sample\n")
    drawn(site)
    site.commit("audit")
    assert "hint: there are: 2026-11-27\n" in site.cli("cmdb", "audit", "nope").err


def test_an_audit_that_is_written_into_the_repository_is_named_from_its_top(site: Site, tmp_path: Path) -> None:
    assert drawn(site, "--out", str(site.root / "cmdb" / "audits" / "here.yaml"))["path"] == "cmdb/audits/here.yaml"
    assert drawn(site, "--out", str(tmp_path / "there.yaml"))["path"] == str(tmp_path / "there.yaml")


@pytest.mark.parametrize("size", ["0", "2001", "99999999999999999999"])
def test_a_sample_that_no_document_has_room_for_is_refused_before_anything_is_drawn(site: Site, size: str) -> None:
    done = site.cli("cmdb", "audit", "--sample", size, "--seed", "7", *DAY)
    assert (done.code, done.out) == (2, "")
    assert f"{size} is " in done.err
    assert not (site.root / FILE).exists()
