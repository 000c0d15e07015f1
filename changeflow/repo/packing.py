"""Objects as git writes them: what they are called, and several of them in one pack."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from changeflow.lazy_dataclass import dataclass

_KINDS: Final = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that is to be stored: `kind` blob, tree, commit or tag, and its content."""

    kind: str
    data: bytes

    def name(self, object_format: str) -> str:
        """Return its object name; `object_format` is sha1 or sha256."""
        digest = hashlib.new(object_format, usedforsecurity=False)
        digest.update(f"{self.kind} {len(self.data)}\0".encode("ascii"))
        digest.update(self.data)
        return digest.hexdigest()


def pack(objects: Sequence[NewObject], object_format: str) -> bytes:
    """Return a pack of these objects, whole and without deltas (gitformat-pack)."""
    count = len(objects).to_bytes(4, "big")
    content = b"PACK" + _VERSION.to_bytes(4, "big") + count + b"".join(map(_packed, objects))
    return content + hashlib.new(object_format, content, usedforsecurity=False).digest()


def _packed(one: NewObject) -> bytes:
    return bytes(_header(_KINDS[one.kind], len(one.data))) + zlib.compress(one.data)


def _header(kind: int, size: int) -> Iterator[int]:
    """Kind and size: four bits of the size beside the kind, then seven at a time, lowest first."""
    byte, size = (kind << 4) | (size & 0x0F), size >> 4
    while size:
        yield byte | 0x80
        byte, size = size & 0x7F, size >> 7
    yield byte
