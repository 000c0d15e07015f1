"""Write the JSON Schemas (draft 2020-12) from the records.

Run it as `python -m changeflow.documents.generate_schemas`.

The committed files in `schemas/` are what `check`, editors and other tools read; a test compares
them with the records.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from changeflow.documents.field_descriptions import DESCRIPTIONS, SAME_FIELDS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
BASE: Final = "https://changeflow.dev/schemas/v1/"


def schema_of(record: Any, name: str) -> dict[str, Any]:
    """Return the JSON Schema of a record, tidied for people and editors."""
    raw = TypeAdapter(record).json_schema(mode="validation", by_alias=True)
    tidy: dict[str, Any] = _tidy(raw)
    title = raw.get("title", name).split("[")[0]
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}{name}.schema.json",
        **_described(tidy, title),
        "title": title,
    }


def _tidy(node: Any, *, named: bool = False) -> Any:
    """Return one node without what only pydantic needs.

    `named`: its keys are names of properties or definitions, not keywords.
    """
    if isinstance(node, list):
        return list(map(_tidy, node))
    if not isinstance(node, dict):
        return node
    if named:
        return {key: _tidy(value) for key, value in node.items()}
    kept = _without(node, "title")
    if kept.get("default") in (None, [], {}):
        kept.pop("default", None)
    tidy = {}
    for key, value in _closed_keys(_without_null(kept)).items():
        if key in ("default", "enum", "const", "examples"):
            tidy[key] = value
        else:
            tidy[key] = _tidy(value, named=key in ("properties", "$defs"))
    return tidy


def _without(node: dict[str, Any], left_out: str) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != left_out}


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node that does not allow `null`: an empty value is a slip worth a finding."""
    options = [option for option in node.get("anyOf", []) if option != {"type": "null"}]
    if "anyOf" not in node or len(options) == len(node["anyOf"]):
        return node
    rest = _without(node, "anyOf")
    if len(options) == 1:
        return {**options[0], **rest}
    return {"anyOf": options, **rest}


def _closed_keys(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node whose keys must match their pattern.

    A bare `patternProperties` would let other keys pass unseen.
    """
    patterns = node.get("patternProperties")
    if patterns is None:
        return node
    ((pattern, values),) = patterns.items()
    rest = _without(node, "patternProperties")
    return {**rest, "propertyNames": {"pattern": pattern}, "additionalProperties": values}


def _described(schema: dict[str, Any], title: str) -> dict[str, Any]:
    for name, definition in [(title, schema), *schema.get("$defs", {}).items()]:
        for key, node in definition.get("properties", {}).items():
            text = _description(title, name, key)
            if text and "description" not in node:
                node["description"] = text
    return schema


def _description(kind: str, definition: str, key: str) -> str:
    """Return the sentence about a field, empty where there is none."""
    owners = (f"{kind}:{definition}", definition, SAME_FIELDS.get(definition, definition), "*")
    for owner in owners:
        if f"{owner}.{key}" in DESCRIPTIONS:
            return DESCRIPTIONS[f"{owner}.{key}"]
    return ""


def answer_schema_of(record: Any, name: str) -> dict[str, Any]:
    """Return the JSON Schema of an answer: every key is always there, and `null` says "none"."""
    raw = TypeAdapter(record).json_schema(mode="serialization", by_alias=True)
    for definition in [raw, *raw.get("$defs", {}).values()]:
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    tidy: dict[str, Any] = _without_titles(raw)
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}answers/{name}.schema.json",
        **tidy,
        "title": f"changeflow/{name}/v1",
    }


def _without_titles(node: Any, *, named: bool = False) -> Any:
    if isinstance(node, list):
        return list(map(_without_titles, node))
    if not isinstance(node, dict):
        return node
    kept = {}
    for key, value in node.items():
        if named or key not in ("title", "default"):
            kept[key] = _without_titles(value, named=key in ("properties", "$defs"))
    return kept


def files() -> dict[str, str]:
    """Return path below `schemas/` -> text, for every kind of document and every answer."""
    from changeflow.model.kinds import NAMES, record_of
    from changeflow.model.listings import EVERY_ANSWER

    found = {}
    for name in NAMES:
        found[f"{name}.schema.json"] = _text(schema_of(record_of(name), name))
    for name, record in EVERY_ANSWER.items():
        found[f"answers/{name}.schema.json"] = _text(answer_schema_of(record, name))
    return found


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(target: str = "schemas") -> int:
    """Write all schemas below a folder, and remove those without a record."""
    wanted = files()
    folder = Path(target)
    for path in list(folder.rglob("*.schema.json")):
        if path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
