"""Imported items as native YAML: the same items give the same bytes, and few changes a small diff."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from changeflow.cmdb_sources.rows import ItemRow
from changeflow.documents.write import scalar
from changeflow.model.cmdb import Dependency, DependsOnItem
from changeflow.model.document_paths import IMPORT_MARK
from changeflow.model.kinds import API_VERSION

_BEHIND_MARK: Final = (
    "`. Importing again replaces this file: describe other items in other files.\n"
)
# bytes of a file, well below what a document's file may have
_ROOM: Final = 1_024 * 1_024
_MOST_FILES: Final = 4_096


def document_of(row: ItemRow, needs: Sequence[Dependency]) -> dict[str, Any]:
    """Return the document of an item as plain data, without what is unknown."""
    metadata: dict[str, Any] = {"id": row.id}
    if row.name is not None:
        metadata["name"] = row.name
    if row.labels:
        metadata["labels"] = dict(sorted(row.labels.items()))
    spec: dict[str, Any] = {}
    for name in ("type", "status", "criticality", "owner", "environment", "description"):
        value = getattr(row, name)
        if value is not None:
            spec[name] = value
    if needs:
        spec["depends_on"] = [_plain_need(need) for need in needs]
    return {
        "apiVersion": API_VERSION,
        "kind": "ConfigurationItem",
        "metadata": metadata,
        "spec": spec,
    }


def files_of(source: str, documents: Mapping[str, dict[str, Any]]) -> dict[str, bytes]:
    """Return the files with these documents, by their names.

    An item's file depends on its id and on how many files there are, which doubles as they grow.
    """
    texts = {ci: "".join(_lines(documents[ci])) for ci in sorted(documents)}
    if not texts:
        return {}
    head = f"{IMPORT_MARK}{source}{_BEHIND_MARK}"
    count = 1
    while count < _MOST_FILES and _largest(texts, count) > _ROOM:
        count *= 2
    parts: dict[str, list[str]] = {}
    for ci, text in texts.items():
        parts.setdefault(_file_name(ci, count), []).append(text)
    files = {}
    for name, found in sorted(parts.items()):
        files[name] = (head + "---\n".join(found)).encode()
    return files


def _largest(texts: Mapping[str, str], count: int) -> int:
    sizes: dict[str, int] = {}
    for ci, text in texts.items():
        name = _file_name(ci, count)
        sizes[name] = sizes.get(name, 0) + len(text.encode())
    return max(sizes.values())


def _file_name(ci: str, count: int) -> str:
    if count == 1:
        return "items.yaml"
    number = int.from_bytes(hashlib.sha256(ci.encode()).digest()[:4], "big") % count
    return f"items-{number:04}.yaml"


def _plain_need(need: Dependency) -> dict[str, Any]:
    if not isinstance(need, DependsOnItem):
        return {"any_of": list(need.any_of), "min": need.min}
    if need.strength == "soft":
        return {"ci": need.ci, "strength": "soft"}
    return {"ci": need.ci}


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    metadata, spec = document["metadata"], document["spec"]
    yield f"apiVersion: {API_VERSION}\nkind: ConfigurationItem\nmetadata:\n"
    yield f"  id: {scalar(metadata['id'])}\n"
    if "name" in metadata:
        yield f"  name: {scalar(metadata['name'])}\n"
    if "labels" in metadata:
        yield "  labels:\n"
        for key, value in metadata["labels"].items():
            yield f"    {scalar(key)}: {scalar(value)}\n"
    if not spec:
        yield "spec: {}\n"
        return
    yield "spec:\n"
    for name, value in spec.items():
        if name != "depends_on":
            yield f"  {name}: {scalar(value)}\n"
    if "depends_on" in spec:
        yield "  depends_on:\n"
        yield from _need_lines(spec["depends_on"])


def _need_lines(needs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for need in needs:
        if "ci" in need:
            yield f"    - ci: {scalar(need['ci'])}\n"
            if "strength" in need:
                yield f"      strength: {need['strength']}\n"
        else:
            yield "    - any_of:\n"
            for member in need["any_of"]:
                yield f"        - {scalar(member)}\n"
            yield f"      min: {need['min']}\n"
