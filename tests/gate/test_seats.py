"""One person fills one seat: seating compared with networkx's maximum matching and with trying everything."""

from __future__ import annotations

from itertools import permutations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.gate.seats import mandates, seat, smallest_impossible
from changeflow.policy.engine import Demand, merge
from tests.examples import examples

from .builders import NOW, roster

PEOPLE = ["ann", "ben", "cat", "dan", "eve"]
ROLES = ["cab", "ecab", "owners"]


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    roles = draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True))
    needed = {role: draw(st.integers(1, 3)) for role in roles}
    table = {role: {person: person for person in draw(st.lists(st.sampled_from(PEOPLE), unique=True))} for role in roles}
    return needed, table


def everybody(table: dict[str, dict[str, str]]) -> list[tuple[str, frozenset[str]]]:
    return [(person, frozenset()) for person in sorted({name for people in table.values() for name in people})]


def largest(needed: dict[str, int], table: dict[str, dict[str, str]]) -> int:
    graph = nx.Graph()
    seats = [(role, number) for role, count in needed.items() for number in range(count)]
    graph.add_nodes_from(seats)
    graph.add_edges_from((place, person) for place in seats for person in table[place[0]])
    return len(nx.bipartite.maximum_matching(graph, top_nodes=seats)) // 2


@given(tables())
def test_as_many_seats_are_filled_as_networkx_can_fill(given_table: tuple[dict[str, int], dict[str, dict[str, str]]]) -> None:
    needed, table = given_table
    seating = seat(needed, everybody(table), table)
    assert sum(len(people) for people in seating.seated.values()) == largest(needed, table)


@given(tables())
def test_nobody_sits_twice_and_everybody_sits_where_they_may(
    given_table: tuple[dict[str, int], dict[str, dict[str, str]]],
) -> None:
    needed, table = given_table
    seating = seat(needed, everybody(table), table)
    assert len(set(seating.people)) == len(seating.people)
    assert all(person in table[role] for role, people in seating.seated.items() for person in people)
    assert all(len(seating.seated[role]) <= count for role, count in needed.items())


@given(tables())
@settings(max_examples=examples(60))
def test_the_impossible_core_is_empty_exactly_when_trying_everything_succeeds(
    given_table: tuple[dict[str, int], dict[str, dict[str, str]]],
) -> None:
    needed, table = given_table
    seats = [role for role, count in needed.items() for _ in range(count)]
    people = [person for person, _ in everybody(table)]
    possible = any(
        all(person in table[role] for role, person in zip(seats, order, strict=True))
        for order in permutations(people, len(seats))
    )
    core = smallest_impossible(needed, table)
    assert (core == ()) is possible
    if core:
        part = {role: needed[role] for role in core}
        assert largest(part, table) < sum(part.values())
        for role in core:
            rest = {name: count for name, count in part.items() if name != role}
            assert not rest or largest(rest, table) == sum(rest.values())


def test_the_first_demand_on_a_role_is_raised_not_added_to() -> None:
    assert merge([Demand(role="cab", count=1), Demand(role="team", count=1), Demand(role="cab", count=2)]) == {
        "cab": 2,
        "team": 1,
    }


def test_a_person_moves_to_another_seat_to_make_room() -> None:
    table = {"cab": {"carol": "carol", "dave": "dave"}, "ecab": {"carol": "carol"}}
    seating = seat({"cab": 1, "ecab": 1}, [("carol", frozenset()), ("dave", frozenset())], table)
    assert seating.seated == {"cab": ("dave",), "ecab": ("carol",)}


def test_who_approved_for_one_role_sits_in_no_other() -> None:
    table = {"cab": {"carol": "carol"}, "ecab": {"carol": "carol"}}
    assert seat({"cab": 1}, [("carol", frozenset({"ecab"}))], table).seated == {"cab": ()}


DELEGATION = {"from": "carol", "to": "bob", "roles": ["cab"], "start": "2026-11-20T00:00:00Z", "end": "2026-11-22T00:00:00Z"}


def test_a_delegate_acts_while_the_delegation_is_in_force() -> None:
    people = roster(delegations=[DELEGATION])
    assert mandates(people, "cab", NOW, frozenset())["bob"] == "carol"
    assert "bob" not in mandates(people, "cab", NOW.replace(day=22, hour=0), frozenset())
    assert "bob" not in mandates(people, "cab", NOW.replace(day=19), frozenset())
    assert "bob" not in mandates(people, "ecab", NOW, frozenset())


def test_nobody_hands_a_seat_on_that_they_may_not_fill_themselves() -> None:
    assert "bob" not in mandates(roster(delegations=[DELEGATION]), "cab", NOW, frozenset({"carol"}))


def test_a_member_and_their_delegate_fill_one_seat_between_them() -> None:
    able = mandates(roster(delegations=[DELEGATION]), "cab", NOW, frozenset())
    seating = seat({"cab": 2}, [("bob", frozenset()), ("carol", frozenset())], {"cab": able})
    assert seating.seated == {"cab": ("carol",)}


def test_agents_hold_no_mandate() -> None:
    assert mandates(roster(roles={"cab": ["renovate", "carol"]}), "cab", NOW, frozenset()) == {"carol": "carol"}
