"""Rules about calendars: their recurrences, and the items, changes and people they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text, texts, words_of
from changeflow.documents.cross_field import zone_meant
from changeflow.documents.document import Document
from changeflow.model import times
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.periods import PATTERNS, period_problem
from changeflow.model.phrases import Told, meant, told

# A rulebook asks whether times can be read, and for nothing else.
if TYPE_CHECKING:
    from changeflow.checks.repository_facts import RepositoryFacts
    from changeflow.schedule.recurrence import RecurrenceError, Series

_TYPES: Final = frozenset({"standard", "normal", "emergency"})
# for rules whose own zone cannot be read
_ANY_ZONE: Final = "UTC"
PERIODS: Final = {"freezes": "freeze", "windows": "window"}


def _recurrences(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, period in periods(document):
        yield from recurrence_findings(document, route, period, facts.timezone)


def _scopes(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, period in periods(document):
        yield from _scope(document, route, period, facts)


def _granted_by(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, period in periods(document):
        for place, exception in mappings(period.get("exceptions"), (*route, "exceptions")):
            person = text(exception.get("granted_by"))
            if person and person not in facts.people:
                where, what_now = (*place, "granted_by"), [facts.person_hint(person)]
                yield document.found(
                    "calendar-unknown-person", where, who=person, what_now=what_now
                )


def _duplicates(document: Document) -> Iterator[Finding]:
    """Find freezes with one id, or windows with one id.

    Reasons and exceptions that name it could mean either.
    """
    seen: dict[tuple[object, str], Route] = {}
    for route, period in periods(document):
        place, name = (*route, "id"), text(period.get("id"))
        first = seen.setdefault((route[1], name), place)
        if name and first != place:
            what, line = PERIODS[str(route[1])], document.position(first)[0]
            yield document.found("calendar-duplicate-id", place, case=what, id=name, line=line)


def periods(document: Document) -> Iterator[tuple[Route, dict[str, Any]]]:
    """Yield the freezes and windows of a calendar, each with its route."""
    for name in ("freezes", "windows"):
        yield from mappings(document.spec.get(name), ("spec", name))


def unreadable_periods(document: Document, zone: str) -> Iterator[Finding]:
    """Find freezes and windows whose rule or zone cannot be read: their times are unknown."""
    for route, period in periods(document):
        _, problems = _read(document, route, period, zone)
        yield from problems


def recurrence_findings(
    document: Document, route: Route, period: dict[str, Any], zone: str
) -> Iterator[Finding]:
    """Find errors in the times of a freeze or window."""
    from changeflow.schedule.expansion import MAX_DAYS

    read, problems = _read(document, route, period, zone)
    yield from problems
    if read is None:
        return
    rule = read.expansion
    begins = "start" if "start" in period else "dtstart"
    if rule is not None and not rule.yields_first():
        yield document.found(
            "calendar-recurrence",
            (*route, begins),
            case="first",
            rrule=period["rrule"],
            first=read.local.isoformat(),
            key=begins,
        )
    if rule is not None and rule.beyond_count():
        count, days = rule.rule.count, f"{MAX_DAYS:,}"
        yield document.found("calendar-count", (*route, "rrule"), count=count, days=days)
    unused = _unused_exdates(read)
    for place, value in texts(period.get("exdates"), (*route, "exdates")):
        local = times.parse_local_time(value)
        if local == read.local:
            yield document.found(
                "calendar-recurrence", place, case="exdate", first=value, key=begins
            )
        elif local in unused:
            yield document.found("calendar-exdate", place, exdate=value)


def _unused_exdates(read: Series) -> frozenset[datetime]:
    """Return the exceptions that take nothing away, as far as a short time is enough."""
    from changeflow.schedule.recurrence import RecurrenceError

    try:
        return frozenset(read.unused_exdates())
    except RecurrenceError:
        return frozenset()


def _read(
    document: Document, route: Route, period: dict[str, Any], zone: str
) -> tuple[Series | None, list[Finding]]:
    """Return the times of a freeze or window, or what is wrong with zone, rule and begin."""
    from changeflow.schedule.recurrence import RecurrenceError, series

    try:
        arguments = series_arguments(period, zone)
    except ValueError:
        # the schema says what is wrong with it
        return None, []
    if arguments is None:
        return None, []
    try:
        return series(**arguments), []
    except RecurrenceError as error:
        problems = [_unreadable(document, route, period, arguments, error)]
        if error.key != "zone":
            return None, problems
    try:
        # the rule can be read without its zone
        series(**{**arguments, "zone": _ANY_ZONE})
    except RecurrenceError as error:
        problems.append(_unreadable(document, route, period, arguments, error))
    return None, problems


def _unreadable(
    document: Document,
    route: Route,
    period: dict[str, Any],
    arguments: dict[str, Any],
    error: RecurrenceError,
) -> Finding:
    key, hint = error.key, told("hint.zones")
    if key == "rrule":
        hint = _rule_hint(text(period.get("rrule")))
    elif key == "zone":
        key = "zone" if "zone" in period else "timezone"
        hint = zone_meant(text(arguments["zone"]))
    why, place = [error.why], (*route, key)
    return document.found("calendar-recurrence", place, why=why, what_now=[hint])


def _rule_hint(written: str) -> Told:
    from changeflow.schedule.rule_meant import rule_meant

    meant_rule = rule_meant(written)
    return told("hint.near", name=meant_rule) if meant_rule is not None else told("hint.rule")


def series_arguments(period: dict[str, Any], zone: str) -> dict[str, Any] | None:
    """Return the arguments of `series`; None if the period has no begin or no end.

    Raises:
        ValueError: when a time cannot be read.
    """
    if period_problem(period) is not None or any(key in period for key in PATTERNS):
        return None
    own = period.get("zone", period.get("timezone"))
    found: dict[str, Any] = {"zone": own}
    if own is None and "dtstart" in period:
        found["zone"] = zone
    for key, parse in _PARSERS.items():
        if key in period:
            found[key] = parse(text(period[key]))
    for key in ("exdates", "rdates"):
        found[key] = [times.parse_local_time(text(value)) for value in sequence(period.get(key))]
    rrule = period.get("rrule")
    if not isinstance(rrule, str | None) or not isinstance(own, str | None):
        return None
    return found | {"rrule": rrule}


_PARSERS: Final = {
    "start": times.parse_written_instant,
    "end": times.parse_instant,
    "dtstart": times.parse_local_time,
    "duration": times.parse_nominal_duration,
}


def _empty_scopes(document: Document) -> Iterator[Finding]:
    """Find parts of a scope that list nothing: they limit nothing, and look as if they did."""
    for route, period in periods(document):
        if period.get("scope") == {}:
            name, place = text(period.get("id")), (*route, "scope")
            yield document.found("calendar-empty-scope", place, period=name, part="scope: {}")
        parts = ((route, period), ((*route, "scope"), mapping(period.get("scope"))))
        for place, part in parts:
            for key in ("items", "environments", "criticality", "types"):
                if part.get(key) == []:
                    name = text(period.get("id"))
                    yield document.found(
                        "calendar-empty-scope", (*place, key), period=name, part=f"{key}: []"
                    )


def _scope(
    document: Document, route: Route, period: dict[str, Any], facts: RepositoryFacts
) -> Iterator[Finding]:
    """Find names of things that do not exist, and a scope that covers no item."""
    scope = mapping(period.get("scope"))
    wrong = [
        *_names(document, route, period, facts),
        *_names(document, (*route, "scope"), scope, facts),
    ]
    yield from wrong
    items = _texts_of(period, "items") | _texts_of(scope, "items")
    places = _texts_of(period, "environments") | _texts_of(scope, "environments")
    tiers = _texts_of(scope, "criticality")
    if wrong or not (items or places or tiers):
        return
    if not _covers_any(items, places, tiers, facts):
        name, place = text(period.get("id")), (*route, "scope")
        yield document.found("calendar-unknown-ci", place, case="nothing", period=name)


def _texts_of(part: dict[str, Any], key: str) -> set[str]:
    return set(words_of(part.get(key)))


def _names(
    document: Document, route: Route, part: dict[str, Any], facts: RepositoryFacts
) -> Iterator[Finding]:
    for place, ci in texts(part.get("items"), (*route, "items")):
        if ci not in facts.items:
            what_now = [facts.item_hint(ci)]
            yield document.found(
                "calendar-unknown-ci", place, case="item", ci=ci, what_now=what_now
            )
    known = (
        ("environments", "environment", facts.environments),
        ("criticality", "tier", facts.tiers),
    )
    for key, what, names in known:
        for place, name in texts(part.get(key), (*route, key)):
            if name not in names:
                what_now = [_name_hint(name, names, facts)]
                yield document.found(
                    "calendar-unknown-ci", place, case=what, name=name, what_now=what_now
                )


def _name_hint(name: str, names: Iterable[str], facts: RepositoryFacts) -> Told:
    listed = sorted(filter(None, names))
    known = told("hint.items_have", names=listed[:5]) if listed else told("hint.write_items")
    return facts.items_hint() or meant(name, listed) or known


def _covers_any(items: set[str], places: set[str], tiers: set[str], facts: RepositoryFacts) -> bool:
    """Return whether there is an item in a scope; an empty part of it limits nothing."""
    for name in items:
        known = facts.items.get(name)
        if known is not None and (not tiers or known.criticality in tiers):
            return True
    for place, tier in facts.places_and_tiers:
        named = place in places or not (items or places)
        if named and (not tiers or tier in tiers):
            return True
    return False


def _allowed(document: Document) -> Iterator[Finding]:
    """Find periods that allow every type of change they are about."""
    for route, period in periods(document):
        about = _texts_of(mapping(period.get("scope")), "types") or _TYPES
        allowed = set(words_of(period.get("allow", ["emergency"])))
        if about <= allowed:
            name, types = text(period.get("id")), sorted(about)
            yield document.found(
                "calendar-covers-nothing", (*route, "allow"), period=name, types=types
            )


_rule = partial(FindingRule, kind="Calendar")
RULES: Final = (
    _rule(
        "calendar-recurrence",
        "error",
        "A recurrence rule or time zone cannot be read, RFC 5545 forbids it, or it "
        "does not yield the start as it is written.",
        find_with=_recurrences,
    ),
    _rule(
        "calendar-duplicate-id",
        "error",
        "Two freezes, or two windows, of a calendar have one id.",
        find=_duplicates,
    ),
    _rule(
        "calendar-count",
        "warning",
        "A rule's COUNT is not reached within the days that gates count.",
        find_with=_recurrences,
    ),
    _rule(
        "calendar-exdate",
        "warning",
        "An exception from a rule (`exdates`) takes nothing away.",
        find_with=_recurrences,
    ),
    _rule(
        "calendar-unknown-ci",
        "warning",
        "A freeze or window names an item that is not in the CMDB, or an environment "
        "or a tier that no item has, or covers no item.",
        find_with=_scopes,
    ),
    _rule(
        "calendar-empty-scope",
        "warning",
        "A scope, or a list in it, is empty: it limits nothing.",
        find=_empty_scopes,
    ),
    _rule(
        "calendar-covers-nothing",
        "warning",
        "A freeze or window allows every type of change that it is about.",
        find=_allowed,
    ),
    _rule(
        "calendar-unknown-person",
        "error",
        "An exception was granted by a person who is not in the roster.",
        find_with=_granted_by,
    ),
)
