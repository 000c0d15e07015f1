"""Services of docker compose and what they wait for."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from changeflow.cmdb_sources.foreign_yaml import YamlMap, yaml_maps
from changeflow.cmdb_sources.identifiers import id_of
from changeflow.cmdb_sources.known_types import known_type
from changeflow.cmdb_sources.rows import (
    EdgeRow,
    ItemRow,
    Place,
    Row,
    SourceFile,
    Strength,
    found_at,
    not_of_format,
)
from changeflow.cmdb_sources.shapes import at, map_at, text_at, texts_at
from changeflow.cmdb_sources.table import FORMATS, SourceSpec
from changeflow.model.findings import Finding

_LIMIT: Final = FORMATS["compose"].limit
# a service that shares these with another one ends with it
_SHARED: Final = ("network_mode", "ipc", "pid")


def read(files: Iterable[SourceFile], _: SourceSpec) -> Iterator[Row]:
    """Yield services. What a further file says of a known service adds to it, as compose does."""
    known: set[str] = set()
    told: list[tuple[str, Mapping[str, Any]]] = []
    for file in files:
        empty = True
        for document in yaml_maps(file, _LIMIT):
            empty = False
            if isinstance(document, Finding):
                yield document
                continue
            services = at(document, "services")
            if not isinstance(services, Mapping):
                place = Place(file.path, document.line)
                yield not_of_format(place, "compose", "no_services")
                continue
            told.append((file.path, services))
        if empty:
            yield found_at("source-empty", Place(file.path))
    by_file: dict[str, Mapping[str, Any]] = {}
    for path, services in told:
        by_file[path] = {**by_file.get(path, {}), **services}
    for path, services in told:
        for name, service in services.items():
            yield from _service(path, name, service, known, by_file)


def _service(
    path: str,
    name: str,
    service: Any,
    known: set[str],
    by_file: Mapping[str, Mapping[str, Any]],
) -> Iterator[Row]:
    if not name.strip():
        yield found_at("source-row", Place(path), case="name")
        return
    line = service.line if isinstance(service, YamlMap) else 0
    place, ci = Place(path, line), id_of(name)
    ways, lost = _with_bases(path, service, by_file)
    if lost:
        yield found_at("source-row", place, case="extends", name=name, base=lost)
    if ci not in known:
        known.add(ci)
        images = [text_at(one, "image") for one in ways]
        image = next(filter(None, images), None)
        labels = {"image": image} if image else None
        # registry, tag and digest name no kind
        kind = known_type(_last_part(image), name) or "service"
        shown = name if ci != name else None
        yield ItemRow(ci, place, name=shown, type=kind, labels=labels)
    needs: dict[str, Strength] = {}
    for one in reversed(ways):
        needs.update(_needs_of(one))
    for needed, strength in needs.items():
        yield EdgeRow(ci, id_of(needed), place, strength)


def _with_bases(
    path: str, service: Any, by_file: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Any], str]:
    """Return a service and those that it extends, the nearest first, and the name of a lost one."""
    ways, seen = [service], set[tuple[str, str]]()
    while True:
        named = text_at(service, "extends") or text_at(service, "extends", "service")
        if named is None:
            return ways, ""
        file = text_at(service, "extends", "file")
        if file is not None:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
        service = at(by_file.get(path), named)
        if not isinstance(service, Mapping) or (path, named) in seen:
            return ways, ": ".join(filter(None, (file, named)))
        seen.add((path, named))
        ways.append(service)


def _needs_of(service: Any) -> dict[str, Strength]:
    """Return what a service needs, each once: hard beats soft."""
    found: dict[str, Strength] = {}
    for needed, strength in _needs(service):
        if found.get(needed) != "hard":
            found[needed] = strength
    return found


def _last_part(image: str | None) -> str | None:
    return image.rpartition("/")[2].partition(":")[0] if image else None


def _needs(service: Any) -> Iterator[tuple[str, Strength]]:
    for name in texts_at(service, "depends_on"):
        yield name, "hard"
    for name, how in map_at(service, "depends_on").items():
        if name.strip():
            yield name, "soft" if text_at(how, "required") == "false" else "hard"
    for link in texts_at(service, "links"):
        yield link.partition(":")[0], "hard"
    for other in texts_at(service, "volumes_from"):
        if not other.startswith("container:"):
            yield other.partition(":")[0], "hard"
    for key in _SHARED:
        shared = text_at(service, key) or ""
        if shared.startswith("service:"):
            yield shared.partition(":")[2], "hard"
