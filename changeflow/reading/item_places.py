"""Where the record of an item stands: its document, or the row of a source that says something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from changeflow.checks.items import where_to_say
from changeflow.cmdb.item_columns import ItemColumns
from changeflow.cmdb.origins import NATIVE, Origin, Place
from changeflow.documents.document import Document, found_in_file
from changeflow.model.findings import Finding, Level, Route
from changeflow.reading.native_items import item_documents
from changeflow.reading.parsed import ParsedSource

if TYPE_CHECKING:
    from changeflow.cmdb.health.estate import Problem

_FOLDER: Final = Place("cmdb")


class ItemPlaces:
    """Where some items of the CMDB stand.

    Args:
        source: the place that the CMDB was read from.
        columns: the CMDB.
        items: the items.
    """

    def __init__(self, source: ParsedSource, columns: ItemColumns, items: Iterable[str]) -> None:
        self._columns = columns
        self.documents: dict[str, Document] = {}
        for document in item_documents(source, columns, items):
            if document.kind == "ConfigurationItem":
                self.documents.setdefault(document.id, document)

    def found(self, rule: str, problem: Problem, level: Level) -> Finding:
        """Return a finding where the problem stands."""
        document, data = self.documents.get(problem.ci), problem.data
        if rule == "cmdb-incomplete":
            data = {**data, "what_now": [where_to_say(problem.attribute, document)]}
        row = self._row(problem, is_native=document is not None)
        if document is not None and row is None:
            route = _route(document, problem)
            return document.found(rule, route, level=level, **data)
        path, line = row or self._any_row(problem.ci)
        return found_in_file(rule, path, level=level, place=(line, 1 if line else 0), **data)

    def _row(self, problem: Problem, *, is_native: bool) -> Place | None:
        """Return the row that says what is wrong; None where the document does, or none."""
        told = self._columns.provenance(problem.ci)
        origins: list[Origin] = []
        if problem.need:
            for named, of_need in told.dependencies.items():
                if problem.need in named:
                    origins += of_need
        elif problem.attribute in told.attributes:
            origins.append(told.attributes[problem.attribute])
        if is_native and any(origin.source == NATIVE for origin in origins):
            return None
        return _first_row(origins)

    def _any_row(self, ci: str) -> Place:
        """Return a row about an item, or else one that names it."""
        return _first_row(self._origins(ci)) or _FOLDER

    def _origins(self, ci: str) -> Iterator[Origin]:
        told = self._columns.provenance(ci)
        yield from told.attributes.values()
        for origins in told.dependencies.values():
            yield from origins
        for dependent, _ in self._columns.graph.needed_by(ci):
            for named, origins in self._columns.provenance(dependent).dependencies.items():
                if ci in named:
                    yield from origins


def _first_row(origins: Iterable[Origin]) -> Place | None:
    """Return the first that is a row, not the default of a source."""
    rows = (origin.place for origin in origins if origin.place.path and origin.source != NATIVE)
    return next(rows, None)


def _route(document: Document, problem: Problem) -> Route:
    if problem.need:
        return _route_of_need(document.spec.get("depends_on"), problem.need)
    if problem.attribute == "name" or not problem.attribute:
        return ("metadata", problem.attribute or "id")
    return ("spec", problem.attribute)


def _route_of_need(needs: Any, name: str) -> Route:
    for at, need in enumerate(needs if isinstance(needs, list) else []):
        if need.get("ci") == name:
            return ("spec", "depends_on", at, "ci")
        members = need.get("any_of", [])
        if name in members:
            return ("spec", "depends_on", at, "any_of", members.index(name))
    return ("spec", "depends_on")
