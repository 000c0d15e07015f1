"""Configuration items, one or all, and the survey of the CMDB, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.survey import MOST_NAMED, Survey
from changeflow.model.cmdb import ConfigurationItem, Dependency, DependsOnItem
from changeflow.model.phrases import shortened
from changeflow.render.escape import spelled
from changeflow.render.findings import json as findings_json
from changeflow.render.findings import text as findings_text
from changeflow.render.table import columns
from changeflow.usecases.cmdb.show import ShownItem

if TYPE_CHECKING:
    # reads the ledger, which `show` does not
    from changeflow.usecases.cmdb.check import CmdbChecked


def item_text(shown: ShownItem) -> str:
    """What the item is, what it needs, and who needs it."""
    spec, name = shown.item.spec, shown.item.metadata.name
    facts = [
        ("type", spec.type), ("status", spec.status.value), ("criticality", spec.criticality and spec.criticality.value),
        ("owner", spec.owner), ("environment", spec.environment), ("description", spec.description or "none"),
    ]  # fmt: skip
    heading = shown.item.metadata.id + (f" ({name})" if name else "")
    lines = [heading, *columns([(key, value or "unknown") for key, value in facts], indent=2)]
    lines += ["", "Needs", *([f"  {_need(need)}" for need in spec.depends_on] or ["  nothing"])]
    lines += [
        "",
        "Is needed by",
        *([f"  {ci}, {strength}" for ci, strength in shown.needed_by] or ["  nothing"]),
    ]
    return "\n".join(spelled(line) for line in lines) + "\n"


def _need(need: Dependency) -> str:
    if isinstance(need, DependsOnItem):
        return f"{need.ci}, {need.strength}"
    return f"{need.min} of {', '.join(need.any_of)}"


def item_json(shown: ShownItem) -> str:
    """The document as plain data, with who needs it."""
    needed_by = [{"ci": ci, "strength": strength} for ci, strength in shown.needed_by]
    return _dump(
        {
            "schema": "changeflow/item/v1",
            "item": shown.item.model_dump(mode="json"),
            "needed_by": needed_by,
        }
    )


def items_text(items: Sequence[ConfigurationItem]) -> str:
    """A table of all items."""
    rows = [
        (
            item.metadata.id,
            item.spec.criticality.value if item.spec.criticality else "no tier",
            item.spec.type or "no type",
            item.spec.owner or "no owner",
            item.spec.environment or "no environment",
            "" if item.spec.status.value == "live" else item.spec.status.value,
            spelled(item.metadata.name or ""),
        )
        for item in items
    ]
    return "\n".join([*columns(rows), f"{len(items)} items"]) + "\n"


def items_json(items: Sequence[ConfigurationItem]) -> str:
    """All documents as plain data."""
    return _dump(
        {"schema": "changeflow/items/v1", "items": [item.model_dump(mode="json") for item in items]}
    )


def checked_text(result: CmdbChecked) -> str:
    """The findings, then the survey."""
    lines = survey_lines(result.survey) if result.survey else []
    return findings_text(result.checked) + "".join(f"{line}\n" for line in lines)


def checked_json(result: CmdbChecked) -> str:
    """The findings and the survey (null when an error keeps the items from being read)."""
    found = json.loads(findings_json(result.checked)) | {"schema": "changeflow/cmdb-check/v1"}
    return _dump(found | {"survey": asdict(result.survey) if result.survey else None})


def survey_lines(survey: Survey) -> list[str]:
    """The survey in words."""
    lines = [
        "",
        (
            f"{survey.items} items, {survey.dependencies} dependencies, {survey.groups} redundancy "
            "groups"
        ),
    ]
    gaps = {
        "without owner": survey.no_owner, "without tier": survey.no_criticality,
        "without environment": survey.no_environment, "needing nothing and needed by nothing": survey.isolated,
    }  # fmt: skip
    lines += [
        f"{len(ids)} {what}: {shortened(ids, MOST_NAMED)}" for what, ids in gaps.items() if ids
    ]
    lines += [
        f"these need each other, so if one fails all do: {shortened(ring, MOST_NAMED)}"
        for ring in survey.rings
    ]
    if survey.foundations:
        lines += [
            "",
            "Most items fall with",
            *columns([(f"{count}".rjust(5), ci) for ci, count in survey.foundations]),
        ]
    return lines


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


ITEM: Final[dict[str, Callable[[ShownItem], str]]] = {"text": item_text, "json": item_json}
ITEMS: Final[dict[str, Callable[[Sequence[ConfigurationItem]], str]]] = {
    "text": items_text,
    "json": items_json,
}
CHECKED: Final[dict[str, Callable[[CmdbChecked], str]]] = {
    "text": checked_text,
    "json": checked_json,
}
