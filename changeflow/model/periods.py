"""Keys of a calendar's period, checked on plain data, without pydantic, for `check`."""

from __future__ import annotations

from collections.abc import Collection

_SHAPES = "`start` and `end`, or `dtstart` (local time) and `duration`"


def period_problem(keys: Collection[str]) -> tuple[str, str] | None:
    """Return the key that is wrong in a freeze or window, and why; None if the keys fit."""
    if "start" in keys and "dtstart" in keys:
        return "dtstart", f"a period begins once: it has {_SHAPES}"
    if "end" in keys and "duration" in keys:
        return "duration", f"a period ends once: it has {_SHAPES}"
    if "dtstart" in keys and "end" in keys:
        return "end", f"`end` belongs to `start`: a period has {_SHAPES}"
    if not {"start", "dtstart"} & set(keys) or not {"end", "duration"} & set(keys):
        return "", f"a period has {_SHAPES}"
    if "zone" in keys and "timezone" in keys:
        return "timezone", "`timezone` is another name of `zone`: write one of them"
    return None
