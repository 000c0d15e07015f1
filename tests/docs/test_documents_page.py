"""The page of documents: every field in a sentence, and of a finished request what it says is needed is what `check` asks for."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import valid_repository as valid

from changeflow.documents.field_descriptions import DESCRIPTIONS, SAME_FIELDS
from changeflow.model.kinds import NAMES
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget
from tests.docs.generated import PROJECT, generator

TYPES = ("standard", "normal", "emergency")
OF_TYPE: dict[str, dict[str, Any]] = {
    "standard": {"model": "restart-cache", "items": [{"ci": "cache-1"}]},
    "normal": {},
    "emergency": {"emergency": {"incident": "INC-1", "justification": "Customers cannot pay"}},
}


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    return generator()


def least(change_type: str) -> dict[str, Any]:
    """A finished request with what the page says is needed, and nothing else."""
    step = {"name": "Promote the replica", "run": ["./scripts/promote", "payments-db-2"]}
    spec = {
        "type": change_type,
        "reason": "PostgreSQL 13 leaves support this month",
        "implementer": "bob",
        "items": [{"ci": "payments-db"}],
        "assessment": {},
        "implementation": {"steps": [step]},
        "rollback": {"trigger": "Errors above 2 % for five minutes", "limit": "PT30M", "steps": [step]},
        "window": {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:30:00+08:00"},
        **OF_TYPE[change_type],
    }
    if change_type == "emergency":
        del spec["window"]
    metadata = {"id": valid.CHANGE, "title": "Upgrade payments-db", "requester": "alice"}
    return {"apiVersion": "changeflow/v1", "kind": "ChangeRequest", "metadata": metadata, "spec": spec}


def errors(root: Path, request: dict[str, Any]) -> list[str]:
    (root / valid.RFC_PATH).write_text(json.dumps(request), encoding="utf-8")
    return [found.rule for found in check(CheckTarget(root)).findings.findings if found.level == "error"]


def table() -> list[list[str]]:
    """Rows of "What a finished request needs": the path, and a cell for each type."""
    page = (PROJECT / "docs/reference/documents.md").read_text(encoding="utf-8")
    told = page.partition("### What a finished request needs")[2].partition("| gate |")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if line.startswith("| `")]


def needed(change_type: str) -> list[str]:
    column = 1 + TYPES.index(change_type)
    paths = [row[0].strip("`") for row in table() if row[column]]
    return [path for path in paths if not path.endswith((".manual", ".workflow", ".ansible"))]


def paths_of(value: Any, path: str = "") -> Iterator[str]:
    """Every path in a document, one for all elements of a list."""
    for name, inner in value.items():
        here = f"{path}{name}"
        yield here
        if isinstance(inner, dict):
            yield from paths_of(inner, f"{here}.")
        elif isinstance(inner, list) and isinstance(inner[0], dict):
            yield from paths_of(inner[0], f"{here}[].")


def without(document: dict[str, Any], path: str) -> dict[str, Any]:
    copied = copy.deepcopy(document)
    holder: Any = copied
    *way, last = path.split(".")
    for name in way:
        holder = holder[name.removesuffix("[]")]
        holder = holder[0] if name.endswith("[]") else holder
    del holder[last]
    return copied


@pytest.mark.parametrize("change_type", TYPES)
def test_what_the_page_lists_is_enough(change_type: str, tmp_path: Path) -> None:
    request = least(change_type)
    # A step of the rollback is built like one of the implementation; the table shows what is in every request.
    told = {*needed(change_type), "spec.rollback.steps[].name", "spec.rollback.steps[].run"}
    assert set(paths_of(request)) == told
    assert errors(valid.write(tmp_path), request) == []


@pytest.mark.parametrize("change_type", TYPES)
def test_every_field_that_the_page_lists_is_asked_for(change_type: str, tmp_path: Path) -> None:
    root = valid.write(tmp_path)
    assert [path for path in needed(change_type) if not errors(root, without(least(change_type), path))] == []


def test_every_field_of_every_kind_is_explained_in_a_sentence(generate: ModuleType) -> None:
    wrong, seen = [], 0
    for kind in NAMES:
        fields = generate.fields_of(kind)
        seen += len(fields)
        wrong += [f"{kind}: {field.path}" for field in fields if not re.fullmatch(r"[A-Z`].*\.", field.meaning)]
    assert seen > 300
    assert wrong == []


def test_every_sentence_is_about_a_field_that_exists() -> None:
    known = set[str]()
    for kind in NAMES:
        schema = json.loads((PROJECT / f"schemas/{kind}.schema.json").read_text(encoding="utf-8"))
        for name, definition in [(kind, schema), *schema.get("$defs", {}).items()]:
            for key in definition.get("properties", {}):
                owners = (f"{kind}:{name}", name, SAME_FIELDS.get(name, name), "*")
                known |= {f"{owner}.{key}" for owner in owners}
    assert sorted(set(DESCRIPTIONS) - known) == []
