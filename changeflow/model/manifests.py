"""Lists of files with their digests, as `sha256sum -c` reads them."""

import hashlib
from collections.abc import Iterable
from typing import Final

MANIFEST: Final = "manifest.sha256"


def manifest_line(path: str, data: bytes) -> str:
    """Return the line of a file. Its name has no line break and no backslash."""
    return f"{hashlib.sha256(data).hexdigest()}  {path}\n"


def manifest_of(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the list of files, by path."""
    return "".join(manifest_line(path, data) for path, data in sorted(files)).encode()
