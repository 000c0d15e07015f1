"""What can break: read the CMDB from one place and follow the dependencies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from changeflow import errors
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.model.answers.assessment import ImpactAnswer
from changeflow.model.phrases import meant, told
from changeflow.reading.impact_memory import KnownCmdb, cmdb_at
from changeflow.reading.parsed import unreadable
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import state_at

# suggestions for an id that is not there
NEAR: Final = 3


def cmdb_of(root: Path, rev: str | None = None) -> Rulebook:
    """Read the CMDB and its risk model from the work tree or a revision.

    A broken policy or roster does not prevent that. A broken item does, because its dependencies
    would be left out in silence.

    Raises:
        errors.Unreadable, errors.NothingToDo: as `readable`.
    """
    return readable(state_at(root, rev))


def readable(state: State) -> Rulebook:
    """Return the rulebook of a state whose CMDB and risk model can be read.

    Raises:
        errors.Unreadable: when they cannot.
        errors.NothingToDo: when there are no items.
    """
    base = without_problems(state)
    if not base.items:
        raise errors.NothingToDo.of("unknown.items", place=base.label)
    return base


def without_problems(state: State) -> Rulebook:
    """Return the rulebook of a state whose CMDB and risk model can be read; it may have no items.

    Raises:
        errors.Unreadable: when they cannot.
    """
    base, blocking = state.rulebook, []
    for problem in base.problems:
        of_cmdb = not problem.path or problem.path.startswith(("cmdb/", "policies/risk"))
        if of_cmdb or problem.rule.startswith("source-"):
            blocking.append(problem)
    if blocking:
        raise unreadable(blocking)
    return base


def known(graph: Graph, ci: str) -> str:
    """Return the id, when the CMDB has it.

    Raises:
        errors.NothingToDo: when it does not, with near misses in the hint.
    """
    if ci in graph:
        return ci
    near = meant(ci, graph.item_ids(), most=NEAR)
    raise errors.NothingToDo.of("unknown.item", name=ci, hint=near or told("unknown.list_items"))


def impact_of(
    root: Path,
    changed: Sequence[str],
    depth: int | None = None,
    rev: str | None = None,
    most: int | None = None,
) -> tuple[ImpactAnswer, KnownCmdb]:
    """Return the blast radius of these items, and the CMDB that it was computed by.

    Args:
        root: the change repository's folder.
        changed: ids of the items.
        depth: leave out items that are further away than this many hops.
        rev: read the CMDB from this revision; None: the work tree.
        most: list so many affected items; None: all.

    Raises:
        errors.NothingToDo: when an item is not in the CMDB, with near misses in the hint.
        errors.Unreadable: when the CMDB cannot be read.
    """
    base = cmdb_at(state_at(root, rev), readable)
    items = [known(base.graph, ci) for ci in changed]
    impact = blast_radius(items, base.graph, base.weights, depth, most)
    answer = ImpactAnswer(
        changed=impact.changed,
        depth=depth,
        affected_total=impact.affected_total,
        affected=impact.affected,
        direct=impact.direct,
        failing=impact.failing,
    )
    return answer, base
