"""Export the CMDB: write the items in a format that other systems read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from changeflow import errors
from changeflow.cmdb_sources.carried import FURTHER, labels_of, not_carried
from changeflow.cmdb_sources.export_table import (
    CARRIED,
    EXPORTS,
    Exported,
    ExportFormat,
    Piece,
    write_with,
)
from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.paths import shown
from changeflow.repo.folder_swap import replace_folder
from changeflow.repo.repository_kind import common_folder
from changeflow.repo.writer_lock import writer_lock
from changeflow.usecases.cmdb.impact import cmdb_of

# ids that are named where items lose something
_NAMED: Final = 3


class WrittenFile(NamedTuple):
    """A file of an export. Its digest is what `sha256` of a source asks for."""

    name: str
    size: int
    sha256: str


class Loss(NamedTuple):
    """What does not come back when the export is read: of how many items, and the first ids."""

    what: str
    items: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class ItemsExported:
    """What an export wrote.

    Attributes:
        format: of the files.
        folder: as the operator named it.
        items: how many were written.
        relations: how many dependencies they have; each member of a group counts.
        files: that lie in the folder now.
        losses: what the format cannot carry.
    """

    format: ExportFormat
    folder: str
    items: int
    relations: int
    files: tuple[WrittenFile, ...]
    losses: tuple[Loss, ...]


def export_items(root: Path, target: str, out: str, here: Path, rev: str | None) -> ItemsExported:
    """Write all items into a folder, which holds the files of the export and no others.

    Args:
        root: the change repository.
        target: a name of the table of exports.
        out: the folder, as the operator wrote it.
        here: what it is relative to.
        rev: the revision that is read; None for the work tree.

    Raises:
        errors.Unreadable: when a document of the CMDB cannot be read.
        errors.NothingToDo: when there are no items.
        errors.Refused: when the folder has other files, or is none.
        errors.UsageError: when the folder cannot be written.
        errors.HostFailed: when the disk is full or broken.
    """
    format_ = EXPORTS[target]
    folder = Path(os.path.abspath(here / out))  # noqa: PTH100 - links stay as they are
    _require_own(folder, out, format_)
    base = cmdb_of(root, rev)
    ids = base.graph.item_ids()

    def walk() -> Iterator[ConfigurationItem]:
        for ci in ids:
            yield base.items[ci]

    surveyed = _Surveyed(format_)
    for item in walk():
        surveyed.add(item)
    exported = Exported(walk, tuple(sorted(surveyed.label_keys)), base.graph)
    counted = _Counted(write_with(format_, exported))
    common = common_folder(root)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(common if common is not None else root / ".git"):
            replace_folder(folder.parent, folder, counted)
    except OSError as error:
        raise errors.unwritten("export.disk", error, folder=shown(out)) from error
    return ItemsExported(
        format_, out, len(ids), base.graph.edges, counted.files(), tuple(surveyed.losses())
    )


def _require_own(folder: Path, out: str, format_: ExportFormat) -> None:
    """Refuse a folder that holds anything but an earlier export of this format."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise errors.Refused.of("export.no_folder", path=shown(out))
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name not in format_.files or path.is_symlink() or not path.is_file():
            name = f"{out.rstrip('/')}/{path.name}"
            raise errors.Refused.of("export.foreign", path=shown(name), format=format_.name)


class _Surveyed:
    """What has to be known of all items before the first is written."""

    def __init__(self, format_: ExportFormat) -> None:
        self._format = format_
        self.label_keys: set[str] = set()
        self._lost: dict[str, int] = {}
        self._first: dict[str, list[str]] = {}

    def add(self, item: ConfigurationItem) -> None:
        self.label_keys.update(key for key, _ in labels_of(item))
        for what in not_carried(item, self._format):
            self._lost[what] = self._lost.get(what, 0) + 1
            first = self._first.setdefault(what, [])
            if len(first) < _NAMED:
                first.append(item.metadata.id)

    def losses(self) -> Iterator[Loss]:
        """Yield what is lost, in the order of an item's fields."""
        for what in (*CARRIED, *FURTHER):
            if what in self._lost:
                yield Loss(what, self._lost[what], tuple(self._first[what]))


class _Counted:
    """Pieces, and what they come to once all were taken."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._sizes: dict[str, int] = {}
        self._digests: dict[str, hashlib._Hash] = {}

    def __iter__(self) -> Iterator[Piece]:
        for name, data in self._pieces:
            self._sizes[name] = self._sizes.get(name, 0) + len(data)
            self._digests.setdefault(name, hashlib.sha256()).update(data)
            yield name, data

    def files(self) -> tuple[WrittenFile, ...]:
        sizes: Mapping[str, int] = self._sizes
        return tuple(
            WrittenFile(name, size, self._digests[name].hexdigest())
            for name, size in sorted(sizes.items())
        )
