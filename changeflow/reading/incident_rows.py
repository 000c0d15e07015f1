"""Incidents that are documents of the repository, as rows of the table of incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from changeflow.model.kinds import BY_NAME

# Few repositories have incidents.
if TYPE_CHECKING:
    from changeflow.model.incident import Incident

_INCIDENT: Final = BY_NAME["Incident"]
INCIDENTS: Final = _INCIDENT.folder
_YAML: Final = (".yaml", ".yml")


def is_incident(path: str) -> bool:
    """Return whether an incident is read from a path."""
    return _INCIDENT.claims(path) and path.endswith(_YAML)


def rows_of_incident(
    incident: Incident,
    source: str,
    fixed_by: Sequence[str] = (),
    linked_at: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each item of an incident and each change that people link it to.

    Args:
        incident: the document.
        source: the name of the repository.
        fixed_by: the changes that say that they fix it.
        linked_at: when the document named what caused it; None: by the time it was resolved, or
            else opened.
    """
    spec = incident.spec
    own = {
        "source": source,
        "incident": incident.metadata.id,
        "title": incident.metadata.name,
        "severity": spec.severity,
        "opened_at": spec.opened,
        "resolved_at": spec.resolved,
    }
    linked: list[tuple[str, str]] = []
    linked += zip(repeat("caused_by"), spec.caused_by, strict=False)
    mended_by = dict.fromkeys((*spec.fixes, *fixed_by))
    linked += zip(repeat("fixes"), mended_by, strict=False)
    at = linked_at or spec.resolved or spec.opened
    for ci in spec.items or (None,):
        row = own | {"item": ci}
        for link, change in linked:
            yield row | {"change": change, "link": link, "linked_at": at}
        if not linked:
            yield row | {"change": None, "link": None}
