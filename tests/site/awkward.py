"""A repository with changes of every end, items with awkward ids, and words that try to break pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.register.office import CHANGE, Office
from tests.report.papers import busy_office, window

NOW = "2026-12-01T10:00:00Z"
HOSTILE = "CHG-20261127-hostile"
# ids that are one file on some systems, that open a device, or that are a path
AWKWARD = ("DB", "Db", "con", "aux.txt", "index", "a/b", "a:b", "host/../x", "x" * 150)
# a few of the kinds that hurt: markup, markup in disguise, templates, directions, widths, surrogates' neighbours
STRINGS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</script><svg/onload=alert(3)>",
    "javascript:alert(4)",
    "{{7*7}} {0} %s ${x}",
    "社會科學院語學研究所 ﷽ 👾 🇺🇸",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "]]><!-- --><?php ?>",
)


def item(ci: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "changeflow/v1", "kind": "ConfigurationItem", "metadata": {"id": ci, "name": STRINGS[hash_of(ci) % len(STRINGS)]},
        "spec": {"type": "service", "criticality": "tier1", "environment": "production", "depends_on": [{"ci": "db"}], **spec},
    }  # fmt: skip


def hash_of(text: str) -> int:
    return sum(map(ord, text))


def incident(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "changeflow/v1", "kind": "Incident", "metadata": {"id": "INC-9"},
        "spec": {"opened": "2026-11-25T15:00:00Z", "severity": "high", "items": ["db"], "caused_by": [CHANGE], **spec},
    }  # fmt: skip


def awkward_office(where: Path) -> Office:
    """The office of the papers, with awkward items, an incident, and a change of hostile words."""
    office = busy_office(where)
    for number, ci in enumerate(AWKWARD):
        office.write(f"cmdb/awkward-{number}.yaml", item(ci))
    office.write("incidents/INC-9.yaml", incident())
    office.commit("Items and an incident")
    words = " ".join(STRINGS)
    office.ask(HOSTILE, title=words, reason=words, window=window("2026-12-03"), fixes=["REQ-1"])
    return office
