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
from changeflow.model.history_facts import FACTS, wrong_lines
from changeflow.model.periods import likely_end, period_problem
from changeflow.model.phrases import Told, meant, told
from changeflow.model.source_files import files_problem


def _calendar(document: Document) -> Iterator[Finding]:
    for name, what in (("freezes", "freeze"), ("windows", "window")):
        for index, period in enumerate(document.spec.get(name, ())):
            route: Route = ("spec", name, index)
            problem = period_problem(period)
            if problem is not None:
                place = (*route, problem.key) if problem.key else route
                yield document.found(
                    "calendar-period",
                    place,
                    case=what,
                    id=period["id"],
                    why=[told(f"period.{problem.name}")],
                )
            elif "end" in period and _ends_before_start(period):
                place, what_now = (*route, "end"), [_end_meant(period)]
                yield document.found(
                    "calendar-freeze-order", place, case=what, id=period["id"], what_now=what_now
                )
            elif "duration" in period and not times.parse_duration(period["duration"]):
                place, case = (*route, "duration"), f"{what}_of_no_time"
                yield document.found("calendar-freeze-order", place, case=case, id=period["id"])


def _ends_before_start(period: dict[str, Any]) -> bool:
    return times.parse_instant(period["end"]) <= times.parse_instant(period["start"])


def _end_meant(period: dict[str, Any]) -> Told:
    """Return the hint at the end that was likely meant: in the next month or year."""
    start = times.parse_instant(period["start"])
    written = times.parse_written_instant(period["end"])
    meant_end = likely_end(start, written)
    if meant_end is None:
        return told("hint.later_end")
    return told("hint.near", name=times.format_written_instant(meant_end))


def _config(document: Document) -> Iterator[Finding]:
    name = document.spec.get("timezone")
    if name is None:
        return
    try:
        zones.time_zone(name)
    except ValueError:
        hint = [zone_meant(name)]
        yield document.found("config-timezone", ("spec", "timezone"), zone=name, what_now=hint)


def zone_meant(name: str) -> Told:
    """Return the hint at the zone that was meant, or at examples of names.

    Abbreviations such as `CST` name several places, so none is proposed.
    """
    cities: dict[str, str] = {}
    for zone in sorted(zones.zone_names(), reverse=True):
        cities[zone.rsplit("/", 1)[-1].casefold()] = zone
    city = cities.get(name.strip().rsplit("/", 1)[-1].casefold().replace(" ", "_"))
    if city is not None:
        return told("hint.near", name=city)
    examples = told("hint.zones")
    if "/" not in name:
        return examples
    return meant(name, zones.zone_names()) or examples


def _item(document: Document) -> Iterator[Finding]:
    for index, dependency in enumerate(document.spec.get("depends_on", ())):
        members = len(set(dependency.get("any_of", ())))
        if members and dependency.get("min", 1) > members:
            route: Route = ("spec", "depends_on", index, "min")
            yield document.found("cmdb-group-min", route, min=dependency["min"], members=members)


def _source(document: Document) -> Iterator[Finding]:
    spec = document.spec
    named = [spec.get(name) for name in ("path", "nodes", "edges")]
    problem = files_problem(
        spec["format"],
        named,
        one_digest=isinstance(spec.get("sha256"), str),
        mapped=bool(spec.get("mapping")),
    )
    if problem is not None:
        key = {"digest": "sha256", "mapping": "mapping"}.get(problem, "format")
        yield document.found("source-files", ("spec", key), case=problem, format=spec["format"])


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
    yield from _record_lines(document, spec.get("likelihood", {}).get("record", ()))
    smoothing = spec.get("smoothing", {})
    if smoothing.get("failures", 1) > smoothing.get("changes", 20):
        yield document.found("risk-smoothing", ("spec", "smoothing"))
    for name in ("likelihood_bands", "impact_bands"):
        bands = spec.get(name)
        if bands is not None and list(bands) != sorted(set(bands)):
            yield document.found("risk-bands-order", ("spec", name), bands=name)


def _table(
    document: Document, route: Route, points: Any, answers: tuple[str, ...]
) -> Iterator[Finding]:
    if points is None:
        return
    missing = [answer for answer in answers if answer not in points]
    if missing:
        yield document.found("risk-table", route, table=route[-1], missing=missing)
        return
    for better, worse in pairwise(answers):
        if points[worse] < points[better]:
            data = {"worse": worse, "better": better, "points": points[better]}
            yield document.found("risk-table", (*route, worse), case="worse", **data)


def _outages(document: Document, bands: list[dict[str, Any]]) -> Iterator[Finding]:
    for index, (shorter, longer) in enumerate(pairwise(bands), start=1):
        rises = times.parse_duration(longer["over"]) > times.parse_duration(shorter["over"])
        if not rises or longer["points"] < shorter["points"]:
            route: Route = ("spec", "impact", "outage", index)
            yield document.found("risk-table", route, case="outages")


def _record_lines(document: Document, lines: list[dict[str, Any]]) -> Iterator[Finding]:
    values = [(line["fact"], line["at_least"], line["points"]) for line in lines]
    for number, problem in wrong_lines(values):
        name = values[number][0]
        route: Route = ("spec", "likelihood", "record", number)
        if problem == "unknown":
            hint = [meant(name, FACTS) or told("hint.facts")]
            yield document.found("risk-record", (*route, "fact"), fact=name, what_now=hint)
        else:
            yield document.found("risk-record", route, case=problem, fact=name)


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
        "source-files",
        "error",
        "A configuration source names no file, or files or a mapping that its format does not have.",
        kind="ConfigurationSource",
        find=_source,
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
        "risk-record",
        "error",
        "A line of the scorecard names no fact, says it twice, or rewards a worse value.",
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
