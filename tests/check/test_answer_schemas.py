"""Every command that answers in JSON: the answer says which schema it has, and fits it, with every key present."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from changeflow.cli.main import run
from tests.answers import misfits, schema_of_answer
from tests.git_isolation import fresh_git
from tests.repositories import Repo

__all__ = ["fresh_git"]

PROJECT = Path(__file__).resolve().parents[2]
NOW = ("--now", "2026-11-21T10:00:00Z")
CHANGE = "CHG-20261120-shipping-2-4"
COMMANDS = {
    "findings": ("check",),
    "assessment": ("assess", CHANGE, *NOW),
    "impact": ("impact", "payment"),
    "decision": ("gate", "approve", CHANGE, *NOW),
    "changes": ("list", *NOW),
    "change": ("show", CHANGE, *NOW),
    "schedule": ("schedule", "--from", "2026-11-01T00:00:00Z", "--to", "2026-12-31T00:00:00Z"),
    "when": ("when", CHANGE, *NOW),
    "release": ("release", "plan", CHANGE),
    "risk": ("risk", "explain", CHANGE, *NOW),
    "item": ("cmdb", "show", "payment"),
    "items": ("cmdb", "show"),
    "cmdb-check": ("cmdb", "check"),
    "baselines": ("cmdb", "baseline", "--list"),
    "cmdb-diff": ("cmdb", "diff", "HEAD"),
    "policies": ("policy", "list"),
    "policy-tests": ("policy", "test"),
    "schemas": ("schema", "list"),
    "report": ("report", "kpi", *NOW),
    "history-export": ("history", "export", *NOW),
}


@pytest.fixture
def shop(tmp_path: Path, fresh_git: None) -> Path:  # noqa: ARG001 - for its effect
    repo = Repo(tmp_path / "shop")
    shutil.copytree(PROJECT / "examples" / "webshop", repo.path, dirs_exist_ok=True)
    repo.commit()
    return repo.path


@pytest.mark.parametrize("name", COMMANDS)
def test_an_answer_fits_the_schema_that_it_names(name: str, shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = run(("--repo", str(shop), *COMMANDS[name], "--format", "json"))
    said = capfd.readouterr()
    assert code in (0, 1), said.err
    answer = json.loads(said.out)
    assert misfits(name, answer) == []


def test_every_answer_without_a_case_here_is_covered_elsewhere() -> None:
    """The ledger's is held by its own tests, doctor's by the bot's, that of an import by tests/cmdb_sources and tests/history, of an audit by
    tests/cmdb, of back-tests and the fit by tests/risk and tests/policy, of evidence by tests/evidence_files, of plans by tests/release,
    of holds by tests/schedule, of notifications by tests/notify, of witnesses by tests/ledger."""
    there = {path.name.removesuffix(".schema.json") for path in (PROJECT / "schemas" / "answers").glob("*.schema.json")}
    assert there - set(COMMANDS) <= {
        "ledger", "control", "replay", "cmdb-import", "history", "history-import", "cmdb-export", "cmdb-audit",
        "backtest", "fit", "holds", "notifications", "plan", "policy-backtest", "rehearsal", "witness", "recorded-evidence",
    }  # fmt: skip


def test_explaining_one_rule_has_the_shape_of_the_list(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(("--repo", str(shop), "policy", "explain", "cab-quorum", "--format", "json")) == 0
    Draft202012Validator(schema_of_answer("policies")).validate(json.loads(capfd.readouterr().out))
