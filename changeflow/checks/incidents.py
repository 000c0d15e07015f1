"""Rules about incidents: what they name exists, and times are in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from changeflow.checks.any_shape import text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.times import parse_instant


def _file_name(document: Document) -> Iterator[Finding]:
    name = PurePosixPath(document.path).stem
    if document.id and document.id != name:
        yield document.found("incident-id-file", ("metadata", "id"), id=document.id, file=name)


def _order(document: Document) -> Iterator[Finding]:
    try:
        opened = parse_instant(text(document.spec.get("opened")))
        resolved = parse_instant(text(document.spec.get("resolved")))
    except ValueError:
        # the schema says so, or it is still open
        return
    if resolved < opened:
        yield document.found("incident-order", ("spec", "resolved"))


def _causes(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for link in ("caused_by", "fixes"):
        for route, change in texts(document.spec.get(link), ("spec", link)):
            if change not in facts.changes:
                what_now = [facts.change_hint(change)]
                yield document.found(
                    "incident-unknown-change", route, change=change, what_now=what_now
                )


def _items(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, ci in texts(document.spec.get("items"), ("spec", "items")):
        if ci not in facts.items:
            what_now = [facts.item_hint(ci)]
            yield document.found("incident-unknown-ci", route, ci=ci, what_now=what_now)


RULES: Final = (
    FindingRule(
        "incident-id-file",
        "error",
        "The id is not the name of the file.",
        kind="Incident",
        find=_file_name,
    ),
    FindingRule(
        "incident-order",
        "error",
        "An incident was resolved before it was opened.",
        kind="Incident",
        find=_order,
    ),
    FindingRule(
        "incident-unknown-change",
        "error",
        "An incident names a change as its cause, or as what mended it, that does not exist.",
        kind="Incident",
        find_with=_causes,
    ),
    FindingRule(
        "incident-unknown-ci",
        "warning",
        "An incident is about an item that is not in the CMDB.",
        kind="Incident",
        find_with=_items,
    ),
)
