"""Configuration items, one or all, and the survey of the CMDB, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.health.single_points import SinglePoint
from changeflow.cmdb.origins import Origin, Provenance
from changeflow.cmdb.survey import MOST_NAMED, Survey
from changeflow.model.cmdb import ConfigurationItem, Dependency, DependsOnItem
from changeflow.render.escape import spelled
from changeflow.render.findings import first_of_each, for_reader, github, junit, sarif
from changeflow.render.findings import json as findings_json
from changeflow.render.findings import text as findings_text
from changeflow.render.json_text import as_json
from changeflow.render.lines import indented
from changeflow.render.presentation import MACHINE, Presentation, fitted, for_programs
from changeflow.render.table import columns, grid
from changeflow.usecases.cmdb.show import ShownItem

if TYPE_CHECKING:
    # reads the ledger, which `show` does not
    from changeflow.usecases.check.check import Checked
    from changeflow.usecases.cmdb.check import CmdbChecked


def item_text(shown: ShownItem, to: Presentation) -> str:
    """Render what an item is, what it needs, and what needs it."""
    spec, labelled = shown.item.spec, item_facts(shown.item, to)
    nothing = [to.says("item.nothing")]
    needs = [_need(need, to) for need in spec.depends_on]
    needed_by = [_dependency(ci, strength, to) for ci, strength in shown.needed_by]
    lines = [to.says("item.heading", ci=shown.item.metadata.id), *columns(labelled, indent=2)]
    lines += ["", to.says("item.needs"), *indented(needs or nothing)]
    lines += ["", to.says("item.needed_by"), *indented(needed_by or nothing)]
    if shown.sourced:
        origins = columns(_origins(shown.provenance, to), indent=2)
        lines += ["", to.says("item.origins"), *origins]
    return "\n".join(map(spelled, lines)) + "\n"


def item_facts(item: ConfigurationItem, to: Presentation) -> list[tuple[str, str]]:
    """Return what an item is, each fact with its label; what is not known is named as such."""
    spec, unknown = item.spec, to.says("item.unknown")
    tier = _tier(item)
    facts = {
        "type": spec.type or unknown,
        "status": to.says("item.status", status=spec.status.value),
        "criticality": to.shows("word", tier) if tier else unknown,
        "owner": to.shows("owner", spec.owner) if spec.owner else unknown,
        "environment": _environment(spec.environment, to) or unknown,
        "description": spec.description or to.says("item.no_description"),
    }
    return [(to.says("item.fact", case=name), value) for name, value in facts.items()]


def _environment(environment: str | None, to: Presentation) -> str:
    return to.shows("environments", [environment]) if environment else ""


def _origins(provenance: Provenance, to: Presentation) -> list[tuple[str, str]]:
    rows = []
    for name, origin in provenance.attributes.items():
        rows.append((name, _origin(origin, to)))
    for members, origins in sorted(provenance.dependencies.items()):
        whence = "; ".join(_origin(origin, to) for origin in origins)
        rows.append((to.says("item.need", items=list(members)), whence))
    return rows


def _origin(origin: Origin, to: Presentation) -> str:
    path, line = origin.place
    source = origin.source or to.says("item.native")
    if not path:
        return to.says("item.origin", case="defaults", source=source) if origin.source else source
    data = {"source": source, "path": path}
    return (
        to.says("item.origin", case="line", line=line, **data)
        if line
        else to.says("item.origin", **data)
    )


def _origin_json(origin: Origin) -> dict[str, Any]:
    path, line = origin.place
    return {"source": origin.source or None, "path": path or None, "line": line or None}


def _tier(item: ConfigurationItem) -> str:
    criticality = item.spec.criticality
    return criticality.value if criticality else ""


def _need(need: Dependency, to: Presentation) -> str:
    if isinstance(need, DependsOnItem):
        return _dependency(need.ci, need.strength, to)
    return to.says("item.group", least=need.min, items=list(need.any_of))


def _dependency(ci: str, strength: str, to: Presentation) -> str:
    return to.says("item.dependency", ci=ci, strength=strength)


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
        of_members = list(map(_origin_json, origins))
        dependencies.append({"items": list(members), "origins": of_members})
    return {"attributes": attributes, "depends_on": dependencies}


def items_text(items: Sequence[ConfigurationItem], to: Presentation) -> str:
    """Render a table of all items."""
    rows = [_item_row(item, to) for item in items]
    return "\n".join([*grid(rows, to.width), to.says("item.count", count=len(items))]) + "\n"


def _item_row(item: ConfigurationItem, to: Presentation) -> tuple[str, ...]:
    spec, status, tier = item.spec, item.spec.status.value, _tier(item)
    return (
        item.metadata.id,
        to.shows("word", tier) if tier else to.says("item.without", case="tier"),
        spec.type or to.says("item.without", case="type"),
        to.shows("owner", spec.owner) if spec.owner else to.says("item.without", case="owner"),
        _environment(spec.environment, to) or to.says("item.without", case="environment"),
        "" if status == "live" else to.says("item.status", status=status),
        spelled(item.metadata.name or ""),
    )


def items_json(items: Sequence[ConfigurationItem]) -> str:
    """Render all documents as plain data."""
    listed = [item.model_dump(mode="json") for item in items]
    return _dump({"schema": "changeflow/items/v1", "items": listed})


def checked_text(result: CmdbChecked, to: Presentation) -> str:
    """Render the findings, then the survey."""
    listed, left_out = first_of_each(result.checked, lists_all=result.lists_all)
    told = for_reader(listed, "text", to.language)
    shown = findings_text(told, _at_terminal(to), left_out)
    if result.survey:
        shown += "\n".join(survey_lines(result.survey, to)) + "\n"
    return shown


def _at_terminal(to: Presentation) -> Presentation | None:
    return to if to.width is not None else None


def checked_json(result: CmdbChecked) -> str:
    """Render findings and survey; the survey is null if an error kept items from being read."""
    found = json.loads(findings_json(result.checked)) | {"schema": "changeflow/cmdb-check/v1"}
    return _dump(found | {"survey": asdict(result.survey) if result.survey else None})


def _findings_alone(render: Callable[[Checked], str]) -> Callable[[CmdbChecked, Presentation], str]:
    """Return a renderer of the findings alone, in a format of `check`."""

    def shown(result: CmdbChecked, _: Presentation) -> str:
        return render(result.checked)

    return shown


def _annotations(result: CmdbChecked, to: Presentation) -> str:
    return github(for_reader(result.checked, "github", to.language))


def survey_lines(survey: Survey, to: Presentation = MACHINE) -> list[str]:
    """Render the survey: its size, and what most depends on. Gaps are findings."""
    size = {"items": survey.items, "dependencies": survey.dependencies, "groups": survey.groups}
    lines = ["", to.says("survey.size", **size)]
    points = survey.single_points
    if points.unfollowed:
        lines.append(to.says("survey.unfollowed", count=points.unfollowed))
    if points.points:
        case = "exact" if points.is_exact else "estimate"
        lines += ["", to.says("survey.single_points", case=case, total=points.total)]
        listed = points.points[:MOST_NAMED]
        said = [_point(point, to) for point in listed]
        lines += columns(list(zip(_numbers([one.count for one in listed]), said, strict=True)))
    if survey.foundations:
        numbers = _numbers([count for _, count in survey.foundations])
        rows = zip(numbers, [ci for ci, _ in survey.foundations], strict=True)
        lines += ["", to.says("survey.foundations"), *columns(list(rows))]
    return lines


def _numbers(counts: Sequence[int]) -> list[str]:
    """Return numbers for a column, whose thousands are apart, below each other."""
    told = [f"{count:,}" for count in counts]
    width = max([5, *map(len, told)])
    return [one.rjust(width) for one in told]


def _point(point: SinglePoint, to: Presentation) -> str:
    """Return the id of an item that others fail with, and what takes down the same."""
    said = point.ci
    if point.ring:
        said += to.says("survey.point", case="ring", count=point.ring)
    if point.behind:
        said += to.says("survey.point", case="behind", count=point.behind)
    return said


def _dump(value: Any) -> str:
    return as_json(value)


ITEM: Final[dict[str, Callable[[ShownItem, Presentation], str]]] = {
    "text": fitted(item_text),
    "json": for_programs(item_json),
}
ITEMS: Final[dict[str, Callable[[Sequence[ConfigurationItem], Presentation], str]]] = {
    "text": items_text,
    "json": for_programs(items_json),
}
CHECKED: Final[dict[str, Callable[[CmdbChecked, Presentation], str]]] = {
    "text": checked_text,
    "json": for_programs(checked_json),
    "github": _annotations,
    "sarif": _findings_alone(sarif),
    "junit": _findings_alone(junit),
}
