"""What belongs to which item (`spec.maps`): paths, Terraform addresses, images, Helm releases.

However many items there are, a path is looked up part by part: the patterns of all items share one
tree, and a pattern that begins with a folder in which no path lies is not even put into it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from changeflow.cmdb.image_names import image_name
from changeflow.cmdb.item_columns import ItemColumns, ids_having
from changeflow.cmdb.path_tree import PatternTree, literal_beginning
from changeflow.cmdb.terraform_addresses import Address, parse_address
from changeflow.model.paths import OUTSIDE

# `check` does without pydantic
if TYPE_CHECKING:
    from changeflow.model.cmdb import ConfigurationItem, ItemMaps


def mapped_items(
    items: Mapping[str, ConfigurationItem],
) -> Iterator[tuple[str, ItemMaps]]:
    """Yield the items that are not retired and say what belongs to them.

    Where they are in columns, no record of an item is made.
    """
    columns: ItemColumns | None = getattr(items, "columns", None)
    if columns is not None:
        yield from _in_columns(columns)
        return
    for ci in ids_having("maps", items):
        spec = items[ci].spec
        if spec.maps is not None and spec.status != "retired":
            yield ci, spec.maps


def _in_columns(columns: ItemColumns) -> Iterator[tuple[str, ItemMaps]]:
    from changeflow.model.cmdb import ItemMaps

    graph = columns.graph
    retired = set[int]()
    known = set[int]()
    for number in columns.having.get("maps", ()):
        status = graph.facts["status"][number]
        if status not in known:
            known.add(status)
            if not status or graph.words[status] == "retired":
                retired.add(status)
        if status in retired:
            continue
        said = columns.rest_of(number)["spec"]["maps"]
        lists: dict[str, Any] = {key: tuple(values) for key, values in said.items()}
        yield graph.ids[number], ItemMaps.model_construct(**lists)


class MapIndex:
    """The items that something belongs to.

    Args:
        mapped: items with what they say.
    """

    def __init__(self, mapped: Iterable[tuple[str, ItemMaps]]) -> None:
        self._mapped = list(mapped)
        self.items = frozenset(ci for ci, _ in self._mapped)

    @cached_property
    def has_addresses(self) -> bool:
        """Return whether a Terraform address belongs to any item."""
        return any(maps.terraform for _, maps in self._mapped)

    @cached_property
    def has_manifests(self) -> bool:
        """Return whether an image or a Helm release belongs to any item."""
        return any(maps.images or maps.helm for _, maps in self._mapped)

    def of_paths(
        self, paths: Collection[str], folders: Collection[str] = ()
    ) -> dict[str, set[str]]:
        """Return paths, from the top of the git repository, that belong to items, with these.

        Args:
            paths: written in any Unicode normal form.
            folders: those of them that stand for all that lies below: submodules and links.
        """
        composed = {path: normalize("NFC", path) for path in paths}
        beginnings = _beginnings(composed.values())
        above = {composed[path] for path in folders}
        tree = PatternTree()
        for ci, maps in self._mapped:
            for pattern in maps.paths:
                own = normalize("NFC", pattern.removeprefix(OUTSIDE))
                literal = literal_beginning(own)
                if literal in beginnings or (above and not above.isdisjoint(_beginnings([literal]))):
                    tree.add(own, ci)
        found = {path: tree.find(own) for path, own in composed.items()}
        for path in folders:
            found[path] |= tree.find_below(composed[path])
        return {path: items for path, items in found.items() if items}

    @cached_property
    def _addresses(self) -> dict[tuple[str, ...], list[tuple[Address, str]]]:
        found: dict[tuple[str, ...], list[tuple[Address, str]]] = {}
        for ci, maps in self._mapped:
            for text in maps.terraform:
                address = parse_address(text)
                if address is not None:
                    found.setdefault(address.names, []).append((address, ci))
        return found

    def of_address(self, text: str) -> set[str]:
        """Return the items that a resource belongs to."""
        address = parse_address(text)
        found: set[str] = set()
        if address is None:
            return found
        for count in range(1, len(address.names) + 1):
            for one, ci in self._addresses.get(address.names[:count], ()):
                if one.covers(address):
                    found.add(ci)
        return found

    @cached_property
    def _images(self) -> PatternTree:
        tree = PatternTree()
        for ci, maps in self._mapped:
            for name in filter(None, map(image_name, maps.images)):
                tree.add(name, ci)
        return tree

    def of_image(self, name: str) -> set[str]:
        """Return the items that an image belongs to, by the name that `image_name` makes."""
        return self._images.find(name)

    @cached_property
    def _releases(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for ci, maps in self._mapped:
            for release in maps.helm:
                found.setdefault(release, []).append(ci)
        return found

    def of_release(self, names: Iterable[str]) -> set[str]:
        """Return the items that a Helm release belongs to, by any of its names."""
        found: set[str] = set()
        for name in names:
            found.update(self._releases.get(name, ()))
        return found


def _beginnings(paths: Iterable[str]) -> set[str]:
    """Return paths with all folders above them, and the top folder."""
    found = {""}
    for path in paths:
        here = path
        while here and here not in found:
            found.add(here)
            here = here.rpartition("/")[0]
    return found
