"""Edits that keep comments, order, quotes and layout (ruamel.yaml's round trip)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from changeflow.errors import Unreadable
from changeflow.model.findings import Route

# wide enough that no line of an author is ever wrapped
_WIDTH: Final = 4_096


def _round_trip() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    return yaml


def set_values(text: str, changes: Mapping[Route, Any]) -> str:
    """Set values by route and leave the rest of the text as its author wrote it.

    Mappings on the way that are missing are made; an index equal to a list's length appends.

    Args:
        text: one YAML document.
        changes: route -> plain data; `None` removes the key or element.

    Raises:
        Unreadable: when the text is no YAML mapping, or a route leads through a value.
    """
    from ruamel.yaml.error import YAMLError

    yaml = _round_trip()
    try:
        document = yaml.load(text)
    except YAMLError as error:
        problem = " ".join(str(error).split())[:200]
        raise Unreadable.of("file.edit", case="syntax", problem=problem) from error
    if not isinstance(document, dict):
        raise Unreadable.of("file.edit", case="no_mapping")
    for route, value in changes.items():
        _set(document, route, value)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _set(document: Any, route: Route, value: Any) -> None:
    if not route:
        raise Unreadable.of("file.edit_route")
    holder: Any = document
    for part in route[:-1]:
        holder = _step(holder, part, route)
    last: Any = route[-1]
    if isinstance(last, str):
        fits = isinstance(holder, dict)
    else:
        fits = isinstance(holder, list) and last <= len(holder)
    if not fits:
        raise Unreadable.of("file.edit_misfit", route=".".join(map(str, route)))
    if value is None:
        _remove(holder, last)
    elif isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value


def _remove(holder: Any, last: Any) -> None:
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif last < len(holder):
        del holder[last]


def _step(holder: Any, part: str | int, route: Route) -> Any:
    if isinstance(holder, dict) and isinstance(part, str):
        if holder.get(part) is None:
            holder[part] = {}
        return holder[part]
    if isinstance(holder, list) and isinstance(part, int) and part < len(holder):
        return holder[part]
    raise Unreadable.of("file.edit_misfit", route=".".join(map(str, route)))
