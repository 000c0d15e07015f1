"""Short texts that stand for what a page or a table is made from: equal content, equal texts."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final

# bytes: it is compared with what the same program made of the same repository
_SIZE: Final = 12


def digest_of(parts: Iterable[str]) -> str:
    """Return what stands for texts in their order."""
    found = blake2b(digest_size=_SIZE)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(data))
        found.update(data)
    return found.hexdigest()


def stands_for(value: Any) -> str:
    """Return what stands for a value: equal values, equal texts."""
    return digest_of([repr(value)])
