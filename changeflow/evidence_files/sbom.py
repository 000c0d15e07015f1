"""A software bill of materials: CycloneDX JSON, SPDX 2 JSON, SPDX 3 JSON-LD.

Components are counted with those that lie inside others.
"""

from __future__ import annotations

from typing import Any

from changeflow.evidence_files.unreadable import UnreadableFileError, json_object, listed, mapping
from changeflow.model.report_summary import ReportSummary


def read(data: bytes) -> ReportSummary:
    """Return what a bill of materials says.

    Raises:
        UnreadableFileError: when it cannot be judged.
    """
    document = json_object(data)
    if document.get("bomFormat") == "CycloneDX":
        version = _version(document.get("specVersion"))
        components = _count(listed(document.get("components", []), "components"))
        return ReportSummary(format=f"cyclonedx-{version}", components=components)
    spdx = document.get("spdxVersion")
    if isinstance(spdx, str) and spdx.startswith("SPDX-2."):
        packages = listed(document.get("packages", []), "packages")
        return ReportSummary(format=f"spdx-{_version(spdx[5:])}", components=_named(packages))
    if isinstance(document.get("@graph"), list) and "spdx.org" in str(document.get("@context")):
        found = 0
        for one in document["@graph"]:
            found += mapping(one, "@graph[]").get("type") == "software_Package"
        return ReportSummary(format="spdx-3", components=found)
    raise UnreadableFileError("it is neither CycloneDX nor SPDX in JSON")


def _version(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not 0 < len(value) <= len("10.100"):
        raise UnreadableFileError("it does not say which version of its format it has")
    return value


def _count(components: list[Any]) -> int:
    """Count components with those inside of them. The reader of JSON bounds the depth."""
    found = _named(components)
    for one in components:
        found += _count(listed(one.get("components", []), "components"))
    return found


def _named(components: list[Any]) -> int:
    for one in components:
        name = mapping(one, "components[]").get("name")
        if not isinstance(name, str) or not name.strip():
            raise UnreadableFileError("a component has no name")
    return len(components)
