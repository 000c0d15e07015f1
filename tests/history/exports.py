"""Exports and mappings of tests, and what an import makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from changeflow.history import tables
from changeflow.model.findings import Finding
from changeflow.usecases.history.import_records import Folder, RecordsImported, import_records

# what a desk says of its changes, in the simplest way
CHANGES: Mapping[str, Any] = {
    "table": "changes",
    "source": "desk",
    "file": {"format": "csv", "zone": "Europe/Amsterdam", "dates": ["%Y-%m-%d %H:%M", "iso"]},
    "columns": {"change": "Number", "title": "Title", "actual_start": "Start", "actual_end": "End"},
}
INCIDENTS: Mapping[str, Any] = {
    "table": "incidents",
    "source": "desk",
    "file": {"format": "csv", "dates": ["iso"]},
    "columns": {"incident": "Number", "opened_at": "Opened", "item": "CI"},
    "links": [
        {"change": "Caused by", "link": "caused_by"},
        {"change": "Fixed by", "link": "fixes"},
    ],
}


def mapping_text(spec: Mapping[str, Any]) -> str:
    return yaml.safe_dump(
        {
            "apiVersion": "changeflow/v1",
            "kind": "HistoryMapping",
            "metadata": {"id": "desk"},
            "spec": dict(spec),
        },
        sort_keys=False,
    )


def with_file(spec: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    return {**spec, "file": {**spec["file"], **values}}


def with_columns(spec: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    return {**spec, "columns": {**spec["columns"], **values}}


def run(
    folder: Path,
    spec: Mapping[str, Any],
    *exports: str | bytes | Path,
    write: bool = True,
    into: str = "history",
) -> RecordsImported:
    """Import texts or files; texts become files `0.csv`, `1.csv` ..."""
    folder.mkdir(exist_ok=True)
    (folder / "mapping.yaml").write_text(mapping_text(spec), encoding="utf-8")
    named = []
    for number, export in enumerate(exports):
        if isinstance(export, Path):
            named.append(str(export))
            continue
        data = export.encode("utf-8") if isinstance(export, str) else export
        (folder / f"{number}.csv").write_bytes(data)
        named.append(f"{number}.csv")
    return import_records("mapping.yaml", named, Folder(into, folder), write=write)


def rows(folder: Path, table: str = "changes", *columns: str) -> list[Any]:
    found = tables.read_rows(folder / "history", table, columns)
    return (
        [row[columns[0]] for row in found]
        if len(columns) == 1
        else [tuple(row.values()) if columns else row for row in found]
    )


def said(told: RecordsImported) -> list[tuple[str, int, str]]:
    """Rule with its case, line, and the value or what else is named."""
    return [_said(finding) for finding in told.imported.findings]


def _said(finding: Finding) -> tuple[str, int, str]:
    data = dict(finding.data or {})
    case = f":{data['case']}" if "case" in data else ""
    return (
        f"{finding.rule}{case}",
        finding.line,
        str(data.get("value", data.get("record", data.get("incident", "")))),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
