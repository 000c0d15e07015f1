"""What can break: read the CMDB from one place and follow the dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from changeflow import errors
from changeflow.cmdb.graph import Graph
from changeflow.cmdb.impact import Blast
from changeflow.cmdb.spread import DIGITS
from changeflow.cmdb.tally import Tally, hit_services, tallies
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import (
    AffectedGroup,
    AffectedGroups,
    AffectedService,
    ImpactAnswer,
    OnlyTogether,
)
from changeflow.model.phrases import meant, one_of, told
from changeflow.reading.impact_memory import KnownCmdb, cmdb_at
from changeflow.reading.state import State
from changeflow.reading.view import state_at

if TYPE_CHECKING:
    from changeflow.model.lately import Lately
    from changeflow.reading.rulebook import Rulebook

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
        from changeflow.reading.parsed import unreadable

        raise unreadable(blocking)
    return base


def known(graph: Graph, ci: str) -> str:
    """Return the id of an item, given it or the name that an import made it from.

    Raises:
        errors.NothingToDo: when the CMDB has none, with items that are called so or near misses
            in the hint.
    """
    if ci in graph:
        return ci
    # only where a name is no id
    from changeflow.cmdb_sources.identifiers import id_of

    if ci.strip() and id_of(ci) in graph:
        return id_of(ci)
    near = one_of(graph.called(ci)[:NEAR]) or meant(ci, graph.item_ids(), most=NEAR)
    raise errors.NothingToDo.of("unknown.item", name=ci, hint=near or told("unknown.list_items"))


@dataclass(frozen=True)
class ImpactQuestion:
    """What is asked about some items.

    Attributes:
        changed: their ids.
        depth: leave out items that are further away than this many hops.
        most: list so many affected items; None: all.
        together: whether several of them fail at the same time; None: so, without a comparison
            with what each does alone.
        lately: the days whose changes may have caused trouble on the items; None: not asked.
    """

    changed: Sequence[str]
    depth: int | None = None
    most: int | None = None
    together: bool | None = None
    lately: Lately | None = None


@dataclass(frozen=True)
class FoundImpact:
    """An answer, with the CMDB that it was computed by, and what kept changes from being read."""

    answer: ImpactAnswer
    base: KnownCmdb
    failure: errors.ChangeflowError | None = None


def impact_of(root: Path, question: ImpactQuestion, rev: str | None = None) -> FoundImpact:
    """Return the blast radius of these items, and what they rest on where that is asked.

    Args:
        root: the change repository's folder.
        question: what is asked.
        rev: read the CMDB from this revision; None: the work tree.

    Raises:
        errors.NothingToDo: when an item is not in the CMDB, with near misses in the hint.
        errors.Unreadable: when the CMDB cannot be read.
    """
    base = cmdb_at(state_at(root, rev), readable)
    changed = tuple(dict.fromkeys(known(base.graph, ci) for ci in question.changed))
    blast = Blast(changed, base.graph, base.weights, question.depth)
    if question.together is False:
        blast = blast.alone
    answer = _answer(blast, question, base)
    if question.lately is None:
        return FoundImpact(answer, base)
    from changeflow.gate_cases.upstream import upstream_of

    found, failure = upstream_of(
        root, changed, base, question.lately, question.most, question.depth
    )
    return FoundImpact(replace(answer, upstream=found), base, failure)


def _answer(blast: Blast, question: ImpactQuestion, base: KnownCmdb) -> ImpactAnswer:
    impact = blast.impact(question.most)
    counts = tallies(blast.affected)
    services = hit_services(blast.affected, base.config.service_types, question.most)
    return ImpactAnswer(
        changed=impact.changed,
        depth=question.depth,
        affected_total=impact.affected_total,
        affected=impact.affected,
        fail_together=blast.together,
        only_together=_only_together(blast, question) if question.together else None,
        groups=AffectedGroups(
            **{fact: tuple(map(_group, rows)) for fact, rows in counts.items()},
        ),
        services_total=services.total,
        services=tuple(_services(services.strongest, blast, base.graph)),
        direct=impact.direct,
        failing=impact.failing,
    )


def _group(row: Tally) -> AffectedGroup:
    return AffectedGroup(
        name=row.name, affected=row.affected, direct=row.direct, failing=row.failing
    )


def _services(
    found: Iterable[tuple[float, int]], blast: Blast, graph: Graph
) -> Iterator[AffectedService]:
    for score, number in found:
        node = graph.node_at(number)
        yield AffectedService(
            ci=graph.ids[number],
            score=score,
            hops=int(blast.spread.hops[number]),
            environment=node.environment if node else None,
            criticality=node.criticality if node else None,
            owner=node.owner if node else None,
        )


def _only_together(blast: Blast, question: ImpactQuestion) -> tuple[OnlyTogether, ...]:
    """Return what several items hit harder together than any of them alone, hardest first."""
    ids, alone = blast.graph.ids, blast.alone.spread
    found: list[OnlyTogether] = []
    for score, number in blast.affected.strongest():
        before = round(alone.score_of(number), DIGITS)
        if before < score:
            found.append(OnlyTogether(ci=ids[number], score=score, alone=before))
            if len(found) == question.most:
                break
    return tuple(found)
