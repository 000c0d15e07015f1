"""What belongs to which item (`spec.maps`): paths, Terraform addresses, images, Helm releases.

However many items there are, a path is looked up part by part: the patterns of all items share one
tree, so that 10,000 paths are matched with 100,000 items in well below a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from changeflow.cmdb.image_names import image_name
from changeflow.cmdb.item_columns import ids_having
from changeflow.cmdb.path_tree import PatternTree
from changeflow.cmdb.terraform_addresses import Address, parse_address
from changeflow.model.paths import OUTSIDE

# `check` does without pydantic
if TYPE_CHECKING:
    from changeflow.model.cmdb import ConfigurationItem, ItemMaps


def mapped_items(
    items: Mapping[str, ConfigurationItem],
) -> Iterator[tuple[str, ItemMaps]]:
    """Yield the items that are not retired and say what belongs to them."""
    for ci in ids_having("maps", items):
        spec = items[ci].spec
        if spec.maps is not None and spec.status != "retired":
            yield ci, spec.maps


class MapIndex:
    """The items that something belongs to.

    Args:
        mapped: items with what they say.
    """

    def __init__(self, mapped: Iterable[tuple[str, ItemMaps]]) -> None:
        self.items: set[str] = set()
        self._paths, self._images = PatternTree(), PatternTree()
        self._addresses: dict[tuple[str, ...], list[tuple[Address, str]]] = {}
        self._releases: dict[str, list[str]] = {}
        for ci, maps in mapped:
            self._add(ci, maps)

    def _add(self, ci: str, maps: ItemMaps) -> None:
        self.items.add(ci)
        for pattern in maps.paths:
            self._paths.add(pattern.removeprefix(OUTSIDE), ci)
        for text in maps.terraform:
            address = parse_address(text)
            if address is not None:
                self._addresses.setdefault(address.names, []).append((address, ci))
        for name in maps.images:
            known = image_name(name)
            if known is not None:
                self._images.add(known, ci)
        for release in maps.helm:
            self._releases.setdefault(release, []).append(ci)

    @property
    def has_addresses(self) -> bool:
        """Return whether a Terraform address belongs to any item."""
        return bool(self._addresses)

    @property
    def has_manifests(self) -> bool:
        """Return whether an image or a Helm release belongs to any item."""
        return bool(self._releases) or not self._images.empty

    def of_path(self, path: str) -> set[str]:
        """Return the items that a path, from the top of the git repository, belongs to."""
        return self._paths.find(path)

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

    def of_image(self, name: str) -> set[str]:
        """Return the items that an image belongs to, by the name that `image_name` makes."""
        return self._images.find(name)

    def of_release(self, names: Iterable[str]) -> set[str]:
        """Return the items that a Helm release belongs to, by any of its names."""
        found: set[str] = set()
        for name in names:
            found.update(self._releases.get(name, ()))
        return found
