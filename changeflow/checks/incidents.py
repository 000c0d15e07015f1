"""Rules about incidents: what they name exists, and times are in order.

A change begins in its window. So an incident that was opened before it was not caused by the
change, and one that was opened after it was not mended by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import gt, lt
from pathlib import PurePosixPath
from typing import Final

from changeflow.checks.any_shape import mapping, text, texts
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
    opened = _instant(document.spec.get("opened"))
    # it may still be open
    resolved = _instant(document.spec.get("resolved"))
    if opened is not None and resolved is not None and resolved < opened:
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


def names_changes(content: bytes) -> bool:
    """Return whether a file may hold an incident that names a change."""
    return b"caused_by" in content or b"fixes" in content


def contradicted_links(
    incident: Document, windows: Mapping[str, Mapping[str, object]]
) -> Iterator[Finding]:
    """Find links to changes that the time of the incident contradicts.

    Args:
        incident: the incident.
        windows: the window of each change that it names, as it is written; a change without one
            contradicts nothing.
    """
    opened = _instant(incident.spec.get("opened"))
    if opened is None:
        return
    for link, end, contradicts in (("caused_by", "start", lt), ("fixes", "end", gt)):
        for route, change in texts(incident.spec.get(link), ("spec", link)):
            said = text(windows.get(change, {}).get(end))
            at = _instant(said)
            if at is not None and contradicts(opened, at):
                yield incident.found("incident-link", route, case=link, change=change, at=said)


def window_of(request: Document) -> Mapping[str, object]:
    """Return the window of a request as it is written; empty where there is none."""
    return mapping(request.spec.get("window"))


def _instant(said: object) -> datetime | None:
    try:
        return parse_instant(text(said))
    except ValueError:
        # the schema says so, or there is none
        return None


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
        "incident-link",
        "warning",
        "An incident was opened before the change that is called its cause, or after the one that "
        "is said to mend it, going by their windows.",
        kind="Incident",
    ),
    FindingRule(
        "incident-unknown-ci",
        "warning",
        "An incident is about an item that is not in the CMDB.",
        kind="Incident",
        find_with=_items,
    ),
)
