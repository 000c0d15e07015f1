"""Rules about configuration items."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from changeflow.checks.any_shape import mappings, text, texts
from changeflow.checks.repository_facts import Item, RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.document_paths import IMPORT_MARK
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level, Route
from changeflow.model.phrases import Told, meant, told


def _dependencies(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, dependency in mappings(document.spec.get("depends_on"), ("spec", "depends_on")):
        named = [
            ((*route, "ci"), text(dependency.get("ci"))),
            *texts(dependency.get("any_of"), (*route, "any_of")),
        ]
        for place, name in named:
            if not name:
                continue
            if name not in facts.items:
                yield document.found(
                    "cmdb-unknown-dependency",
                    place,
                    id=document.id,
                    ci=name,
                    what_now=[facts.item_hint(name)],
                )
            elif name == document.id:
                yield document.found("cmdb-self-dependency", place, ci=name)
            elif _is_live_on_retired(facts.items[document.id], facts.items[name]):
                yield document.found("cmdb-retired-dependency", place, id=document.id, ci=name)


def _is_live_on_retired(item: Item, dependency: Item) -> bool:
    return item.status == "live" and dependency.status == "retired"


def _owner(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    owner = text(document.spec.get("owner"))
    if owner and not facts.knows(owner):
        what_now = [facts.name_hint(owner)]
        yield document.found("cmdb-unknown-owner", ("spec", "owner"), who=owner, what_now=what_now)


def _type(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    kind = text(document.spec.get("type"))
    if kind and kind not in facts.ci_types:
        what_now = [meant(kind, facts.ci_types) or told("hint.add_type")]
        yield document.found("cmdb-unknown-type", ("spec", "type"), type=kind, what_now=what_now)


def _maps(document: Document) -> Iterator[Finding]:
    """Find what can never match: no branch would ever touch the item."""
    maps, route = document.spec.get("maps"), ("spec", "maps")
    if not isinstance(maps, dict):
        return
    # few items have them
    from changeflow.cmdb.image_names import image_name
    from changeflow.cmdb.terraform_addresses import parse_address
    from changeflow.model.path_patterns import unmatchable

    for place, pattern in texts(maps.get("paths"), (*route, "paths")):
        why = unmatchable(pattern) if pattern else None
        if why is not None:
            yield document.found("cmdb-maps-path", place, case=why, path=pattern)
    for place, written in texts(maps.get("terraform"), (*route, "terraform")):
        address = parse_address(written)
        if written and address is None:
            yield document.found("cmdb-maps-address", place, address=written)
        elif address is not None and address.is_data:
            yield document.found("cmdb-maps-address", place, case="data", address=written)
    for place, image in texts(maps.get("images"), (*route, "images")):
        if image and image_name(image) is None:
            yield document.found("cmdb-maps-image", place, image=image)


# The tiers, and the attributes, whose gap is an error.
IMPORTANT: Final = ("tier1", "tier2")
NEEDED: Final = ("type", "owner")
_WANTED: Final = ("type", "criticality", "owner", "environment")


def _complete(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find missing parts of an item's record (ISO/IEC 20000-1:2018 8.2.6).

    A retired item is left as it is. What a source says of an item is not missing. In a live item
    of tier 1 or 2 it is an error that type or owner are missing; `cmdb check` also knows which
    items without a tier take one of those down.
    """
    item = facts.items.get(document.id)
    if item is None or item.status == "retired":
        return
    grave = item.status == "live" and item.criticality in IMPORTANT
    for name in _WANTED:
        if document.spec.get(name) is None and not getattr(item, name):
            level: Level = "error" if grave and name in NEEDED else "warning"
            yield _missing(document, ("spec", name), name, level)
    if not item.is_named:
        yield _missing(document, ("metadata", "name"), "name", "warning")


def _missing(document: Document, route: Route, name: str, level: Level) -> Finding:
    what_now = [where_to_say(name, document)]
    return document.found(
        "cmdb-incomplete", route, level=level, case=name, id=document.id, what_now=what_now
    )


def where_to_say(attribute: str, document: Document | None) -> Told:
    """Return where to say what the record of an item lacks.

    Args:
        attribute: of the item.
        document: the item's; None: rows of sources are all there is of it.
    """
    field = "metadata.name" if attribute == "name" else attribute
    if document is not None:
        if not document.source.text.startswith(IMPORT_MARK):
            return told("hint.add_field", field=field)
        return told("hint.add_field", case="imported", field=field)
    case = "default" if attribute in _WANTED else "sourced"
    return told("hint.add_field", case=case, field=field)


_rule = partial(FindingRule, kind="ConfigurationItem")
RULES: Final = (
    _rule(
        "cmdb-unknown-dependency",
        "error",
        "A dependency is not in the CMDB.",
        find_with=_dependencies,
    ),
    _rule("cmdb-self-dependency", "warning", "An item depends on itself.", find_with=_dependencies),
    _rule(
        "cmdb-retired-dependency",
        "warning",
        "A live item depends on a retired one.",
        find_with=_dependencies,
    ),
    _rule(
        "cmdb-unknown-owner",
        "error",
        "The owner is neither a role nor a person of the roster.",
        find_with=_owner,
    ),
    _rule(
        "cmdb-unknown-type",
        "warning",
        "The type is not in `spec.ci_types` of `changeflow.yaml`.",
        find_with=_type,
    ),
    _rule(
        "cmdb-incomplete",
        "error",
        "Type, criticality, owner, environment, or both name and description are "
        "missing; what is unknown counts as the worst. An error where a live item of tier 1 or 2 "
        "has no type or no owner, else a warning. `cmdb check` also asks this of items from "
        "sources, wants a description, and counts an item without a tier as one of the highest "
        "tier that it takes down alone: where that is tier 1 or 2, the missing tier is an error, "
        "too.",
        find_with=_complete,
    ),
    _rule(
        "cmdb-maps-path",
        "error",
        "No file of a git repository can match a path of `spec.maps`.",
        find=_maps,
    ),
    _rule(
        "cmdb-maps-address",
        "error",
        "An address of `spec.maps` is not that of a resource or module of Terraform.",
        find=_maps,
    ),
    _rule(
        "cmdb-maps-image",
        "error",
        "An image of `spec.maps` is not the name of a container image.",
        find=_maps,
    ),
)
