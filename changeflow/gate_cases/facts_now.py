"""The facts for the scorecard of the risk model: what records say about one change now.

They come from what is recorded on the base (`history/`, `incidents/`) and from the releases on the
ledger. Nothing is asked where no incident is recorded at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from changeflow.insight.instants import microseconds
from changeflow.insight.known_past import (
    KnownPast,
    PastWriter,
    ending,
    note_ending,
    note_item,
)
from changeflow.insight.now_facts import INCIDENT_FACTS, NowFacts, Subject
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.document_paths import change_of_rfc, rfc_path
from changeflow.reading.evidence import Evidence
from changeflow.reading.recorded_past import RecordedPast
from changeflow.reading.request_traits import is_one_person, team_of, traits_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.release.ending import OUTCOME_OF

Values = Mapping[str, float | None]
# stands for a team that no record names
_NO_RECORD: Final = ""


class FactsNow(NamedTuple):
    """What the facts of any change are found from.

    Attributes:
        base: the rulebook.
        place: the base, with requests and records.
        evidence: the ledger.
        now: the time.
    """

    base: Rulebook
    place: State
    evidence: Evidence
    now: datetime

    def facts(self, change: ChangeRequest) -> Values | None:
        """Return the facts that the card names; None where no incident is recorded.

        Raises:
            errors.UsageError: when a library is needed and not installed.
            errors.Unreadable: when a file is no table.
        """
        lines = self.base.risk_model.likelihood.record
        recorded = self.place.recorded_past
        if recorded is None or not _has_incidents(recorded):
            return None
        names = {line.fact for line in lines}
        subject = self._subject(change, recorded)
        pasts = (recorded.past, self._own_past(change, subject, recorded))
        smoothing, zone = self.base.risk_model.smoothing, self.base.config.zone
        asked = NowFacts(subject, pasts, microseconds(self.now), smoothing, zone)
        if recorded.unreadable:
            # An incident that cannot be read may be on any item.
            known = asked.facts(names - INCIDENT_FACTS)
            return known | dict.fromkeys(names & INCIDENT_FACTS)
        return asked.facts(names)

    def _subject(self, change: ChangeRequest, recorded: RecordedPast) -> Subject:
        spec, items = change.spec, frozenset(change.changed)
        mine = self.evidence.of_change(change.id)
        window = spec.window
        services = set[str]()
        for item in items:
            services.update(recorded.past.services_of(item))
        return Subject(
            items=items,
            services=services,
            outage=planned_outage(change),
            recorded_at=microseconds(mine[0].moment if mine else self.now),
            planned_start=microseconds(window.start) if window is not None else None,
            planned_end=microseconds(window.end) if window is not None else None,
            emergency=spec.type is ChangeType.EMERGENCY,
            team=self._team(change),
            category=spec.category,
            model=spec.model,
            traits=traits_of(change),
        )

    def _team(self, change: ChangeRequest) -> str | None:
        """Return the team whose record counts: a team of one person counts as one without any."""
        team = team_of(change.changed, self.base)
        if team is not None and is_one_person(team, self.base.roster):
            return _NO_RECORD
        return team

    def _own_past(
        self, change: ChangeRequest, subject: Subject, recorded: RecordedPast
    ) -> KnownPast:
        """Return the releases of other changes, as far as the facts of this one ask for them."""
        writer, times = PastWriter(), self.evidence.times
        paths = [rfc_path(name) for name in sorted(times) if name != change.id]
        for path, spec in self.place.request_fields(paths):
            name = change_of_rfc(path) or ""
            started = microseconds(times[name].started)
            at = times[name].ended
            outcome = OUTCOME_OF.get(self.evidence.finished.get(name, ""))
            blamed = recorded.past.blamed(name, started)
            ended = microseconds(at) if at is not None else None
            finished, failed = ending(started, ended, outcome, (blamed,))
            changed = [*_items_of(spec)]
            row = {
                "team": team_of(changed, self.base) if subject.team is not None else None,
                "category": spec.get("category"),
                "model": spec.get("model"),
            }
            note_ending(writer, row, finished, failed)
            for item in subject.items.intersection(changed):
                note_item(writer, item, started, finished, failed)
        return writer.done()


def _has_incidents(recorded: RecordedPast) -> bool:
    return recorded.past.first_incident is not None or bool(recorded.unreadable)


def planned_outage(change: ChangeRequest) -> bool | None:
    """Return whether a change takes an item away; None where that is not stated of an item."""
    known: bool | None = False
    for item in change.spec.items or ():
        if item.outage is None:
            known = None
        elif item.outage:
            return True
    return known


def _items_of(spec: Mapping[str, Any]) -> Iterator[str]:
    items = spec.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield str(item.get("ci"))
