"""The facts of one change at one moment, in plain Python: those that `wide_facts` finds for all.

What is asked is what a scorecard names. A fact that is not known is None, and the card counts it as
the worst that it could be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from changeflow.insight.instants import DAY, instant
from changeflow.insight.known_past import NO_MODEL, Instants, KnownPast
from changeflow.model.history_facts import HALF_LIFE_DAYS, QUIET_DAYS_AT_MOST, TRAIT
from changeflow.model.riskmodel import Smoothing

_HOUR: Final = DAY // 24
# Working hours: Monday to Friday, from 8 to 18 o'clock.
_OPENS, _CLOSES, _SATURDAY = 8, 18, 5
_MODEL: Final = "model"

Number = float | None
# what records of incidents tell
INCIDENT_FACTS: Final = frozenset(
    {
        "item_incidents_3d",
        "item_incidents_7d",
        "item_incidents_30d",
        "item_incidents_decayed",
        "item_caused_7d",
        "item_caused_30d",
        "service_incidents_30d",
        "quiet_days",
        "weeks_of_4",
        "excess_expected",
    }
)


class Subject(NamedTuple):
    """What a change says of itself before it starts; None stands for what is not known.

    Attributes:
        items: their ids.
        services: of its items.
        outage: whether it takes something away.
        recorded_at: when the request was recorded, as all instants in microseconds since 1970.
        planned_start: of its window.
        planned_end: of its window.
        emergency: whether it is one.
        cab_required: whether the CAB has to approve.
        declared_level: risk that people stated, 0 (low) to 3 (critical).
        team: that carries it out.
        category: kind of work.
        model: change model; None: it follows none.
        files: that it changes.
        lines: that it adds and deletes.
        traits: what else is known of it.
    """

    items: frozenset[str] = frozenset()
    services: Collection[str] = ()
    outage: bool | None = None
    recorded_at: int | None = None
    planned_start: int | None = None
    planned_end: int | None = None
    emergency: bool = False
    cab_required: bool | None = None
    declared_level: int | None = None
    team: str | None = None
    category: str | None = None
    model: str | None = None
    files: int | None = None
    lines: int | None = None
    traits: Collection[str] | None = ()


class NowFacts:
    """The facts of a change at a moment.

    Args:
        subject: the change.
        pasts: what is known of earlier changes and of incidents, without the change itself; what
            one of them holds, no other one does.
        moment: in microseconds since 1970. Nothing from then on counts.
        smoothing: what is assumed before failures are counted.
        zone: whose clock says what working hours are.
    """

    def __init__(
        self,
        subject: Subject,
        pasts: Sequence[KnownPast],
        moment: int,
        smoothing: Smoothing,
        zone: tzinfo,
    ) -> None:
        self._subject, self._pasts, self._moment = subject, pasts, moment
        self._smoothing, self._zone = smoothing, zone

    def facts(self, names: Iterable[str]) -> dict[str, Number]:
        """Return the facts of these names."""
        return {name: self.fact(name) for name in names}

    def fact(self, name: str) -> Number:
        """Return a fact; None where it is not known.

        Raises:
            KeyError: when there is no such fact.
        """
        if name.startswith(TRAIT):
            traits = self._subject.traits
            return None if traits is None else float(name.removeprefix(TRAIT) in traits)
        return _FACTS[name](self)

    # -- incidents -------------------------------------------------------------------------------

    def _incidents_known(self) -> bool:
        for past in self._pasts:
            first = past.first_incident
            if first is not None and first < self._moment:
                return True
        return False

    def _count(self, kind: str, names: Iterable[str], days: float, until: float = 0) -> int:
        """Count events of groups from `days` to `until` days before the moment."""
        total = 0
        for instants in self._groups(kind, names):
            total += self._before(instants, until) - self._before(instants, days)
        return total

    def _groups(self, kind: str, names: Iterable[str]) -> Iterable[Instants]:
        for name in names:
            for past in self._pasts:
                yield past.of(kind, name)

    def _before(self, instants: Instants, days: float = 0) -> int:
        return bisect_left(instants, self._moment - round(days * DAY))

    def item_incidents(self, days: float, kind: str = "item incident") -> Number:
        """Return how many incidents its items had; None without items or records of incidents."""
        if not self._subject.items or not self._incidents_known():
            return None
        return float(self._count(kind, self._subject.items, days))

    def decayed(self) -> Number:
        """Return the sum of the incidents of its items, each halved every 30 days of its age."""
        if self.item_incidents(0) is None:
            return None
        total = 0.0
        for instants in self._groups("item incident", self._subject.items):
            for at in instants[: self._before(instants)]:
                total += 0.5 ** ((self._moment - at) / (HALF_LIFE_DAYS * DAY))
        return total

    def quiet_days(self) -> Number:
        """Return the days since the last incident on its items, 60 at most."""
        if self.item_incidents(0) is None:
            return None
        quiet = float(QUIET_DAYS_AT_MOST)
        for instants in self._groups("item incident", self._subject.items):
            seen = self._before(instants)
            if seen:
                quiet = min(quiet, (self._moment - instants[seen - 1]) / DAY)
        return quiet

    def weeks_of_4(self) -> Number:
        """Return in how many of the last four weeks its items had an incident."""
        if self.item_incidents(0) is None:
            return None
        weeks = 0
        for week in range(4):
            found = self._count("item incident", self._subject.items, 7 * week + 7, 7 * week)
            weeks += found > 0
        return float(weeks)

    def excess_expected(self) -> Number:
        """Return the weekly incidents of days 8 to 30, less those of the last seven days."""
        month, week = self.item_incidents(30), self.item_incidents(7)
        if month is None or week is None:
            return None
        return (month - week) * 7 / 23 - week

    def service_incidents(self) -> Number:
        """Return how many incidents the services of its items had in 30 days."""
        if not self._subject.services or not self._incidents_known():
            return None
        return float(self._count("service incident", self._subject.services, 30))

    # -- earlier changes -------------------------------------------------------------------------

    def changes_on_items(self, kind: str, days: float) -> Number:
        """Return how many earlier changes of its items started, or failed, in some days."""
        if not self._subject.items:
            return None
        return float(self._count(kind, self._subject.items, days))

    def item_failure_rate(self) -> Number:
        """Return the smoothed failure rate of the item with the worst one."""
        rates = [self._rate("item", item) for item in self._subject.items]
        return max(rates, default=None)

    def failure_rate(self, kind: str) -> Number:
        """Return the smoothed failure rate of the changes of the same team, category or model."""
        name = self._name(kind)
        return None if name is None else self._rate(kind, name)

    def team_changes(self) -> Number:
        """Return how many changes of the team have ended."""
        team = self._subject.team
        return None if team is None else float(self._ever("team finished", team))

    def _name(self, kind: str) -> str | None:
        name: str | None = getattr(self._subject, kind)
        return NO_MODEL if kind == _MODEL and name is None else name

    def _rate(self, kind: str, name: str) -> float:
        prior = self._smoothing
        failures, changes = self._ever(f"{kind} failed", name), self._ever(f"{kind} finished", name)
        return (prior.failures + failures) / (prior.changes + changes)

    def _ever(self, kind: str, name: str) -> int:
        return sum(map(self._before, self._groups(kind, [name])))

    # -- the change itself -----------------------------------------------------------------------

    def items(self) -> Number:
        """Return how many items it has."""
        return float(len(self._subject.items))

    def number(self, name: str) -> Number:
        """Return a number that the change says itself."""
        value = getattr(self._subject, name)
        return None if value is None else float(value)

    def lead_hours(self) -> Number:
        """Return the hours from the record of the request to its planned start."""
        recorded, start = self._subject.recorded_at, self._subject.planned_start
        if recorded is not None and recorded > self._moment:
            return 0.0
        if recorded is None or start is None:
            return None
        return (start - recorded) / _HOUR

    def planned_hours(self) -> Number:
        """Return the length of its window in hours."""
        start, end = self._subject.planned_start, self._subject.planned_end
        if start is None or end is None:
            return None
        return (end - start) / _HOUR

    def weekend(self) -> Number:
        """Return whether its planned start is on a Saturday or Sunday."""
        local = self._local()
        return None if local is None else float(local.weekday() >= _SATURDAY)

    def off_hours(self) -> Number:
        """Return whether its planned start is at the weekend, or not from 8 to 18 o'clock."""
        local = self._local()
        if local is None:
            return None
        return float(local.weekday() >= _SATURDAY or not _OPENS <= local.hour < _CLOSES)

    def _local(self) -> datetime | None:
        start = self._subject.planned_start
        if start is None:
            return None
        return instant(start).astimezone(self._zone)


