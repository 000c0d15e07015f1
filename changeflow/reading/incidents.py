"""The incidents that people say a change caused, as the documents of one place have them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from changeflow import errors
from changeflow.model.kinds import BY_NAME
from changeflow.reading.parsed import ParsedSource

_KIND: Final = BY_NAME["Incident"]
_YAML: Final = (".yaml", ".yml")


class Incidents:
    """What caused incidents.

    Args:
        source: where their documents are.
    """

    def __init__(self, source: ParsedSource) -> None:
        self._by_change: dict[str, list[str]] = {}
        self._opened: dict[str, datetime] = {}
        paths = [one for one in source.entries() if _KIND.claims(one) and one.endswith(_YAML)]
        problems: list[tuple[str, errors.Unreadable]] = []
        read = [path for path, _ in source.read_many(sorted(paths), problems)]
        self._unreadable = [path for path, _ in problems]
        for path in read:
            self._note(source, path)

    def caused_by(self, change: str) -> tuple[str, ...]:
        """Return the ids of the incidents that a change caused.

        A document that cannot be read may be about any change: it is named by its path.
        """
        return (*self.naming(change), *self._unreadable)

    def naming(self, change: str) -> tuple[str, ...]:
        """Return the ids of the incidents whose documents can be read and name a change."""
        return tuple(self._by_change.get(change, ()))

    def opened(self, change: str) -> datetime | None:
        """Return when the last incident was opened that a change caused, where any is known."""
        return self._opened.get(change)

    def _note(self, source: ParsedSource, path: str) -> None:
        # Few repositories have incidents.
        from changeflow.model.incident import Incident

        parsed = source.parsed(path)
        found = None if parsed.errors else parsed.first(Incident)
        if found is None:
            self._unreadable.append(path)
            return
        for change in found.spec.caused_by:
            self._by_change.setdefault(change, []).append(found.metadata.id)
            opened = self._opened.get(change, found.spec.opened)
            self._opened[change] = max(opened, found.spec.opened)
