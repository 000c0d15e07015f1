"""The change management policy as a document: what the standard asks of it, in both languages, from the rules that gates ask."""

from __future__ import annotations

import html
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from changeflow.documents.starter import Newcomer
from changeflow.insight.period import Period
from changeflow.language.reader import Reader
from changeflow.model.clock import Clock
from changeflow.model.policy import Rule
from changeflow.reading.view import locate
from changeflow.render.policy_paper import FORMATS, sheet_of
from changeflow.render.presentation import Presentation, names_of
from changeflow.render.report_models import model_sections
from changeflow.render.report_roles import role_sections
from changeflow.render.sheet import Rows
from changeflow.usecases.policy.export import ChangePolicy, categories_of, change_policy
from changeflow.usecases.report.models import models_paper
from changeflow.usecases.report.roles import roles_paper
from changeflow.usecases.start.init import create

POLICIES = Path(__file__).parents[2] / "policies"
ALICE = Newcomer("alice", "Alice Adeyemi", "alice@example.org", "")
COMMIT = ["-c", "user.name=Alice Adeyemi", "-c", "user.email=ALICE@example.org", "-c", "commit.gpgsign=false"]
# ids, names, expressions and units stay as they are
STAYS = re.compile(r"`[^`]*`|<style>.*?</style>|<code>.*?</code>|<[^>]*>|sha256:\w+|\b[0-9a-f]{40}\b|(?:when|assert):.*", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("policy") / "shop"
    create(root, ALICE, [], date(2026, 11, 21), with_git=False)
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    for name, message in (("policies", "The policy"), (".", "Everything else")):
        subprocess.run(["git", "-C", str(root), "add", name], check=True)
        subprocess.run(["git", "-C", str(root), *COMMIT, "commit", "-q", "-m", message], check=True)
    return root


@pytest.fixture(scope="module")
def policy(folder: Path) -> ChangePolicy:
    view = locate(folder)
    return change_policy(view.base, view.git)


def shown(policy: ChangePolicy, format_: str, language: Any = "en") -> str:
    to = Presentation(language, policy.rulebook.config.zone, names_of(policy.rulebook))
    said = html.unescape(FORMATS[format_](policy, to))
    return re.sub(r"\s+", " ", said.replace("\\", ""))


@pytest.mark.parametrize("format_", sorted(FORMATS))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_stands_in_words_with_the_expression_beneath(policy: ChangePolicy, format_: str, language: str) -> None:
    said = shown(policy, format_, language)
    for path in POLICIES.glob("*.yaml"):
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        for rule in spec.get("rules", []) if spec.get("enabled", True) else []:
            message = rule["message"] if language == "en" else rule["messages"]["zh"]
            assert re.sub(r"\s|`", "", message) in re.sub(r"\s|`|</?code>", "", said), rule["id"]
    assert 'change.type == "emergency"' in said


def test_it_says_what_8_5_1_1_asks(policy: ChangePolicy) -> None:
    said = shown(policy, "text")
    for part in ("1. What is under the control", "2.1 Standard", "2.2 Normal", "2.3 Emergency", "3. Changes with a potential major impact",
                 "4. Catalogue of standard changes", "5. Roles", "6. Freezes", "7. Records and retention", "Signatures"):  # fmt: skip
        assert part in said
    # a list of actions and the next condition are told apart
    assert "; the item is a service" in said
    assert "；配置项是服务" in shown(policy, "text", "zh")
    assert "Year-end freeze" in said
    assert "service-restart" in said or "Restart" in said


def test_its_version_is_the_commit_that_last_changed_it_and_who_made_it(policy: ChangePolicy, folder: Path) -> None:
    # changeflow.yaml, which is part of it, came with the last commit
    newest = subprocess.run(["git", "-C", str(folder), "rev-parse", "main"], check=True, capture_output=True, text=True).stdout.strip()
    assert policy.commit == newest
    assert policy.merged_by == "alice"
    assert "Alice Adeyemi" in shown(policy, "markdown")


def test_a_chinese_document_has_no_english_words_but_names(policy: ChangePolicy) -> None:
    to = Presentation("zh", policy.rulebook.config.zone, names_of(policy.rulebook))
    written = " ".join(path.read_text(encoding="utf-8") for path in POLICIES.rglob("*.yaml"))
    # comments and messages are written in the language of the repository, which is English here
    said = STAYS.sub(" ", FORMATS["html"](policy, to))
    left = {word for word in re.findall(r"[A-Za-z][a-z]{2,}", said) if word not in written}
    own = set(re.findall(r"[A-Za-z]+", " ".join((*policy.rulebook.roster.spec.role_names.values(), *policy.types, *policy.rulebook.roster.spec.roles))))
    people = set(re.findall(r"[A-Za-z]+", str(policy.rulebook.roster.spec.people)))
    assert left - own - people == set()
    assert isinstance(to, Reader)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_models_and_roles_stand_as_in_their_own_papers(policy: ChangePolicy, folder: Path, language: Any) -> None:
    view, at = locate(folder), datetime(2026, 12, 1, tzinfo=UTC)
    to = Presentation(language, policy.rulebook.config.zone, names_of(policy.rulebook))
    period, clock = Period(None, None, policy.rulebook.config.zone), Clock(at, at)
    known = {section.title: section.blocks for section in sheet_of(policy, to).sections}
    (own_roles, *_) = role_sections(roles_paper(view, period, clock), to)
    assert known[to.says("policy_paper.section", case="roles")] == own_roles.blocks
    ((own,),) = [section.blocks for section in model_sections(models_paper(view, period, clock), to)]
    (told,) = known[to.says("policy_paper.section", case="models")]
    assert isinstance(own, Rows)
    assert isinstance(told, Rows)
    # what became of changes under a model is no policy
    assert told.headings == own.headings[:-1]
    assert [row[:4] for row in told.rows] == [row[:4] for row in own.rows]
    assert told.rows


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (None, ("all",)),
        ('change.type == "emergency"', ["emergency"]),
        ('change.type != "emergency"', ["standard", "normal"]),
        ('change.class == "major" && risk.score > 3', ["normal"]),
        ("risk.score > 3", ("all",)),
        ('change.type == "normal" || change.type == "emergency"', ["normal", "emergency"]),
    ],
)
def test_a_rule_stands_below_the_categories_that_its_condition_names(when: str | None, expected: Any) -> None:
    rule = Rule.model_validate({"id": "it", "message": "It", "assert": "true"} | ({"when": when} if when else {}))
    assert categories_of(rule) == expected
