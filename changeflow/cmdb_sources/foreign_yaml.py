"""YAML as other systems write it, with anchors and merge keys, as plain data that knows its lines.

Every plain value is text: nothing turns into a date or a truth value on the way. Values that are
shared by aliases stay shared, so that a small file cannot become large.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml
from yaml import events as ev

from changeflow.cmdb_sources.plain_bytes import text_of
from changeflow.cmdb_sources.rows import Place, SourceFile, not_of_format, unparsed
from changeflow.model.findings import Finding

try:
    from yaml._yaml import CParser as _EventParser
except ImportError:
    # PyYAML was built without libyaml; see documents.event_reader
    from yaml import Loader as _EventParser  # type: ignore[assignment]

_DEPTH: Final = 100
# pairs that merge keys of one document may copy; each may copy what the one before it copied
_COPIED: Final = 500_000
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_MERGE: Final = "<<"


class YamlMap(dict[str, Any]):
    """A mapping, and the line on which it begins."""

    line: int = 0


class _Refused(Exception):
    """The document is not read further; it says why, a case of `foreign.problem`."""


def yaml_maps(file: SourceFile, limit: int) -> Iterator[YamlMap | Finding]:
    """Yield the documents of a file that are mappings; empty ones are left out."""
    text = text_of(file, limit)
    if isinstance(text, Finding):
        yield text
        return
    reader = _Reader(text)
    try:
        for document, line in reader.documents():
            if isinstance(document, YamlMap):
                yield document
            elif document is not None:
                yield not_of_format(Place(file.path, line), "yaml", "no_mapping")
    except _Refused as refused:
        yield not_of_format(Place(file.path, reader.line), "yaml", str(refused))
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark
        line = mark.line + 1 if mark is not None else 0
        yield unparsed(Place(file.path, line), "yaml", str(error.problem))
    except (yaml.YAMLError, ValueError) as error:
        yield unparsed(Place(file.path), "yaml", str(error).partition("\n")[0])


class _Reader:
    """Builds documents from the parser's events, without recursion."""

    def __init__(self, text: str) -> None:
        self._parser: Any = _EventParser(text)
        self.line = 0
        self._anchors: dict[str, Any] = {}
        # what is being filled: the container, and the key that waits for its value
        self._stack: list[tuple[Any, list[Any]]] = []
        self._root: list[Any] = []
        self._copied = 0

    def documents(self) -> Iterator[tuple[Any, int]]:
        """Yield each document with the line on which it begins."""
        begins = 0
        while True:
            event = self._parser.get_event()
            if event is None or isinstance(event, ev.StreamEndEvent):
                return
            self.line = event.start_mark.line + 1
            if isinstance(event, ev.DocumentStartEvent):
                self._anchors, self._stack, self._root = {}, [], []
                self._copied = 0
                begins = self.line
            elif isinstance(event, ev.DocumentEndEvent):
                yield (self._root[0] if self._root else None), begins
            elif not isinstance(event, ev.StreamStartEvent):
                self._take(event)

    def _take(self, event: Any) -> None:
        if isinstance(event, ev.AliasEvent):
            # of one that is not complete yet, nothing
            self._put(self._anchors.get(event.anchor or ""))
        elif isinstance(event, ev.ScalarEvent):
            # libyaml writes the plain style as an empty text
            plain_null = not event.style and event.value in _NULL
            self._put(None if plain_null else event.value, event.anchor)
        elif isinstance(event, (ev.MappingStartEvent, ev.SequenceStartEvent)):
            if len(self._stack) >= _DEPTH:
                raise _Refused("too_deep")
            found: Any = YamlMap() if isinstance(event, ev.MappingStartEvent) else []
            if isinstance(found, YamlMap):
                found.line = self.line
            self._stack.append((found, [event.anchor]))
        else:
            found, (anchor, *_) = self._stack.pop()
            if isinstance(found, YamlMap):
                self._merge(found)
            self._put(found, anchor)

    def _put(self, value: Any, anchor: str | None = None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._stack:
            self._root.append(value)
            return
        container, state = self._stack[-1]
        if isinstance(container, list):
            container.append(value)
        elif len(state) == 1:
            state.append(value if isinstance(value, str) else "")
        else:
            container[state.pop()] = value

    def _merge(self, found: YamlMap) -> None:
        """Fill in what merge keys bring; keys that stand there themselves win."""
        merged = found.pop(_MERGE, None)
        for other in merged if isinstance(merged, list) else [merged]:
            if not isinstance(other, YamlMap):
                continue
            self._copied += len(other)
            if self._copied > _COPIED:
                raise _Refused("too_much_merged")
            for key, value in other.items():
                found.setdefault(key, value)
