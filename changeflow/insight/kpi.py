"""A measure of changes: its written definition, and what was counted for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.kpi_units import KpiUnit

Better = Literal["up", "down", "none"]
Section = Literal[
    "volume", "outcome", "delivery", "time", "planning", "approval", "records", "service", "cmdb",
    "improvement",
]  # fmt: skip
# the moment that puts a record into a period; the days of it begin in the zone of the paper
ZoneRule = Literal[
    "change", "opened", "due", "deployed", "delivered", "said", "audited", "budget", "targets"
]
Texts = Mapping[str, str]

# seconds in a unit of time
_SECONDS: Final = {"h": 3_600, "min": 60}
# decimal places of a value
_PLACES: Final = 2
# decimal places of seconds: engines differ in the last digits of what lies between two records
_FRACTION: Final = 3


@dataclass(frozen=True, slots=True)
class Kpi:
    """The definition of a measure.

    Attributes:
        id: as reports and objectives name it.
        section: of a report.
        place: its order in the section.
        title: by language.
        numerator: what is counted or measured, by language.
        denominator: among what, by language; None for a count.
        source: the tables that it is computed from; without records of each it has no value.
        instead: tables of which one with records stands in for all of `source`.
        also: tables that add to it where they have records.
        unit: of its value: a share is 0 to 100.
        better: the direction in which a value gets better.
        zone: the moment by which a record belongs to a period of the paper's zone.
        sql: one row: a share has `numerator` and `denominator`, a count has `numerator`, a quantile
            or a sum of times has `seconds` and `denominator`. A share or a count may have
            `unknown`, the number of records for which it cannot be told; a count has `total` with it, the number of all.
        records: one column, the ids of the records behind the number.
    """

    id: str
    section: Section
    place: int
    title: Texts
    numerator: Texts
    denominator: Texts | None
    source: tuple[str, ...]
    also: tuple[str, ...]
    unit: KpiUnit
    better: Better
    zone: ZoneRule
    sql: str
    records: str
    instead: tuple[str, ...] = ()


class Counted(NamedTuple):
    """What an engine counted for a measure.

    Attributes:
        numerator: None for a quantile.
        denominator: None for a count.
        unknown: records for which it cannot be told whether they belong to the numerator.
        total: the records that a count looked at, where some may be unknown.
        seconds: of a quantile; None where there is no record.
    """

    numerator: int | None = None
    denominator: int | None = None
    unknown: int = 0
    total: int | None = None
    seconds: float | None = None

    def with_all_unknown(self) -> Counted:
        """Return the same, as if what is not known belonged to the numerator."""
        if self.numerator is None:
            return self
        return self._replace(numerator=self.numerator + self.unknown, unknown=0)


def counted(row: Mapping[str, Any]) -> Counted:
    """Return what an engine counted, from the columns of its row."""
    whole = {}
    for name in ("numerator", "denominator", "unknown", "total"):
        number = row.get(name)
        whole[name] = None if number is None else int(number)
    seconds = row.get("seconds")
    return Counted(
        whole["numerator"],
        whole["denominator"],
        whole["unknown"] or 0,
        whole["total"],
        None if seconds is None else round(float(seconds), _FRACTION),
    )


def value_of(unit: KpiUnit, found: Counted) -> int | float | None:
    """Return the value of a measure in its unit, rounded to two places.

    None where there is nothing to measure: no record is not a share of 0 %, and neither are records
    of which none tells.
    """
    if unit == "count":
        none_tells = found.total and found.unknown >= found.total
        return None if none_tells else found.numerator
    if unit in _SECONDS:
        return None if found.seconds is None else round(found.seconds / _SECONDS[unit], _PLACES)
    if not found.denominator or found.numerator is None:
        return None
    if found.unknown >= found.denominator:
        return None
    whole = 100 if unit == "%" else 1
    return round(whole * found.numerator / found.denominator, _PLACES)
