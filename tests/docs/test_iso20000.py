"""The page for managers and auditors: its commands work in a bare clone, in both languages, and it has a row for every clause cited."""

from __future__ import annotations

import re

import click
import pytest
import yaml

from changeflow.cli.main import cli
from tests.demonstration import copied
from tests.docs.typed import PROJECT, blocks, type_in

PAGES = ("docs/iso20000.md", "docs/iso20000.zh.md")
CHANGE = "CHG-20261120-shipping-2-4"
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
STANDARD = "ISO/IEC 20000-1:2018 "


def text(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def rows(page: str) -> list[list[str]]:
    """The rows of the table of clauses: cells as they stand."""
    found = re.findall(r"^\| ([0-9].*) \|$", text(page), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in found]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("auditor")
    shop = copied(tmp_path_factory)
    return type_in(folder, f"server={shop} change={CHANGE}", blocks(PAGES[0]), "cat register.csv", "git symbolic-ref HEAD")


def test_an_auditor_with_a_bare_clone_gets_answers(said: str) -> None:
    assert re.search(r"ok: (\d+) entries in an unbroken chain, \1 signed", said)
    assert "decisions computed again, byte for byte the same" in said
    # The register has the emergency, and the plan has the freeze.
    assert re.search(r"^CHG-\d+-currency-rates,.*,emergency,", said, re.MULTILINE)
    assert "Year-end freeze" in said


def test_one_change_is_followed_from_its_request_to_its_end(said: str) -> None:
    assert f"  id: {CHANGE}\n" in said
    kinds = re.findall(rf"{CHANGE} +(approval|assessment|decision|release|review) ", said)
    assert list(dict.fromkeys(kinds)) == ["assessment", "approval", "decision", "release", "review"]
    assert f"gate close of {CHANGE}: OPEN" in said


def test_both_languages_show_the_same_commands_and_clauses() -> None:
    assert blocks(PAGES[0]) == blocks(PAGES[1])
    english, chinese = (sorted(set(re.findall(r"`([^`\n]+)`", FENCE.sub("", text(page))))) for page in PAGES)
    assert english == chinese
    assert [row[0].replace(", ", "、") for row in rows(PAGES[0])] == [row[0] for row in rows(PAGES[1])]


def test_both_languages_say_the_same_of_every_clause() -> None:
    states = {"covered": "变更和发布方面已覆盖", "partly": "部分", "outside": "范围外"}
    wrong = []
    for english, chinese in zip(rows(PAGES[0]), rows(PAGES[1]), strict=True):
        state = re.match(r"covered|partly|outside", english[3])
        if state is None or not chinese[3].startswith(states[state[0]]):
            wrong.append(english[0])
    assert wrong == []


def test_every_clause_that_a_shipped_rule_cites_has_a_row() -> None:
    named = {clause for row in rows(PAGES[0]) for clause in row[0].split(", ")}
    cited = set()
    for path in (PROJECT / "policies").glob("*.yaml"):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"].get("rules", [])
        cited |= {rule["clause"] for rule in rules}
    others = {clause for clause in cited if not clause.startswith(STANDARD)}
    assert others == {"Organisation's own", "ISO/IEC 27001:2022 A.5.3"}
    assert {clause.removeprefix(STANDARD) for clause in cited - others} - named == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_the_text_exists(page: str) -> None:
    context = click.Context(cli, info_name="changeflow")
    commands = re.findall(r"`changeflow ([a-z]+)(?: ([a-z]+))?", text(page))
    assert len(commands) > 10
    wrong = []
    for name, sub in commands:
        command = cli.get_command(context, name)
        if command is None or (isinstance(command, click.Group) and sub not in command.commands):
            wrong.append(f"{name} {sub}")
    assert wrong == []


@pytest.mark.parametrize(("page", "language"), [(PAGES[0], "en"), (PAGES[1], "zh")])
def test_the_table_says_of_each_clause_what_the_data_says(page: str, language: str) -> None:
    said = {"in": {"en": "covered", "zh": "变更和发布方面已覆盖"}, "partly": {"en": "partly: ", "zh": "部分："}}
    said["outside"] = {"en": "outside: ", "zh": "范围外："}
    data = yaml.safe_load((PROJECT / "policies/standards/iso20000-1-2018.yaml").read_text(encoding="utf-8"))
    clauses = {one["id"]: one for one in data["spec"]["clauses"]}
    shown = {row[0]: row for row in rows(page)}
    for name, row in shown.items():
        clause = clauses[name]
        scope = clause.get("scope", "in")
        assert row[1] == clause["title"][language], name
        reason = clause["reason"][language] if "reason" in clause else ""
        assert row[3].startswith(said[scope][language] + reason), name
    # each clause that is looked at has a row
    assert {name for name, one in clauses.items() if one.get("scope", "in") != "outside"} <= set(shown)


def test_the_guide_tells_the_scale_as_the_data_has_it() -> None:
    data = yaml.safe_load((PROJECT / "policies/standards/iso20000-1-2018.yaml").read_text(encoding="utf-8"))["spec"]
    guide = text("docs/guides/gap-analysis.md")
    for step in data["scale"]:
        needs = ", ".join(step.get("needs", []))
        row = f"| {step['score']} | {step['name']['en']} | {needs} |".replace("|  |", "| |")
        assert row in guide
    assert f"at least `enough` records ({data['enough']})" in guide
    assert f"below `wanted` ({data['wanted']})" in guide
    chinese = text("docs/guides/gap-analysis.zh.md")
    for step in data["scale"]:
        needs = ", ".join(step.get("needs", []))
        assert f"| {step['score']} | {step['name']['zh']} | {needs} |".replace("|  |", "| |") in chinese
    assert f"至少找到 `enough` 条记录（{data['enough']} 条）" in chinese
    assert f"低于 `wanted`（{data['wanted']} 分）" in chinese
