"""Audits of the CMDB as rows of the table of audited items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from changeflow.cmdb.audit_estimate import Unit
from changeflow.model.configuration_audit import (
    AuditedAttribute,
    AuditedItem,
    ConfigurationAudit,
)

Row = dict[str, Any]


def found_of(item: AuditedItem, attribute: AuditedAttribute) -> str:
    """Return what was found of an attribute: what it says itself, else what its item says."""
    return attribute.found or item.found


def looked_at(item: AuditedItem) -> Unit:
    """Return how many attributes of an item were looked at, and how many of them agree."""
    found = [found_of(item, attribute) for attribute in item.attributes]
    return Unit(found.count("agrees"), len(found) - found.count("unchecked"))


def rows_of_audit(audit: ConfigurationAudit) -> Iterator[Row]:
    """Yield a row for each item of an audit that was filled in as a whole; else none."""
    spec = audit.spec
    units = list(map(looked_at, spec.items))
    is_whole = all(
        unit.looked_at == len(item.attributes) for unit, item in zip(units, spec.items, strict=True)
    )
    if spec.auditor is None or not is_whole:
        return
    own = {"audit": audit.metadata.id, "audited_at": spec.sample.drawn}
    for item, unit in zip(spec.items, units, strict=True):
        found = "missing" if item.found == "missing" else "agrees"
        counts = {"attributes": unit.looked_at, "agreeing": unit.agrees}
        yield own | {"item": item.ci, "found": found} | counts
    for one in spec.surplus:
        yield own | {"item": one.name, "found": "surplus"}
