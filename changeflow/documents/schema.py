"""Whether a document has the shape its kind asks for, and if not, why.

`jsonschema-rs` says yes in microseconds. Only a document it refuses is loaded into the slower tools
that explain a no (`documents.explain`). A last look (`documents.cross_field`) is for what a JSON Schema
cannot say and the records demand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from changeflow.documents import cross_field
from changeflow.documents.document import Document
from changeflow.documents.shipped_schemas import FORMATS, schema
from changeflow.model.findings import Finding
from changeflow.model.kinds import API_VERSION, NAMES


@functools.cache
def _valid(kind: str) -> Callable[[Any], bool]:
    """The compiled yes or no of a kind.

    Nothing is fetched: our schemas refer only to themselves.
    """
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(
        schema(kind), formats=FORMATS, validate_formats=True, offline=True
    )
    check: Callable[[Any], bool] = validator.is_valid
    return check


def schema_problems(document: Document) -> list[Finding]:
    """What is wrong with a document by itself. Empty: `records.record` builds it."""
    kind = document.kind
    if kind not in NAMES or document.data.get("apiVersion") != API_VERSION:
        from changeflow.documents.explain import envelope_problems

        return envelope_problems(document)
    if not _valid(kind)(document.data):
        from changeflow.documents.explain import explain

        return explain(document)
    return cross_field.cross_field_problems(document)
