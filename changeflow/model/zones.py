"""Time zones of the IANA database.

Their rules come from the package `tzdata`: the same on every machine.

See docs/decisions/time-zones.md.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

from changeflow.model.phrases import WrongTextError

# a name for "not set", whose clock shows no time that was meant
_NO_PLACES: Final = frozenset({"Factory"})


@functools.cache
def zone_names() -> frozenset[str]:
    """Return the names of all zones."""
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listed.split()) - _NO_PLACES


@functools.cache
def time_zone(name: str) -> ZoneInfo:
    """Return the zone of a name, spelt exactly.

    Raises:
        ValueError: when there is no such zone.
    """
    if name not in zone_names():
        raise WrongTextError(f"`{name}` is no IANA time zone", "written.zone", name)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def zone_name(text: str) -> str:
    """Return the text itself if it names a zone.

    Raises:
        ValueError: when there is no such zone.
    """
    return time_zone(text).key
