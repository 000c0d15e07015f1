"""Values of measures as papers write them: a percentage with two decimals, a count whole."""

from __future__ import annotations

from typing import Final

from changeflow.language.reader import Reader
from changeflow.language.sentences import say

_WITH_DECIMALS: Final = frozenset({"%", "points"})


def measured_value(value: float | None, unit: str, to: Reader) -> str:
    """Return the value of a measure in its unit: a percentage with two decimals, a count whole."""
    if value is not None:
        value = counted(value, unit)
    said = f"{value:,.2f}" if unit in _WITH_DECIMALS and value is not None else f"{value:,}"
    return say("report.value", {"case": unit.replace(" ", "_"), "value": said}, to).text


def counted(value: float | None, unit: str) -> float | None:
    """Return a count that is a whole number without decimals, and any other value as it is."""
    if unit == "count" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
