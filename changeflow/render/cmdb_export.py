"""What an export of configuration items wrote, and what its format leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.render.escape import spelled
from changeflow.render.json_text import as_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.usecases.cmdb.export_items import ItemsExported


def text(exported: ItemsExported, to: Presentation) -> str:
    """Render the files, the counts, and what does not come back."""
    lines = []
    folder = exported.folder.rstrip("/")
    for file in exported.files:
        lines.append(to.says("export.file", path=f"{folder}/{file.name}", size=file.size))
    lines.append(to.says("export.sizes", items=exported.items, relations=exported.relations))
    for loss in exported.losses:
        known = {"what": loss.what, "items": loss.items, "first": list(loss.first)}
        case = loss.what if loss.what in ("id", "alone", "groups", "strength") else "field"
        lines.append(to.says("export.loss", case=case, **known))
    return "\n".join(map(spelled, lines)) + "\n"


def json(exported: ItemsExported) -> str:
    """Render the answer `changeflow/cmdb-export/v1`."""
    return as_json(
        {
            "schema": "changeflow/cmdb-export/v1",
            "target": exported.format.name,
            "out": exported.folder,
            "items": exported.items,
            "relations": exported.relations,
            "files": [file._asdict() for file in exported.files],
            "losses": [loss._asdict() for loss in exported.losses],
        }
    )


FORMATS: Final[dict[str, Callable[[ItemsExported, Presentation], str]]] = {
    "text": text,
    "json": for_programs(json),
}
