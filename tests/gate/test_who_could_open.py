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
from changeflow.model.document_parts import parse_instant
from changeflow.render.decision import text
from changeflow.render.presentation import Presentation
from tests.examples import examples

from .builders import (
    DIGEST,
    NO_REVIEW,
    NOT_STARTED,
    NOW,
    case,
    change,
    decide,
    pir,
    policy,
    release,
    roster,
    says,
)

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
@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
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


# -- the gates `deploy` and `close` ----------------------------------------------------------------

CAN = "it can be approved by"
INSIDE = parse_instant("2026-11-25T14:10:00Z")
SAID_AT = INSIDE - timedelta(minutes=1)
DEPLOY_RULES: tuple[dict[str, Any], ...] = (
    {"id": "go", "assert": "risk.level == 'high'", "message": "Go"},
    {"id": "stop", "assert": "risk.level == 'low'", "message": "Stop"},
    {"id": "approved", "assert": "size(evidence.approvers) >= 1", "message": "Somebody approved it"},
    {"id": "operations", "require": [{"role": "owners", "count": 1}], "message": "The owners say go"},
    {"id": "better", "assert": "risk.level == 'low'", "level": "warn", "message": "Better not"},
)
CLOSE_RULES: tuple[dict[str, Any], ...] = (
    *RULES[:5],
    {"id": "over", "assert": "evidence.release.state == 'implemented'", "message": "It is over"},
)


@st.composite
def later_scenes(draw: st.DrawFn, gate: str, rules: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    found = draw(scenes()) | {"gate": gate}
    found["at_gate"] = draw(st.lists(st.sampled_from(rules), min_size=1, max_size=2, unique_by=lambda rule: rule["id"]))
    found["merged"] = draw(st.sampled_from([True, True, False]))
    found["released"] = draw(st.sampled_from(["", "", "implemented"] if gate == "deploy" else ["implemented", "rolled_back", ""]))
    found["reviewed"] = draw(st.booleans())
    # whoever cannot give an opinion here has given none
    silent = [person for person in PEOPLE if person not in {spoken[0] for spoken in found["spoken"]}]
    found["unable"] = draw(st.lists(st.sampled_from(silent), unique=True, max_size=1))
    return found


def asked_later(scene: dict[str, Any], agreeing: tuple[str, ...] = ()) -> Decision:
    """The decision inside of the window when these people agree after everything that was said."""
    reviews = []
    for person, said, of_this in scene["spoken"]:
        reviews.append(says(person, said) if of_this else says(person, said, digest="sha256:" + "c" * 64))
    reviews += [says(person, at=SAID_AT) for person in agreeing]
    review = {"reviewer": "erin", "reviewed": NOW.date(), "given": NOW}
    told = case(
        change(draft=scene["draft"]),
        reviews=tuple(reviews),
        policies=(policy(scene["rules"]), policy(scene["at_gate"], scene["gate"], "later")),
        roster=roster(roles={"cab": scene["cab"], "owners": scene["owners"], "ecab": [], "team-db": []}),
        merged_digest=DIGEST if scene["merged"] else None,
        release=release(scene["released"], proven=True) if scene["released"] else NOT_STARTED,
        review=pir(**review) if scene["reviewed"] else NO_REVIEW,
        unable=frozenset(scene["unable"]),
    )
    return decide(scene["gate"], told, INSIDE)


def tried_later(scene: dict[str, Any]) -> set[tuple[str, ...]]:
    """The groups of people who are able to agree, and whose agreement opens the gate."""
    able = [person for person in PEOPLE if person not in scene["unable"]]
    found = set()
    for count in range(len(able) + 1):
        for group in combinations(able, count):
            if asked_later(scene, group).open:
                found.add(group)
    return found


def compare(scene: dict[str, Any]) -> None:
    """Hold what is said about people against what comes of it when they do it."""
    decision = asked_later(scene)
    said, opening = text(decision, TO), tried_later(scene)
    promises = CAN if scene["gate"] == "deploy" else OPENS
    if decision.open:
        assert () in opening
        assert not any(words in said for words in (OPENS, CAN, WAITS, NOT, AGREED))
    elif opening:
        assert promises in said, said
        people = re.split(f"{promises}: ", said)[-1]
        assert tuple(sorted(one.strip() for one in people.split(","))) in opening, said
    else:
        assert OPENS not in said, said
        assert CAN not in said, said
    if NOT in said:
        assert opening == set(), said


@given(later_scenes("deploy", DEPLOY_RULES))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_what_deploy_says_about_people_is_what_comes_of_it(scene: dict[str, Any]) -> None:
    compare(scene)


@given(later_scenes("close", CLOSE_RULES))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_what_close_says_about_people_is_what_comes_of_it(scene: dict[str, Any]) -> None:
    compare(scene)


@pytest.mark.parametrize(
    ("gate", "words", "over"),
    [
        ("deploy", CAN, {}),
        ("deploy", NOT, {"cab": []}),
        ("deploy", WAITS, {"draft": True}),
        ("deploy", NOT, {"merged": False}),
        ("close", OPENS, {"at_gate": [RULES[0]]}),
        ("close", NOT, {"at_gate": [RULES[0]], "cab": []}),
        ("close", WAITS, {"at_gate": [RULES[0]], "reviewed": False}),
    ],
)
def test_each_sentence_comes_up_later_too(gate: str, words: str, over: dict[str, Any]) -> None:
    base = {"rules": [RULES[0]], "cab": ["carol"], "owners": [], "spoken": [], "draft": False, "unable": [], "merged": True}
    base |= {"gate": gate, "at_gate": [DEPLOY_RULES[0]], "released": "implemented" if gate == "close" else "", "reviewed": True}
    scene = base | over
    compare(scene)
    assert words in text(asked_later(scene), TO)
