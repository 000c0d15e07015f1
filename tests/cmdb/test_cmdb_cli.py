"""`impact`, `cmdb` and `risk explain` as a person calls them, on the example."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from changes import SPEC

from changeflow.cli.main import run

PROJECT = Path(__file__).parents[2]
WEBSHOP = PROJECT / "examples" / "webshop"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(WEBSHOP / "cmdb", tmp_path / "cmdb")
    shutil.copy(WEBSHOP / "changeflow.yaml", tmp_path)
    (tmp_path / "policies").mkdir()
    shutil.copy(WEBSHOP / "policies" / "roster.yaml", tmp_path / "policies")
    for variable in ("CHANGEFLOW_FORMAT", "CHANGEFLOW_REV", "CHANGEFLOW_NOW"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    for argv in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        who = ["-c", "user.name=alice", "-c", "user.email=alice@webshop.example", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *argv], cwd=folder, check=True)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_first_thousand_affected_items_are_listed_and_all_are_counted(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {{id: {0}}}\nspec: {{depends_on: [{{ci: {1}}}]}}\n"
    items = [one.format("rack", "power"), *(one.format(f"host-{n:04d}", "rack") for n in range(1_100))]
    (shop / "cmdb" / "hosts.yaml").write_text("---\n".join(items), encoding="utf-8")
    code, out, _ = said(capsys, "impact", "rack", "--format", "json")
    answer = json.loads(out)
    assert (code, answer["affected_total"], len(answer["affected"])) == (0, 1_100, 1_000)
    _, out, _ = said(capsys, "impact", "rack", "--all", "--format", "json")
    assert len(json.loads(out)["affected"]) == 1_100
    _, out, _ = said(capsys, "impact", "rack")
    assert "1,100 directly" in out
    assert "100 more are not listed here; `changeflow impact --all` lists them all." in out
    for shape in ("markdown", "html", "mermaid", "svg"):
        _, out, _ = said(capsys, "impact", "rack", "--format", shape)
        assert "1,100" in out or "1,040 more" in out or "more items" in out, shape


@pytest.mark.usefixtures("shop")
def test_impact_lists_what_the_database_takes_down(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "impact", "payments-db")
    assert code == 0
    assert "payments-api <- payments-db, hard" in out
    assert out.index("Direct") < out.index("Further away")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("format_", ["text", "json", "markdown", "mermaid", "dot", "svg", "html"])
def test_every_format_comes_out_of_the_command_line(capsys: pytest.CaptureFixture[str], format_: str) -> None:
    code, out, err = said(capsys, "impact", "payments-db", "valkey-cart", "--depth", "2", "--format", format_)
    assert (code, err) == (0, "")
    assert "settlement" in out.lower()
    if format_ == "json":
        assert json.loads(out)["depth"] == 2


@pytest.mark.usefixtures("shop")
def test_an_unknown_item_is_exit_3_with_near_misses(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "impact", "payment-db")
    assert (code, out) == (3, "")
    assert "no such configuration item: `payment-db`" in err
    assert "did you mean `payments-db`" in err


def test_a_broken_item_stops_impact_because_its_dependencies_would_be_missing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "cmdb" / "broken.yaml").write_text("kind: [", encoding="utf-8")
    code, out, err = said(capsys, "impact", "payments-db")
    assert (code, out) == (4, "")
    assert "cmdb/broken.yaml" in err


def test_a_broken_policy_does_not_stop_anybody_from_looking(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "policies" / "broken.yaml").write_text("kind: [", encoding="utf-8")
    assert said(capsys, "impact", "payments-db")[0] == 0


def test_impact_reads_a_revision_without_touching_the_work_tree(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(shop)
    shutil.rmtree(shop / "cmdb")
    assert said(capsys, "impact", "payments-db")[0] == 3
    code, out, _ = said(capsys, "impact", "payments-db", "--rev", "main")
    assert code == 0
    assert "checkout" in out


@pytest.mark.usefixtures("shop")
def test_cmdb_show_tells_what_an_item_needs_and_who_needs_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "cmdb", "show", "cart")
    assert code == 0
    assert "2 of Cart cache 1 (valkey-cart), Cart cache 2 (valkey-cart-2), Cart cache 3 (valkey-cart-3)" in out
    assert "  Web shop (frontend), hard" in out
    assert said(capsys, "cmdb", "show", "cartt")[0] == 3
    listed = json.loads(said(capsys, "cmdb", "show", "--format", "json")[1])
    assert [one["metadata"]["id"] for one in listed["items"]] == sorted(one["metadata"]["id"] for one in listed["items"])


def test_cmdb_check_finds_an_unknown_dependency(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "cmdb", "check")[0] == 0
    path = shop / "cmdb" / "platform.yaml"
    path.write_text(path.read_text("utf-8").replace("ci: card-processor", "ci: card-procesor"), encoding="utf-8")
    code, out, _ = said(capsys, "cmdb", "check")
    assert code == 1
    assert "card-procesor" in out
    assert "did you mean `card-processor`" in out


def test_cmdb_check_surveys_rings_gaps_and_foundations(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = "\n---\n".join(
        f"apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {{id: {ci}}}\nspec: {{depends_on: [{{ci: {other}}}]}}"
        for ci, other in (("ring-a", "ring-b"), ("ring-b", "ring-a"))
    )
    (shop / "cmdb" / "ring.yaml").write_text(ring, encoding="utf-8")
    lonely = "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: lonely}\nspec: {owner: team-data, criticality: tier4}\n"
    (shop / "cmdb" / "lonely.yaml").write_text(lonely, encoding="utf-8")
    survey = json.loads(said(capsys, "cmdb", "check", "--format", "json")[1])["survey"]
    assert survey["rings"] == [["ring-a", "ring-b"]]
    assert survey["no_owner"] == survey["no_criticality"] == ["ring-a", "ring-b"]
    assert survey["isolated"] == ["lonely"]
    assert survey["foundations"][0] == ["payments-db", 12]
    assert "these need each other, so if one fails all do: ring-a -> ring-b -> ring-a" in said(capsys, "cmdb", "check")[1]


def test_risk_explain_shows_the_whole_arithmetic(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(PROJECT / "policies", shop / "policies", dirs_exist_ok=True)
    commit(shop)
    rfc = {
        "apiVersion": "changeflow/v1", "kind": "ChangeRequest",
        "metadata": {"id": "CHG-20261121-x", "title": "X", "requester": "alice"}, "spec": SPEC,
    }  # fmt: skip
    (shop / "changes" / "CHG-20261121-x").mkdir(parents=True)
    (shop / "changes" / "CHG-20261121-x" / "rfc.yaml").write_text(json.dumps(rfc), encoding="utf-8")
    code, out, _ = said(capsys, "risk", "explain", "CHG-20261121-x")
    assert code == 0
    assert "[high]" in out
    assert "Likelihood: 3 of 5, from 21 points (2 begins at 6, 3 at 14, 4 at 24, 5 at 34)" in out
    answer = json.loads(said(capsys, "risk", "explain", "CHG-20261121-x", "--format", "json")[1])
    assert sum(factor["points"] for factor in answer["factors"]) == answer["score"]
    assert {factor["side"] for factor in answer["factors"]} == {"likelihood", "impact"}


@pytest.mark.parametrize("command", [["impact"], ["cmdb", "show"], ["cmdb", "check"], ["risk", "explain"]])
def test_every_help_has_examples(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, _ = said(capsys, *command, "--help")
    assert code == 0
    assert "Examples:" in out


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("variable", ["CHANGEFLOW_FORMAT", "CHANGEFLOW_CMDB_SHOW_FORMAT"])
def test_an_option_is_read_from_the_variable_that_is_called_like_it(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "json")
    assert json.loads(said(capsys, "cmdb", "show")[1])["items"]
    assert said(capsys, "cmdb", "show", "--format", "text")[1].endswith(" items\n")


@pytest.mark.parametrize("option", ["--fail-together", "--one-by-one"])
@pytest.mark.parametrize(("language", "says"), [("en", "does not go with"), ("zh", "不能与")])
@pytest.mark.usefixtures("shop")
def test_how_several_items_fail_is_no_matter_of_what_they_rest_on(
    capsys: pytest.CaptureFixture[str], option: str, language: str, says: str
) -> None:
    code, out, err = said(capsys, "--lang", language, "impact", "cart", "--upstream", option)
    assert (code, out) == (2, "")
    assert says in err
    assert option in err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_thousands_are_apart_in_what_is_said_of_a_large_cmdb(
    shop: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    rows = "".join(f"leaf-{number}\tcore\n" for number in range(12_345))
    (shop / "cmdb" / "exports" / "many.tsv").write_text(rows, encoding="utf-8")
    source = (
        "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: many}\n"
        "spec: {format: edges, path: cmdb/exports/many.tsv, defaults: {criticality: tier1, owner: cab, type: server, environment: production}}\n"
    )
    (shop / "cmdb" / "sources" / "many.yaml").write_text(source, encoding="utf-8")
    for words in (("cmdb", "check"), ("impact", "core"), ("cmdb", "export", "--target", "csv", "--out", str(shop / "build"))):
        out = said(capsys, "--lang", language, *words)[1]
        assert "12,3" in out
        assert re.findall(r"(?<![\w,.:-])\d{5,}(?![\w-])", out) == []
