"""Items as GraphML, as `graphml` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import escape

from changeflow.cmdb.columns_of_records import native_values
from changeflow.cmdb_sources.carried import edges_of, labels_of
from changeflow.cmdb_sources.export_table import Exported, Piece
from changeflow.cmdb_sources.identifiers import written_name
from changeflow.cmdb_sources.rows import ATTRIBUTES

_FILE: Final = "cmdb.graphml"
_OF_EDGES: Final = ("strength", "group", "min")
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
)
# White space in attributes becomes a blank for a reader, unless it is written as a reference.
_REFERENCES: Final = {ord("\n"): "&#10;", ord("\r"): "&#13;", ord("\t"): "&#9;"}


def write(exported: Exported) -> Iterator[Piece]:
    """Yield nodes and edges in one walk."""
    yield _FILE, "".join(_head(exported.label_keys)).encode()
    numbers = {key: f"l{number}" for number, key in enumerate(exported.label_keys)}
    for item in exported.walk():
        name = _escaped(written_name(item.metadata.id))
        values = list(native_values(item).items())
        values += [(numbers[key], value) for key, value in labels_of(item)]
        lines = [f'<node id="{name}">{_data(values)}</node>\n']
        for other, strength, group, least in edges_of(item):
            said: list[tuple[str, str]] = []
            if strength == "soft":
                said.append(("strength", "soft"))
            if group is not None:
                said += [("group", group), ("min", str(least))]
            target = _escaped(written_name(other))
            lines.append(f'<edge source="{name}" target="{target}">{_data(said)}</edge>\n')
        yield _FILE, "".join(lines).encode()
    yield _FILE, b"</graph>\n</graphml>\n"


def _head(label_keys: tuple[str, ...]) -> Iterator[str]:
    yield _HEAD
    for name in ATTRIBUTES:
        yield _key(name, name, "node")
    for number, key in enumerate(label_keys):
        yield _key(f"l{number}", key, "node")
    for name in _OF_EDGES:
        yield _key(name, name, "edge")
    yield '<graph edgedefault="directed">\n'


def _key(number: str, name: str, about: str) -> str:
    told = f'for="{about}" attr.name="{_escaped(name)}" attr.type="string"'
    return f'<key id="{number}" {told}/>\n'


def _data(values: list[tuple[str, str]]) -> str:
    return "".join(f'<data key="{key}">{_escaped(value)}</data>' for key, value in values)


def _escaped(text: str) -> str:
    return str(escape(text)).translate(_REFERENCES)
