"""Rules about standards: probes and clauses exist, and a score never asks less than a lower one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text, texts, words_of
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import Told, meant, told

_CLAUSES: Final[Route] = ("spec", "clauses")
_PARTS: Final = ("document", "records", "timely", "measured", "improved")
_HIGHEST: Final = 5
# what the score for "something is there" needs is no part of the higher ones
_ANY: Final = "any"


def _ids(document: Document) -> list[str]:
    return [text(one.get("id")) for _, one in mappings(document.spec.get("clauses"), _CLAUSES)]


def _clauses(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for route, one in mappings(document.spec.get("clauses"), _CLAUSES):
        clause = text(one.get("id"))
        if clause and clause in seen:
            yield document.found("standard-clause-twice", (*route, "id"), clause=clause)
        seen.add(clause)
        scope = one.get("scope", "in")
        if scope != "in" and not one.get("reason"):
            yield document.found("standard-no-reason", route, clause=clause, scope=text(scope))
        found = mapping(one.get("evidence"))
        if scope == "outside" and any(found.get(part) for part in _PARTS):
            yield document.found("standard-outside", (*route, "evidence"), clause=clause)
        if scope != "outside" and not (found.get("document") and found.get("records")):
            yield document.found("standard-no-evidence", route, clause=clause)


def _probes(document: Document) -> Iterator[Finding]:
    for route, clause in mappings(document.spec.get("clauses"), _CLAUSES):
        evidence = mapping(clause.get("evidence"))
        for part in _PARTS:
            for place, probe in mappings(evidence.get(part), (*route, "evidence", part)):
                yield from _problem_of_probe(document, place, probe)


def _problem_of_probe(document: Document, route: Route, probe: dict[str, Any]) -> Iterator[Finding]:
    # Few repositories have standards, and every check imports the rules.
    from changeflow.model.kpi_units import KPI_UNITS
    from changeflow.model.probe_names import KINDS_OF_PROBES, PROBES

    named = list(filter(probe.__contains__, KINDS_OF_PROBES))
    if len(named) != 1:
        hint = [told("hint.probe_kinds", kinds=list(KINDS_OF_PROBES))]
        case = "several" if named else None
        yield document.found("standard-probe", route, case=case, what_now=hint)
        return
    kind, value = named[0], text(probe[named[0]])
    known: Collection[str] = PROBES.get(kind, ())
    if kind == "kpi":
        known = KPI_UNITS
    elif kind == "rules":
        known = _ids(document)
    elif kind == "files":
        return
    if value and value not in known:
        hint = [_near(value, kind, known)]
        place = (*route, kind)
        yield document.found("standard-unknown-probe", place, kind=kind, name=value, what_now=hint)


def _near(name: str, kind: str, known: Collection[str]) -> Told:
    return meant(name, sorted(known)) or told("hint.probes", kind=kind, names=sorted(known))


def _scale(document: Document) -> Iterator[Finding]:
    steps = [one for _, one in mappings(document.spec.get("scale"), ())]
    scores = [one.get("score") for one in steps]
    missing = [score for score in range(_HIGHEST + 1) if scores.count(score) != 1]
    if missing:
        yield document.found("standard-scale", ("spec", "scale"), scores=missing)
        return
    steps.sort(key=lambda one: one["score"])
    yield from _weaker(document, steps)


def _weaker(document: Document, steps: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """Yield a finding for each score that asks less than the one below it, or than nothing."""
    asked: set[str] = set()
    for number, step in enumerate(steps):
        needs = set(words_of(step.get("needs")))
        lacking = sorted(asked - needs - {_ANY})
        if lacking or (number and not needs):
            place = ("spec", "scale", number)
            yield document.found("standard-scale-order", place, score=number, needs=lacking)
        asked = needs


def _controls(document: Document) -> Iterator[Finding]:
    known = _ids(document)
    for number, framework in enumerate(sequence(document.spec.get("frameworks"))):
        place: Route = ("spec", "frameworks", number, "controls")
        for route, control in mappings(mapping(framework).get("controls"), place):
            for where, clause in texts(control.get("clauses"), (*route, "clauses")):
                if clause not in known:
                    hint = [meant(clause, known) or told("hint.clauses")]
                    yield document.found(
                        "standard-unknown-clause", where, clause=clause, what_now=hint
                    )


_rule = partial(FindingRule, kind="Standard")
RULES: Final = (
    _rule("standard-clause-twice", "error", "A clause stands twice.", find=_clauses),
    _rule(
        "standard-no-reason",
        "error",
        "A clause is outside, or in part, and the reason is missing.",
        find=_clauses,
    ),
    _rule(
        "standard-outside",
        "error",
        "A clause is outside, and evidence is looked for.",
        find=_clauses,
    ),
    _rule(
        "standard-no-evidence",
        "error",
        "A clause in scope does not say which document and which records show it.",
        find=_clauses,
    ),
    _rule("standard-probe", "error", "A probe does not name one thing to look for.", find=_probes),
    _rule(
        "standard-unknown-probe", "error", "A probe names what cannot be looked for.", find=_probes
    ),
    _rule("standard-scale", "error", "The scale does not have each score once.", find=_scale),
    _rule("standard-scale-order", "error", "A score asks less than the one below it.", find=_scale),
    _rule(
        "standard-unknown-clause",
        "error",
        "A control is shown by a clause that is not there.",
        find=_controls,
    ),
)