_FACTS: Final[Mapping[str, Callable[[NowFacts], Number]]] = {
    "item_incidents_3d": lambda now: now.item_incidents(3),
    "item_incidents_7d": lambda now: now.item_incidents(7),
    "item_incidents_30d": lambda now: now.item_incidents(30),
    "item_incidents_decayed": NowFacts.decayed,
    "item_caused_7d": lambda now: now.item_incidents(7, "item cause"),
    "item_caused_30d": lambda now: now.item_incidents(30, "item cause"),
    "service_incidents_30d": NowFacts.service_incidents,
    "quiet_days": NowFacts.quiet_days,
    "weeks_of_4": NowFacts.weeks_of_4,
    "excess_expected": NowFacts.excess_expected,
    "item_changes_30d": lambda now: now.changes_on_items("item start", 30),
    "items": NowFacts.items,
    "lead_hours": NowFacts.lead_hours,
    "planned_hours": NowFacts.planned_hours,
    "planned_outage": lambda now: now.number("outage"),
    "emergency": lambda now: now.number("emergency"),
    "cab_required": lambda now: now.number("cab_required"),
    "declared_level": lambda now: now.number("declared_level"),
    "off_hours": NowFacts.off_hours,
    "weekend": NowFacts.weekend,
    "team_failure_rate": lambda now: now.failure_rate("team"),
    "team_changes": NowFacts.team_changes,
    "item_failure_rate": NowFacts.item_failure_rate,
    "category_failure_rate": lambda now: now.failure_rate("category"),
    "model_failure_rate": lambda now: now.failure_rate("model"),
    "item_failures_90d": lambda now: now.changes_on_items("item failed", 90),
    "files": lambda now: now.number("files"),
    "lines": lambda now: now.number("lines"),
}
