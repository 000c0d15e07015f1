"""Patterns of paths in one tree, so that a path is compared with few of many.

What comes before the first wildcard of a part, or after the last one, is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from changeflow.model.path_patterns import ANY_FOLDERS, has_wildcard, match_part

_ANY: Final = "*"


def literal_beginning(pattern: str) -> str:
    """Return the folders of a pattern before its first wildcard; all of it where it has none."""
    if not has_wildcard(pattern):
        return pattern.removesuffix("/")
    literal = pattern.partition(_ANY)[0].partition("?")[0]
    return literal.rpartition("/")[0]


class PatternTree:
    """Patterns of paths in one tree, each node a part of them.

    A pattern without a wildcard, or with a slash at its end, is a file or a folder with everything
    below it.
    """

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, pattern: str, owner: str) -> None:
        """Add a pattern of an owner."""
        parts = pattern.removesuffix("/").split("/")
        node = self._root
        for part in parts:
            node = node.child(part)
        if pattern.endswith("/") or not has_wildcard(pattern):
            node.below = (*node.below, owner)
        else:
            node.ends = (*node.ends, owner)

    def find(self, path: str) -> set[str]:
        """Return the owners of all patterns that match a path."""
        found: set[str] = set()
        for node in self._behind(path, found):
            found.update(node.below)
            found.update(node.ends)
        return found

    def find_below(self, folder: str) -> set[str]:
        """Return the owners of all patterns that some path below a folder may match."""
        found: set[str] = set()
        waiting = self._behind(folder, found)
        seen: set[int] = set()
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen.add(id(node))
                found.update(node.below)
                found.update(node.ends)
                waiting += node.children()
        return found

    def _behind(self, path: str, found: set[str]) -> list[_Node]:
        """Return the nodes that a path leads to; the owners of folders on the way are found."""
        nodes = _with_any_folders([self._root])
        for part in path.split("/"):
            following: list[_Node] = []
            for node in nodes:
                found.update(node.below)
                following += node.following(part)
            nodes = _with_any_folders(following)
        return nodes


class _Node:
    """Where patterns are after some parts. There are many: what most lack is None.

    Attributes:
        ends: owners of patterns that end here.
        below: owners of what is here and below.
        loops: whether any further parts lead here again, as `**` does.
        deep: what `**` leads to.
        one: what `*` leads to.
        words: what parts without wildcards lead to.
        wild: what other parts lead to.
    """

    __slots__ = ("below", "deep", "ends", "loops", "one", "wild", "words")

    def __init__(self, *, loops: bool = False) -> None:
        self.ends: tuple[str, ...] = ()
        self.below: tuple[str, ...] = ()
        self.loops = loops
        self.deep: _Node | None = None
        self.one: _Node | None = None
        self.words: dict[str, _Node] | None = None
        self.wild: _WildParts | None = None

    def child(self, part: str) -> _Node:
        """Return the node behind a part of a pattern, made where there is none yet."""
        if part == ANY_FOLDERS:
            self.deep = self.deep or _Node(loops=True)
            return self.deep
        if part == _ANY:
            self.one = self.one or _Node()
            return self.one
        if has_wildcard(part):
            self.wild = self.wild or _WildParts()
            nodes = self.wild.like(part)
        else:
            if self.words is None:
                self.words = {}
            nodes = self.words
        found = nodes.get(part)
        if found is None:
            found = nodes[part] = _Node()
        return found

    def children(self) -> Iterator[_Node]:
        """Yield the nodes that any part leads to."""
        yield from filter(None, (self.deep, self.one))
        yield from (self.words or {}).values()
        if self.wild is not None:
            yield from self.wild.nodes()

    def following(self, part: str) -> list[_Node]:
        """Return the nodes that a part of a path leads to."""
        found: list[_Node] = []
        if self.loops:
            found.append(self)
        if self.one is not None:
            found.append(self.one)
        if self.words is not None and part in self.words:
            found.append(self.words[part])
        if self.wild is not None:
            found += self.wild.matching(part)
        return found


class _WildParts:
    """Parts with wildcards, by the text before the first one, or else by that after the last."""

    def __init__(self) -> None:
        self._heads: dict[str, dict[str, _Node]] = {}
        self._tails: dict[str, dict[str, _Node]] = {}

    def like(self, part: str) -> dict[str, _Node]:
        """Return the parts that begin, or else end, as a part does, with their nodes."""
        stars = part.replace("?", _ANY)
        head = stars.partition(_ANY)[0]
        if head:
            return self._heads.setdefault(head, {})
        return self._tails.setdefault(stars.rpartition(_ANY)[2], {})

    def nodes(self) -> Iterator[_Node]:
        """Yield the nodes of all parts."""
        for alike in (*self._heads.values(), *self._tails.values()):
            yield from alike.values()

    def matching(self, part: str) -> Iterator[_Node]:
        """Yield the nodes of the parts that match."""
        for end in range(len(part) + 1):
            for alike in (self._heads.get(part[:end]), self._tails.get(part[end:])):
                for word, node in (alike or {}).items():
                    if match_part(part, word):
                        yield node


def _with_any_folders(nodes: Iterable[_Node]) -> list[_Node]:
    """Return nodes, each once, with those that `**` leads to without any part."""
    found: dict[int, _Node] = {}
    for node in nodes:
        here: _Node | None = node
        while here is not None and id(here) not in found:
            found[id(here)] = here
            here = here.deep
    return list(found.values())
