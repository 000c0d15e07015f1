"""Rules about objectives: their measures exist, units fit, and a role answers for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from changeflow.checks.any_shape import mapping, sequence, text
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.phrases import meant, told


def _objectives(document: Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, one in enumerate(sequence(document.spec.get("objectives"))):
        yield number, mapping(one)


def _measures(document: Document) -> Iterator[Finding]:
    # Few repositories have targets, and every check imports the rules.
    from changeflow.model.kpi_units import KPI_UNITS

    seen: set[str] = set()
    for number, one in _objectives(document):
        kpi, route = text(one.get("kpi")), ("spec", "objectives", number, "kpi")
        if kpi and kpi not in KPI_UNITS:
            what_now = [meant(kpi, KPI_UNITS) or told("hint.measures", kpis=list(KPI_UNITS))]
            yield document.found("objective-unknown-kpi", route, kpi=kpi, what_now=what_now)
        elif kpi in seen:
            yield document.found("objective-twice", route, kpi=kpi)
        seen.add(kpi)


def _units(document: Document) -> Iterator[Finding]:
    from changeflow.insight.targets import target_of
    from changeflow.model.kpi_units import KPI_UNITS

    for number, one in _objectives(document):
        unit = KPI_UNITS.get(text(one.get("kpi")))
        try:
            target = target_of(text(one.get("target")))
        except ValueError:
            continue
        expected = "" if unit == "count" else unit
        if unit is not None and target.unit != expected:
            route = ("spec", "objectives", number, "target")
            case = None
            if not expected:
                case = "count"
            elif not target.unit:
                case = "none"
            yield document.found("objective-unit", route, case=case, unit=unit, found=target.unit)


def _owners(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for number, one in _objectives(document):
        owner = text(one.get("owner"))
        if owner and owner not in facts.roles:
            route = ("spec", "objectives", number, "owner")
            hint = [facts.role_hint(owner)]
            yield document.found("objective-unknown-owner", route, who=owner, what_now=hint)


_rule = partial(FindingRule, kind="Objectives")
RULES: Final = (
    _rule("objective-unknown-kpi", "error", "A target is about no measure.", find=_measures),
    _rule("objective-twice", "error", "Two targets are about the same measure.", find=_measures),
    _rule("objective-unit", "error", "The unit of a target is not its measure's.", find=_units),
    _rule(
        "objective-unknown-owner",
        "error",
        "The owner of a target is no role of the roster.",
        find_with=_owners,
    ),
)
