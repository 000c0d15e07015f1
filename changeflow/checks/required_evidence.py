"""Rules about the evidence that rules of policies ask for: what could never be proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from changeflow.checks.any_shape import mappings, text
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.late_pattern import LatePattern

# what a file can be recorded under; `model.document_parts` says the same
_NAME: Final = LatePattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# keys of a demand that say something of a file
_OF_FILES: Final = ("path", "digest", "check", "by")
# gates that are asked where no check run is known
_WITHOUT_CHECKS: Final = ("deploy", "close")


def _demands(document: Document) -> Iterator[tuple[Route, Mapping[str, Any]]]:
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        yield from mappings(rule.get("require_evidence"), (*route, "require_evidence"))


def _impossible(document: Document) -> Iterator[Finding]:
    gate = text(document.spec.get("gate"))
    for route, demand in _demands(document):
        kind, name = text(demand.get("kind")), text(demand.get("name"))
        if kind == "check":
            yield from _check(document, route, demand, gate)
            continue
        if name and _NAME.fullmatch(name) is None:
            yield document.found("policy-evidence", (*route, "name"), case="name", name=name)
        if kind == "file" and not demand.get("digest"):
            yield document.found("policy-evidence", (*route, "kind"), case="no_digest")


def _check(
    document: Document, route: Route, demand: Mapping[str, Any], gate: str
) -> Iterator[Finding]:
    for key in _OF_FILES:
        if key in demand:
            yield document.found("policy-evidence", (*route, key), case="of_files", key=key)
    if gate in _WITHOUT_CHECKS:
        yield document.found("policy-evidence", (*route, "kind"), case="gate", gate=gate)


def _recorders(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find names that are no automation's, and of no role that one holds."""
    for route, demand in _demands(document):
        name = text(demand.get("by"))
        able = facts.roles.get(name, (name,))
        if name and not any(facts.people.get(person) == "agent" for person in able):
            yield document.found("policy-evidence", (*route, "by"), case="recorder", name=name)


RULES: Final = (
    FindingRule(
        "policy-evidence",
        "error",
        "A rule asks for evidence that could never be proved.",
        kind="Policy",
        find=_impossible,
        find_with=_recorders,
    ),
)
