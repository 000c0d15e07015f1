"""GraphML: nodes are items, and an edge leads from an item to what it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.parsers import expat

from changeflow.cmdb_sources.identifiers import id_of, is_id
from changeflow.cmdb_sources.plain_bytes import unpacked
from changeflow.cmdb_sources.rows import (
    ATTRIBUTES,
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    found_at,
    not_of_format,
    unparsed,
)
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

# the key under which a node or an edge says which of its names are ids of ours: `id`, or the ends
IDS: Final = "changeflow.ids"
_LIMIT: Final = FORMATS["graphml"].limit
_PIECE: Final = 256 * 1_024
_DEPTH: Final = 50
_UNICODE: Final = frozenset(("utf-8", "utf-16", "utf-16le", "utf-16be"))
_EVERY_BYTE: Final = bytes(range(256))


class _Refused(Exception):
    """The file is refused; the text is the case of `foreign.problem` that says why."""


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield nodes and edges as they are read; declarations of entities are refused."""
    for file in files:
        data = unpacked(file, _LIMIT)
        if isinstance(data, Finding):
            yield data
        else:
            yield from _rows(file.path, data)


def _rows(path: str, data: bytes) -> Iterator[Row]:
    graph = _Graph(path)
    try:
        for start in range(0, len(data) + 1, _PIECE):
            part = data[start : start + _PIECE]
            graph.parser.Parse(part, start + _PIECE > len(data))
            yield from graph.taken()
    except _Refused as error:
        place = Place(path, graph.parser.CurrentLineNumber)
        yield not_of_format(place, "graphml", str(error))
    except expat.ExpatError as error:
        place = Place(path, error.lineno)
        yield unparsed(place, "xml", expat.errors.messages[error.code])
    else:
        if not graph.seen:
            yield not_of_format(Place(path), "graphml", "no_graph")


class _Graph:
    """What the parser has read of a graph."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.XmlDeclHandler = self._declare
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.seen = False
        self._rows: list[Row] = []
        # of a key: whether it is about nodes or edges, its name, its default
        self._names: dict[str, str] = {}
        self._defaults: dict[str, tuple[str, str]] = {}
        self._key: dict[str, str] | None = None
        self._open: list[dict[str, Any]] = []
        self._said: list[str] | None = None
        self._depth = 0

    def taken(self) -> list[Row]:
        """Return what was read since."""
        rows, self._rows = self._rows, []
        return rows

    @staticmethod
    def _declare(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and not _is_readable(encoding):
            raise _Refused("encoding")

    def _refuse(self, *_: Any) -> None:
        raise _Refused("declaration")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _Refused("too_deep")
        name = tag.rpartition(" ")[2]
        if name == "key":
            self._key = attributes
            self._names[attributes.get("id", "")] = (attributes.get("attr.name") or "").casefold()
        elif name == "graph":
            self.seen = True
            if attributes.get("edgedefault") == "undirected":
                raise _Refused("undirected")
        elif name in ("node", "edge"):
            line = self.parser.CurrentLineNumber
            self._open.append({"line": line, "data": {}, **attributes})
        elif name in ("data", "default"):
            self._said = []
            if name == "data" and self._open:
                self._open[-1]["key"] = attributes.get("key", "")

    def _text(self, text: str) -> None:
        if self._said is not None:
            self._said.append(text)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        name = tag.rpartition(" ")[2]
        if name in ("data", "default") and self._said is not None:
            self._keep(name, "".join(self._said).strip())
            self._said = None
        elif name == "key":
            self._key = None
        elif name in ("node", "edge") and self._open:
            found = self._open.pop()
            self._rows.append(self._node(found) if name == "node" else self._edge(found))

    def _keep(self, name: str, text: str) -> None:
        if name == "default":
            if self._key is not None and text:
                self._defaults[self._key.get("id", "")] = (self._key.get("for", "all"), text)
        elif self._open and text:
            key = self._open[-1].pop("key", "")
            self._open[-1]["data"][self._names.get(key) or key] = text

    def _values(self, found: dict[str, Any], kind: str) -> dict[str, str]:
        values = dict(found["data"])
        for key, (about, text) in self._defaults.items():
            if about in (kind, "all"):
                values.setdefault(self._names.get(key) or key, text)
        return values

    def _node(self, found: dict[str, Any]) -> Row:
        place = Place(self._path, found["line"])
        name = found.get("id", "").strip()
        if not name:
            return found_at("source-row", place, case="name")
        values = self._values(found, "node")
        is_ours = _is_ours(values.pop(IDS, ""), "id", name)
        known = {attribute: values.pop(attribute, None) for attribute in ATTRIBUTES}
        ci = name if is_ours else id_of(name)
        if known["name"] is None:
            label = values.pop("label", None)
            known["name"] = label or (name if ci != name else None)
        return ItemRow(ci, place, labels=values or None, **known)

    def _edge(self, found: dict[str, Any]) -> Row:
        place = Place(self._path, found["line"])
        source, target = found.get("source", "").strip(), found.get("target", "").strip()
        if not source or not target:
            return found_at("source-row", place, case="edge")
        if found.get("directed") == "false":
            return not_of_format(place, "graphml", "undirected_edge")
        values = self._values(found, "edge")
        strength = "soft" if values.get("strength", "").casefold() == "soft" else "hard"
        least = values.get("min", "1")
        ours = values.get(IDS, "")
        return EdgeRow(
            source if _is_ours(ours, "source", source) else id_of(source),
            target if _is_ours(ours, "target", target) else id_of(target),
            place,
            strength,  # type: ignore[arg-type]  # one of the two
            values.get("group"),
            int(least) if least.isdecimal() and len(least) < len("10000") else 1,
        )


def _is_readable(encoding: str) -> bool:
    """Return whether the parser reads an encoding: those of Unicode it knows, or one byte each."""
    if encoding.casefold() in _UNICODE:
        return True
    try:
        return len(_EVERY_BYTE.decode(encoding, "replace")) == len(_EVERY_BYTE)
    except (LookupError, ValueError):
        return False


def _is_ours(said: str, which: str, text: str) -> bool:
    """Return whether a name is said to be an id of ours, and is one."""
    return which in said.split() and is_id(text)
