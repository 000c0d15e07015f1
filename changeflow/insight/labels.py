"""What counts as trouble: labels of the changes of the past, each a definition.

`failed` says that a change failed or was rolled back. `caused-incident` says that an incident names
it which was opened after it started. `incident-within:P7D` says that an incident on one of its
items was opened within seven days after its end, and `incident-excess:P7D` that there were more of
them than in the seven days before its start. `reverted-within:P7D` says that another change undid it
within seven days after its end.

Incidents after a change need not be caused by it. The placebo of such a label is the same count
*before* the change, which the change cannot have caused: for `incident-excess`, that there were more
in the seven days before its start than in the seven days before these.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np

from changeflow.insight.event_counts import Asked, Events, Flags, Instants, Moments
from changeflow.insight.instants import UNKNOWN
from changeflow.insight.past import Past
from changeflow.model.times import parse_duration

_DAY: Final = timedelta(days=1)
_LATEST: Final = np.iinfo(np.int64).max
KINDS: Final = (
    "failed",
    "caused-incident",
    "incident-within",
    "incident-excess",
    "reverted-within",
)
WITH_DURATION: Final = ("incident-within", "incident-excess", "reverted-within")
# Incidents near a change in time, whatever caused them.
BY_PROXIMITY: Final = ("incident-within", "incident-excess")


class Label(NamedTuple):
    """A label: its kind, and the time within which it looks."""

    kind: str
    within: timedelta | None = None

    @property
    def by_proximity(self) -> bool:
        """Return whether it counts what is near in time, whatever caused it."""
        return self.kind in BY_PROXIMITY


class Labelled(NamedTuple):
    """Which changes had trouble.

    Attributes:
        positive: which did.
        judged: which changes it is known of.
        open: those whose time was not over when the records end.
        placebo: which would have had it if they had been made so much earlier, so that it would
            have come before them; None where the label is no proximity.
        known_at: when it was known; the latest instant where that is not recorded.
    """

    positive: Flags
    judged: Flags
    open: Flags
    placebo: Flags | None
    known_at: Instants


def label_named(text: str) -> Label:
    """Return the label that a text such as `incident-within:P7D` names.

    Raises:
        ValueError: when it names none.
    """
    kind, colon, duration = text.partition(":")
    if kind not in KINDS or bool(colon) != (kind in WITH_DURATION):
        raise ValueError(text)
    if not colon:
        return Label(kind)
    within = parse_duration(duration)
    if within <= timedelta():
        raise ValueError(text)
    return Label(kind, within)


def labelled(past: Past, label: Label) -> Labelled:
    """Return which changes of the past had the trouble that a label defines."""
    match label.kind:
        case "failed":
            return _failed(past)
        case "caused-incident":
            return _caused_incident(past)
        case "reverted-within":
            return _reverted(past, _days(label))
        case _:
            return _incidents_near(past, label)


def _days(label: Label) -> float:
    assert label.within is not None  # noqa: S101 - `label_named` requires it
    return label.within / _DAY


def _failed(past: Past) -> Labelled:
    started = past.start != UNKNOWN
    positive = started & past.equals("outcome", ["failed", "rolled_back"])
    known = positive | started & past.equals("outcome", ["implemented"])
    # A record says how a change ended when it is closed, at the latest.
    known_at = np.maximum(_ended(past), past.columns["closed_at"])
    return Labelled(positive, known, np.zeros_like(known), None, known_at)


def _caused_incident(past: Past) -> Labelled:
    started = past.start != UNKNOWN
    judged = started & (past.last_incident != UNKNOWN) & (past.start <= past.last_incident)
    positive = past.linked & judged
    # Who learns before an incident names the change takes it for a good one.
    named = np.where(past.linked_at == UNKNOWN, _LATEST, past.linked_at)
    known_at = np.where(positive, named, _ended(past))
    return Labelled(positive, judged, started & ~judged, None, known_at)


def _reverted(past: Past, days: float) -> Labelled:
    """Judge by the last start of a change: later reverts are not recorded."""
    ended = _ended(past)
    known = (past.start != UNKNOWN) & (ended >= past.start)
    over = known & (_later(ended, days) <= past.start.max(initial=UNKNOWN))
    at = past.columns["reverted_at"]
    positive = (at != UNKNOWN) & (at >= past.start) & (at < _later(ended, days))
    return Labelled(positive & over, over, known & ~over, None, _later(ended, days))


def _incidents_near(past: Past, label: Label) -> Labelled:
    days = _days(label)
    known = (past.start != UNKNOWN) & (past.end != UNKNOWN) & (past.end >= past.start)
    known &= np.bincount(past.item_change, minlength=past.changes) > 0
    over = known & (_later(past.end, days) <= past.last_incident)
    events = Events(past.item_incidents.group, past.item_incidents.at)
    before = _incidents(past, events, np.where(known, past.start, 0), (days, 0))
    after = _incidents(past, events, np.where(known, past.end, 0), (0, -days))
    positive, placebo = after > 0, before > 0
    if label.kind == "incident-excess":
        earlier = _incidents(past, events, np.where(known, past.start, 0), (2 * days, days))
        positive, placebo = after > before, before > earlier
    known_at = _later(past.end, days)
    return Labelled(positive & over, over, known & ~over, placebo & over, known_at)


def _ended(past: Past) -> Instants:
    """Return when each change ended; its start where no end is recorded."""
    return np.where(past.end == UNKNOWN, past.start, past.end)


def _incidents(past: Past, events: Events, moment: Instants, days: tuple[float, float]) -> Instants:
    """Count incidents on the items of each change, from days before a moment to days before it."""
    asked = Asked(past.item_change, past.item, Moments(moment))
    since, until = days
    return asked.total(asked.count(events, since, until=until)).astype(np.int64)


def _later(instants: Instants, days: float) -> Instants:
    later = instants + round(timedelta(days=days) / timedelta(microseconds=1))
    return np.where(instants == UNKNOWN, UNKNOWN, later)
