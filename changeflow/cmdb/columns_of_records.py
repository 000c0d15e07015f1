"""Records of items to columns."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from changeflow.cmdb.graph import FACTS, GraphBuilder
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import ATTRIBUTES, NATIVE, Origin, Origins, Place, Provenance
from changeflow.cmdb.words import Ints, Words
from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import (
    ConfigurationItem,
    Dependency,
    DependsOnItem,
    ItemMetadata,
    ItemSpec,
)

# what columns of their own say
_METADATA: Final = frozenset({"id", "name"})
_SPEC: Final = frozenset({*FACTS, "depends_on"})
# fields that few items have, so that those that do are listed
RARE: Final = tuple(sorted(ItemSpec.model_fields.keys() - _SPEC - frozenset({"description"})))
_RARE_METADATA: Final = tuple(
    sorted(ItemMetadata.model_fields.keys() - _METADATA - frozenset({"labels"}))
)


def columns_of(
    items: Mapping[str, ConfigurationItem],
    provenance: Callable[[str], Provenance] | None = None,
    places: Mapping[str, Place] | None = None,
) -> ItemColumns:
    """Return the columns of these items.

    Args:
        items: the CMDB, by id.
        provenance: returns where an item comes from; by default all are native.
        places: where native items stand.
    """
    natives: Mapping[str, Place] = places or {}
    builder = GraphBuilder(items.values())
    needs = builder.needs()
    rest, having = [], {name: array("i") for name in RARE}
    origins = _OriginsBuilder()
    for number, ci in enumerate(builder.ids):
        item = items.get(ci)
        rest.append(rest_text(item) if item is not None else "")
        if item is not None:
            for name in _rare_fields(item.spec):
                having[name].append(number)
            told = provenance(ci) if provenance is not None else native_provenance(item, natives)
            origins.add(item, told, natives.get(ci))
        origins.first.append(len(origins.files))
    listed: dict[str, Ints] = {name: numbers for name, numbers in having.items() if numbers}
    return ItemColumns(builder.graph(needs), needs, Words.of(rest), listed, origins.columns())


def native_values(native: ConfigurationItem) -> Mapping[str, str]:
    """Return what a native item says; a status that stands there by default says nothing."""
    spec = native.spec
    found = {
        "name": native.metadata.name,
        "type": spec.type,
        "status": spec.status.value if "status" in spec.model_fields_set else None,
        "criticality": spec.criticality.value if spec.criticality else None,
        "owner": spec.owner,
        "environment": spec.environment,
        "description": spec.description,
    }
    return {name: text for name, text in found.items() if text is not None}


def named_by(need: Dependency) -> tuple[str, ...]:
    """Return the items that a dependency names."""
    return (need.ci,) if isinstance(need, DependsOnItem) else tuple(sorted(set(need.any_of)))


def native_provenance(item: ConfigurationItem, places: Mapping[str, Place]) -> Provenance:
    """Return where an item comes from that only native YAML describes."""
    origin = Origin(NATIVE, places.get(item.metadata.id, Place("")))
    needs = {named_by(need): (origin,) for need in item.spec.depends_on}
    return Provenance(dict.fromkeys(native_values(item), origin), needs)


def rest_text(item: ConfigurationItem) -> str:
    """Return JSON of what a record says beside facts and dependencies; empty if it is nothing."""
    metadata, spec = item.metadata, item.spec
    found: dict[str, dict[str, Any]] = {}
    if metadata.labels or any(getattr(metadata, name) is not None for name in _RARE_METADATA):
        found["metadata"] = metadata.model_dump(
            mode="json", by_alias=True, exclude_defaults=True, exclude=set(_METADATA)
        )
    if spec.description is not None or _rare_fields(spec):
        found["spec"] = spec.model_dump(
            mode="json", by_alias=True, exclude_defaults=True, exclude=set(_SPEC)
        )
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""


def _rare_fields(spec: ItemSpec) -> list[str]:
    return [name for name in RARE if getattr(spec, name) != ItemSpec.model_fields[name].default]


@dataclass(slots=True)
class _OriginsBuilder:
    """Collects the origins of items in the order of their numbers."""

    known: dict[tuple[str, str], int] = field(default_factory=dict)
    first: array[int] = field(default_factory=lambda: array("i", [0]))
    files: array[int] = field(default_factory=lambda: array("i"))
    lines: array[int] = field(default_factory=lambda: array("i"))
    attributes: array[int] = field(default_factory=lambda: array("i"))
    need_files: array[int] = field(default_factory=lambda: array("i"))
    need_lines: array[int] = field(default_factory=lambda: array("i"))
    more: array[int] = field(default_factory=lambda: array("i"))
    more_files: array[int] = field(default_factory=lambda: array("i"))
    more_lines: array[int] = field(default_factory=lambda: array("i"))

    def add(self, item: ConfigurationItem, told: Provenance, native: Place | None) -> None:
        bits: dict[Origin, int] = {}
        if native is not None:
            bits[Origin(NATIVE, native)] = 0
        for name, origin in told.attributes.items():
            bits[origin] = bits.get(origin, 0) | 1 << ATTRIBUTES.index(name)
        # the row of native YAML comes first
        for origin, decided in sorted(bits.items(), key=lambda one: one[0].source != NATIVE):
            self.files.append(self._file(origin))
            self.lines.append(origin.place.line)
            self.attributes.append(decided)
        for need in item.spec.depends_on:
            self._add_need(need, told.dependencies.get(named_by(need), ()))

    def _add_need(self, need: Dependency, origins: Sequence[Origin]) -> None:
        first, *others = origins or (Origin(NATIVE, Place("")),)
        at = len(self.need_files)
        for _ in _places_of(need):
            self.need_files.append(self._file(first))
            self.need_lines.append(first.place.line)
        for origin in others:
            self.more.append(at)
            self.more_files.append(self._file(origin))
            self.more_lines.append(origin.place.line)

    def _file(self, origin: Origin) -> int:
        return self.known.setdefault((origin.source, origin.place.path), len(self.known))

    def columns(self) -> Origins:
        return Origins(
            Words.of(source for source, _ in self.known),
            Words.of(path for _, path in self.known),
            self.first,
            self.files,
            self.lines,
            self.attributes,
            self.need_files,
            self.need_lines,
            self.more,
            self.more_files,
            self.more_lines,
        )


def _places_of(need: Dependency) -> Iterator[str]:
    if isinstance(need, DependsOnItem):
        yield need.ci
    else:
        yield from need.any_of
