"""Rules about audits of the CMDB: who may audit, and what a finding of an auditor consists of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings, text
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route

# the role of those who answer for items without a known owner
_CAB: Final = "cab"
_WITH_VALUE: Final = ("differs", "surplus")


def _file_name(document: Document) -> Iterator[Finding]:
    name = PurePosixPath(document.path).stem
    if document.id and document.id != name:
        yield document.found("audit-id-file", ("metadata", "id"), id=document.id, file=name)


def _auditor(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    auditor, route = text(document.spec.get("auditor")), ("spec", "auditor")
    if not auditor:
        return
    if auditor not in facts.people:
        what_now = [facts.person_hint(auditor)]
        yield document.found("audit-unknown-auditor", route, who=auditor, what_now=what_now)
    elif facts.people[auditor] == "agent":
        yield document.found("audit-unknown-auditor", route, case="agent", who=auditor)


def _independent(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find items that the auditor answers for: as they are recorded now, and as they were drawn."""
    auditor = text(document.spec.get("auditor"))
    if not auditor:
        return
    for route, item in mappings(document.spec.get("items"), ("spec", "items")):
        ci = text(item.get("ci"))
        owners = {_recorded_owner(item)}
        if ci in facts.items:
            owners.add(facts.items[ci].owner)
        for owner in sorted(owners):
            if auditor in _responsible(owner, facts):
                data: dict[str, Any] = {"who": auditor, "ci": ci, "owner": owner}
                if not _members(owner, facts):
                    data["case"] = "unknown"
                yield document.found("audit-own-item", (*route, "ci"), **data)
                break


def _recorded_owner(item: dict[str, Any]) -> str:
    for _, attribute in mappings(item.get("attributes"), ()):
        if attribute.get("name") == "owner":
            return text(attribute.get("recorded"))
    return ""


def _responsible(owner: str, facts: RepositoryFacts) -> Sequence[str]:
    """Return the people who answer for an item; the CAB where its owner is not known."""
    return _members(owner, facts) or facts.roles.get(_cab(facts), ())


def _members(name: str, facts: RepositoryFacts) -> Sequence[str]:
    if name in facts.roles:
        return facts.roles[name]
    if name in facts.people:
        return (name,)
    return ()


def _cab(facts: RepositoryFacts) -> str:
    for config in facts.configs:
        named = text(config.spec.get("cab"))
        if named:
            return named
    return _CAB


def _findings(document: Document) -> Iterator[Finding]:
    """Find attributes whose value is missing, or is there although nothing differs."""
    for route, attribute, found in _attributes(document):
        has_value = attribute.get("value") is not None
        data: dict[str, Any] = {"name": text(attribute.get("name")), "found": found}
        if found in _WITH_VALUE and not has_value:
            yield document.found("audit-value", (*route, "found"), **data)
        elif has_value and found not in _WITH_VALUE:
            yield document.found("audit-value", (*route, "value"), case="unasked", **data)
        elif found == "surplus" and attribute.get("recorded") is not None:
            yield document.found("audit-value", (*route, "found"), case="recorded", **data)
        elif found == "missing" and attribute.get("recorded") is None:
            yield document.found("audit-value", (*route, "found"), case="nothing", **data)


def _attributes(document: Document) -> Iterator[tuple[Route, dict[str, Any], str]]:
    """Yield each attribute with what it says itself, empty where its item speaks for it."""
    for route, item in mappings(document.spec.get("items"), ("spec", "items")):
        for place, attribute in mappings(item.get("attributes"), (*route, "attributes")):
            yield place, attribute, text(attribute.get("found"))


def _unfinished(document: Document) -> Iterator[Finding]:
    open_ones = 0
    for _, item in mappings(document.spec.get("items"), ()):
        of_item = text(item.get("found")) or "unchecked"
        for _, attribute in mappings(item.get("attributes"), ()):
            open_ones += (text(attribute.get("found")) or of_item) == "unchecked"
    if open_ones:
        yield document.found("audit-unfinished", ("spec", "items"), count=open_ones)
    elif not text(document.spec.get("auditor")):
        yield document.found("audit-unfinished", ("spec",), case="auditor")


def _strata(document: Document) -> Iterator[Finding]:
    """Find strata that do not have as many items as they say: the sample was edited."""
    listed = Counter[tuple[str, str]]()
    seen = set[str]()
    for route, item in mappings(document.spec.get("items"), ("spec", "items")):
        listed[_stratum(item)] += 1
        ci = text(item.get("ci"))
        if ci in seen:
            yield document.found("audit-sample", (*route, "ci"), case="twice", ci=ci)
        seen.add(ci)
    told = set()
    for route, stratum in mappings(document.spec.get("strata"), ("spec", "strata")):
        told.add(_stratum(stratum))
        drawn, there = stratum.get("drawn"), listed[_stratum(stratum)]
        if isinstance(drawn, int) and drawn != there:
            yield document.found("audit-sample", (*route, "drawn"), drawn=drawn, there=there)
    for tier, kind in sorted(listed.keys() - told):
        yield document.found("audit-sample", ("spec", "strata"), case="lacks", tier=tier, type=kind)


def _stratum(part: dict[str, Any]) -> tuple[str, str]:
    return text(part.get("tier")), text(part.get("type"))


def _corrected(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, change in _named_changes(document):
        if change not in facts.changes:
            what_now = [facts.change_hint(change)]
            yield document.found("audit-unknown-change", route, change=change, what_now=what_now)


def _named_changes(document: Document) -> Iterator[tuple[Route, str]]:
    places: list[tuple[Route, dict[str, Any]]] = []
    for name in ("items", "surplus"):
        for route, part in mappings(document.spec.get(name), ("spec", name)):
            places.append((route, part))
            places += mappings(mapping(part).get("attributes"), (*route, "attributes"))
    for route, part in places:
        change = text(part.get("corrected_by"))
        if change:
            yield (*route, "corrected_by"), change


_rule = partial(FindingRule, kind="ConfigurationAudit")
RULES: Final = (
    _rule("audit-id-file", "error", "The id is not the name of the file.", find=_file_name),
    _rule(
        "audit-unknown-auditor",
        "error",
        "The auditor is no person of the roster, or is an automation.",
        find_with=_auditor,
    ),
    _rule(
        "audit-own-item",
        "error",
        "The auditor owns an item of the sample, or belongs to the role that does; the CAB answers "
        "for items whose owner is not known.",
        find_with=_independent,
    ),
    _rule(
        "audit-value",
        "error",
        "What was found and the value that was found do not go together.",
        find=_findings,
    ),
    _rule(
        "audit-sample",
        "error",
        "The items are not those of the strata: a sample is not edited.",
        find=_strata,
    ),
    _rule(
        "audit-unknown-change",
        "error",
        "A difference was corrected by a change that does not exist.",
        find_with=_corrected,
    ),
    _rule(
        "audit-unfinished",
        "warning",
        "An audit is not filled in as a whole, or its auditor is not named.",
        find=_unfinished,
    ),
)
