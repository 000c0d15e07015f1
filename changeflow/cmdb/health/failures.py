"""Which item fails when another one fails alone: the hard part of the CMDB as a plain graph.

A redundancy group is passed by what makes too many of its members fail at once (`common_causes`).
So the items that fail with one are those that can be reached from it, and everything that is known
about plain directed graphs holds: rings, dominators, articulation points.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

from changeflow.cmdb.graph import FIRST_GROUP, HARD, Graph
from changeflow.cmdb.health.adjacency import Adjacency
from changeflow.cmdb.health.common_causes import Causes, Group, common_causes


class Failures(NamedTuple):
    """Edges from an item to those that fail when it fails alone, by the numbers of the graph.

    Attributes:
        dependents: from an item to those that fail with it.
        needs: the same edges, turned round.
        hard: `needs` without those that pass a redundancy group.
        unfollowed: redundancy groups whose common causes were not looked for, because that would
            take too long. They count as groups that hold.
    """

    dependents: Adjacency
    needs: Adjacency
    hard: Adjacency
    unfollowed: int

    @classmethod
    def of(cls, graph: Graph, most: int | None = None) -> Failures:
        """Return what fails with what.

        Args:
            graph: the CMDB.
            most: how many dependencies to follow in search of common causes; None: the default.
        """
        dependents, groups = _hard_edges(graph)
        needs = dependents.turned()
        causes = common_causes(needs, groups, most) if groups else Causes((), 0)
        if not causes.edges:
            return cls(dependents, needs, needs, causes.unfollowed)
        added = Adjacency.of(dependents.size, causes.edges)
        both = _joined(dependents, added)
        return cls(both, both.turned(), needs, causes.unfollowed)


def _hard_edges(graph: Graph) -> tuple[Adjacency, list[Group]]:
    """Return dependencies without which an item fails, and the groups that can lose a member.

    A group that needs all of its members is as many hard dependencies.
    """
    if not any(graph.codes):
        return _without_loops(Adjacency(graph.first, graph.dependents)), []
    tipping = graph.tipping
    first, ends = array("i", [0]), array("i")
    members: dict[int, list[int]] = {}
    owners: dict[int, int] = {}
    for node in range(len(graph.ids)):
        for at in range(graph.first[node], graph.first[node + 1]):
            code, dependent = graph.codes[at], graph.dependents[at]
            group = code - FIRST_GROUP
            if code == HARD or (group >= 0 and tipping[group] == 1):
                if dependent != node:
                    ends.append(dependent)
            elif group >= 0:
                members.setdefault(group, []).append(node)
                owners[group] = dependent
        first.append(len(ends))
    groups = [Group(owners[one], tuple(members[one]), tipping[one]) for one in sorted(members)]
    return Adjacency(first, ends), groups


def _without_loops(edges: Adjacency) -> Adjacency:
    """Return the edges without those from an item to itself, which change nothing."""
    if not any(node in edges.after(node) for node in range(edges.size)):
        return edges
    first, ends = array("i", [0]), array("i")
    for node in range(edges.size):
        ends.extend(end for end in edges.after(node) if end != node)
        first.append(len(ends))
    return Adjacency(first, ends)


def _joined(one: Adjacency, other: Adjacency) -> Adjacency:
    first, ends = array("i", [0]), array("i")
    for node in range(one.size):
        ends.extend(sorted({*one.after(node), *other.after(node)}))
        first.append(len(ends))
    return Adjacency(first, ends)
