"""Look at the CMDB: one item with its neighbours, all items, or its findings and a survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from changeflow.cmdb.graph import Graph, Strength
from changeflow.cmdb.survey import Survey, survey
from changeflow.model.cmdb import ConfigurationItem
from changeflow.reading.documents import tidy
from changeflow.reading.view import state_at
from changeflow.usecases.check.check import Checked, check
from changeflow.usecases.check.target import Target
from changeflow.usecases.cmdb.impact import cmdb_of, known


@dataclass(frozen=True)
class ShownItem:
    """One item and who needs it."""

    item: ConfigurationItem
    needed_by: tuple[tuple[str, Strength], ...]
    items: Mapping[str, ConfigurationItem]


@dataclass(frozen=True)
class CmdbChecked:
    """The findings of `check` about the CMDB, and a survey where the items can be read."""

    checked: Checked
    survey: Survey | None


def show_item(root: Path, ci: str, rev: str | None = None) -> ShownItem:
    """One item with its neighbours.

    Raises:
        errors.NothingToDo: when there is no such item, with near misses in the hint.
        errors.Unreadable: when the CMDB cannot be read.
    """
    items = cmdb_of(root, rev).items
    graph = Graph.of(items.values())
    return ShownItem(items[known(graph, ci)], graph.needed_by(ci), items)


def list_items(root: Path, rev: str | None = None) -> tuple[ConfigurationItem, ...]:
    """All items, sorted by id.

    Raises:
        errors.NothingToDo: when there are none.
        errors.Unreadable: when the CMDB cannot be read.
    """
    items = cmdb_of(root, rev).items
    return tuple(items[ci] for ci in sorted(items))


def check_cmdb(root: Path, rev: str | None = None) -> CmdbChecked:
    """Findings of the documents in `cmdb/`, and items that released changes have left behind on the main branch.

    Where no finding is an error, also a survey of the graph.

    Raises:
        errors.NothingToDo: when there are no items.
    """
    # reads the ledger, which `show` does not
    from changeflow.usecases.cmdb.upkeep import (
        after_releases,
    )

    source = state_at(root, rev)
    checked = check(Target(root, ("cmdb",)), source if source.commit is not None else None)
    if checked.findings.errors:
        return CmdbChecked(_with(checked, after_releases(root, {})), None)
    items = cmdb_of(root, rev).items
    return CmdbChecked(_with(checked, after_releases(root, items)), survey(items))


def _with(checked: Checked, more: Checked) -> Checked:
    """Findings of a check with further ones, sorted."""
    found = tidy((*checked.findings.findings, *more.findings.findings))
    return replace(
        checked,
        findings=replace(checked.findings, findings=tuple(found)),
        excerpts={**more.excerpts, **checked.excerpts},
    )
