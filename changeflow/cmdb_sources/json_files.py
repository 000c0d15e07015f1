"""JSON of other systems as plain data."""

from __future__ import annotations

import json
from typing import Any

from changeflow.cmdb_sources.plain_bytes import text_of
from changeflow.cmdb_sources.rows import Place, SourceFile, found_at, not_of_format, unparsed
from changeflow.model.findings import Finding


def json_of(file: SourceFile, limit: int) -> Any:
    """Return what a file holds, or the finding about it."""
    text = text_of(file, limit)
    if isinstance(text, Finding):
        return text
    if not text.strip():
        return found_at("source-empty", Place(file.path))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(file.path, error.lineno)
        return unparsed(place, "json", error.msg)
    except RecursionError:
        return not_of_format(Place(file.path), "json", "too_deep")
    except ValueError as error:
        return unparsed(Place(file.path), "json", str(error))
