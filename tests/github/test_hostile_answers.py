"""Every single value of an answer, spoilt in turn: the gate is told so, or nothing it decides by is lost. Never a crash."""

from __future__ import annotations

import copy
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.hosts.github import failures, pull_request
from changeflow.hosts.github.client import Client
from changeflow.model import strictjson
from changeflow.model.pull_facts import PullRequestFacts
from github.conftest import REPOSITORY
from github.double.server import Double
from github.double.world import World

GONE = object()
SPOILT: dict[str, Any] = {
    "null": None,
    "gone": GONE,
    "a number": -7,
    "a text": "\u202eANYTHING",
    "a list": [None],
    "an object": {"": {}},
}


@pytest.fixture
def answer(world: World, double: Double, client: Client) -> Any:
    """A full answer: reviews, commits, events, checks, labels, requests, comments and a place in the queue."""
    pull = world.open_pull("change", {"f": "1"})
    first = world.review(pull, "bob", "changes_requested")
    world.review(pull, "carol", "approved")
    world.dismiss(pull, first, "alice")
    signature = {"isValid": True, "state": "VALID", "wasSignedByGitHub": True, "signer": None}
    world.push(pull, {"g": "1"}, co_authors=["dave"], signature=signature)
    world.force_push(pull, {"f": "2"})
    world.commit("other", {"o": "1"})
    world.retarget(pull, "other")
    world.label(pull, "urgent")
    world.request_review(pull, "erin")
    world.request_review(pull, "cab", team=True)
    world.comment(pull, "bob", "hello")
    world.check(pull.head_oid, "tests", "success", workflow=".github/workflows/ci.yml")
    world.status(pull.head_oid, "deploy", "pending", "bob")
    world.merge_queue(pull)
    pull_request.read(client, REPOSITORY, pull.number)
    return double.requests[-1].answer


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*way, key)
        yield from places(item, (*way, key))


def spoil(answer: Any, way: tuple[Any, ...], value: Any) -> Any:
    spoilt = copy.deepcopy(answer)
    node = spoilt
    for step in way[:-1]:
        node = node[step]
    if value is GONE:
        del node[way[-1]]
    else:
        node[way[-1]] = value
    return spoilt


def decisive(facts: PullRequestFacts) -> tuple[Any, ...]:
    """How much there is of what a gate decides by."""
    return (
        len(facts.reviews), len(facts.commits), sum(len(commit.authors) for commit in facts.commits), len(facts.timeline),
        len(facts.checks), facts.head_oid,
    )  # fmt: skip


def shown(facts: PullRequestFacts) -> tuple[bool, ...]:
    """Of what decides nothing: whether it is there, or said to be left out. Comments may be counted and not shown."""
    lists = {"labels": facts.labels, "reviewRequests": facts.requested}
    return tuple(bool(some) != (name in facts.not_offered) for name, some in lists.items())


def test_a_spoilt_value_anywhere_is_an_error_or_loses_nothing(double: Double, connect: Callable[..., Client], answer: Any) -> None:
    whole = decisive(pull_request.read(connect(), REPOSITORY, 1))
    tried = 0
    for way, what in itertools.product(places(answer), SPOILT):
        if "rateLimit" in way or way == ("data",):
            continue
        double.faults.json("GRAPHQL *", 200, json.dumps(spoil(answer, way, SPOILT[what])), times=2)
        try:
            facts = pull_request.read(connect(), REPOSITORY, 1)
        except failures.GitHubFailed:
            pass
        else:
            assert decisive(facts)[:-2] == whole[:-2], way
            assert all(shown(facts)), way
            assert [review.state for review in facts.reviews] == ["dismissed", "approved"] or "state" in way, way
            # Without a roll-up there are no checks: absence of a check is never taken for success.
            assert decisive(facts)[-2:] == whole[-2:] or "statusCheckRollup" in way or way[-1] == "head", way
        double.faults.clear()
        tried += 1
    assert tried > 1_000


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=10)


@given(VALUES)
def test_strict_reading_reads_whatever_json_can_say(value: Any) -> None:
    assert strictjson.parse(json.dumps(value).encode(), floats=True) == value


@given(st.binary(max_size=60) | st.text('[]{}":,truefalsn0123456789eE+-. \\u', max_size=60).map(str.encode))
def test_strict_reading_of_anything_is_a_value_or_a_value_error(data: bytes) -> None:
    try:
        value = strictjson.parse(data, floats=True)
    except ValueError:
        return
    assert json.loads(data) == value


def test_no_network_library_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys, changeflow.hosts.github.publish, changeflow.hosts.github.pull_request, changeflow.hosts.github.contents;"
        "print([name for name in ('github3', 'requests', 'urllib3', 'jwt', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
