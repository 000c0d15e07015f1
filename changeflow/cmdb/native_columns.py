"""Items of native YAML in columns, from the plain data of valid documents, without a record for each.

Only what most items say is known here: an item that says more is made a record of by its reader.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from changeflow.cmdb.graph import FACTS, FIRST_GROUP, HARD, SOFT
from changeflow.cmdb.origins import ATTRIBUTES

_METADATA: Final = frozenset({"id", "name", "labels"})
_SPEC: Final = frozenset({*ATTRIBUTES, "depends_on"} - {"name"})
_BITS: Final = {name: 1 << bit for bit, name in enumerate(ATTRIBUTES)}
# facts that stand in `spec`, in the order of the columns
_OF_SPEC: Final = tuple(name for name in FACTS if name != "name")
_DESCRIBED: Final = _BITS["description"]
_DEFAULT_STATUS: Final = "live"


def is_common(data: Mapping[str, Any]) -> bool:
    """Return whether a valid document says no more than most items do."""
    return _METADATA.issuperset(data["metadata"]) and _SPEC.issuperset(data["spec"])


class NativeItems(NamedTuple):
    """Items of native YAML in plain columns, which are passed on between processes.

    Attributes:
        ids: of items and of what they need.
        words: what facts say; number 0 is what is not known.
        facts: the facts of each item, one after the other.
        items: the number of each item's id.
        files: the number of each item's file.
        bits: which attributes each item states.
        dependents: who needs, by the number of the id.
        dependencies: what is needed.
        codes: how, as in `Graph`.
        need_files: which file says it.
        tipping: as in `Graph`.
        rest_items: items that say more than facts.
        rest: what they say.
        paths: of the files.
        twice: whether several items have one id.
    """

    ids: list[str]
    words: list[str]
    facts: array[int]
    items: array[int]
    files: array[int]
    bits: array[int]
    dependents: array[int]
    dependencies: array[int]
    codes: array[int]
    need_files: array[int]
    tipping: array[int]
    rest_items: array[int]
    rest: list[str]
    paths: list[str]
    twice: bool


class NativeColumns:
    """Collects items of native YAML."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._words: dict[str, int] = {"": 0}
        self._described: set[int] = set()
        self._found = NativeItems(
            ids=[],
            words=[],
            facts=array("i"),
            items=array("i"),
            files=array("i"),
            bits=array("i"),
            dependents=array("i"),
            dependencies=array("i"),
            codes=array("i"),
            need_files=array("i"),
            tipping=array("i"),
            rest_items=array("i"),
            rest=[],
            paths=[],
            twice=False,
        )
        self._twice = False

    def add(self, path: str, documents: list[dict[str, Any]]) -> None:
        """Add the items of one file.

        Args:
            path: of the file.
            documents: plain data of valid documents, each of which `is_common`.
        """
        file = len(self._found.paths)
        self._found.paths.append(path)
        for data in documents:
            self._add(data["metadata"], data["spec"], file)

    def _add(self, metadata: Mapping[str, Any], spec: Mapping[str, Any], file: int) -> None:
        found, words = self._found, self._words
        number = self._ids.setdefault(metadata["id"], len(self._ids))
        self._twice |= number in self._described
        self._described.add(number)
        found.items.append(number)
        found.files.append(file)
        name = metadata.get("name")
        bits = 0 if name is None else _BITS["name"]
        found.facts.append(words.setdefault(name or "", len(words)))
        for fact in _OF_SPEC:
            text = spec.get(fact)
            if text is not None:
                bits |= _BITS[fact]
            elif fact == "status":
                text = _DEFAULT_STATUS
            found.facts.append(words.setdefault(text or "", len(words)))
        if "description" in spec:
            bits |= _DESCRIBED
        found.bits.append(bits)
        self._add_rest(number, metadata.get("labels"), spec.get("description"))
        for need in spec.get("depends_on", ()):
            self._add_need(number, need, file)

    def _add_rest(self, number: int, labels: Any, description: str | None) -> None:
        if not labels and description is None:
            return
        said: dict[str, Any] = {}
        if labels:
            said["metadata"] = {"labels": labels}
        if description is not None:
            said["spec"] = {"description": description}
        self._found.rest_items.append(number)
        self._found.rest.append(json.dumps(said, ensure_ascii=False, separators=(",", ":")))

    def _add_need(self, number: int, need: Mapping[str, Any], file: int) -> None:
        found, ids = self._found, self._ids
        if "ci" in need:
            named, code = [need["ci"]], SOFT if need.get("strength") == "soft" else HARD
        else:
            named, code = need["any_of"], FIRST_GROUP + len(found.tipping)
            found.tipping.append(len(set(named)) - int(need.get("min", 1)) + 1)
        for ci in named:
            found.dependents.append(number)
            found.dependencies.append(ids.setdefault(ci, len(ids)))
            found.codes.append(code)
            found.need_files.append(file)

    def items(self) -> NativeItems:
        """Return what was collected."""
        return self._found._replace(ids=list(self._ids), words=list(self._words), twice=self._twice)
