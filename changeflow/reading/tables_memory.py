"""The tables of a repository's own records that were made before, with the time in which they hold.

The files of the tables are kept as they are. They hold while nothing changed that they may depend on
(`reading.repository_memory`), and while no moment has come at which a change stands otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from changeflow.model.watched_time import Holding, unnoted
from changeflow.reading.repository_memory import RepositoryMemory

if TYPE_CHECKING:
    from changeflow.reading.view import View

_KIND: Final = "tables"


class TablesMemory:
    """The memory of the tables of a repository.

    Args:
        view: what they are made from.
        memory: of the question.
    """

    def __init__(self, view: View, memory: RepositoryMemory) -> None:
        self._view, self._memory = view, memory

    @classmethod
    def of(cls, view: View) -> TablesMemory | None:
        """Return the memory of the tables of a view's base; None where nothing is remembered."""
        asked = (repr(view.base.label), repr(view.base.commit), repr(view.many))
        memory = RepositoryMemory.of(view.git, _KIND, asked)
        return cls(view, memory) if memory is not None else None

    def recall(self, now: datetime, folder: Path) -> tuple[Mapping[str, Any], Holding] | None:
        """Write the tables into a folder and return what was kept of them, and how long they hold.

        None where none hold.
        """
        found = self._memory.recall()
        if found is None:
            return None
        during = Holding.of_texts(found.facts["during"])
        if not during.has(unnoted(now)):
            return None
        start = 0
        for name, size in found.facts["files"]:
            (folder / name).write_bytes(found.data[start : start + size])
            start += size
        about: Mapping[str, Any] = found.facts["about"]
        return about, during

    def keep(self, folder: Path, about: Mapping[str, Any], during: Holding) -> None:
        """Keep the tables of a folder.

        Args:
            folder: with files alone.
            about: what is kept of them, as plain data.
            during: the time in which they hold.
        """
        files = [path for path in sorted(folder.iterdir()) if path.suffix == ".parquet"]
        contents = [path.read_bytes() for path in files]
        facts = {
            "during": during.as_texts(),
            "files": [[path.name, len(data)] for path, data in zip(files, contents, strict=True)],
            "about": about,
        }
        self._memory.keep(facts, b"".join(contents), self._view)
