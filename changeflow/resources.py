"""Files that ship with the package: schemas, the default policy pack, and the example the demonstration plays on."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """`schemas`, `policies` or `examples`: inside the wheel, or beside the package in a source checkout."""
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name
