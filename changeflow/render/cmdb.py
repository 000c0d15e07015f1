"""Configuration items, one or all, and the survey of the CMDB, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.survey import MOST_NAMED, Survey
from changeflow.cmdb_sources.merge import Origin, Provenance
from changeflow.model.cmdb import ConfigurationItem, Dependency, DependsOnItem
from changeflow.model.phrases import shortened
from changeflow.render.escape import spelled
from changeflow.render.findings import json as findings_json
from changeflow.render.findings import text as findings_text
from changeflow.render.json_text import as_json
from changeflow.render.lines import indented
from changeflow.render.table import columns
from changeflow.usecases.cmdb.show import ShownItem

if TYPE_CHECKING:
    # reads the ledger, which `show` does not
    from changeflow.usecases.cmdb.check import CmdbChecked


def item_text(shown: ShownItem) -> str:
    """Render what an item is, what it needs, and what needs it."""
    spec, name = shown.item.spec, shown.item.metadata.name
    facts = [
        ("type", spec.type or "unknown"),
        ("status", spec.status.value),
        ("criticality", _tier(shown.item) or "unknown"),
        ("owner", spec.owner or "unknown"),
        ("environment", spec.environment or "unknown"),
        ("description", spec.description or "none"),
    ]
    heading = shown.item.metadata.id
    if name:
        heading += f" ({name})"
    needs = list(map(_need, spec.depends_on))
    needed_by = [f"{ci}, {strength}" for ci, strength in shown.needed_by]
    lines = [heading, *columns(facts, indent=2)]
    lines += ["", "Needs", *indented(needs or ["nothing"])]
    lines += ["", "Is needed by", *indented(needed_by or ["nothing"])]
    if shown.sourced:
        lines += ["", "Where this comes from", *columns(_origins(shown.provenance), indent=2)]
    return "\n".join(map(spelled, lines)) + "\n"


def _origins(provenance: Provenance) -> list[tuple[str, str]]:
    rows = []
    for name, origin in provenance.attributes.items():
        rows.append((name, _origin(origin)))
    for members, origins in sorted(provenance.dependencies.items()):
        rows.append((f"needs {', '.join(members)}", "; ".join(map(_origin, origins))))
    return rows


def _origin(origin: Origin) -> str:
    path, line = origin.place
    source = origin.source or "native YAML"
    if not path:
        return f"{source}, its defaults" if origin.source else source
    return f"{source}, {path}, line {line}" if line else f"{source}, {path}"


def _origin_json(origin: Origin) -> dict[str, Any]:
    path, line = origin.place
    return {"source": origin.source or None, "path": path or None, "line": line or None}


def _tier(item: ConfigurationItem) -> str:
    criticality = item.spec.criticality
    return criticality.value if criticality else ""


def _need(need: Dependency) -> str:
    if isinstance(need, DependsOnItem):
        return f"{need.ci}, {need.strength}"
    return f"{need.min} of {', '.join(need.any_of)}"


def item_json(shown: ShownItem) -> str:
    """Render the document as plain data, with what needs it."""
    needed_by = [{"ci": ci, "strength": strength} for ci, strength in shown.needed_by]
    return _dump(
        {
            "schema": "changeflow/item/v1",
            "item": shown.item.model_dump(mode="json"),
            "needed_by": needed_by,
            "provenance": _provenance_json(shown.provenance),
        }
    )


def _provenance_json(provenance: Provenance) -> dict[str, Any]:
    attributes = {name: _origin_json(one) for name, one in provenance.attributes.items()}
    dependencies = []
    for members, origins in sorted(provenance.dependencies.items()):
        of_members = [_origin_json(origin) for origin in origins]
        dependencies.append({"items": list(members), "origins": of_members})
    return {"attributes": attributes, "depends_on": dependencies}


def items_text(items: Sequence[ConfigurationItem]) -> str:
    """Render a table of all items."""
    rows = [_item_row(item) for item in items]
    return "\n".join([*columns(rows), f"{len(items)} items"]) + "\n"


def _item_row(item: ConfigurationItem) -> tuple[str, ...]:
    spec, status = item.spec, item.spec.status.value
    return (
        item.metadata.id,
        _tier(item) or "no tier",
        spec.type or "no type",
        spec.owner or "no owner",
        spec.environment or "no environment",
        "" if status == "live" else status,
        spelled(item.metadata.name or ""),
    )


def items_json(items: Sequence[ConfigurationItem]) -> str:
    """Render all documents as plain data."""
    listed = [item.model_dump(mode="json") for item in items]
    return _dump({"schema": "changeflow/items/v1", "items": listed})


def checked_text(result: CmdbChecked) -> str:
    """Render the findings, then the survey."""
    shown = findings_text(result.checked)
    if result.survey:
        shown += "\n".join(survey_lines(result.survey)) + "\n"
    return shown


def checked_json(result: CmdbChecked) -> str:
    """Render findings and survey; the survey is null if an error kept items from being read."""
    found = json.loads(findings_json(result.checked)) | {"schema": "changeflow/cmdb-check/v1"}
    return _dump(found | {"survey": asdict(result.survey) if result.survey else None})


def survey_lines(survey: Survey) -> list[str]:
    """Render the survey in sentences."""
    size = f"{survey.items} items, {survey.dependencies} dependencies"
    lines = ["", f"{size}, {survey.groups} redundancy groups"]
    gaps = {
        "without owner": survey.no_owner,
        "without tier": survey.no_criticality,
        "without environment": survey.no_environment,
        "needing nothing and needed by nothing": survey.isolated,
    }
    for gap, ids in gaps.items():
        if ids:
            lines.append(f"{len(ids)} {gap}: {shortened(ids, MOST_NAMED)}")
    for ring in survey.rings:
        items = shortened(ring, MOST_NAMED)
        lines.append(f"these need each other, so if one fails all do: {items}")
    if survey.foundations:
        rows = [(f"{count}".rjust(5), ci) for ci, count in survey.foundations]
        lines += ["", "Most items fall with", *columns(rows)]
    return lines


def _dump(value: Any) -> str:
    return as_json(value)


ITEM: Final[dict[str, Callable[[ShownItem], str]]] = {"text": item_text, "json": item_json}
ITEMS: Final[dict[str, Callable[[Sequence[ConfigurationItem]], str]]] = {
    "text": items_text,
    "json": items_json,
}
CHECKED: Final[dict[str, Callable[[CmdbChecked], str]]] = {
    "text": checked_text,
    "json": checked_json,
}
