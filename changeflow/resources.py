"""Files that ship with the package: schemas, default policies, and the demonstration's example."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder `schemas`, `policies` or `examples`.

    It is inside the wheel, or beside the package in a source checkout.
    """
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name
