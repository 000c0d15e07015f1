"""`changeflow audit` compares records, draws a sample and writes a folder that explains itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.register.office import CHANGE, Office
from tests.report.papers import DUTIES, URGENT, busy_office

SCHEMA = Path(__file__).parents[2] / "schemas/answers/report.schema.json"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("audit") / "shop")


@pytest.fixture(scope="module")
def folder(office: Office) -> Path:
    """The folder of an audit of everything."""
    said = office.say("audit", "--out", "../audit", "--seed", "a day", "--now", DUTIES)
    assert said.code == 1, said.err
    return office.root.parent / "audit"


def test_its_data_are_as_the_schema_says(folder: Path) -> None:
    told = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert (told["kind"], told["seed"], told["population"]) == ("audit", "a day", 5)
    assert {one["change"] for one in told["sample"]} >= {CHANGE, URGENT}


def test_its_list_of_digests_covers_every_file_but_itself(folder: Path) -> None:
    done = subprocess.run(["sha256sum", "-c", "--quiet", "manifest.sha256"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    listed = [line[66:] for line in (folder / "manifest.sha256").read_text(encoding="utf-8").splitlines()]
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert sorted([*listed, "manifest.sha256"]) == there
