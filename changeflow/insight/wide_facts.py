"""All facts of all changes of the past, as columns of numpy.

The same facts as `now_facts` finds for one change. Nothing is read that was not known at the
moment of the change: outcomes of earlier changes count from when they were known, and those of the
change itself never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from changeflow.insight.event_counts import (
    Asked,
    Codes,
    Events,
    Flags,
    Instants,
    Moments,
    Numbers,
)
from changeflow.insight.instants import DAY, UNKNOWN
from changeflow.insight.past import ItemEvents, Past
from changeflow.insight.records import LEVELS
from changeflow.model.history_facts import HALF_LIFE_DAYS, QUIET_DAYS_AT_MOST, TRAIT
from changeflow.model.riskmodel import Smoothing

_HOUR: Final = DAY // 24
_UTC: Final = ZoneInfo("UTC")
# Working hours: Monday to Friday, from 8 to 18 o'clock.
_OPENS, _CLOSES, _SATURDAY = 8, 18, 5
# 1970-01-01 was a Thursday, the fourth day of the week.
_FIRST_WEEKDAY: Final = 3


def wide_facts(
    past: Past,
    smoothing: Smoothing,
    *,
    zone: ZoneInfo = _UTC,
    moment: Instants | None = None,
) -> dict[str, Numbers]:
    """Return each fact of each change; NaN where it is not known.

    Args:
        past: the tables.
        smoothing: what is assumed before failures are counted.
        zone: whose clock says what working hours are.
        moment: when the changes are looked at: their actual start, unless it is given.
    """
    at = past.start if moment is None else moment
    known = at != UNKNOWN
    at = np.where(known, at, 0)
    moments = Moments(at)
    items = Asked(past.item_change, past.item, moments)
    facts = {
        **_item_incidents(past, items),
        **_service_incidents(past, moments),
        **_changes_on_items(past, items),
        **_plan(past, at, zone),
        **_declared(past),
        **_records_of_failure(past, items, moments, smoothing),
        **_size(past),
        **_traits(past),
    }
    for values in facts.values():
        values[~known] = np.nan
    return facts


def _item_incidents(past: Past, items: Asked) -> dict[str, Numbers]:
    events = Events(past.item_incidents.group, past.item_incidents.at)
    caused = Events(past.caused.group, past.caused.at)
    weeks = [items.total(items.count(events, 7 * week + 7, until=7 * week)) for week in range(4)]
    month = items.total(items.count(events, 30))
    facts = {
        "item_incidents_3d": items.total(items.count(events, 3)),
        "item_incidents_7d": weeks[0],
        "item_incidents_30d": month,
        "item_incidents_decayed": _decayed(items, events),
        "item_caused_7d": items.total(items.count(caused, 7)),
        "item_caused_30d": items.total(items.count(caused, 30)),
        "quiet_days": _quiet_days(items, events),
        "weeks_of_4": np.sum([week > 0 for week in weeks], axis=0).astype(np.float64),
        "excess_expected": (month - weeks[0]) * 7 / 23 - weeks[0],
    }
    # Without items, or before any incident was recorded, silence says nothing.
    known = items.has_rows() & _incidents_known(past, items.moment)
    return {name: np.where(known, values, np.nan) for name, values in facts.items()}


def _incidents_known(past: Past, at: Instants) -> Flags:
    if past.first_incident == UNKNOWN:
        return np.zeros(len(at), np.bool_)
    known: Flags = past.first_incident < at
    return known


def _decayed(items: Asked, events: Events) -> Numbers:
    """Return the sum of the incidents of its items, each halved every 30 days of its age."""
    half_life = HALF_LIFE_DAYS * DAY
    places, last = items.last(events)
    there = last != UNKNOWN
    sums = np.zeros(len(places))
    age = (items.moment[items.change[there]] - last[there]) / half_life
    sums[there] = events.decayed(half_life)[places[there]] * np.exp2(-age)
    return items.total(sums)


def _quiet_days(items: Asked, events: Events) -> Numbers:
    _, last = items.last(events)
    days = np.full(len(last), float(QUIET_DAYS_AT_MOST))
    there = last != UNKNOWN
    days[there] = (items.moment[items.change[there]] - last[there]) / DAY
    quiet: Numbers = np.minimum(-items.highest(-days), QUIET_DAYS_AT_MOST)
    return quiet


def _service_incidents(past: Past, moments: Moments) -> dict[str, Numbers]:
    asked = Asked(past.service_change, past.service, moments)
    events = Events(past.service_incidents.group, past.service_incidents.at)
    known = asked.has_rows() & _incidents_known(past, moments.at)
    count = asked.total(asked.count(events, 30))
    return {"service_incidents_30d": np.where(known, count, np.nan)}


def _changes_on_items(past: Past, items: Asked) -> dict[str, Numbers]:
    """Count other changes that started on its items."""
    starts = Events(past.item, past.start[past.item_change])
    itself = _within(past.start, items.moment, 30)[items.change]
    count = items.total(items.count(starts, 30) - itself)
    number = np.bincount(past.item_change, minlength=past.changes).astype(np.float64)
    return {
        "item_changes_30d": np.where(number > 0, count, np.nan),
        "items": number,
    }


def _within(instants: Instants, moment: Instants, days: float | None = None) -> Flags:
    """Return which instants lie before the moment, and not longer ago than some days."""
    before: Flags = (instants != UNKNOWN) & (instants < moment)
    return before if days is None else before & (instants >= moment - round(days * DAY))


def _plan(past: Past, at: Instants, zone: ZoneInfo) -> dict[str, Numbers]:
    changes = past.columns
    start, end = changes["planned_start"], changes["planned_end"]
    recorded = changes["recorded_at"]
    lead = _hours(recorded, start)
    # A request that was not recorded yet had no lead at all; how late it came was not known.
    lead[(recorded != UNKNOWN) & (recorded > at)] = 0
    hour, weekday = _local_hour_and_weekday(start, zone)
    unknown = start == UNKNOWN
    weekend = weekday >= _SATURDAY
    off_hours = weekend | (hour < _OPENS) | (hour >= _CLOSES)
    return {
        "lead_hours": lead,
        "planned_hours": _hours(start, end),
        "planned_outage": _planned_outage(past),
        "off_hours": np.where(unknown, np.nan, off_hours),
        "weekend": np.where(unknown, np.nan, weekend),
    }


def _hours(since: Instants, until: Instants) -> Numbers:
    known = (since != UNKNOWN) & (until != UNKNOWN)
    hours = np.full(len(since), np.nan)
    hours[known] = (until[known] - since[known]) / _HOUR
    return hours


def _planned_outage(past: Past) -> Numbers:
    start, end = past.columns["outage_start"], past.columns["outage_end"]
    of_change = (start != UNKNOWN) & (end != UNKNOWN) & (end > start)
    of_items = np.bincount(past.item_change, past.outage_seconds > 0, past.changes) > 0
    outage: Numbers = (of_change | of_items).astype(np.float64)
    return outage


def _local_hour_and_weekday(instants: Instants, zone: ZoneInfo) -> tuple[Codes, Codes]:
    """Return the hour and the weekday (0 is Monday) by the clock of a zone."""
    if zone is _UTC:
        return instants % DAY // _HOUR, (instants // DAY + _FIRST_WEEKDAY) % 7
    quarter = DAY // 96
    quarters = instants // quarter
    different, place = np.unique(quarters, return_inverse=True)
    offsets = []
    for one in different.tolist():
        if one == UNKNOWN // quarter:
            offsets.append(0)
            continue
        moment = datetime.fromtimestamp(one * 900, UTC).astimezone(zone)
        offset = moment.utcoffset()
        offsets.append(round(offset.total_seconds()) if offset else 0)
    local = instants + np.array(offsets, np.int64)[place] * 1_000_000
    return local % DAY // _HOUR, (local // DAY + _FIRST_WEEKDAY) % 7


def _declared(past: Past) -> dict[str, Numbers]:
    levels: dict[str | None, float] = {level: float(n) for n, level in enumerate(LEVELS)}
    # None where it is no level, which an array of numbers holds as NaN
    declared = list(map(levels.get, past.texts("declared_risk")))
    return {
        "emergency": past.equals("type", ["emergency"]).astype(np.float64),
        "cab_required": past.numbers("cab_required"),
        "declared_level": np.array(declared, np.float64),
    }


def _records_of_failure(
    past: Past, items: Asked, moments: Moments, smoothing: Smoothing
) -> dict[str, Numbers]:
    finished = ItemEvents(past.item, past.finished[past.item_change])
    failed = ItemEvents(past.item, past.failed_at[past.item_change])
    rate, _ = _rate(past, items, finished, failed, smoothing)
    # The worst of its items counts.
    facts = {"item_failure_rate": items.highest(rate)}
    itself = _within(past.failed_at, items.moment, 90)[items.change]
    failures = items.count(Events(failed.group, failed.at), 90) - itself
    facts["item_failures_90d"] = np.where(items.has_rows(), items.total(failures), np.nan)
    for column in ("team", "category", "model"):
        rate, count = _of_group(past, column, moments, smoothing)
        facts[f"{column}_failure_rate"] = rate
        if column == "team":
            facts["team_changes"] = count
    return facts


def _of_group(
    past: Past, column: str, moments: Moments, smoothing: Smoothing
) -> tuple[Numbers, Numbers]:
    """Return failure rate and number of the changes of the same team, category or model."""
    group = past.codes(column)
    if column == "model":
        # Changes that follow no model are a group of their own.
        group = group + 1
    rows = np.flatnonzero(group >= 0)
    asked = Asked(rows, group[rows], moments)
    found = _rate(
        past, asked, ItemEvents(group, past.finished), ItemEvents(group, past.failed_at), smoothing
    )
    # One row for each change: its highest value is its value.
    rate, count = (asked.highest(values) for values in found)
    return rate, count


def _rate(
    past: Past, asked: Asked, finished: ItemEvents, failed: ItemEvents, smoothing: Smoothing
) -> tuple[Numbers, Numbers]:
    """Return the smoothed failure rate and the number of earlier changes, for each row.

    The change itself is left out, also where its record says that it ended before it started.
    """
    own_end = _within(past.finished, asked.moment)[asked.change]
    own_failure = _within(past.failed_at, asked.moment)[asked.change]
    changes = asked.ever(Events(finished.group, finished.at)) - own_end
    failures = asked.ever(Events(failed.group, failed.at)) - own_failure
    return (smoothing.failures + failures) / (smoothing.changes + changes), changes


def _size(past: Past) -> dict[str, Numbers]:
    return {
        "files": past.numbers("files"),
        "lines": past.numbers("lines_added") + past.numbers("lines_deleted"),
    }


def _traits(past: Past) -> dict[str, Numbers]:
    rows: dict[str, list[int]] = {}
    for row, traits in enumerate(past.columns["traits"].tolist()):
        if traits is not None:
            for trait in traits:
                rows.setdefault(trait, []).append(row)
    facts = {}
    for trait in sorted(rows):
        flags = np.zeros(past.changes)
        flags[rows[trait]] = 1
        facts[TRAIT + trait] = flags
    return facts


def asked_facts(facts: Mapping[str, Numbers], rows: Flags) -> dict[str, Numbers]:
    """Return the facts of some changes."""
    return {name: values[rows] for name, values in facts.items()}
