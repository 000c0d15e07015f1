"""The definitions of measures that ship with the program, one file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from changeflow.insight.kpi import Kpi, Section

_FOLDER: Final = Path(__file__).parent.parent / "insight" / "kpis"


@cache
def kpi_definitions() -> tuple[Kpi, ...]:
    """Return the definitions of all measures, in the order of a report."""
    found = [_definition(path) for path in _FOLDER.glob("*.yaml")]
    sections = get_args(Section)
    return tuple(sorted(found, key=lambda one: (sections.index(one.section), one.place)))


def _definition(path: Path) -> Kpi:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # both loaders make plain data alone
    said: dict[str, Any] = yaml.load(path.read_text("utf-8"), loader)  # noqa: S506
    for name in ("source", "also", "instead"):
        said[name] = tuple(said.get(name, ()))
    return Kpi(**said)
