"""Time zones of the IANA database.

Their rules come from the package `tzdata`: the same on every machine.

See docs/decisions/time-zones.md.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from changeflow.model.phrases import WrongTextError

# Most documents name no zone.
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# a name for "not set", whose clock shows no time that was meant
_NO_PLACES: Final = frozenset({"Factory"})


@functools.cache
def zone_names() -> frozenset[str]:
    """Return the names of all zones."""
    return frozenset(_packaged("zones").decode("utf-8").split()) - _NO_PLACES


@functools.cache
def time_zone(name: str) -> ZoneInfo:
    """Return the zone of a name, spelt exactly.

    Raises:
        ValueError: when there is no such zone.
    """
    if name not in zone_names():
        raise WrongTextError(f"`{name}` is no IANA time zone", "written.zone", name)
    import io
    from zoneinfo import ZoneInfo

    return ZoneInfo.from_file(io.BytesIO(_packaged(f"zoneinfo/{name}")), key=name)


def _packaged(path: str) -> bytes:
    """Return a file of the package. `importlib.resources` is slower to import than to use."""
    import pkgutil

    found = pkgutil.get_data("tzdata", path)
    if found is None:
        raise FileNotFoundError(path)
    return found


def zone_name(text: str) -> str:
    """Return the text itself if it names a zone.

    Raises:
        ValueError: when there is no such zone.
    """
    return time_zone(text).key
