"""Rules about several values of one document, which a JSON Schema cannot express.

The records demand the same. The rules are written once more on plain data, so that a document that
passes never needs pydantic; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from changeflow.documents.document import Document
from changeflow.model import times, zones
from changeflow.model.finding_rules import FindingRule, of_kinds
from changeflow.model.findings import Finding, Route
from changeflow.model.periods import period_problem
from changeflow.model.phrases import did_you_mean, near_hint

_PERIOD_HINT: Final = (
    "for example `start: 2026-12-20T00:00:00+01:00` and `end: 2027-01-03T00:00:00+01:00`, "
    "or `dtstart: 2026-12-20T00:00:00` and `duration: P14D`"
)
ZONE_HINT: Final = (
    "zones have IANA names such as `Asia/Shanghai`, `Europe/Berlin` or `UTC`, spelt exactly so"
)


def _calendar(document: Document) -> Iterator[Finding]:
    for name, what in (("freezes", "freeze"), ("windows", "window")):
        for index, period in enumerate(document.spec.get(name, ())):
            route: Route = ("spec", name, index)
            problem = period_problem(period)
            if problem is not None:
                place = (*route, problem[0]) if problem[0] else route
                yield document.finding(
                    "calendar-period",
                    place,
                    f"the {what} `{period['id']}`: {problem[1]}",
                    _PERIOD_HINT,
                )
            elif "end" in period and _ends_before_start(period):
                message = f"the {what} `{period['id']}` ends before it starts"
                yield document.finding(
                    "calendar-freeze-order",
                    (*route, "end"),
                    message,
                    "`end` must be later than `start`",
                )
            elif "duration" in period and not times.parse_duration(period["duration"]):
                message = f"the {what} `{period['id']}` lasts no time at all"
                yield document.finding(
                    "calendar-freeze-order",
                    (*route, "duration"),
                    message,
                    "for example PT6H or P1D",
                )


def _ends_before_start(period: dict[str, Any]) -> bool:
    return times.parse_instant(period["end"]) <= times.parse_instant(period["start"])


def _config(document: Document) -> Iterator[Finding]:
    name = document.spec.get("timezone")
    if name is None:
        return
    try:
        zones.time_zone(name)
    except ValueError as error:
        yield document.finding("config-timezone", ("spec", "timezone"), str(error), zone_hint(name))


def zone_hint(name: str) -> str:
    """Return the zone that was meant, or examples of names.

    Abbreviations such as `CST` name several places, so none is proposed.
    """
    cities: dict[str, str] = {}
    for zone in sorted(zones.zone_names(), reverse=True):
        cities[zone.rsplit("/", 1)[-1].casefold()] = zone
    city = cities.get(name.strip().rsplit("/", 1)[-1].casefold().replace(" ", "_"))
    if city is not None:
        return did_you_mean(city)
    if "/" not in name:
        return ZONE_HINT
    return near_hint(name, zones.zone_names()) or ZONE_HINT


def _item(document: Document) -> Iterator[Finding]:
    for index, dependency in enumerate(document.spec.get("depends_on", ())):
        members = len(set(dependency.get("any_of", ())))
        if members and dependency.get("min", 1) > members:
            route: Route = ("spec", "depends_on", index, "min")
            message = f"`min` is {dependency['min']}, but the group has {members} different members"
            yield document.finding(
                "cmdb-group-min", route, message, "lower `min`, or list all members"
            )


# The tables of the risk model, each from the best answer to the worst.
_TABLES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("likelihood", "complexity"): ("low", "medium", "high", "unknown"),
    ("likelihood", "experience"): ("routine", "done-before", "first-time", "unknown"),
    ("likelihood", "tested"): ("production-like", "partly", "none", "unknown"),
    ("impact", "changed"): ("tier4", "tier3", "tier2", "tier1", "unknown"),
    ("impact", "affected"): ("tier4", "tier3", "tier2", "tier1", "unknown"),
}


def _risk_model(document: Document) -> Iterator[Finding]:
    spec = document.spec
    for (part, name), answers in _TABLES.items():
        yield from _table(document, ("spec", part, name), spec.get(part, {}).get(name), answers)
    yield from _outages(document, spec.get("impact", {}).get("outage", ()))
    smoothing = spec.get("smoothing", {})
    if smoothing.get("failures", 1) > smoothing.get("changes", 20):
        message = "the prior assumes more failures than changes"
        yield document.finding(
            "risk-smoothing", ("spec", "smoothing"), message, "`failures` is at most `changes`"
        )
    for name in ("likelihood_bands", "impact_bands"):
        bands = spec.get(name)
        if bands is not None and list(bands) != sorted(set(bands)):
            hint = "each number must be larger than the one before, e.g. [6, 14, 24, 36]"
            yield document.finding("risk-bands-order", ("spec", name), f"`{name}` must rise", hint)


def _table(
    document: Document, route: Route, points: Any, answers: tuple[str, ...]
) -> Iterator[Finding]:
    if points is None:
        return
    missing = [answer for answer in answers if answer not in points]
    if missing:
        message = f"`{route[-1]}` has no points for {', '.join(missing)}"
        yield document.finding(
            "risk-table", route, message, "name every answer, so that none is free by accident"
        )
        return
    for better, worse in pairwise(answers):
        if points[worse] < points[better]:
            message = (
                f"`{worse}` weighs less than `{better}`: a worse answer, or silence, must never pay"
            )
            yield document.finding(
                "risk-table", (*route, worse), message, f"give it at least {points[better]}"
            )


def _outages(document: Document, bands: list[dict[str, Any]]) -> Iterator[Finding]:
    for index, (shorter, longer) in enumerate(pairwise(bands), start=1):
        rises = times.parse_duration(longer["over"]) > times.parse_duration(shorter["over"])
        if not rises or longer["points"] < shorter["points"]:
            route: Route = ("spec", "impact", "outage", index)
            message = "longer outages must come later and weigh at least as much"
            yield document.finding("risk-table", route, message, "sort the bands by `over`")


RULES: Final = (
    FindingRule(
        "calendar-period",
        "error",
        "A freeze or window does not say when it begins and ends, or says it twice.",
        kind="Calendar",
        find=_calendar,
    ),
    FindingRule(
        "calendar-freeze-order",
        "error",
        "A freeze or window ends before it starts, or lasts no time.",
        kind="Calendar",
        find=_calendar,
    ),
    FindingRule(
        "config-timezone",
        "error",
        "`spec.timezone` is not the IANA name of a time zone.",
        kind="Config",
        find=_config,
    ),
    FindingRule(
        "cmdb-group-min",
        "error",
        "A redundancy group needs more members than it has.",
        kind="ConfigurationItem",
        find=_item,
    ),
    FindingRule(
        "risk-bands-order",
        "error",
        "The bands of the risk model do not rise.",
        kind="RiskModel",
        find=_risk_model,
    ),
    FindingRule(
        "risk-table",
        "error",
        "A table of points lacks an answer, or rewards a worse answer or silence.",
        kind="RiskModel",
        find=_risk_model,
    ),
    FindingRule(
        "risk-smoothing",
        "error",
        "The risk model's prior assumes more failures than changes.",
        kind="RiskModel",
        find=_risk_model,
    ),
)
_OF_KIND: Final = of_kinds(RULES)


def cross_field_problems(document: Document) -> list[Finding]:
    """Return the findings about a document that fits its schema."""
    rules = _OF_KIND.get(document.kind)
    if rules is None:
        return []
    return rules.look(document)
