"""Import records that other systems export, or say what would change."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.checks.history_mappings import RULES
from changeflow.documents.loader import load
from changeflow.documents.schema import schema_problems
from changeflow.history.import_exports import Export, Imported, import_exports
from changeflow.history.mapping import HistoryMappingSpec, mapping_spec
from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import HISTORY
from changeflow.model.finding_rules import RuleSet
from changeflow.model.findings import Finding, errors_of
from changeflow.model.paths import shown
from changeflow.reading.parsed import unreadable
from changeflow.repo.source import WorkTree

_KIND: Final = "HistoryMapping"


class Folder(NamedTuple):
    """Where tables are.

    Attributes:
        named: as the operator named it; None: `history` in the change repository, or here.
        here: what paths are relative to.
        root: the change repository; None outside of one.
    """

    named: str | None
    here: Path
    root: Path | None = None

    @property
    def path(self) -> Path:
        """Return the folder itself."""
        if self.named is not None:
            return absolute(self.here, self.named)
        return (self.root or self.here).absolute() / HISTORY

    @property
    def told(self) -> str:
        """Return the folder as messages call it."""
        return self.named if self.named is not None else os.path.relpath(self.path, self.here)


@dataclass(frozen=True)
class RecordsImported:
    """What an import wrote, or would write.

    Attributes:
        mapping: its id.
        source: of the records.
        folder: as the operator named it.
        imported: what came of it.
        written: whether anything was written.
    """

    mapping: str
    source: str
    folder: str
    imported: Imported
    written: bool


def import_records(
    mapping: str, exports: Sequence[str], into: Folder, *, write: bool
) -> RecordsImported:
    """Add the records of exports to the tables of a folder.

    Args:
        mapping: a file with a `HistoryMapping`.
        exports: files in its form.
        into: the folder.
        write: False for a look at what would change.

    Raises:
        errors.NothingToDo: when there is no such file.
        errors.UsageError: when a file cannot be opened, or the folder not written.
        errors.Unreadable: when the mapping or an export cannot be read.
    """
    name, spec = read_mapping(mapping, into.here)
    files = [Export(absolute(into.here, export), export) for export in exports]
    imported = import_exports(spec, files, into.path, keep=write)
    changed = any(one.added or one.changed or one.removed for one in imported.tables.values())
    return RecordsImported(name, spec.source, into.told, imported, written=write and changed)


def read_mapping(named: str, here: Path) -> tuple[str, HistoryMappingSpec]:
    """Return the id of a mapping, and what it says.

    Raises:
        errors.NothingToDo: when there is no such file.
        errors.Unreadable: when it cannot be read, or is no mapping.
    """
    full = absolute(here, named)
    if not os.path.lexists(full):
        raise errors.NothingToDo.of("history_file.missing", file=shown(named))
    data = WorkTree(full.parent).as_on_disk(full.name)
    loaded = load(data, shown(named))
    problems: list[Finding] = [*errors_of(loaded.findings)]
    for document in loaded.documents:
        problems += errors_of(schema_problems(document))
        if document.kind == _KIND:
            problems += errors_of(RuleSet(RULES).look(document))
    if problems:
        raise unreadable(problems)
    for document in loaded.documents:
        if document.kind == _KIND:
            return document.id, mapping_spec(document.data["spec"])
    raise errors.Unreadable.of("file.not_a", path=shown(named), kind=_KIND)


def absolute(here: Path, path: str) -> Path:
    """Return where a path leads, links as they are."""
    return Path(os.path.abspath(here / path))  # noqa: PTH100
