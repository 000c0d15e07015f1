"""Services of docker compose and what they wait for."""

from __future__ import annotations

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
            for name, service in services.items():
                yield from _service(file.path, name, service, known)
        if empty:
            yield found_at("source-empty", Place(file.path))


def _service(path: str, name: str, service: Any, known: set[str]) -> Iterator[Row]:
    if not name.strip():
        yield found_at("source-row", Place(path), case="name")
        return
    line = service.line if isinstance(service, YamlMap) else 0
    place, ci = Place(path, line), id_of(name)
    if ci not in known:
        known.add(ci)
        image = text_at(service, "image")
        labels = {"image": image} if image else None
        # registry, tag and digest name no kind
        kind = known_type(_last_part(image), name) or "service"
        shown = name if ci != name else None
        yield ItemRow(ci, place, name=shown, type=kind, labels=labels)
    for needed, strength in _needs(service):
        yield EdgeRow(ci, id_of(needed), place, strength)


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
