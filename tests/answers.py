"""Answers in JSON, held against the schema that they name."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.conftest import PROJECT


def schema_of_answer(name: str) -> dict[str, Any]:
    """Return the published schema of `changeflow/<name>/v1`."""
    path = PROJECT / "schemas" / "answers" / f"{name}.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def misfits(name: str, answer: dict[str, Any]) -> list[str]:
    """Return how an answer differs from its schema; every key of the top is there."""
    schema = schema_of_answer(name)
    found = [error.message for error in Draft202012Validator(schema).iter_errors(answer)]
    if answer.get("schema") != f"changeflow/{name}/v1":
        found.append(f"it names the schema {answer.get('schema')}")
    top = schema
    if "oneOf" in schema:
        top = {"$ref": schema["discriminator"]["mapping"][answer["kind"]]}
    if "$ref" in top:
        top = schema["$defs"][top["$ref"].rpartition("/")[2]]
    if not set(top["properties"]) == set(top["required"]) == set(answer):
        found.append(f"keys are {sorted(answer)}")
    return found
