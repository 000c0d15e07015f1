"""From a document to the frozen record of its kind."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from changeflow.documents.document import Document
from changeflow.errors import Unreadable
from changeflow.model.findings import Route
from changeflow.model.kinds import BY_NAME, record_of

if TYPE_CHECKING:
    from changeflow.model.document_parts import Envelope

# How JSON writes an empty value, and a whole number that is no integer: `5.0`, `1e+16`.
_MAY_DIFFER: Final = re.compile(r"null|\.0|e\+")


def record(document: Document) -> Envelope:
    """Build the record of a document without findings in `schema.problems`.

    It is read as strictly as the schema: no text becomes a number, and only an absent key stands
    for an absent value.

    Raises:
        Unreadable: naming file, place and field, when the document is not valid.
    """
    # A command that builds no record does without pydantic.
    from pydantic import ValidationError

    if document.kind not in BY_NAME:
        raise Unreadable.of("file.no_kind", path=document.path, kind=document.kind)
    kind = record_of(document.kind)
    try:
        data = _without_stated_none(document)
        text = json.dumps(data)
        # Most documents have nothing that is written otherwise there.
        if _MAY_DIFFER.search(text) is not None:
            text = json.dumps(_canonical(data, ()))
        return kind.model_validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        raise _unreadable(document, tuple(first["loc"]), first["msg"]) from error
    except _EmptyValueError as error:
        raise _unreadable(document, error.route, "is empty") from error


def _without_stated_none(document: Document) -> dict[str, Any]:
    """Return the data without the fields of which it says that there is none."""
    names = BY_NAME[document.kind].stated_none
    spec = document.spec
    if not any(name in spec and spec[name] is None for name in names):
        return document.data
    kept = {name: value for name, value in spec.items() if value is not None or name not in names}
    return {**document.data, "spec": kept}


class _EmptyValueError(Exception):
    def __init__(self, route: Route) -> None:
        super().__init__(route)
        self.route = route


def _canonical(value: Any, route: Route) -> Any:
    """Return the data with whole numbers as integers, as JSON Schema reads them.

    An empty value is an error.
    """
    match value:
        case dict():
            data = {}
            for key, item in value.items():
                data[key] = item if key == "given" else _canonical(item, (*route, key))
            return data
        case list():
            return [_canonical(item, (*route, index)) for index, item in enumerate(value)]
        case float() if value.is_integer():
            return int(value)
        case None:
            raise _EmptyValueError(route)
        case _:
            return value


def _unreadable(document: Document, route: Route, problem: str) -> Unreadable:
    line, column = document.position(route)
    name = ".".join(str(part) for part in route) or document.kind
    return Unreadable.of(
        "file.no_record",
        path=document.path,
        line=line,
        column=column,
        name=name,
        problem=problem,
    )
