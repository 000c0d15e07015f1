"""Entities of a Backstage catalogue: components, APIs, resources, systems and domains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from changeflow.cmdb_sources.foreign_yaml import YamlMap, yaml_maps
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import (
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    found_at,
    not_of_format,
)
from changeflow.cmdb_sources.shapes import at, text_at, texts_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["backstage"].limit
# kinds that are items, to the type of one that says no other
_KINDS: Final = {
    "component": "component",
    "api": "component",
    "resource": "component",
    "system": "application",
    "domain": "business-service",
}
# people, and what the catalogue is made of
_OTHERS: Final = ("group", "user", "location", "template")
_TYPED: Final = ("component", "resource")
# a field of `spec`: the kind of what it names, and whether that depends on this entity
_RELATIONS: Final = (
    ("dependsOn", "component", False),
    ("dependencyOf", "component", True),
    ("consumesApis", "api", False),
    ("providesApis", "api", True),
    ("system", "system", True),
    ("domain", "domain", True),
    ("subcomponentOf", "component", True),
)


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield entities and their relations.

    A system needs its components, a domain its systems, an API the component that provides it.
    """
    listed = list(files)
    empty = True
    for file in listed:
        for document in yaml_maps(file, _LIMIT):
            empty = False
            if isinstance(document, Finding):
                yield document
            else:
                yield from _entity(file.path, document)
    if empty and listed:
        yield found_at("source-empty", Place(listed[0].path))


def _entity(path: str, entity: YamlMap) -> Iterator[Row]:
    place = Place(path, entity.line)
    kind = (text_at(entity, "kind") or "").casefold()
    version = text_at(entity, "apiVersion") or ""
    name = text_at(entity, "metadata", "name")
    if kind in _OTHERS and version.startswith("backstage.io/"):
        return
    if kind not in _KINDS or name is None or not version:
        yield not_of_format(place, "backstage", "no_entity" if name else "no_entity_name")
        return
    namespace = text_at(entity, "metadata", "namespace") or "default"
    ci = _entity_id(kind, namespace, name)
    spec = at(entity, "spec")
    yield ItemRow(
        ci,
        place,
        name=text_at(entity, "metadata", "title") or name,
        type=_type(kind, text_at(spec, "type")),
        status=text_at(spec, "lifecycle"),
        owner=_owner(text_at(spec, "owner")),
        description=text_at(entity, "metadata", "description"),
        labels=_labels(text_at(spec, "type"), text_at(spec, "lifecycle")),
    )
    for field, other_kind, reverse in _RELATIONS:
        for reference in texts_at(spec, field):
            other = _reference(reference, other_kind, namespace)
            ends = (other, ci) if reverse else (ci, other)
            yield EdgeRow(*ends, place)


def _type(kind: str, word: str | None) -> str:
    found = known_type(word) if kind in _TYPED else None
    return found or _KINDS[kind]


def _labels(type_: str | None, lifecycle: str | None) -> dict[str, str] | None:
    found = {"backstage-type": type_, "lifecycle": lifecycle}
    return {key: text for key, text in found.items() if text} or None


def _owner(reference: str | None) -> str | None:
    """Return the name of a group or user; one of another namespace follows its name."""
    if reference is None:
        return None
    _, _, rest = reference.rpartition(":")
    namespace, _, name = rest.rpartition("/")
    return name if namespace in ("", "default") else f"{namespace}.{name}"


def _reference(text: str, kind: str, namespace: str) -> str:
    """Return the id of the entity that a reference names: `[kind:][namespace/]name`."""
    before, colon, rest = text.partition(":")
    if not colon:
        before, rest = kind, text
    space, slash, name = rest.partition("/")
    if not slash:
        space, name = namespace, rest
    return _entity_id(before, space, name)


def _entity_id(kind: str, namespace: str, name: str) -> str:
    """Return the id, for which letter case makes no difference in Backstage."""
    within = "" if namespace.casefold() == "default" else f"{namespace}/"
    return id_of(f"{kind}:{within}{name}".casefold())
