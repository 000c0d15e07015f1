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

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
BASE: Final = "https://changeflow.dev/schemas/v1/"

# Texts that an editor shows beside a key, unless the record's own docstring has one.
# `Definition.property` -> text.
DESCRIPTIONS: Final[dict[str, str]] = {
    "*.apiVersion": "The version of the document format.",
    "*.kind": "What this document is.",
    "*.labels": "Names and values of your own; changeflow does not read them.",
    "ConfigSpec.approval_validity": "How long an approval holds before the release starts "
    "(default: until the content changes).",
    "ConfigSpec.emergency_validity": "The same for emergencies.",
    "ConfigSpec.timezone": "The zone of the team's wall clock, by its IANA name, e.g. "
    "Europe/Berlin.",
    "ChangeMetadata.id": "CHG-<yyyymmdd>-<slug>; the same as the folder's name.",
    "ChangeMetadata.title": "The change in one line.",
    "ChangeMetadata.requester": "Who asks for the change: a person of the roster. Never approves "
    "it.",
    "ChangeMetadata.created": "The day the request was written.",
    "ChangeSpec.type": "standard: covered by a change model. normal: assessed and approved. "
    "emergency: cannot wait.",
    "ChangeSpec.reason": "Why the change is needed.",
    "ChangeSpec.draft": "true while the request is being written; a draft opens no gate.",
    "ChangeSpec.model": "The change model a standard change follows.",
    "ChangeSpec.category": "Free text to group changes by, e.g. database.",
    "ChangeSpec.benefit": "What is better afterwards.",
    "ChangeSpec.implementer": "Who makes the change: a person of the roster. Never approves it.",
    "ChangeSpec.items": "Configuration items the change touches directly.",
    "ChangeSpec.verification": "How you know that it worked, after all steps.",
    "ChangeSpec.depends_on": "Changes that must be implemented first.",
    "ChangeSpec.fixes": "Incidents or problems this change resolves.",
    "IncidentSpec.opened": "When it was noticed, with an offset.",
    "IncidentSpec.resolved": "When service was back, with an offset; left out while it is open.",
    "IncidentSpec.items": "Configuration items that failed or were hurt.",
    "IncidentSpec.caused_by": "Changes that caused it; each of them is reviewed.",
    "IncidentSpec.description": "What happened, for people.",
    "ChangedItem.ci": "The id of the configuration item.",
    "ChangedItem.outage": "Expected outage, an ISO 8601 duration such as PT10M.",
    "Step.name": "What the step does.",
    "Step.run": "The program and its arguments, one list element each; never a shell line.",
    "Step.manual": "What a person does; somebody named in the roster confirms it.",
    "Step.verify": "A program that exits with 0 when the step is done.",
    "Step.timeout": "How long the step may take, an ISO 8601 duration such as PT5M.",
    "Rollback.trigger": "What must be seen for the change to be undone.",
    "Rollback.limit": "The promised time to restore, an ISO 8601 duration such as PT30M.",
    "Rollback.steps": "What undoes the change.",
    "Rollback.preconditions": "What must hold before the change starts, so that it can be undone.",
    "Window.start": "When the change may start, with an offset.",
    "Window.end": "When the change must be over, with an offset.",
    "ItemSpec.type": "One of spec.ci_types in changeflow.yaml.",
    "ItemSpec.owner": "A role or person of the roster.",
    "ItemSpec.depends_on": "What this item needs.",
    "DependsOnItem.strength": "hard: fails without it. soft: degrades.",
    "DependsOnAnyOf.min": "How many of the group must remain.",
    "Rule.when": "A CEL condition: when the rule applies (always, without one).",
    "Rule.assert": "A CEL expression that must be true.",
    "Rule.require": "Approvals the rule asks for.",
    "Rule.code": "The reason code of a fact that does not hold (`rule.violated`, without one).",
    "CalendarPeriod.rrule": "How it is repeated: a rule of RFC 5545 without DTSTART, e.g. "
    "FREQ=WEEKLY;BYDAY=SU.",
    "RequireRole.tenure": "How long they must have held the role when they approve, an ISO 8601 "
    "duration such as P7D.",
    "RequireEach.tenure": "How long they must have held the role when they approve, an ISO 8601 "
    "duration such as P7D.",
    "Rule.clause": "The clause of a standard the rule comes from.",
    "Person.github_id": "The number of the GitHub account, which survives a renaming (`id` at "
    "https://api.github.com/users/LOGIN).",
    "Person.accounts": "Further GitHub accounts of the same person: one opinion and one seat, "
    "whichever account is used.",
    "Account.github_id": "The number of the account.",
    "Account.github": "The login, for people who read this.",
    "Person.keys": "SSH public keys, as in authorized_keys.",
    "Person.kind": "human, or agent for an automation; agents never count as approvers.",
}


def schema_of(record: Any, name: str) -> dict[str, Any]:
    """Return the JSON Schema of a record, tidied for people and editors."""
    raw = record.model_json_schema(mode="validation", by_alias=True)
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
        return [_tidy(item) for item in node]
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
            text = DESCRIPTIONS.get(f"{name}.{key}") or DESCRIPTIONS.get(f"*.{key}")
            if text and "description" not in node:
                node["description"] = text
    return schema


def answer_schema_of(record: Any, name: str) -> dict[str, Any]:
    """Return the JSON Schema of an answer: every key is always there, and `null` says "none"."""
    raw = record.model_json_schema(mode="serialization", by_alias=True)
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
        return [_without_titles(item) for item in node]
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
