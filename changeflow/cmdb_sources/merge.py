"""Items of several sources as one: attribute by attribute the source that weighs most, edges of all.

Native YAML is a source like the others. The order of sources and of rows makes no difference: of
sources that weigh the same, the first by id counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from changeflow.cmdb.columns_of_records import columns_of, named_by, native_values
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import NATIVE, Origin, Provenance
from changeflow.cmdb_sources.collect import FewOfEach, few_of_each
from changeflow.cmdb_sources.rows import (
    ATTRIBUTES,
    DEFAULTED,
    EdgeRow,
    ItemRow,
    Place,
    SourceRows,
    found_at,
)
from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import (
    ConfigurationItem,
    Criticality,
    Dependency,
    DependsOnAnyOf,
    DependsOnItem,
    ItemMetadata,
    ItemSpec,
    Status,
)
from changeflow.model.configuration_source import NATIVE_PRECEDENCE
from changeflow.model.findings import Finding, Level
from changeflow.model.kinds import API_VERSION

# dependencies that a document may have
MOST_DEPENDENCIES: Final = 5_000


class Value(NamedTuple):
    """A value of an attribute, and where it comes from."""

    text: str
    origin: Origin


class Conflict(NamedTuple):
    """An attribute about which sources disagree; the first value is the one that counts."""

    ci: str
    attribute: str
    values: tuple[Value, ...]


@dataclass
class _Said:
    """What all sources say about one item."""

    rows: list[tuple[int, str, ItemRow]] = field(default_factory=list)
    edges: list[tuple[str, EdgeRow]] = field(default_factory=list)


def _nowhere(_: str) -> bool:
    return False


class Merged:
    """The items of native YAML and of sources.

    Args:
        natives: native items by their id, the first where several have one.
        sources: what the sources say.
        places: where native items stand.
        is_elsewhere: whether an item is told of where these sources do not tell of it.
    """

    def __init__(
        self,
        natives: Mapping[str, ConfigurationItem],
        sources: Iterable[SourceRows],
        places: Mapping[str, Place],
        is_elsewhere: Callable[[str], bool] = _nowhere,
    ) -> None:
        self._natives, self._places, self._is_elsewhere = natives, places, is_elsewhere
        self._sources = sorted(sources, key=lambda one: (-one.precedence, one.id))
        self._said: dict[str, _Said] = {}
        self.items: dict[str, ConfigurationItem] = dict(natives)
        self.conflicts: list[Conflict] = []
        self.about_items: tuple[Finding, ...] = ()
        if self._sources:
            self._gather()
            self.about_items = tuple(few_of_each(self._merge()))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with items, then the dependencies that lead nowhere."""
        found = list(self.about_items)
        for source in self._sources:
            found += self.leading_nowhere(source)
        return tuple(found)

    def _gather(self) -> None:
        for source in self._sources:
            for row in source.items:
                said = self._said.setdefault(row.id, _Said())
                said.rows.append((-source.precedence, source.id, row))
        for source in self._sources:
            for edge in source.edges:
                if edge.dependent not in self._said and edge.dependent not in self._natives:
                    continue
                self._said.setdefault(edge.dependent, _Said()).edges.append((source.id, edge))

    @cached_property
    def columns(self) -> ItemColumns:
        """Return all that items say, in columns."""
        return columns_of(self.items, self.provenance, self._places)

    def _merge(self) -> Iterator[Finding]:
        for ci in sorted(self._said):
            yield from self._merge_item(ci)

    def leading_nowhere(self, source: SourceRows) -> Iterator[Finding]:
        """Yield findings about dependencies of a source of which one end is no item."""
        few = FewOfEach()
        for edge in source.edges:
            known = [self._is_known(end) for end in (edge.dependent, edge.dependency)]
            if not all(known):
                few.add(unknown_end(edge, dependent_is_known=known[0], partial=source.partial))
        yield from few

    def _is_known(self, ci: str) -> bool:
        return ci in self.items or self._is_elsewhere(ci)

    def _merge_item(self, ci: str) -> Iterator[Finding]:
        said, native = self._said[ci], self._natives.get(ci)
        values = self._values(ci)
        for attribute, of_attribute in values.items():
            if len({value.text for value in of_attribute}) > 1:
                conflict = Conflict(ci, attribute, tuple(of_attribute))
                self.conflicts.append(conflict)
                yield _conflict_found(conflict)
        chosen = {name: of_name[0].text for name, of_name in values.items() if of_name}
        for name, default in self._defaults(ci):
            chosen.setdefault(name, default.text)
        edges, problems = _dependencies(native, self._inside(said.edges), ci)
        yield from problems
        if len(edges) > MOST_DEPENDENCIES:
            place = said.edges[0][1].place
            yield found_at("source-row", place, case="many", id=ci, most=MOST_DEPENDENCIES)
            edges = edges[:MOST_DEPENDENCIES]
        self.items[ci] = _item(ci, chosen, self._labels(ci), edges, native)

    def _inside(self, edges: Iterable[tuple[str, EdgeRow]]) -> list[tuple[str, EdgeRow]]:
        """Return the dependencies on items that there are."""
        return [one for one in edges if self._is_described(one[1].dependency)]

    def _is_described(self, ci: str) -> bool:
        if ci in self._natives or self._is_elsewhere(ci):
            return True
        return ci in self._said and bool(self._said[ci].rows)

    def _values(self, ci: str) -> dict[str, list[Value]]:
        """Return what is known of each attribute, the value that weighs most first."""
        found: dict[str, list[Value]] = {name: [] for name in ATTRIBUTES}
        ranked: list[tuple[int, str, Mapping[str, str | None], Place]] = []
        for rank, source, row in self._said[ci].rows:
            said = {name: getattr(row, name) for name in ATTRIBUTES}
            ranked.append((rank, source, said, row.place))
        native = self._natives.get(ci)
        if native is not None:
            place = self._places.get(ci, Place(""))
            ranked.append((-NATIVE_PRECEDENCE, NATIVE, native_values(native), place))
        for _, source, of_item, place in sorted(ranked, key=itemgetter(0, 1)):
            for name in ATTRIBUTES:
                text = of_item.get(name)
                if text is not None:
                    found[name].append(Value(text, Origin(source, place)))
        return found

    def _defaults(self, ci: str) -> Iterator[tuple[str, Value]]:
        """Yield the defaults of the sources that have the item, those that weigh most first."""
        mine = {source for _, source, _ in self._said[ci].rows}
        for source in self._sources:
            if source.id not in mine:
                continue
            for name in DEFAULTED:
                if name in source.defaults:
                    yield name, Value(source.defaults[name], Origin(source.id, Place("")))

    def _labels(self, ci: str) -> dict[str, str]:
        found: dict[str, str] = {}
        native = self._natives.get(ci)
        ranked: list[tuple[int, str, Mapping[str, str]]] = []
        for rank, source, row in self._said[ci].rows:
            ranked.append((rank, source, row.labels or {}))
        if native is not None:
            ranked.append((-NATIVE_PRECEDENCE, NATIVE, native.metadata.labels))
        for _, _, labels in sorted(ranked, key=itemgetter(0, 1)):
            for key, text in labels.items():
                found.setdefault(key, text)
        return dict(sorted(found.items()))

    def provenance(self, ci: str) -> Provenance:
        """Return where the attributes and dependencies of an item come from."""
        native_origin = Origin(NATIVE, self._places.get(ci, Place("")))
        dependencies: dict[tuple[str, ...], list[Origin]] = {}
        native = self._natives.get(ci)
        for need in native.spec.depends_on if native is not None else ():
            dependencies.setdefault(named_by(need), []).append(native_origin)
        if ci not in self._said:
            known = native_values(native) if native is not None else {}
            attributes = dict.fromkeys(known, native_origin)
            return Provenance(attributes, _settled(dependencies))
        attributes = {name: found[0].origin for name, found in self._values(ci).items() if found}
        for name, default in self._defaults(ci):
            attributes.setdefault(name, default.origin)
        inside = self._inside(self._said[ci].edges)
        groups = _members_by_group(edge for _, edge in inside)
        for source, edge in sorted(inside, key=lambda one: (one[0], one[1].place)):
            key = groups[edge.group] if edge.group is not None else (edge.dependency,)
            dependencies.setdefault(key, []).append(Origin(source, edge.place))
        return Provenance(attributes, _settled(dependencies))


