"""Find the source whose mapping and defaults an import takes: by its id, or as a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.cmdb_sources.table import SourceSpec
from changeflow.model.configuration_source import ConfigurationSource
from changeflow.model.paths import shown
from changeflow.model.phrases import meant
from changeflow.reading.configuration_sources import spec_of
from changeflow.reading.parsed import parse
from changeflow.repo.source import WorkTree

_FOLDER: Final = "cmdb/sources"
_SUFFIXES: Final = (".yaml", ".yml")


def source_like(root: Path, here: Path, named: str, format_: str) -> SourceSpec:
    """Return what a source says about itself.

    Args:
        root: the change repository.
        here: the folder that a path is relative to.
        named: an id of a source in `cmdb/sources/`, or a file with one.
        format_: that is imported.

    Raises:
        errors.NothingToDo: when there is no such source and no such file.
        errors.Unreadable: when the document cannot be read.
        errors.UsageError: when it is a source of another format.
    """
    found = _by_id(root, named) or _in_file(here, named)
    if found is None:
        ids = sorted(one.metadata.id for one in _sources(root))
        hint = meant(named, ids)
        raise errors.NothingToDo.of("import.no_source", name=named, hint=hint or [])
    if found.spec.format != format_:
        raise errors.UsageError.of(
            "import.other_format", name=named, format=found.spec.format, wanted=format_
        )
    return spec_of(found.spec)


def _by_id(root: Path, named: str) -> ConfigurationSource | None:
    for source in _sources(root):
        if source.metadata.id == named:
            return source
    return None


def _sources(root: Path) -> Iterator[ConfigurationSource]:
    """Yield the sources of the repository. What is wrong with another one is left to `check`."""
    if not (root / _FOLDER).is_dir():
        return
    tree = WorkTree(root / _FOLDER)
    for name, entry in tree.entries().items():
        if entry.regular and name.endswith(_SUFFIXES):
            for record in parse(tree.read(name), f"{_FOLDER}/{name}", many=True).records:
                if isinstance(record, ConfigurationSource):
                    yield record


def _in_file(here: Path, named: str) -> ConfigurationSource | None:
    full = Path(os.path.abspath(here / named))  # noqa: PTH100 - links stay as they are
    if not os.path.lexists(full):
        return None
    data = WorkTree(full.parent).as_on_disk(full.name)
    return parse(data, shown(named)).only(ConfigurationSource)
