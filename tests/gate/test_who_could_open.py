"""Sentences about who could open a gate, compared with trying it: everybody who may speaks, in every combination."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changeflow.language.reader import MACHINE
from changeflow.model.answers.decision import Decision
from changeflow.render.decision import text
from changeflow.render.presentation import Presentation

from .builders import NOW, case, change, decide, policy, roster, says

PEOPLE = ("alice", "bob", "carol", "dave", "erin")
LATER = NOW + timedelta(minutes=5)
OPENS, WAITS, NOT = "it would open with the agreement of", "it needs the agreement of", "agreement alone cannot open this gate"
AGREED = "everybody whose agreement it needs has agreed; it waits for"
TO = Presentation()
RULES: tuple[dict[str, Any], ...] = (
    {"id": "cab", "require": [{"role": "cab", "count": 1}], "message": "A CAB member"},
    {"id": "quorum", "require": [{"role": "cab", "count": 2}], "message": "Two CAB members"},
    {"id": "owners", "require": [{"role": "owners", "count": 1}], "message": "An owner"},
    {"id": "both", "require": [{"role": "cab", "count": 1}, {"role": "owners", "count": 1}], "message": "Both"},
    {"id": "low", "assert": "risk.level == 'low'", "message": "Only low risks"},
    {"id": "fine", "assert": "risk.level == 'high'", "message": "Only high risks"},
    {"id": "advice", "assert": "risk.level == 'low'", "level": "warn", "message": "Better not"},
    {"id": "unless", "when": "risk.level == 'low'", "require": [{"role": "nobody-has-it", "count": 1}], "message": "Never asked"},
)
DECISIONS = ("approve", "reject", "withdraw")


@st.composite
def scenes(draw: st.DrawFn) -> dict[str, Any]:
    members = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)
    spoken = []
    for person in draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)):
        spoken.append((person, draw(st.sampled_from(DECISIONS)), draw(st.booleans())))
    return {
        "rules": draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique_by=lambda rule: rule["id"])),
        "cab": draw(members),
        "owners": draw(members),
        "spoken": spoken,
        "draft": draw(st.booleans()) and draw(st.booleans()),
    }


def asked(scene: dict[str, Any], agreeing: tuple[str, ...] = ()) -> Decision:
    """The decision when these people agree after everything that was said."""
    reviews = []
    for person, said, of_this in scene["spoken"]:
        reviews.append(says(person, said) if of_this else says(person, said, digest="sha256:" + "c" * 64))
    reviews += [says(person, at=LATER - timedelta(minutes=1)) for person in agreeing]
    told = case(
        change(draft=scene["draft"]),
        reviews=tuple(reviews),
        policies=(policy(scene["rules"]),),
        roster=roster(roles={"cab": scene["cab"], "owners": scene["owners"], "ecab": [], "team-db": []}),
    )
    return decide("approve", told, LATER)


def everything_tried(scene: dict[str, Any]) -> set[tuple[str, ...]]:
    """The groups of people whose agreement opens the gate."""
    found = set()
    for count in range(len(PEOPLE) + 1):
        for group in combinations(PEOPLE, count):
            if asked(scene, group).open:
                found.add(group)
    return found


def named(said: str) -> list[str]:
    """The people whom the last sentence names."""
    people = re.split("agreement of: ", said)[-1].split(";")[0]
    return [person.strip() for person in people.split(",")]


@given(scenes())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_said_about_agreement_is_what_comes_of_it(scene: dict[str, Any]) -> None:
    decision = asked(scene)
    said, opening = text(decision, TO), everything_tried(scene)
    if decision.open:
        assert () in opening
        assert not any(words in said for words in (OPENS, WAITS, NOT, AGREED))
    elif opening:
        assert OPENS in said, said
        assert tuple(sorted(named(said))) in opening
    else:
        assert OPENS not in said, said
        asks_people = bool(decision.missing or decision.approvals)
        assert WAITS in said or NOT in said or AGREED in said or not asks_people
        if WAITS in said:
            # those who are named have not agreed yet, or have taken it back
            assert not set(named(said)) & {counted.by for counted in decision.approvals}
            assert named(said)


def test_the_reader_of_these_sentences_is_a_program() -> None:
    assert TO.exact
    assert MACHINE.exact


@pytest.mark.parametrize("missing", [OPENS, WAITS, NOT])
def test_each_sentence_comes_up(missing: str) -> None:
    base = {"rules": [RULES[0]], "cab": ["carol"], "owners": [], "spoken": [], "draft": False}
    scenes_by_sentence = {OPENS: base, WAITS: base | {"draft": True}, NOT: base | {"cab": []}}
    assert missing in text(asked(scenes_by_sentence[missing]), TO)
