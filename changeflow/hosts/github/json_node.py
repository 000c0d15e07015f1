"""Answers are checked for their shape before they are believed.

A view on plain JSON that knows where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from changeflow.hosts.github.failures import Unbelievable
from changeflow.model.document_parts import parse_instant

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


class JsonNode:
    """A JSON value and the way to it.

    Every reader raises `Unbelievable` where the value is not what it should be.
    """

    __slots__ = ("value", "where")

    def __init__(self, value: Any, where: str) -> None:
        self.value = value
        self.where = where

    def fail(self, expected: str) -> Unbelievable:
        """Return the error for a value that is not `expected`."""
        found = "nothing" if self.value is None else f"`{type(self.value).__name__}`"
        return Unbelievable.of("hub.unexpected", where=self.where, found=found, expected=expected)

    def raw(self, key: str) -> Any:
        """Return the value under a key that must exist, even if it is null."""
        if not isinstance(self.value, dict):
            raise self.fail("an object")
        if key not in self.value:
            raise Unbelievable.of("hub.unexpected", case="missing", where=f"{self.where}.{key}")
        return self.value[key]

    def at(self, key: str) -> JsonNode:
        """Return the object under a key."""
        node = JsonNode(self.raw(key), f"{self.where}.{key}")
        if not isinstance(node.value, dict):
            raise node.fail("an object")
        return node

    def maybe(self, key: str) -> JsonNode | None:
        """Return the object under a key, or None where GitHub says null."""
        if self.raw(key) is None:
            return None
        return self.at(key)

    def items(self, key: str | None = None) -> Iterator[JsonNode]:
        """Return the objects of a list (under a key).

        A null among them is an error, never skipped.
        """
        node = self if key is None else JsonNode(self.raw(key), f"{self.where}.{key}")
        if not isinstance(node.value, list):
            raise node.fail("a list")
        for index, value in enumerate(node.value):
            item = JsonNode(value, f"{node.where}[{index}]")
            if not isinstance(value, dict):
                raise item.fail("an object")
            yield item

    def shown(self) -> Iterator[JsonNode]:
        """Yield the nodes of a GraphQL connection that GitHub shows: null is one that is gone."""
        present = [value for value in self.raw("nodes") or () if value is not None]
        yield from JsonNode(present, self.where).items()

    def counted(self, count: int) -> list[JsonNode]:
        """Return the nodes of a GraphQL connection.

        Its schema allows null for the list: of none they are none, of some an error.
        """
        if self.raw("nodes") is None and count == 0:
            return []
        return list(self.items("nodes"))

    def text(self, key: str) -> str:
        """Text."""
        value = self.raw(key)
        if not isinstance(value, str):
            raise JsonNode(value, f"{self.where}.{key}").fail("text")
        return value

    def number(self, key: str) -> int:
        """Return a whole number that is not negative: ids, counts and positions."""
        value = self.raw(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise JsonNode(value, f"{self.where}.{key}").fail("a whole number")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.raw(key)
        if not isinstance(value, bool):
            raise JsonNode(value, f"{self.where}.{key}").fail("true or false")
        return value

    def oid(self, key: str) -> str:
        """Return a full git object id (SHA-1 or SHA-256)."""
        value = self.text(key)
        if _OID.fullmatch(value) is None:
            raise JsonNode(value, f"{self.where}.{key}").fail("a git object id")
        return value

    def instant(self, key: str) -> datetime:
        """Return an RFC 3339 time, in UTC."""
        value = self.text(key)
        try:
            return parse_instant(value)
        except ValueError:
            raise JsonNode(value, f"{self.where}.{key}").fail("a time") from None

    def maybe_text(self, key: str) -> str | None:
        """Text or null."""
        if self.raw(key) is None:
            return None
        return self.text(key)

    def maybe_number(self, key: str) -> int | None:
        """Return a whole number or null."""
        if self.raw(key) is None:
            return None
        return self.number(key)

    def maybe_instant(self, key: str) -> datetime | None:
        """Return a time or null."""
        if self.raw(key) is None:
            return None
        return self.instant(key)

    def maybe_oid(self, key: str) -> str | None:
        """Return the `oid` of the object under a key, or None where GitHub says null."""
        node = self.maybe(key)
        if node is None:
            return None
        return node.oid("oid")
