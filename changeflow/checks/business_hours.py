"""Rules about business hours and holidays of calendars, and about periods that name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from changeflow.checks.any_shape import mappings, text, words_of
from changeflow.checks.calendars import periods
from changeflow.documents.cross_field import zone_meant
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import Told, meant, told

if TYPE_CHECKING:
    from changeflow.checks.repository_facts import RepositoryFacts

# a key that names hours or holidays, to what it names
_NAMING: Final = {"during": "hours", "outside": "hours", "on": "holidays"}
_SINGULAR: Final = ("hours", "holidays")


_NAME_ONE: Final = {"hours": told("hint.name_hours"), "holidays": told("hint.name_holidays")}


def _names(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find names of hours and holidays that no calendar has."""
    for route, period in periods(document):
        for key, what in _NAMING.items():
            yield from _named(document, (*route, key), text(period.get(key)), what, facts)
    for route, hours in mappings(document.spec.get("hours"), ("spec", "hours")):
        name = text(hours.get("holidays"))
        yield from _named(document, (*route, "holidays"), name, "holidays", facts)


def _named(
    document: Document, route: Route, name: str, what: str, facts: RepositoryFacts
) -> Iterator[Finding]:
    known = facts.day_patterns(what)
    if name and name not in known:
        what_now = [meant(name, known) or _NAME_ONE[what]]
        yield document.found(
            "calendar-unknown-hours", route, case=what, name=name, what_now=what_now
        )


def _twice(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for what in _SINGULAR:
        counted = Counter(facts.day_patterns(what))
        for route, one in mappings(document.spec.get(what), ("spec", what)):
            name = text(one.get("id"))
            if counted[name] > 1:
                place, case = (*route, "id"), f"{what}_twice"
                yield document.found("calendar-unknown-hours", place, case=case, name=name)


def _zones(document: Document) -> Iterator[Finding]:
    from changeflow.model.zones import zone_names

    for what in _SINGULAR:
        for route, one in mappings(document.spec.get(what), ("spec", what)):
            zone = text(one.get("zone"))
            if zone and zone not in zone_names():
                place, what_now = (*route, "zone"), [zone_meant(zone)]
                yield document.found(
                    "calendar-hours", place, case="zone", zone=zone, what_now=what_now
                )


def _places(document: Document) -> Iterator[Finding]:
    """Find countries and regions that the library does not know, where it is installed."""
    for route, one in mappings(document.spec.get("holidays"), ("spec", "holidays")):
        if "country" in one:
            why = _problem(one)
            if why is not None:
                place = (*route, "country")
                yield document.found("calendar-hours", place, case="place", why=[why])


def _problem(one: dict[str, Any]) -> Told | None:
    from changeflow.schedule.public_holidays import place_problem

    region, categories = text(one.get("region")) or None, tuple(words_of(one.get("categories")))
    return place_problem(text(one["country"]), region, categories)


_rule = partial(FindingRule, kind="Calendar")
RULES: Final = (
    _rule(
        "calendar-unknown-hours",
        "error",
        "A period names business hours or holidays that no calendar has, or two have one id.",
        find_with=lambda document, facts: [*_names(document, facts), *_twice(document, facts)],
    ),
    _rule(
        "calendar-hours",
        "error",
        "A zone of business hours or holidays is none, or the library `holidays` knows no such "
        "country, region or category.",
        find=lambda document: [*_zones(document), *_places(document)],
    ),
)
