"""Resources of Terraform and OpenTofu: `show -json` of a state or of a plan.

Only addresses, types and references are read. No value of a resource is looked at, so that neither
a sensitive one nor one that is not known yet can be kept or shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.json_files import json_of
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import EdgeRow, ItemRow, Place, Row, SourceFile, not_of_format
from changeflow.cmdb_sources.shapes import at, map_at, maps_at, text_at, texts_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["terraform"].limit
_INDEX: Final = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_NUMBER: Final = re.compile(r"\[(\d+)\]")
# names that are no resource: what a language offers, and a module's own values
_NO_RESOURCE: Final = frozenset(
    ("each", "count", "path", "self", "terraform", "data", "var", "local")
)
# steps from a reference through variables and outputs of modules
_FURTHEST: Final = 50

Reference = tuple[tuple[str, ...], str]


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield managed resources by their address; `[0]` becomes `:0` in the id."""
    for file in files:
        document = json_of(file, _LIMIT)
        if isinstance(document, Finding):
            yield document
            continue
        place = Place(file.path)
        values = at(document, "values") or at(document, "planned_values")
        if not isinstance(document, Mapping) or not isinstance(values, Mapping):
            yield not_of_format(place, "terraform", "no_values")
            continue
        yield from _Resources(document, values, place).rows()


class _Resources:
    """The resources of a state or plan."""

    def __init__(
        self, document: Mapping[str, Any], values: Mapping[str, Any], place: Place
    ) -> None:
        self._document, self._place = document, place
        self._resources: dict[str, Mapping[str, Any]] = {}
        self._collect(map_at(values, "root_module"))
        # what a plan deletes is there until then
        self._collect(map_at(document, "prior_state", "values", "root_module"))
        # an address without indexes, to all of its instances
        self._instances: dict[str, list[str]] = {}
        for address in self._resources:
            self._instances.setdefault(_plain(address), []).append(address)

    def _collect(self, module: Mapping[str, Any]) -> None:
        waiting = [module]
        while waiting:
            here = waiting.pop()
            for resource in maps_at(here, "resources"):
                address = text_at(resource, "address")
                if address is not None and text_at(resource, "mode") != "data":
                    self._resources.setdefault(address, resource)
            waiting += maps_at(here, "child_modules")

    def rows(self) -> Iterator[Row]:
        planned = self._planned()
        for address in sorted(self._resources):
            resource = self._resources[address]
            type_ = text_at(resource, "type") or ""
            yield ItemRow(
                _id(address),
                self._place,
                name=address,
                type=known_type(type_) or "component",
                status="planned" if address in planned else "live",
                labels={"terraform-type": type_} if type_ else None,
            )
        for address, needed in sorted(set(self._edges())):
            if address != needed:
                yield EdgeRow(_id(address), _id(needed), self._place)

    def _planned(self) -> set[str]:
        """Return what a plan creates and does not replace."""
        found = set()
        for change in maps_at(self._document, "resource_changes"):
            if texts_at(change, "change", "actions") == ["create"]:
                found.add(text_at(change, "address") or "")
        return found

    def _edges(self) -> Iterator[tuple[str, str]]:
        for address, resource in self._resources.items():
            for needed in texts_at(resource, "depends_on"):
                for other in self._named(needed):
                    yield address, other
        configured = _Configuration(map_at(self._document, "configuration", "root_module"))
        for path, name, reference in configured.references():
            for address in self._named(_joined(path, name)):
                for other in self._named(reference):
                    yield address, other

    def _named(self, address: str) -> list[str]:
        """Return the resources of an address: an instance, all of a resource, all of a module."""
        if address in self._resources:
            return [address]
        plain = _plain(address)
        if plain in self._instances:
            return self._instances[plain]
        found = []
        if plain.startswith("module."):
            for known, instances in self._instances.items():
                if known.startswith(f"{plain}."):
                    found += instances
        return found


class _Configuration:
    """What the expressions of a plan's configuration refer to, followed through modules."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root

    def references(self) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """Yield the module, the resource in it, and the address of a resource that it refers to."""
        waiting: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), self._root)]
        while waiting:
            path, module = waiting.pop()
            for resource in maps_at(module, "resources"):
                name = text_at(resource, "address")
                if name is None or text_at(resource, "mode") == "data":
                    continue
                named = [
                    *_references(resource.get("expressions")),
                    *texts_at(resource, "depends_on"),
                ]
                named += _references(resource.get("count_expression"))
                named += _references(resource.get("for_each_expression"))
                for reference in self._followed([(path, text) for text in named]):
                    yield path, name, reference
            for call, child in map_at(module, "module_calls").items():
                waiting.append(((*path, call), map_at(child, "module")))

    def _module(self, path: tuple[str, ...]) -> Mapping[str, Any]:
        module = self._root
        for call in path:
            module = map_at(module, "module_calls", call, "module")
        return module

    def _followed(self, references: list[Reference]) -> Iterator[str]:
        """Yield addresses of resources and modules that references lead to."""
        seen = set(references)
        waiting = list(references)
        for _ in range(_FURTHEST * max(1, len(references))):
            if not waiting:
                return
            path, text = waiting.pop()
            parts = _INDEX.sub("", text).split(".")
            following: list[Reference] = []
            if parts[0] == "var" and path and len(parts) > 1:
                call = map_at(self._module(path[:-1]), "module_calls", path[-1])
                named = _references(at(call, "expressions", parts[1]))
                following = [(path[:-1], one) for one in named]
            elif parts[0] == "module" and len(parts) > 2:  # noqa: PLR2004 - module, name, output
                child = (*path, parts[1])
                output = at(self._module(child), "outputs", parts[2], "expression")
                following = [(child, one) for one in _references(output)]
            elif parts[0] == "module" and len(parts) > 1:
                yield _joined((*path, parts[1]), "")
            elif len(parts) > 1 and parts[0] not in _NO_RESOURCE:
                yield _joined(path, ".".join(parts[:2]))
            for one in following:
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)


def _references(expressions: Any) -> list[str]:
    """Return all references below expressions, which nest as blocks do."""
    found: list[str] = []
    waiting = [expressions]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            found += texts_at(here, "references")
            waiting += [value for key, value in here.items() if key != "references"]
        elif isinstance(here, list):
            waiting += here
    return found


def _joined(path: Iterable[str], name: str) -> str:
    parts = [f"module.{call}" for call in path]
    return ".".join([*parts, name] if name else parts)


def _plain(address: str) -> str:
    return _INDEX.sub("", address)


def _id(address: str) -> str:
    return id_of(_NUMBER.sub(r":\1", address))
