"""Whether a document has the shape its kind asks for, and if not, why.

`jsonschema-rs` says yes in microseconds. Only a document it refuses is loaded into the slower tools
that explain a no (`documents.explain`). A last look (`documents.sense`) is for what a JSON Schema
cannot say and the records demand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from changeflow.documents import sense
from changeflow.documents.document import Document
from changeflow.model import times
from changeflow.model.findings import Finding
from changeflow.model.kinds import NAMES

API_VERSION: Final = "changeflow/v1"


def _is(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return check


# Formats are asserted, and by the same functions that build the records: a day that is not in the
# calendar is no date.
FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _is(times.parse_date),
    "date-time": _is(times.parse_instant),
    "duration": _is(times.parse_duration),
    "local-date-time": _is(times.parse_local_time),
}


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind, as it ships."""
    import json

    from changeflow.resources import folder

    loaded: dict[str, Any] = json.loads(
        (folder("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")
    )
    return loaded


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


def problems(document: Document) -> list[Finding]:
    """What is wrong with a document by itself. Empty: `records.record` builds it."""
    kind = document.kind
    if kind not in NAMES or document.data.get("apiVersion") != API_VERSION:
        from changeflow.documents.explain import envelope_problems

        return envelope_problems(document)
    if not _valid(kind)(document.data):
        from changeflow.documents.explain import explain

        return explain(document)
    return sense.problems(document)
