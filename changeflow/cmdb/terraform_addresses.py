"""Addresses of Terraform: `module.shop.aws_db_instance.payments["a"]`, taken apart."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_STEP: Final = re.compile(r"([^\W\d][\w-]*)((?:\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?)(?:\.(?=.)|\Z)")
_MODULE: Final = "module"
_DATA: Final = "data"
_RESOURCE_STEPS: Final = 2


class Address(NamedTuple):
    """An address: the names between its dots, and the key of an instance behind each; None: all."""

    names: tuple[str, ...]
    keys: tuple[str | None, ...]

    @property
    def is_data(self) -> bool:
        """Return whether it is a data source, which is only ever read."""
        return _DATA in self.names[-_RESOURCE_STEPS - 1 : -_RESOURCE_STEPS]

    def covers(self, other: Address) -> bool:
        """Return whether another address is this one, one of its instances, or lies in it."""
        if self.names != other.names[: len(self.names)]:
            return False
        pairs = zip(self.keys, other.keys, strict=False)
        return all(mine is None or mine == theirs for mine, theirs in pairs)


def parse_address(text: str) -> Address | None:
    """Return the address of a resource, a data source or a module; None where a text is none."""
    names: list[str] = []
    keys: list[str | None] = []
    at = 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            return None
        names.append(step[1])
        keys.append(step[2] or None)
        at = step.end()
    return Address(tuple(names), tuple(keys)) if _is_whole(names, keys) else None


def _is_whole(names: list[str], keys: list[str | None]) -> bool:
    """Return whether steps are modules, and a resource at most at their end."""
    at = 0
    while names[at : at + 1] == [_MODULE]:
        if keys[at] is not None or at + 1 >= len(names):
            return False
        at += 2
    rest = len(names) - at
    if rest == 0:
        return at > 0
    if names[at] == _DATA:
        at, rest = at + 1, rest - 1
    return rest == _RESOURCE_STEPS and keys[at] is None
