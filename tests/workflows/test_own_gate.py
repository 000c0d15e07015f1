"""This project judges its own pull requests: the folder `.github/changeflow`, and the workflows that use it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from changeflow.gate.path_categories import categorise
from tests.hosts.office import Said, call
from tests.repositories import Repo
from tests.workflows.own import FOLDER, READY, own_workflows
from tests.workflows.places import PROJECT, read

OWN = PROJECT / FOLDER
ROOMS = re.compile(r"changeflow/([a-z_]+(?:, [a-z_]+)*)")


def items() -> dict[str, dict[str, Any]]:
    text = (OWN / "cmdb" / "program.yaml").read_text(encoding="utf-8")
    return {item["metadata"]["id"]: item for item in yaml.safe_load_all(text)}


@pytest.fixture
def asked(tmp_path: Path, capfd: Any) -> Callable[..., Said]:
    """Runs a command on a copy of the folder in a git repository of its own, as a clone of this project would have it."""
    program = Repo(tmp_path / "program")
    copy = program.path / FOLDER
    shutil.copytree(OWN, copy)
    program.commit()
    return lambda *words: call(capfd, "--repo", str(copy), *words)


@pytest.mark.parametrize("name", own_workflows())
def test_the_workflows_are_those_of_every_change_repository(name: str) -> None:
    assert (PROJECT / ".github" / "workflows" / name).read_text(encoding="utf-8") == own_workflows()[name], "run `make example`"


def test_nothing_is_published_before_the_maintainers_switch_it_on() -> None:
    jobs = read(own_workflows()["changeflow.yml"])["jobs"]
    assert {name for name, job in jobs.items() if job["if"].startswith(f"{READY} && (")} == {"judge", "record"}


def test_every_step_of_ours_works_in_that_folder() -> None:
    steps = [
        step
        for text in own_workflows().values()
        for job in read(text)["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("./")
    ]
    assert [step["with"]["repository-path"] for step in steps] == [FOLDER] * 3


def test_the_documents_hold(asked: Callable[..., Said]) -> None:
    said = asked("check", "--format", "json")
    assert said.code == 0, said
    unnumbered = {"config-nobody-reviews", "roster-unknowable"}
    assert {found["rule"] for found in said.json["findings"]} <= unnumbered, "the maintainers' numbers are not known yet"


def test_every_room_of_the_program_is_an_item() -> None:
    named = {room for item in items().values() for found in ROOMS.findall(item["metadata"]["name"]) for room in found.split(", ")}
    rooms = {path.name for path in (PROJECT / "changeflow").iterdir() if (path / "__init__.py").exists()}
    assert named == rooms


def test_a_change_of_the_records_can_hurt_everything_that_decides(asked: Callable[..., Said]) -> None:
    hit = {item["ci"] for item in json.loads(asked("impact", "model", "--format", "json").out)["affected"]}
    assert hit == set(items()) - {"model", "proof"}


@pytest.mark.parametrize(
    ("path", "category"),
    [
        (":/docs/guides/github.md", "exempt"),
        (":/README.md", "exempt"),
        (":/changeflow/gate/decide.py", "other"),
        (":/pyproject.toml", "other"),
        (":/docs/CODEOWNERS", "governed"),
        (":/.github/workflows/ci.yml", "governed"),
        ("policies/approve.yaml", "governed"),
        ("cmdb/program.yaml", "cmdb"),
    ],
)
def test_code_needs_a_request_and_a_page_of_the_documentation_does_not(path: str, category: str) -> None:
    exempt = yaml.safe_load((OWN / "changeflow.yaml").read_text(encoding="utf-8"))["spec"]["exempt_paths"]
    assert categorise(path, exempt).category == category


def test_a_pattern_for_the_change_repository_says_nothing_about_what_is_outside() -> None:
    assert categorise(":/main.tf", ["**", "*"]).category == "other"
    assert categorise(":/main.tf", [":/*.tf"]).category == "exempt"
    assert categorise("main.tf", [":/*.tf"]).category == "other"


def test_a_contributor_writes_a_request_and_the_maintainers_are_asked(asked: Callable[..., Said]) -> None:
    words = ("--requester", "maintainer-1", "--implementer", "maintainer-2", "--now", "2026-11-21T10:00:00Z")
    assert asked("new", "faster-gate", "--ci", "gate", *words).code == 0
    assert asked("check").code == 0
    decision = json.loads(asked("gate", "approve", "CHG-20261121-faster-gate", "--format", "json").out)
    assert decision["open"] is False
    assert {missing["role"] for missing in decision["missing"]} == {"maintainers"}
