"""Conflicts between open changes, each kind against a definition that is computed by trial."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from changeflow.cmdb.graph import Graph, GraphBuilder
from changeflow.cmdb.impact import blast_radius
from changeflow.cmdb.outages import Outages
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.impact_weights import ImpactWeights
from changeflow.schedule.conflicts import (
    MOST_CONFLICTS,
    ConflictRules,
    candidates,
    conflicts,
    conflicts_of_all,
)
from changeflow.schedule.open_changes import OpenChange, OpenChanges
from tests.cmdb_items import item

DAY = datetime(2026, 12, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = ConflictRules(exclusive=frozenset({"lab"}))
PAIR = {"any_of": ["cache-1", "cache-2"], "min": 1}
SHOP = [
    item("db"), item("bench", environment="lab"), item("cache-1"), item("cache-2"), item("api", "db", PAIR),
    item("web", "api"), item("mail", "~db"), item("desk", environment="lab"),
]  # fmt: skip


def planned(name: str, start: float, end: float, *items: str, **over: Any) -> OpenChange:
    return OpenChange(id=name, start=DAY + start * HOUR, end=DAY + end * HOUR, items=items, **over)


def outages(items: Iterable[ConfigurationItem] = SHOP) -> Outages:
    return Outages(Graph.of(items), ImpactWeights())


def looking_back(items: Iterable[ConfigurationItem], few: int) -> Outages:
    """The same, which follows so many dependencies back before it looks for all that fails."""
    builder = GraphBuilder(items)
    needs = builder.needs()
    return Outages(builder.graph(needs), ImpactWeights(), needs, few)


def kinds(mine: OpenChange, other: OpenChange, rules: ConflictRules = RULES) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.items) for one in conflicts(mine, [other], outages(), rules)]


@pytest.mark.parametrize(
    ("mine", "other", "found"),
    [
        (planned("A", 0, 2, "db"), planned("B", 1, 3, "db"), [("same-item", ("db",))]),
        (planned("A", 0, 2, "db"), planned("B", 2, 3, "db"), []),
        (planned("A", 0, 2, "db"), planned("B", 1, 3, "web"), [("dependency", ("web",))]),
        (planned("A", 0, 2, "web"), planned("B", 1, 3, "db"), [("dependency", ("web",))]),
        (planned("A", 0, 2, "db"), planned("B", 1, 3, "mail"), []),
        (planned("A", 0, 2, "cache-1"), planned("B", 1, 3, "cache-2"), [("redundancy", ("api", "web"))]),
        (planned("A", 0, 2, "cache-1"), planned("B", 2, 3, "cache-2"), []),
        (planned("A", 0, 2, "cache-1", "db"), planned("B", 1, 3, "cache-2"), []),
        (planned("A", 0, 2, "db", implementer="bob"), planned("B", 1, 3, "cache-1", implementer="bob"), [("person", ())]),
        (planned("A", 0, 2, "bench"), planned("B", 1, 3, "desk"), [("environment", ())]),
        (planned("A", 0, 2, "db", depends_on=("B",)), planned("B", 1, 3, "db"), [("order", ())]),
        (planned("A", 0, 2, "db"), planned("B", 1, 3, "db", depends_on=("A",)), [("order", ())]),
        (planned("A", 4, 5, "web", depends_on=("B",)), planned("B", 1, 3, "db"), [("rollback", ())]),
        (planned("A", 4, 5, "db"), planned("B", 1, 3, "db", limit=2 * HOUR), [("rollback", ("db",))]),
        (planned("A", 5, 6, "db"), planned("B", 1, 3, "db", limit=2 * HOUR), []),
        (planned("A", 4, 5, "db"), planned("B", 1, 3, "db"), []),
        (planned("A", 0, 1, "unknown"), planned("B", 0, 1, "unknown"), [("same-item", ("unknown",))]),
    ],
)
def test_each_kind_is_found_when_it_is_there_and_only_then(
    mine: OpenChange, other: OpenChange, found: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert kinds(mine, other) == found
    assert [kind for kind, _ in kinds(other, mine)] == [kind for kind, _ in found]


def test_an_environment_is_busy_only_where_configuration_says_that_it_carries_one_change() -> None:
    assert kinds(planned("A", 0, 2, "bench"), planned("B", 1, 3, "desk"), ConflictRules()) == []


def test_hard_ones_stand_first_then_by_start_and_each_says_what_to_do() -> None:
    mine = planned("M", 0, 9, "db", implementer="bob")
    others = [
        planned("A", 1, 2, "web", implementer="bob"), planned("B", 3, 4, "db"), planned("C", 2, 3, "db", implementer="bob"),
    ]  # fmt: skip
    found = conflicts(mine, others, outages(), RULES)
    assert [(one.change, one.kind, one.hard) for one in found] == [
        ("C", "same-item", True), ("B", "same-item", True), ("A", "dependency", False), ("A", "person", False),
    ]  # fmt: skip
    assert found[0].proposal == "move C to 2026-12-01T09:00:00Z or later, when M is over"
    assert [one.first for one in found] == [False] * 4
    (soft,) = conflicts(mine, others[1:2], outages(), ConflictRules(hard=frozenset()))
    assert not soft.hard


def test_of_two_the_one_that_the_other_depends_on_goes_first_and_the_order_names_when() -> None:
    then, first = planned("A", 0, 2, "web", depends_on=("B",)), planned("B", 1, 3, "db")
    (found,) = conflicts(then, [first], outages(), RULES)
    assert (found.first, found.proposal) == (True, "move A to 2026-12-01T03:00:00Z or later, when B is over")
    (seen,) = conflicts(first, [then], outages(), RULES)
    assert (seen.first, seen.overlap_start, seen.overlap_end) == (False, then.start, first.end)


def world(dice: random.Random) -> tuple[list[ConfigurationItem], list[OpenChange]]:
    """A small CMDB with rings and groups, and changes that are near each other."""
    names = [f"i{number}" for number in range(dice.randint(3, 9))]
    estate = []
    for name in names:
        needs: list[Any] = []
        for _ in range(dice.randint(0, 3)):
            if dice.random() < 0.5:
                members = sorted(set(dice.choices(names, k=3)) - {name})
                if members:
                    needs.append({"any_of": members, "min": dice.randint(1, len(members))})
            else:
                needs.append(dice.choice(["", "", "~"]) + dice.choice([one for one in names if one != name]))
        estate.append(item(name, *needs, environment=dice.choice(["lab", "live"])))
    changes = []
    for number in range(dice.randint(2, 7)):
        start, length = dice.randint(0, 6), dice.randint(1, 4)
        over: dict[str, Any] = {"implementer": dice.choice(["bob", "eve", None]), "limit": dice.choice([None, HOUR, 3 * HOUR])}
        over["depends_on"] = tuple(f"C{other}" for other in range(7) if other != number and dice.random() < 0.1)
        chosen = tuple(sorted(set(dice.choices([*names, "elsewhere"], k=dice.randint(1, 3)))))
        changes.append(planned(f"C{number}", start, start + length, *chosen, **over))
    return estate, changes


def failing_by_trial(estate: list[ConfigurationItem], roots: set[str]) -> set[str]:
    """What fails with items: repeated until nothing changes."""
    failed = set(roots)
    while True:
        before = len(failed)
        for one in estate:
            for need in one.spec.depends_on:
                if hasattr(need, "ci"):
                    falls = need.strength == "hard" and need.ci in failed
                else:
                    falls = len(set(need.any_of) - failed) < need.min
                if falls:
                    failed.add(one.metadata.id)
        if len(failed) == before:
            return failed


def by_trial(one: OpenChange, other: OpenChange, estate: list[ConfigurationItem]) -> set[tuple[str, tuple[str, ...]]]:
    """The conflicts of two changes by their definitions in docs/decisions/conflicts.md."""
    known = {each.metadata.id: each for each in estate}
    if other.id in one.depends_on or one.id in other.depends_on:
        first, then = (other, one) if other.id in one.depends_on else (one, other)
        return {("order" if then.start < first.end else "rollback", ())}
    shared = set(one.items) & set(other.items)
    if max(one.start, other.start) >= min(one.end, other.end):
        first, then = sorted((one, other), key=lambda change: change.start)
        late = first.limit is not None and then.start < first.end + first.limit
        return {("rollback", tuple(sorted(shared)))} if shared and late else set()
    found: set[tuple[str, tuple[str, ...]]] = set()
    mine = failing_by_trial(estate, set(one.items) & set(known))
    its = failing_by_trial(estate, set(other.items) & set(known))
    both = failing_by_trial(estate, {*one.items, *other.items} & set(known))
    hits, hit = mine & set(other.items), its & set(one.items)
    if shared:
        found.add(("same-item", tuple(sorted(shared))))
    elif hits or hit:
        found.add(("dependency", tuple(sorted(hits or hit))))
    if both - mine - its:
        found.add(("redundancy", tuple(sorted(both - mine - its))))
    if shared:
        return found
    if one.implementer and one.implementer == other.implementer:
        found.add(("person", ()))
    places = [{known[ci].spec.environment for ci in change.items if ci in known} for change in (one, other)]
    if "lab" in places[0] & places[1]:
        found.add(("environment", ()))
    return found


@pytest.mark.parametrize("seed", range(10))
def test_all_conflicts_of_many_changes_are_those_that_trial_finds(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    for _ in range(40):
        compare(*world(dice))


def compare(estate: list[ConfigurationItem], changes: list[OpenChange]) -> None:
    index, near = conflicts_of_all(changes, outages(estate), RULES), OpenChanges(changes)
    expected: dict[str, set[tuple[str, str, tuple[str, ...]]]] = {one.id: set() for one in changes}
    for one, other in combinations(changes, 2):
        for mine, its in ((one, other), (other, one)):
            expected[mine.id] |= {(its.id, *what) for what in by_trial(mine, its, estate)}
    for mine in changes:
        found = {(one.change, one.kind, one.items) for one in index[mine.id].told(None)}
        assert found == expected[mine.id]
        assert len(index[mine.id]) == len(expected[mine.id])
        alone = conflicts(mine, candidates(mine, near), outages(estate), RULES)
        assert alone == index[mine.id].told(None)
        for few in (0, 3, 1_000):
            assert conflicts(mine, candidates(mine, near), looking_back(estate, few), RULES) == alone


def test_what_fails_is_what_the_blast_radius_gives_the_score_of_one() -> None:
    dice = random.Random(7)  # noqa: S311
    for _ in range(200):
        estate, changes = world(dice)
        graph = Graph.of(estate)
        known = Outages(graph, ImpactWeights())
        for one in changes:
            told = {graph.ids[number] for number in known.of(one.items).failing}
            impact = blast_radius(one.items, graph, ImpactWeights())
            assert told == {hit.ci for hit in impact.affected if hit.score == 1} | (set(one.items) & set(graph.ids))


def test_what_a_large_outage_cannot_hit_is_known_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []
    whole = Outages._spread

    def watched(self: Outages, start: Iterable[int], *more: Any) -> Any:
        asked.append(sorted(start))
        return whole(self, start, *more)

    monkeypatch.setattr(Outages, "_spread", watched)
    known = looking_back(SHOP, 1_000)
    # a soft dependency brings down nothing
    assert known.failing_of(["mail", "bench"], ["db"]) == ()
    assert asked == []
    assert known.failing_of(["mail", "web"], ["db"]) == ("web",)
    assert asked == [[known.number_of("db")]]


def test_where_a_hard_dependency_passes_on_less_than_all_nothing_fails_but_the_items() -> None:
    known = Outages(Graph.of(SHOP), ImpactWeights(hard=0.9))
    assert {known.graph.ids[number] for number in known.of(["db"]).failing} == {"db"}


def test_an_answer_lists_the_first_of_very_many() -> None:
    changes = [planned(f"C{number:02}", number / 60, 2, "db") for number in range(40)]
    found = conflicts_of_all(changes, outages(), RULES)["C00"]
    assert len(found) == 39
    assert [one.change for one in found.told(MOST_CONFLICTS)] == [f"C{number:02}" for number in range(1, 21)]
    assert found.total(leave_out={"C01", "C39"}) == 37
