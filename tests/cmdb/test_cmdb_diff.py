"""Differences between states of the CMDB, with the change that made each of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changeflow.cmdb.attributes import attributes_of, difference
from tests.cmdb_items import item
from tests.dates import today
from tests.release.site import ITEMS, POLICY, Site, git
from tests.review.test_review import ANSWERS

CHANGE = "CHG-20261121-wiki"
WIKI = "{type: service, environment: office, criticality: tier4, owner: bob}"
ANSWER = ("--format", "json")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site.at(tmp_path / "repo")
    assert site.cli("cmdb", "baseline", "q4").code == 0
    return site


def edit(site: Site, before: str, after: str) -> None:
    text = (site.root / "cmdb/items.yaml").read_text(encoding="utf-8")
    assert before in text
    site.write("cmdb/items.yaml", text.replace(before, after, 1))


def owner(site: Site, name: str = "carol") -> None:
    edit(site, WIKI, WIKI.replace("owner: bob", f"owner: {name}"))


def compared(site: Site, *states: str) -> tuple[int, dict[str, Any]]:
    done = site.cli("cmdb", "diff", *(states or ("q4",)), *ANSWER)
    assert done.out, done.err
    return done.code, json.loads(done.out)


def only(site: Site, *states: str) -> tuple[int, dict[str, Any]]:
    """The one attribute of the one item that differs."""
    code, answer = compared(site, *states)
    (one,) = answer["differences"]
    (attribute,) = one["attributes"]
    return code, {"ci": one["ci"], "what": one["what"], "authorised": one["authorised"], **attribute}


def on_branch(site: Site, change: str = CHANGE, **spec: Any) -> None:
    git(site.root, "checkout", "-qb", "work")
    site.change(change, item=spec.pop("item", "wiki"), **spec)


def test_two_states_that_say_the_same_differ_in_nothing(site: Site) -> None:
    edit(site, "---\n", "--- # only a comment\n")
    site.commit("words")
    code, answer = compared(site)
    assert (code, answer["differences"], answer["unauthorised"]) == (0, [], 0)
    assert answer["from"]["baseline"] is True
    assert answer["to"] == {"name": "work tree", "commit": None, "baseline": False}
    assert "the two say the same" in site.cli("cmdb", "diff", "q4").out


def test_what_came_with_the_request_that_lists_the_item_was_made_by_the_change(site: Site) -> None:
    on_branch(site)
    owner(site)
    site.commit("carol owns the wiki")
    git(site.root, "checkout", "-q", "main")
    git(site.root, "merge", "-q", "--no-ff", "--no-edit", "work")
    code, one = only(site)
    assert (code, one["ci"], one["what"], one["authorised"]) == (0, "wiki", "changed", True)
    assert (one["attribute"], one["before"], one["after"]) == ("owner", "bob", "carol")
    assert (one["changes"], one["how"], one["why"]) == ([CHANGE], "request", None)
    assert one["commit"] == git(site.root, "rev-parse", "main")
    shown = site.cli("cmdb", "diff", "q4").out
    assert f"wiki: changed by {CHANGE}" in shown
    assert "owner: bob -> carol" in shown
    assert site.cli("cmdb", "check", "--against", "q4").code == 0


def test_a_branch_that_was_merged_without_a_merge_commit_counts_by_its_approval(site: Site) -> None:
    on_branch(site)
    owner(site)
    site.commit("carol owns the wiki")
    code, one = only(site, "q4", "work")
    assert (code, one["why"], one["named"]) == (1, "no_change", [])
    assert site.cli("approve", CHANGE, "--as", "carol").code == 0
    git(site.root, "checkout", "-q", "main")
    git(site.root, "merge", "-q", "--ff-only", "work")
    code, one = only(site)
    assert (code, one["changes"], one["how"]) == (0, [CHANGE], "approval")
    # what came to the main branch afterwards was no part of what was approved
    owner_after = WIKI.replace("owner: bob", "owner: alice")
    edit(site, WIKI.replace("owner: bob", "owner: carol"), owner_after)
    site.commit("on the quiet")
    code, one = only(site)
    assert (code, one["after"], one["why"], one["author"]) == (1, "alice", "no_change", "alice@example.com")


def test_what_was_there_before_the_request_is_not_covered_by_its_approval(site: Site) -> None:
    owner(site)
    site.commit("on the quiet")
    site.change(CHANGE, item="wiki")
    assert site.cli("approve", CHANGE, "--as", "carol").code == 0
    code, one = only(site)
    assert (code, one["why"]) == (1, "no_change")


def test_a_trailer_names_the_change_of_a_later_commit(site: Site) -> None:
    site.change(CHANGE, item="wiki")
    owner(site)
    site.commit(f"carol owns the wiki\n\nChange: {CHANGE}")
    code, one = only(site)
    assert (code, one["changes"], one["how"]) == (0, [CHANGE], "trailer")


def test_a_trailer_is_a_claim_that_the_request_must_bear_out(site: Site) -> None:
    site.change(CHANGE, item="payments-db")
    owner(site)
    site.commit(f"carol owns the wiki\n\nChange: {CHANGE}")
    code, one = only(site)
    assert (code, one["why"]) == (1, "not_listed")
    assert [named["change"] for named in one["named"]] == [CHANGE]
    edit(site, "owner: carol", "owner: alice")
    site.commit("and on\n\nChange: CHG-20261121-nowhere")
    _, one = only(site)
    assert (one["why"], one["named"]) == ("not_listed", [{"change": "CHG-20261121-nowhere", "state": None}])


def test_a_change_that_is_not_agreed_to_makes_no_difference_right(site: Site) -> None:
    site.write("policies/approve.yaml", POLICY % {"gate": "approve", "holds": "false"})
    site.change(CHANGE, item="wiki")
    owner(site)
    site.commit(f"carol owns the wiki\n\nChange: {CHANGE}")
    code, one = only(site)
    assert (code, one["why"], one["changes"]) == (1, "not_agreed", [])
    assert one["named"][0]["change"] == CHANGE
    assert "which is not agreed to" in site.cli("cmdb", "diff", "q4").out


def test_a_change_on_another_branch_is_named_as_not_on_main(site: Site) -> None:
    on_branch(site)
    owner(site)
    site.commit(f"carol owns the wiki\n\nChange: {CHANGE}")
    code, one = only(site, "q4", "work")
    assert (code, one["why"], one["named"]) == (1, "not_agreed", [{"change": CHANGE, "state": None}])
    assert "not on the main branch" in site.cli("cmdb", "diff", "q4", "work").out


def test_after_a_release_the_status_that_it_asks_for_belongs_to_the_change_and_nothing_else(site: Site) -> None:
    site.change(CHANGE, items=[{"ci": "wiki", "action": "remove"}])
    assert site.release("run", change=CHANGE).code == 0
    edit(site, WIKI, WIKI.replace("type: service", "status: retired, type: application"))
    site.commit("the wiki is gone")
    code, answer = compared(site)
    (one,) = answer["differences"]
    made = {part["attribute"]: (part["changes"], part["how"], part["why"]) for part in one["attributes"]}
    assert made == {"status": ([CHANGE], "release", None), "type": ([], None, "no_change")}
    assert (code, one["authorised"], one["changes"]) == (1, False, [CHANGE])
    shown = site.cli("cmdb", "diff", "q4").out
    assert shown.index("Without a change") < shown.index("type: service -> application") < shown.index("Made by changes")
    assert shown.index("Made by changes") < shown.index("status: live -> retired")


def test_a_closed_change_accounts_for_nothing_that_lands_after_its_review(site: Site) -> None:
    site.write("policies/close.yaml", POLICY % {"gate": "close", "holds": "evidence.review.complete"})
    site.change(CHANGE, item="wiki")
    assert site.release("run", change=CHANGE).code == 0
    owner(site)
    site.commit(f"carol owns the wiki\n\nChange: {CHANGE}")
    assert site.cli("review", CHANGE).code == 0
    review = site.root / f"changes/{CHANGE}/review.yaml"
    text = review.read_text(encoding="utf-8")
    for question, answer in {**ANSWERS, "# reviewed:": f"reviewed: {today().isoformat()}"}.items():
        text = text.replace(question, answer)
    review.write_text(text, encoding="utf-8")
    site.commit("The review")
    assert site.cli("review", CHANGE, "--as", "carol").code == 0
    assert site.cli("gate", "close", CHANGE).code == 0
    assert only(site)[1]["how"] == "trailer"
    edit(site, "owner: carol", "owner: alice")
    site.commit(f"and on\n\nChange: {CHANGE}")
    code, one = only(site)
    assert (code, one["why"], one["named"]) == (1, "closed", [{"change": CHANGE, "state": "closed"}])
    assert "came after the review of" in site.cli("cmdb", "diff", "q4").out


def test_what_no_commit_has_is_without_a_change(site: Site) -> None:
    site.change(CHANGE, item="wiki")
    owner(site)
    code, one = only(site)
    assert (code, one["why"], one["commit"]) == (1, "uncommitted", None)
    assert compared(site, "q4", "HEAD")[0] == 0
    assert compared(site, "q4", "work tree")[0] == 1


def test_the_last_commit_that_changed_an_attribute_made_it(site: Site) -> None:
    owner(site, "alice")
    site.commit("on the quiet")
    site.change(CHANGE, item="wiki")
    edit(site, "owner: alice", "owner: carol")
    site.commit(f"carol owns the wiki\n\nChange: {CHANGE}")
    code, one = only(site)
    assert (code, one["before"], one["after"], one["how"]) == (0, "bob", "carol", "trailer")


def test_items_that_come_and_go_are_told_with_all_they_say(site: Site) -> None:
    text = ITEMS.rpartition("---\n")[0]
    more = "---\napiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: forum, name: Forum}\nspec: {type: service, depends_on: [{ci: payments-db, strength: soft}]}\n"
    site.write("cmdb/items.yaml", text + more)
    site.commit("a forum, no wiki")
    code, answer = compared(site)
    assert (code, answer["added"], answer["changed"], answer["removed"], answer["unauthorised"]) == (1, 1, 0, 1, 2)
    forum, wiki = answer["differences"]
    assert {part["attribute"]: part["after"] for part in forum["attributes"]} == {
        "name": "Forum", "type": "service", "status": "live", "depends_on payments-db": "soft",
    }  # fmt: skip
    assert (wiki["what"], wiki["path"]) == ("removed", "cmdb/items.yaml")
    assert {part["after"] for part in wiki["attributes"]} == {None}
    backwards = compared(site, "HEAD", "q4")[1]
    assert [(one["ci"], one["what"]) for one in backwards["differences"]] == [("forum", "removed"), ("wiki", "added")]
    assert {part["why"] for one in backwards["differences"] for part in one["attributes"]} == {"no_change"}


def test_an_item_that_moves_to_another_file_differs_in_nothing(site: Site) -> None:
    head, _, wiki = ITEMS.rpartition("---\n")
    site.write("cmdb/items.yaml", head)
    site.write("cmdb/office/wiki.yaml", wiki)
    site.commit("moved")
    assert compared(site)[0] == 0


def test_dependencies_are_compared_one_by_one(site: Site) -> None:
    edit(site, "depends_on: [{ci: payments-db}]", "depends_on: [{ci: payments-db, strength: soft}, {any_of: [wiki, payments-db]}]")
    site.commit("another way")
    _, answer = compared(site)
    (one,) = answer["differences"]
    assert [(part["attribute"], part["before"], part["after"]) for part in one["attributes"]] == [
        ("depends_on payments-db", "hard", "min 1 of payments-db, wiki; soft"),
        ("depends_on wiki", None, "min 1 of payments-db, wiki"),
    ]


def test_items_of_sources_are_compared_as_they_were_merged(site: Site) -> None:
    source = "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: estate}\nspec: {format: csv, nodes: data/nodes.csv}\n"
    site.write("cmdb/sources/estate.yaml", source)
    site.write("data/nodes.csv", "id,type,owner\nhost-1,server,bob\n")
    site.commit("a source")
    assert site.cli("cmdb", "baseline", "with-source").code == 0
    site.change(CHANGE, item="host-1")
    site.write("data/nodes.csv", "id,type,owner\nhost-1,server,carol\nhost-2,server,bob\n")
    site.commit(f"a new export\n\nChange: {CHANGE}")
    code, answer = compared(site, "with-source")
    first, second = answer["differences"]
    assert (code, first["authorised"], second["authorised"]) == (1, True, False)
    assert (first["path"], first["line"], second["path"], second["line"]) == ("data/nodes.csv", 2, "data/nodes.csv", 3)
    assert second["attributes"][0]["why"] == "not_listed"


def test_the_cmdb_of_a_release_is_compared_by_the_name_of_the_change(site: Site) -> None:
    site.change(CHANGE, item="wiki")
    assert site.cli("cmdb", "diff", CHANGE).code == 3
    assert site.release("run", change=CHANGE).code == 0
    owner(site)
    site.commit("later")
    code, one = only(site, CHANGE)
    assert (code, one["before"], one["after"]) == (1, "bob", "carol")


def test_every_difference_without_a_change_is_a_finding_at_the_item(site: Site) -> None:
    owner(site)
    site.commit("on the quiet")
    assert site.cli("cmdb", "check").code == 0
    done = site.cli("cmdb", "check", "--against", "q4", *ANSWER)
    assert done.code == 1
    (one,) = [found for found in json.loads(done.out)["findings"] if found["level"] == "error"]
    assert (one["rule"], one["path"], one["line"]) == ("cmdb-unauthorised", "cmdb/items.yaml", 13)
    assert "`wiki` was changed since `q4` without a change" in one["message"]
    assert "belongs to no change" in one["message"]
    assert "changeflow cmdb diff q4" in one["hint"]
    assert "没有对应的变更" in site.cli("--lang", "zh", "cmdb", "check", "--against", "q4").out
    assert site.cli("cmdb", "check", "--against", "q4", "--rev", "q4-not-there").code == 5
    assert site.cli("cmdb", "check", "--against", "HEAD~1").code == 1


def test_all_of_it_works_in_a_bare_clone(site: Site, tmp_path: Path) -> None:
    owner(site)
    site.commit("on the quiet")
    git(site.root, "clone", "-q", "--bare", str(site.root), str(tmp_path / "bare.git"))
    bare = Site(tmp_path / "bare.git")
    code, one = only(bare)
    assert (code, one["why"]) == (1, "no_change")
    assert bare.cli("cmdb", "check", "--against", "q4").code == 1
    refused = bare.cli("cmdb", "diff", "q4", "work tree")
    assert (refused.code, "no work tree" in refused.err) == (2, True)


def test_a_state_that_cannot_be_read_is_not_compared(site: Site) -> None:
    assert site.cli("cmdb", "diff", "q3").code == 5
    site.write("cmdb/items.yaml", ITEMS.replace("tier4", "tier9"))
    done = site.cli("cmdb", "diff", "q4")
    assert (done.code, done.out) == (4, "")
    assert "cmdb/items.yaml" in done.err


def test_a_ledger_that_does_not_hold_names_no_baseline(site: Site) -> None:
    head = git(site.root, "rev-parse", "changeflow/ledger")
    git(site.root, "worktree", "add", "-q", "--detach", str(site.root.parent / "ledger"), head)
    side = Site(site.root.parent / "ledger")
    entry = side.root / "_/000001-baseline.json"
    entry.write_bytes(entry.read_bytes() + b" ")
    side.commit("edited")
    git(site.root, "update-ref", "refs/heads/changeflow/ledger", git(side.root, "rev-parse", "HEAD"))
    assert site.cli("cmdb", "diff", "q4").code == 4
    assert site.cli("cmdb", "baseline", "--list").code == 4


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_names_the_item_and_both_values(site: Site, format_: str, language: str) -> None:
    owner(site)
    site.commit("on the quiet")
    done = site.cli("--lang", language, "cmdb", "diff", "q4", "--format", format_)
    assert done.code == 1, done.err
    for word in ("wiki", "bob", "carol"):
        assert word in done.out
    if format_ == "text":
        assert max(map(len, done.out.splitlines())) <= 80


def test_groups_that_differ_are_told_apart_however_large_they_are() -> None:
    many = [f"host-{number:04d}" for number in range(900)]
    one = item("lb", {"any_of": many, "min": 2})
    other = item("lb", {"any_of": [*many[1:], "host-9999"], "min": 2})
    found = difference("lb", one, other)
    assert found is not None
    assert found.after["depends_on host-9999"].startswith("min 2 of 900 (")
    assert found.before["depends_on host-0500"] != found.after["depends_on host-0500"]
    assert max(map(len, attributes_of(one).values())) < 80
    pairs = [item("x", {"any_of": ["a", "b"]}, {"any_of": ["c", "d"]}), item("x", {"any_of": ["a", "c"]}, {"any_of": ["b", "d"]})]
    assert difference("x", *pairs) is not None
