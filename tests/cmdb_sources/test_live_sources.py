"""Sources that are read at every command: `cmdb/sources/*.yaml`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid
from repositories import Repo
from sourced import write_source

from changeflow.cli.main import run
from changeflow.cmdb_sources import table
from changeflow.gate.path_categories import CategorisedPath
from changeflow.gate_cases.governed_paths import governed_reasons, path_approvals_for
from changeflow.model.cmdb import ConfigurationItem
from changeflow.reading.repository_store import Store
from changeflow.reading.view import View, state_at

NODES = "id,name,type,criticality,owner,environment\nledger-api,Ledger,service,tier1,team-payments,production\npayments-db,,database,,,\n"
EDGES = "from,to\nledger-api,payments-db\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo(tmp_path / "shop")
    for path, text in valid.FILES.items():
        repo.write(path, text)
    repo.write("cmdb/exports/nodes.csv", NODES)
    repo.write("cmdb/exports/edges.csv", EDGES)
    write_source(repo.path, "estate", format="csv", nodes="cmdb/exports/nodes.csv", edges="cmdb/exports/edges.csv")
    monkeypatch.chdir(repo.path)
    repo.commit()
    return repo


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def problems(repo: Repo) -> list[tuple[str, str, int]]:
    return [(one.rule, one.path, one.line) for one in state_at(repo.path).rulebook.problems]


def test_a_source_is_read_with_the_rulebook(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "impact", "payments-db", "--format", "json")
    assert code == 0
    assert "ledger-api" in [one["ci"] for one in json.loads(out)["affected"]]
    assert said(capsys, "check")[0] == 0
    assert problems(repo) == []


@pytest.mark.usefixtures("repo")
def test_show_says_which_source_gave_what(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "cmdb", "show", "ledger-api")
    assert code == 0
    assert "estate, cmdb/exports/nodes.csv, line 2" in out
    assert "needs payments-db" in out
    assert "estate, cmdb/exports/edges.csv, line 2" in out
    _, out, _ = said(capsys, "cmdb", "show", "payments-db", "--format", "json")
    native = json.loads(out)["provenance"]["attributes"]["criticality"]
    assert (native["source"], native["path"]) == (None, "cmdb/payments.yaml") or native["path"].startswith("cmdb/")


def test_documents_may_name_items_that_only_a_source_has(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(valid.RFC_PATH, valid.RFC.replace("ci: payments-db", "ci: ledger-api"))
    assert said(capsys, "check")[0] == 0
    repo.write("cmdb/exports/nodes.csv", NODES.replace("ledger-api", "other-api"))
    repo.write("cmdb/exports/edges.csv", "from,to\n")
    code, out, _ = said(capsys, "check")
    assert code == 1
    assert "rfc-unknown-ci" in out


def test_the_digest_of_the_cmdb_covers_the_files_of_sources(repo: Repo) -> None:
    before = state_at(repo.path).rulebook.digests["cmdb"]
    repo.write("cmdb/exports/nodes.csv", NODES.replace("Ledger", "Books"))
    assert state_at(repo.path).rulebook.digests["cmdb"] != before


def test_a_file_of_a_source_anywhere_in_the_repository_is_read_at_its_commit(repo: Repo) -> None:
    repo.write("deploy/edges.txt", "web api\n")
    write_source(repo.path, "more", format="edges", path="deploy/edges.txt")
    first = repo.commit()
    repo.write("deploy/edges.txt", "web queue\n")
    second = repo.commit()
    store = Store(repo.git)
    assert "queue" not in store.at(first).rulebook.items
    assert "queue" in store.at(second).rulebook.items
    assert "queue" not in store.at(first).rulebook.items
    assert store.at(first).rulebook.digests["cmdb"] != store.at(second).rulebook.digests["cmdb"]


def test_a_folder_is_read_in_the_order_of_its_paths(repo: Repo) -> None:
    repo.write("deploy/b/edges.txt", "web api\n")
    repo.write("deploy/a.txt", "api db\n")
    repo.write("deploy/notes.md", "no source\n")
    write_source(repo.path, "more", format="edges", path="deploy/")
    book = state_at(repo.path).rulebook
    assert book.problems == ()
    assert {"web", "api", "db"} <= book.items.keys()


def test_a_bad_row_shuts_the_gates_and_points_at_the_row(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("cmdb/exports/edges.csv", EDGES + "ledger-api,nowhere\n")
    assert problems(repo) == [("source-unknown-item", "cmdb/exports/edges.csv", 3)]
    code, out, _ = said(capsys, "check", "cmdb/sources")
    assert code == 1
    assert "cmdb/exports/edges.csv:3:1: error" in out
    assert said(capsys, "impact", "payments-db")[0] == 4


def test_a_missing_file_is_an_error_at_the_source(repo: Repo) -> None:
    (repo.path / "cmdb/exports/nodes.csv").unlink()
    assert ("source-file", "cmdb/sources/estate.yaml", 1) in problems(repo)


def test_a_symbolic_link_is_refused_alone_in_a_folder_and_on_the_way(repo: Repo) -> None:
    outside = repo.path.parent / "secret.txt"
    outside.write_text("root toor\n", encoding="utf-8")
    (repo.path / "deploy").mkdir()
    (repo.path / "deploy/link.txt").symlink_to(outside)
    (repo.path / "linked").symlink_to(outside.parent)
    for path in ("deploy/link.txt", "deploy", "linked/secret.txt", "linked"):
        write_source(repo.path, "more", format="edges", path=path)
        assert [rule for rule, _, _ in problems(repo)][:1] == ["source-file"], path
        assert "root" not in state_at(repo.path).rulebook.items


@pytest.mark.parametrize("path", ["../outside.txt", "ABSOLUTE"])
def test_a_file_outside_of_the_repository_is_read_with_its_digest_only(repo: Repo, path: str) -> None:
    outside = repo.path.parent / "outside.txt"
    outside.write_text("web api\n", encoding="utf-8")
    path = path.replace("ABSOLUTE", str(outside))
    write_source(repo.path, "more", format="edges", path=path)
    assert [rule for rule, _, _ in problems(repo)] == ["source-not-pinned"]
    assert "web" not in state_at(repo.path).rulebook.items
    good = hashlib.sha256(outside.read_bytes()).hexdigest()
    write_source(repo.path, "more", format="edges", path=path, sha256=good)
    assert problems(repo) == []
    assert "web" in state_at(repo.path).rulebook.items
    outside.write_text("web queue\n", encoding="utf-8")
    assert [rule for rule, _, _ in problems(repo)] == ["source-digest"]
    assert "web" not in state_at(repo.path).rulebook.items


@pytest.mark.parametrize(("spec", "case"), [
    ({"format": "csv"}, "none"), ({"format": "csv", "path": "a", "edges": "b"}, "both"),
    ({"format": "csv", "nodes": "a", "edges": "b", "sha256": "0" * 64}, "digest"), ({"format": "compose", "nodes": "a"}, "path"),
    ({"format": "compose", "path": "a", "mapping": {"id": "x"}}, "mapping"),
])  # fmt: skip
def test_a_source_names_its_files_one_way(repo: Repo, capsys: pytest.CaptureFixture[str], spec: dict[str, Any], case: str) -> None:
    write_source(repo.path, "more", **spec)
    code, out, _ = said(capsys, "check", "--format", "json")
    found = [one for one in json.loads(out)["findings"] if one["rule"] == "source-files"]
    assert code == 1
    assert [one["data"]["case"] for one in found] == [case]


def test_exports_are_no_documents_although_they_end_in_yaml(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("cmdb/exports/catalogue.yaml", "services: {web: {image: nginx}}\n")
    assert said(capsys, "check")[0] == 0
    assert problems(repo) == []


def test_a_compose_file_among_the_exports_is_read_by_its_source(repo: Repo) -> None:
    repo.write("cmdb/exports/shop.yaml", "services:\n  shop: {depends_on: [payments-db]}\n")
    write_source(repo.path, "shop", format="compose", path="cmdb/exports/shop.yaml")
    book = state_at(repo.path).rulebook
    assert book.problems == ()
    assert ("shop", "hard") in book.graph.needed_by("payments-db")


def test_two_sources_that_disagree_are_a_warning_and_open_no_question_of_order(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("cmdb/exports/other.csv", "id,owner\nledger-api,dave\n")
    write_source(repo.path, "other", format="csv", nodes="cmdb/exports/other.csv", precedence=20)
    code, out, _ = said(capsys, "check")
    assert code == 0
    assert "source-conflict" in out
    found = state_at(repo.path).rulebook.items["ledger-api"]
    assert isinstance(found, ConfigurationItem)
    assert found.spec.owner == "dave"


def test_a_check_that_remembers_notices_that_an_item_left_its_source(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(valid.RFC_PATH, valid.RFC.replace("ci: payments-db", "ci: ledger-api"))
    assert said(capsys, "check")[0] == said(capsys, "check")[0] == 0
    repo.write("cmdb/exports/nodes.csv", NODES.replace("ledger-api", "other-api"))
    repo.write("cmdb/exports/edges.csv", "from,to\n")
    assert said(capsys, "check")[0] == 1


def test_a_changed_export_asks_the_owners_of_the_items_that_it_changes(repo: Repo) -> None:
    base = repo.commit()
    repo("checkout", "-q", "-b", "work")
    repo.write("cmdb/exports/nodes.csv", NODES.replace("Ledger", "Books"))
    view = View.of(store := Store(repo.git), store.at(base), store.at(repo.commit()))
    (owed,) = path_approvals_for(view, view.base.rulebook, [CategorisedPath("cmdb/exports/nodes.csv", "cmdb")], alone=False)
    assert (owed.role, owed.paths) == ("team-payments", ("ledger-api",))


def test_what_a_source_says_of_an_item_is_not_missing_in_its_yaml(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("cmdb/bare.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: bare}\nspec: {type: service}\n")
    assert said(capsys, "check", "cmdb/bare.yaml")[1].count("[cmdb-incomplete]") == 4
    repo.write("cmdb/exports/nodes.csv", NODES + "bare,Bare,,tier2,,production\n")
    out = said(capsys, "check", "cmdb/bare.yaml")[1]
    assert out.count("[cmdb-incomplete]") == 1
    assert "`bare` has no owner" in out


def test_a_changed_file_of_a_source_outside_of_the_cmdb_asks_the_owners_too_and_must_be_readable(repo: Repo) -> None:
    repo.write("deploy/tiers.csv", "id,criticality\npayments-api,tier1\n")
    write_source(repo.path, "tiers", format="csv", nodes="deploy/tiers.csv", precedence=200)
    base = repo.commit()
    path = [CategorisedPath("deploy/tiers.csv", "other")]
    repo.write("deploy/tiers.csv", "id,criticality\npayments-api,tier4\n")
    view = View.of(store := Store(repo.git), store.at(base), store.at(repo.commit()))
    (owed,) = path_approvals_for(view, view.base.rulebook, path, alone=False)
    assert (owed.role, owed.paths) == ("team-payments", ("payments-api",))
    assert list(governed_reasons(view, view.base.rulebook, path)) == []
    repo.write("deploy/tiers.csv", "id,criticality\npayments-api\n")
    view = View.of(store, store.at(base), store.at(repo.commit()))
    assert [one.reason_code for one in governed_reasons(view, view.base.rulebook, path)] == ["governed.invalid"]
    assert view.base.rulebook.reads("deploy/tiers.csv")
    assert not view.base.rulebook.reads("deploy/other.csv")


def test_two_sources_of_one_id_shut_the_gates(repo: Repo) -> None:
    (repo.path / "cmdb/sources/again.yaml").write_bytes((repo.path / "cmdb/sources/estate.yaml").read_bytes())
    assert "duplicate-id" in [rule for rule, _, _ in problems(repo)]


def test_a_source_may_say_that_it_has_no_path_and_no_digest(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    spec = {"format": "csv", "nodes": "cmdb/exports/nodes.csv", "edges": "cmdb/exports/edges.csv", "path": None, "sha256": None}
    write_source(repo.path, "estate", **spec, precedence=10, defaults={"status": "live", "environment": "production"}, mapping={})
    assert said(capsys, "check")[0] == 0
    assert state_at(repo.path).rulebook.items["payments-db"].spec.environment == "production"
    write_source(repo.path, "estate", **spec, precedence=None)
    code, out, _ = said(capsys, "check")
    assert code == 1
    assert "schema-empty" in out


def test_files_that_are_too_much_together_shut_the_gates_and_are_not_imported(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "TOGETHER", 2_000)
    for name in "abc":
        repo.write(f"cmdb/exports/many/{name}.yaml", f"services: {{{name}: {{image: x}}}}\n{'#' * 900}\n")
    write_source(repo.path, "many", format="compose", path="cmdb/exports/many")
    (problem,) = state_at(repo.path).rulebook.problems
    assert (problem.rule, problem.path) == ("source-file", "cmdb/sources/many.yaml")
    assert "`cmdb/exports/many/c.yaml`" in problem.message
    assert "more than 2000 bytes together" in problem.message
    code, _, err = said(capsys, "cmdb", "import", "--source", "compose", "cmdb/exports/many", "--into", "cmdb/written")
    assert code == 4
    assert "more than 2000 bytes together" in err
    assert not (repo.path / "cmdb/written").exists()
    (repo.path / "cmdb/exports/many/c.yaml").unlink()
    assert state_at(repo.path).rulebook.problems == ()
