"""What `cmdb export` tells."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "export.file": "{path}: {size:plural byte bytes}",
    "export.sizes": "Written: {items:plural item items}, {relations:plural dependency dependencies}.",
    "export.loss:field": (
        "Not read back from this format: {what:code} of {items:plural item items}, "
        "e.g. {first:codes}."
    ),
    "export.loss:id": ("Read back with another id: {items:plural item items}, e.g. {first:codes}."),
    "export.loss:alone": (
        "Not in this format: {items:plural item items} without dependencies of their own, "
        "e.g. {first:codes}."
    ),
    "export.loss:groups": (
        "This format has no redundancy groups; each member is needed now: {items:plural item items}, "
        "e.g. {first:codes}."
    ),
    "export.loss:strength": (
        "This format has no soft dependencies; they are hard now: {items:plural item items}, "
        "e.g. {first:codes}."
    ),
    "export.disk": ("{folder:code} cannot be written: {why:system}", "nothing was changed"),
    "export.no_folder": (
        "{path:code} is no folder",
        "name a folder that is not there yet; links are never followed",
    ),
    "export.foreign": (
        "{path:code} was not written by an export as {format:code}",
        "name a folder that is not there yet: it is replaced as a whole at the next export",
    ),
}
