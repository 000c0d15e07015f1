"""Every paper is made by one command in each language and format, and a Chinese one has no English words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.register.office import CHANGE, Office
from tests.report.papers import DUTIES, RELEASE, audited_office

pytestmark = pytest.mark.once

PAPERS = (
    ("register",),
    ("emergencies",),
    ("improvements",),
    ("kpi",),
    ("trends",),
    ("management",),
    ("change", CHANGE),
    ("review", CHANGE),
    ("cab",),
    ("cab", "--minutes"),
    ("unauthorised",),
    ("sla", "--from", "2026-11-01", "--to", "2027-01-01"),
    ("release", RELEASE),
    ("cmdb",),
    ("schedule", "--from", "2026-11-20", "--to", "2026-12-20"),
    ("models",),
    ("roles",),
)
LISTS = {"register", "emergencies", "improvements", "unauthorised"}
SCHEMA = Path(__file__).parents[2] / "schemas/answers/report.schema.json"
# What stays as it is: ids, names and words of people, codes and markup.
STAYS = re.compile(r"`[^`]*`|<style>.*?</style>|<svg.*?</svg>|<code>.*?</code>|<[^>]*>|https?:\S+|sha256:\w+|SHA256:[\w+/]+|\b[0-9a-f]{12,}\b|&\w+;", re.DOTALL)
# words of the data, which have a Chinese word
FIXED = {"type", "kind", "action", "outcome", "state", "complexity", "experience", "tested", "phase"}
WORDS = re.compile(r"[A-Za-z][a-z'’]+")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return audited_office(tmp_path_factory.mktemp("papers") / "shop")


def values_in(node: Any) -> Iterator[str]:
    """The texts of a document, without its keys and its fixed words."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in FIXED or " " in str(value):
                yield from values_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from values_in(value)
    elif isinstance(node, str):
        yield node


@pytest.fixture(scope="module")
def own_words(office: Office) -> set[str]:
    """Words that the team wrote itself, and its names."""
    written = ["changeflow", "main", "team-db", "steps trigger limit", "Example Bank", "cab", "ecab", "Asia", "Shanghai", "Fine by me", "Go", "Not without a plan", "No longer needed"]
    # paths and titles of commits, and the command that a person types
    written += ["Settings", "policies models restart yaml", "changeflow new after retrospective"]
    written += ["cmdb audits yaml description", "Audit What papers tell of releases incidents"]
    written.append(office.git("log", "--format=%s", "main"))
    texts = [path.read_text(encoding="utf-8") for path in (office.root / "changes").rglob("*.yaml")]
    texts.append(office.git("show", "proposed:changes/CHG-20261126-proposed/rfc.yaml"))
    for folder in ("releases", "cmdb", "incidents", "policies"):
        texts += [path.read_text(encoding="utf-8") for path in (office.root / folder).rglob("*.yaml")]
    for text in texts:
        written += values_in(YAML(typ="safe").load(text))
    return set(WORDS.findall(" ".join(written)))


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_a_chinese_paper_has_no_english_words_but_those_of_its_people(
    office: Office, own_words: set[str], paper: tuple[str, ...]
) -> None:
    for format_ in ("text", "markdown", "html"):
        said = office.done("--lang", "zh", "report", *paper, "--now", DUTIES, "--format", format_)
        left = set(WORDS.findall(STAYS.sub(" ", said))) - own_words
        assert not left, (format_, left)


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_an_english_paper_names_its_organisation_and_where_it_is_cut_off(office: Office, paper: tuple[str, ...]) -> None:
    for format_ in ("text", "markdown", "html"):
        said = office.done("report", *paper, "--now", DUTIES, "--format", format_)
        assert "Example Bank 示例银行" in said
        assert office.git("rev-parse", "main") in said
    assert "<script" not in said


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_the_json_of_a_paper_is_as_its_schema_says_and_the_same_in_each_language(office: Office, paper: tuple[str, ...]) -> None:
    told = office.answer("report", *paper, now=DUTIES)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert told["kind"] == paper[0]
    assert told == office.answer("--lang", "zh", "report", *paper, now=DUTIES)


@pytest.mark.parametrize("paper", sorted(LISTS))
def test_a_list_for_spreadsheets_has_headings_in_the_language_of_its_reader(office: Office, paper: str) -> None:
    said = office.done("--lang", "zh", "report", paper, "--now", DUTIES, "--format", "csv", "--bom")
    heading, *rows = said.removeprefix("\ufeff").splitlines()
    assert not WORDS.findall(heading)
    assert any(CHANGE in row or "INC-7" in row or "changeflow.yaml" in row for row in rows)


@pytest.mark.parametrize("paper", ["sla", "cmdb", "schedule", "models", "roles", "kpi"])
def test_other_lists_have_headings_in_the_language_of_their_reader(office: Office, paper: str) -> None:
    said = office.done("--lang", "zh", "report", paper, "--now", DUTIES, "--format", "csv")
    heading = said.splitlines()[0]
    assert "," in heading
    assert not WORDS.findall(heading)
