"""Where attributes and dependencies of items come from: files of sources and of native YAML."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from changeflow.cmdb.words import Ints, Words
from changeflow.lazy_dataclass import dataclass

# what several sources may say about one item; each is taken from the source that weighs most
ATTRIBUTES: Final = (
    "name", "type", "status", "criticality", "owner", "environment", "description",
)  # fmt: skip
# how native YAML is called where sources are named
NATIVE: Final = ""


class Place(NamedTuple):
    """A line of a file; 0 where the format has no lines."""

    path: str
    line: int = 0


class Origin(NamedTuple):
    """Where something comes from: a source (empty for native YAML), and the row."""

    source: str
    place: Place

    @property
    def is_default(self) -> bool:
        """Return whether it is what a source says of all of its items, and no row."""
        return self.source != NATIVE and not self.place.path


@dataclass(frozen=True)
class Provenance:
    """Where an item's attributes and dependencies come from.

    Attributes:
        attributes: the attribute to its source; the source's default has line 0.
        dependencies: the dependency, or the members of a group, to all sources that say it.
    """

    attributes: Mapping[str, Origin]
    dependencies: Mapping[tuple[str, ...], tuple[Origin, ...]]


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins of all items, in columns.

    Attributes:
        sources: for each file the id of the source that reads it; `NATIVE` for native YAML.
        paths: for each file its path; empty for the defaults of a source.
        first: `first[u]:first[u + 1]` is the stretch of `files`, `lines` and `attributes` about the
            item `u`. A row of native YAML comes first, also if it decides nothing.
        files: for each row the number of its file.
        lines: for each row its line.
        attributes: for each row which of `ATTRIBUTES` it decides, a bit each.
        need_files: for each place in `Needs.dependencies` the number of the file that says it.
        need_lines: the line in it.
        more: places in `Needs.dependencies` that a further row says, rising.
        more_files: the numbers of the files of those rows.
        more_lines: their lines.
    """

    sources: Words
    paths: Words
    first: Ints
    files: Ints
    lines: Ints
    attributes: Ints
    need_files: Ints
    need_lines: Ints
    more: Ints
    more_files: Ints
    more_lines: Ints

    def origin(self, file: int, line: int) -> Origin:
        """Return an origin."""
        return Origin(self.sources[file], Place(self.paths[file], line))

    def native_place(self, number: int) -> Place | None:
        """Return where native YAML describes an item; None if it does not."""
        if self.first[number] == self.first[number + 1]:
            return None
        row = self.first[number]
        found = self.origin(self.files[row], self.lines[row])
        return found.place if found.source == NATIVE else None

    def of_attributes(self, number: int) -> dict[str, Origin]:
        """Return where each known attribute of an item comes from: first rows, then defaults."""
        found: dict[str, Origin] = {}
        for row in range(self.first[number], self.first[number + 1]):
            origin = self.origin(self.files[row], self.lines[row])
            for bit, name in enumerate(ATTRIBUTES):
                if self.attributes[row] >> bit & 1:
                    found[name] = origin
        order = {name: at for at, name in enumerate(ATTRIBUTES)}
        return dict(sorted(found.items(), key=lambda one: (one[1].is_default, order[one[0]])))

    def deciding(self, attribute: str) -> bytes:
        """Return for each item 1 if a row or a default decides the attribute, else 0."""
        bit = 1 << ATTRIBUTES.index(attribute)
        found = bytearray(len(self.first) - 1)
        for number in range(len(found)):
            for row in range(self.first[number], self.first[number + 1]):
                if self.attributes[row] & bit:
                    found[number] = 1
        return bytes(found)

    def of_need(self, at: int) -> Iterator[Origin]:
        """Yield where the dependency at a place in `Needs.dependencies` comes from."""
        yield self.origin(self.need_files[at], self.need_lines[at])
        row = bisect_left(self.more, at)
        while row < len(self.more) and self.more[row] == at:
            yield self.origin(self.more_files[row], self.more_lines[row])
            row += 1
