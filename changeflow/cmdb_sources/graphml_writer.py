"""Items as GraphML, as `graphml` reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markupsafe import escape

from changeflow.cmdb.columns_of_records import native_values
from changeflow.cmdb_sources.carried import edges_of, labels_of
from changeflow.cmdb_sources.export_table import Exported, Piece
from changeflow.cmdb_sources.graphml import IDS
from changeflow.cmdb_sources.identifiers import cell_name, id_of, is_id
from changeflow.cmdb_sources.rows import ATTRIBUTES

_FILE: Final = "cmdb.graphml"
_OF_EDGES: Final = ("strength", "group", "min")
# the short name of the key that says which names are ids
_IDS: Final = "ids"
# characters that no XML has, however they are written
_FOREIGN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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
        name, is_id_of_ours = _name(item.metadata.id)
        values = list(native_values(item).items())
        if is_id_of_ours:
            values.append((_IDS, "id"))
        values += [(numbers[key], value) for key, value in labels_of(item)]
        lines = [f'<node id="{_escaped(name)}">{_data(values)}</node>\n']
        for other, strength, group, least in edges_of(item):
            said: list[tuple[str, str]] = []
            if strength == "soft":
                said.append(("strength", "soft"))
            if group is not None:
                said += [("group", group), ("min", str(least))]
            target, is_other_id_of_ours = _name(other)
            ours = {"source": is_id_of_ours, "target": is_other_id_of_ours}
            if any(ours.values()):
                said.append((_IDS, " ".join(end for end in ours if ours[end])))
            ends = f'source="{_escaped(name)}" target="{_escaped(target)}"'
            lines.append(f"<edge {ends}>{_data(said)}</edge>\n")
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
    yield _key(_IDS, IDS, "all")
    yield '<graph edgedefault="directed">\n'


def _key(number: str, name: str, about: str) -> str:
    told = f'for="{about}" attr.name="{_escaped(name)}" attr.type="string"'
    return f'<key id="{number}" {told}/>\n'


def _name(ci: str) -> tuple[str, bool]:
    """Return the text that stands for an item, and whether it is its id and not a name.

    Different items have different texts. The id stands where XML cannot have the name, and where
    the name is like an id, which another item may have.
    """
    name = cell_name(ci)
    if name == ci:
        return ci, id_of(ci) != ci
    return (ci, True) if is_id(name) or _FOREIGN.search(name) else (name, False)


def _data(values: list[tuple[str, str]]) -> str:
    return "".join(f'<data key="{key}">{_escaped(value)}</data>' for key, value in values)


def _escaped(text: str) -> str:
    """Return a text for XML. Readers of a CMDB show a character that XML cannot have like this."""
    return str(escape(_FOREIGN.sub("\ufffd", text))).translate(_REFERENCES)
