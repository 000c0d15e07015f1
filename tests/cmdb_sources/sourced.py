"""Sources in a few lines: bytes of files to rows, and repositories that have sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from changeflow.cmdb_sources.collect import collect
from changeflow.cmdb_sources.merge import Merged
from changeflow.cmdb_sources.rows import SourceFile, SourceRows
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.model.findings import Finding

SOURCE = {"apiVersion": "changeflow/v1", "kind": "ConfigurationSource"}


def rows(format_: str, *files: str | bytes, names: tuple[str, ...] = (), **spec: Any) -> tuple[SourceRows, tuple[Finding, ...]]:
    """What files of a format say; they are called `a`, `b` ... if no names are given."""
    found = []
    for index, text in enumerate(files):
        data = text if isinstance(text, bytes) else text.encode()
        found.append(SourceFile(names[index] if names else "abcdef"[index], data))
    return collect("s", SourceSpec(format_, **spec), found)


def merged(format_: str, *files: str | bytes, **spec: Any) -> tuple[dict[str, Any], list[Finding]]:
    """The items of one source by id, as plain specs, and all findings."""
    said, findings = rows(format_, *files, **spec)
    whole = Merged({}, [said], {})
    items = {ci: item.spec.model_dump(mode="json", exclude_none=True) for ci, item in whole.items.items()}
    return items, [*findings, *whole.findings]


def needs(items: dict[str, Any], ci: str) -> list[str]:
    """`["db", "~flags", "2 of a b"]`: what an item depends on."""
    told = []
    for need in items[ci]["depends_on"]:
        if "ci" in need:
            told.append(("~" if need["strength"] == "soft" else "") + need["ci"])
        else:
            told.append(f"{need['min']} of {' '.join(need['any_of'])}")
    return told


def told(findings: Any) -> list[tuple[str, str, str, int]]:
    """Rule, level, file and line of each finding."""
    return [(one.rule, one.level, one.path, one.line) for one in findings]


def write_source(root: Path, name: str, **spec: Any) -> Path:
    """Write `cmdb/sources/<name>.yaml`; JSON is YAML."""
    path = root / "cmdb" / "sources" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**SOURCE, "metadata": {"id": name}, "spec": spec}), encoding="utf-8")
    return path
