"""Rules about configuration items."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from changeflow.checks.any_shape import mappings, text, texts
from changeflow.checks.repository_facts import Item, RepositoryFacts
from changeflow.documents.document import Document
from changeflow.documents.shown import shown
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.phrases import near_hint


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
                message = f"`{document.id}` depends on {shown(name)}, which is not in the CMDB"
                yield document.finding(
                    "cmdb-unknown-dependency", place, message, facts.item_hint(name)
                )
            elif name == document.id:
                yield document.finding(
                    "cmdb-self-dependency",
                    place,
                    f"`{name}` depends on itself",
                    "remove the line",
                )
            elif _is_live_on_retired(facts.items[document.id], facts.items[name]):
                message = f"`{document.id}` is live and depends on `{name}`, which is retired"
                yield document.finding(
                    "cmdb-retired-dependency",
                    place,
                    message,
                    "remove the dependency, or correct a status",
                )


def _is_live_on_retired(item: Item, dependency: Item) -> bool:
    return item.status == "live" and dependency.status == "retired"


def _owner(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    owner = text(document.spec.get("owner"))
    if owner and not facts.knows(owner):
        message = f"the owner {shown(owner)} is neither a role nor a person of the roster"
        yield document.finding(
            "cmdb-unknown-owner", ("spec", "owner"), message, facts.name_hint(owner)
        )


def _type(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    kind = text(document.spec.get("type"))
    if kind and kind not in facts.ci_types:
        hint = near_hint(kind, facts.ci_types) or "add it to spec.ci_types in changeflow.yaml"
        yield document.finding(
            "cmdb-unknown-type",
            ("spec", "type"),
            f"{shown(kind)} is not a type of item here",
            hint,
        )


_WANTED: Final = (
    ("type", "no rule and no change model for its type covers it"),
    ("criticality", "an unknown tier counts as the highest"),
    ("owner", "no owner can be asked to agree"),
    ("environment", "no calendar for an environment protects it"),
)


def _complete(document: Document) -> Iterator[Finding]:
    """Find missing parts of an item's record (ISO/IEC 20000-1:2018 8.2.6).

    A retired item is left as it is.
    """
    if document.spec.get("status") == "retired":
        return
    for name, why in _WANTED:
        if document.spec.get(name) is None:
            message = f"`{document.id}` has no {name}: {why}"
            yield document.finding("cmdb-incomplete", ("spec", name), message, f"add `{name}`")
    metadata = document.data.get("metadata")
    named = isinstance(metadata, dict) and metadata.get("name") is not None
    if not named and document.spec.get("description") is None:
        message = (
            f"`{document.id}` has neither a name nor a description: its id alone says what it is"
        )
        yield document.finding(
            "cmdb-incomplete", ("metadata", "name"), message, "add `metadata.name`"
        )


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
        "warning",
        "Type, criticality, owner, environment, or both name and description are "
        "missing; what is unknown counts as the worst.",
        find=_complete,
    ),
)