def _settled(
    found: Mapping[tuple[str, ...], Sequence[Origin]],
) -> dict[tuple[str, ...], tuple[Origin, ...]]:
    return {key: tuple(dict.fromkeys(origins)) for key, origins in found.items()}


def unknown_end(edge: EdgeRow, *, dependent_is_known: bool, partial: bool) -> Finding:
    """Return the finding about a dependency of which one end is no item.

    Args:
        edge: the dependency.
        dependent_is_known: whether the item that needs another one is known.
        partial: whether the source is a part of a larger system.
    """
    level: Level = "warning" if partial else "error"
    ci, other = edge.dependent, edge.dependency
    if dependent_is_known:
        ci, other = other, ci
    return found_at("source-unknown-item", edge.place, level, ci=ci, other=other)


def _conflict_found(conflict: Conflict) -> Finding:
    first = conflict.values[0]
    other = next(value for value in conflict.values if value.text != first.text)
    return found_at(
        "source-conflict",
        other.origin.place,
        "warning",
        id=conflict.ci,
        attribute=conflict.attribute,
        value=first.text,
        other=other.text,
        path=first.origin.place.path,
        line=first.origin.place.line,
    )


def _members_by_group(edges: Iterable[EdgeRow]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for edge in edges:
        if edge.group is not None:
            found.setdefault(edge.group, set()).add(edge.dependency)
    return {group: tuple(sorted(members)) for group, members in found.items()}


def _dependencies(
    native: ConfigurationItem | None, edges: Sequence[tuple[str, EdgeRow]], ci: str
) -> tuple[list[Dependency], list[Finding]]:
    """Return what an item needs: first what native YAML says, then the rest by id.

    Of two strengths the hard one holds.
    """
    strengths: dict[str, str] = {}
    for _, edge in edges:
        if edge.group is None and strengths.get(edge.dependency) != "hard":
            strengths[edge.dependency] = edge.strength
    found: list[Dependency] = []
    for need in native.spec.depends_on if native is not None else ():
        if isinstance(need, DependsOnItem):
            stronger = strengths.pop(need.ci, None) == "hard" and need.strength == "soft"
            found.append(need.model_copy(update={"strength": "hard"}) if stronger else need)
        else:
            found.append(need)
    for dependency in sorted(strengths):
        found.append(_plain_need(dependency, strengths[dependency]))
    grouped = [edge for _, edge in edges if edge.group is not None]
    groups, problems = _groups(grouped, ci)
    return [*found, *groups], problems


@lru_cache(maxsize=65_536)
def _plain_need(dependency: str, strength: str) -> DependsOnItem:
    """Return the record; many items need the same."""
    return DependsOnItem.model_construct(ci=dependency, strength=strength)


def _groups(edges: Sequence[EdgeRow], ci: str) -> tuple[list[DependsOnAnyOf], list[Finding]]:
    found, problems = [], []
    ordered = sorted(edges, key=lambda edge: (edge.group or "", edge.dependency, edge.place))
    for group, of_group in groupby(ordered, key=lambda edge: edge.group or ""):
        rows = list(of_group)
        members = tuple(sorted({edge.dependency for edge in rows}))
        least = max(edge.least for edge in rows)
        if least > len(members):
            place = max(rows, key=lambda edge: edge.least).place
            problems.append(
                found_at(
                    "source-group-min", place, id=ci, group=group, min=least, members=len(members)
                )
            )
            # all of them are needed until it is known better
            least = len(members)
        found.append(DependsOnAnyOf.model_construct(any_of=members, min=least))
    return found, problems


def _item(
    ci: str,
    values: Mapping[str, str],
    labels: dict[str, str],
    edges: Sequence[Dependency],
    native: ConfigurationItem | None,
) -> ConfigurationItem:
    """Return the record. Its values were checked row by row, so that it is not validated again.

    What only native YAML says is taken from there.
    """
    tier = values.get("criticality")
    spec = ItemSpec.model_construct(
        type=values.get("type"),
        status=Status(values.get("status", "live")),
        criticality=Criticality(tier) if tier else None,
        owner=values.get("owner"),
        environment=values.get("environment"),
        description=values.get("description"),
        depends_on=tuple(edges),
        maps=native.spec.maps if native is not None else None,
        service_level=native.spec.service_level if native is not None else None,
        confirmed=native.spec.confirmed if native is not None else None,
    )
    metadata = ItemMetadata.model_construct(id=ci, name=values.get("name"), labels=labels)
    return ConfigurationItem.model_construct(
        apiVersion=API_VERSION, kind="ConfigurationItem", metadata=metadata, spec=spec
    )
