"""The example is a complete change repository, and stays in step with what ships."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from changeflow.cli.main import run
from tests.repositories import Repo

PROJECT = Path(__file__).resolve().parents[2]
WEBSHOP = PROJECT / "examples/webshop"
OWN = {"policies/roster.yaml", "policies/objectives.yaml"}

Files = Callable[[str], set[str]]


def files(folder: str) -> set[str]:
    return {path.relative_to(PROJECT / folder).as_posix() for path in (PROJECT / folder).rglob("*") if path.is_file()}


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A copy in a repository of its own: the example lies in another one, whose branches are no matter here."""
    repo = Repo(tmp_path / "shop")
    shutil.copytree(WEBSHOP, repo.path, dirs_exist_ok=True)
    repo.commit("The example")
    return str(repo.path)


def test_the_example_passes_check_without_a_warning(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["check", "--strict", "--repo", shop])
    assert code == 0, capsys.readouterr().out


def test_the_example_has_a_source_and_a_cmdb_in_which_nothing_is_wrong(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cmdb", "check", "--repo", shop]) == 0
    assert capsys.readouterr().out.startswith("44 documents checked, no problems\n")
    assert run(["cmdb", "show", "payments-api-staging", "--repo", shop]) == 0
    assert "staging, cmdb/exports/staging-items.csv, line 2" in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["policies", "schemas"])
def test_the_copies_in_the_example_are_the_ones_that_ship(folder: str) -> None:
    """`make example` copies them, but for the clauses of standards: those are read from the program."""
    ours = {name for name in files(folder) if not name.startswith("standards/")}
    assert ours
    assert {f"{folder}/{name}" for name in files(f"examples/webshop/{folder}") - ours} <= OWN
    different = [name for name in ours if (PROJECT / folder / name).read_bytes() != _copy(folder, name)]
    assert different == []


def _copy(folder: str, name: str) -> bytes:
    path = WEBSHOP / folder / name
    return path.read_bytes() if path.is_file() else b""


def test_the_three_samples_are_one_of_each_type() -> None:
    types = {path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]["type"] for path in WEBSHOP.glob("changes/*/rfc.yaml")}
    assert types == {
        "CHG-20261117-restart-recommendation": "standard",
        "CHG-20261120-shipping-2-4": "normal",
        "CHG-20261127-currency-rates": "emergency",
    }


def test_every_program_a_step_names_is_there_and_may_run() -> None:
    for path in WEBSHOP.glob("changes/*/rfc.yaml"):
        for words in programs(yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]):
            program = WEBSHOP / words[0]
            assert program.stat().st_mode & 0o111, f"{path.parent.name}: {words[0]}"


def programs(node: object) -> list[list[str]]:
    if isinstance(node, list):
        return [found for item in node for found in programs(item)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("run", "verify") if key in node]
    return own + [found for value in node.values() for found in programs(value)]
