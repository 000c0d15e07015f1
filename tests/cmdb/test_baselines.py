"""Baselines of the CMDB: entries of the ledger about no change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.release.site import ID, ROSTER, Site, git
from tests.repositories import Keys, make_keys

BASELINE = "_/000001-baseline.json"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), ["carol", "mallory"])


def listed(site: Site) -> list[dict[str, object]]:
    return json.loads(site.cli("cmdb", "baseline", "--list", "--format", "json").out)["baselines"]


def test_a_baseline_says_which_commit_it_is_of_and_how_much_there_is(site: Site) -> None:
    done = site.cli("cmdb", "baseline", "2026-q4", "--as", "carol", "--format", "json")
    assert done.code == 0, done.err
    (one,) = json.loads(done.out)["baselines"]
    assert (one["name"], one["by"], one["signed_by"], one["seq"]) == ("2026-q4", "carol", None, 1)
    assert (one["items"], one["relations"], one["outside"]) == (3, 1, {})
    assert one["commit"] == git(site.root, "rev-parse", "main")
    assert listed(site) == [one]
    assert git(site.root, "ls-tree", "-r", "--name-only", "changeflow/ledger") == BASELINE


def test_the_ledger_knows_the_entry_as_it_knows_all_others(site: Site) -> None:
    assert site.cli("cmdb", "baseline", "q4").code == 0
    assert site.cli("ledger", "verify").code == 0
    log = site.cli("ledger", "log").out
    assert "baseline q4: 3 items, 1 relation" in log
    assert " _ " not in log
    statement = json.loads(site.cli("ledger", "show", "1", "--format", "json").out)
    assert statement["predicateType"] == "https://changeflow.dev/baseline/v1"
    assert statement["subject"][0]["digest"]["gitCommit"] == git(site.root, "rev-parse", "main")
    assert "there is no decision" in site.cli("ledger", "replay").err


def test_a_baseline_is_no_change_and_moves_no_other_answer(site: Site) -> None:
    site.change()
    before = [site.cli(*words).out for words in (("list", "--format", "json"), ("todo", "--as", "bob", "--format", "json"))]
    site.cli("cmdb", "baseline", "q4")
    after = [site.cli(*words).out for words in (("list", "--format", "json"), ("todo", "--as", "bob", "--format", "json"))]
    assert before == after
    # the second reading of the ledger rests on what the first one remembered
    assert site.cli("gate", "approve", ID).code == site.cli("gate", "approve", ID).code == 0
    assert [one["name"] for one in listed(site)] == ["q4"]
    done = site.release("run")
    assert done.code == 0, done.err
    assert site.cli("ledger", "verify").code == 0
    assert [one["name"] for one in listed(site)] == ["q4"]


def test_a_name_is_used_once(site: Site) -> None:
    assert site.cli("cmdb", "baseline", "q4").code == 0
    again = site.cli("cmdb", "baseline", "q4")
    assert again.code == 1
    assert "the name `q4` is taken: entry 1" in again.err
    assert "choose another name" in again.err
    assert len(listed(site)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "a baseline needs a name"),
        (("a b",), 2, "cannot be the name"),
        (("../x",), 2, "cannot be the name"),
        (("x" * 101,), 2, "cannot be the name"),
        (("main",), 1, "the name of a revision"),
        (("q4", "--as", "erin"), 1, "knows no person `erin`"),
        (("q4", "--rev", "nowhere"), 5, "nowhere"),
    ],
)
def test_what_is_refused_records_nothing(site: Site, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = site.cli("cmdb", "baseline", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert listed(site) == []


def test_only_what_is_on_the_main_branch_can_be_a_baseline(site: Site) -> None:
    git(site.root, "checkout", "-qb", "other")
    site.write("cmdb/more.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: more}\nspec: {type: service}\n")
    site.commit("not agreed yet")
    done = site.cli("cmdb", "baseline", "q4", "--rev", "other")
    assert done.code == 1
    assert "is not on the main branch" in done.err
    assert site.cli("cmdb", "baseline", "q4").code == 0
    assert listed(site)[0]["items"] == 3


def test_a_cmdb_that_cannot_be_read_is_no_baseline(site: Site) -> None:
    site.write("cmdb/broken.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: x}\nspec: {status: nowhere}\n")
    site.commit("broken")
    done = site.cli("cmdb", "baseline", "q4")
    assert done.code == 4
    assert "cmdb/broken.yaml" in done.err
    git(site.root, "rm", "-q", "-r", "cmdb")
    git(site.root, "commit", "-qm", "nothing left")
    assert site.cli("cmdb", "baseline", "q4").code == 3
    assert listed(site) == []


def test_what_lies_outside_of_git_is_pinned_or_there_is_no_baseline(site: Site) -> None:
    export = site.root.parent / "nodes.csv"
    export.write_text("id,type\nhost-1,server\n", encoding="utf-8")
    source = "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: estate}\nspec: {format: csv, nodes: ../nodes.csv%s}\n"
    site.write("cmdb/sources/estate.yaml", source % "")
    site.commit("a source")
    assert site.cli("cmdb", "baseline", "q4").code == 4
    digest = hashlib.sha256(export.read_bytes()).hexdigest()
    site.write("cmdb/sources/estate.yaml", source % f", sha256: {{nodes: {digest}}}")
    site.commit("a source that is pinned")
    done = site.cli("cmdb", "baseline", "q4", "--format", "json")
    assert done.code == 0, done.err
    (one,) = json.loads(done.out)["baselines"]
    assert (one["items"], one["outside"]) == (4, {"../nodes.csv": f"sha256:{digest}"})


def test_a_simulated_clock_counts_only_where_it_is_allowed(site: Site) -> None:
    assert site.cli("cmdb", "baseline", "q4", "--now", "2026-11-21T10:00:00Z").code == 0
    assert listed(site)[0]["simulated"] is True
    site.write("changeflow.yaml", "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {}\n")
    site.commit("the real clock alone")
    assert listed(site) == []
    done = site.cli("cmdb", "baseline", "q5", "--now", "2026-11-21T10:00:00Z")
    assert done.code == 1
    assert "--now does not count here" in done.err
    # a name that was used means what it meant, whether it counts or not
    assert site.cli("cmdb", "baseline", "q4").code == 1


def test_a_person_with_keys_speaks_by_a_signature_alone(site: Site, keys: Keys) -> None:
    line = "carol: {emails: [carol@example.com]"
    site.write("policies/roster.yaml", ROSTER.replace(line, f"{line}, keys: ['{keys.line('carol')}']"))
    site.commit("carol has a key")
    refused = site.cli("cmdb", "baseline", "q4", "--as", "carol", "--key", str(keys.files["mallory"]))
    assert refused.code == 1
    assert site.cli("cmdb", "baseline", "q4", "--as", "carol").code == 1
    assert listed(site) == []
    done = site.cli("cmdb", "baseline", "q4", "--as", "carol", "--key", str(keys.files["carol"]))
    assert done.code == 0, done.err
    assert listed(site)[0]["signed_by"] == "carol"


def test_nobody_records_a_baseline_in_the_name_of_another(site: Site) -> None:
    done = site.cli("cmdb", "baseline", "q4", "--as", "carol", GIT_COMMITTER_NAME="bob", GIT_COMMITTER_EMAIL="bob@example.com")
    assert done.code == 1
    assert listed(site) == []


def test_baselines_are_read_and_recorded_in_a_bare_clone(site: Site, tmp_path: Path) -> None:
    site.cli("cmdb", "baseline", "q4")
    git(site.root, "clone", "-q", "--bare", str(site.root), str(tmp_path / "bare.git"))
    bare = Site(tmp_path / "bare.git")
    assert [one["name"] for one in listed(bare)] == ["q4"]
    assert bare.cli("cmdb", "baseline", "q5", "--as", "carol").code == 0
    assert [one["name"] for one in listed(bare)] == ["q4", "q5"]


def test_the_list_says_so_where_there_is_none_and_speaks_chinese(site: Site) -> None:
    assert "no baseline yet" in site.cli("cmdb", "baseline", "--list").out
    site.cli("cmdb", "baseline", "q4", "--as", "carol")
    assert "记录人" in site.cli("--lang", "zh", "cmdb", "baseline", "--list").out
    assert "基线 q4" in site.cli("--lang", "zh", "ledger", "log").out
