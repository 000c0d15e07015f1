"""What an import of configuration items wrote, or would write, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from changeflow.cmdb_sources.merge import Conflict, Value
from changeflow.model.findings import Findings
from changeflow.render.escape import spelled
from changeflow.render.findings import for_reader
from changeflow.render.findings import text as findings_text
from changeflow.render.json_text import as_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.usecases.check.check import Checked
from changeflow.usecases.cmdb.import_items import ChangedItem, ItemsImported

# items whose change is shown to people
_MOST: Final = 50
_SIGNS: Final = {"added": "+", "changed": "~", "removed": "-"}


def text(imported: ItemsImported, to: Presentation) -> str:
    """Render findings, what changes as a diff, and the counts."""
    return _findings_text(imported, to) + "\n".join(map(spelled, _lines(imported, to))) + "\n"


def _lines(imported: ItemsImported, to: Presentation) -> list[str]:
    lines: list[str] = []
    for conflict in imported.conflicts:
        lines.append(_conflict_text(conflict, to))
    for change in imported.changes[:_MOST]:
        lines += _change_lines(change)
    if len(imported.changes) > _MOST:
        lines.append(to.says("import.more", count=len(imported.changes) - _MOST))
    if lines and lines[-1]:
        lines.append("")
    counts = {what: imported.count(what) for what in _SIGNS}
    lines.append(to.says("import.counts", **counts, unchanged=imported.unchanged))
    lines.append(
        to.says(
            "import.sizes",
            folder=imported.folder,
            items=imported.items,
            relations=imported.relations,
        )
    )
    lines.append(to.says(_outcome(imported)))
    return lines


def _outcome(imported: ItemsImported) -> str:
    if imported.failed:
        return "import.refused"
    if imported.written:
        return "import.written"
    return "import.dry" if imported.changes else "import.same"


def _findings_text(imported: ItemsImported, to: Presentation) -> str:
    """Render the findings as `check` does, without its summary of documents."""
    if not imported.findings:
        return ""
    checked = Checked(Findings(imported.findings, 0), language=to.language)
    whole = findings_text(for_reader(checked, "text", to.language), to)
    return whole.rstrip("\n").rpartition("\n")[0] + "\n"


def _conflict_text(conflict: Conflict, to: Presentation) -> str:
    first = conflict.values[0]
    other = next(value for value in conflict.values if value.text != first.text)
    return to.says(
        "import.conflict",
        ci=conflict.ci,
        attribute=conflict.attribute,
        value=first.text,
        other=other.text,
    )


def _change_lines(change: ChangedItem) -> Iterator[str]:
    yield f"{_SIGNS[change.what]} {change.ci}"
    if change.what == "removed":
        return
    for key in dict.fromkeys((*change.before, *change.after)):
        if change.what == "added":
            yield f"    {key}: {change.after[key]}"
        else:
            yield f"    {key}: {change.before.get(key, '-')} -> {change.after.get(key, '-')}"


def json(imported: ItemsImported) -> str:
    """Render the answer `changeflow/cmdb-import/v1`."""
    return as_json(
        {
            "schema": "changeflow/cmdb-import/v1",
            "into": imported.folder,
            "written": imported.written,
            **{what: imported.count(what) for what in _SIGNS},
            "unchanged": imported.unchanged,
            "items": imported.items,
            "relations": imported.relations,
            "conflicts": list(map(_conflict_json, imported.conflicts)),
            "changes": [change._asdict() for change in imported.changes],
            "findings": [finding.as_json() for finding in imported.findings],
        }
    )


def _conflict_json(conflict: Conflict) -> dict[str, Any]:
    values = list(map(_value_json, conflict.values))
    return {"ci": conflict.ci, "attribute": conflict.attribute, "values": values}


def _value_json(value: Value) -> dict[str, Any]:
    source, (path, line) = value.origin
    return {
        "source": source or None,
        "value": value.text,
        "path": path or None,
        "line": line or None,
    }


FORMATS: Final[dict[str, Callable[[ItemsImported, Presentation], str]]] = {
    "text": text,
    "json": for_programs(json),
}
