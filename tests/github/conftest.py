"""A double of GitHub with a small repository, and a client of it that never really waits."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.hosts.github.client import Client, RetryPolicy
from changeflow.hosts.github.repository import Repository
from changeflow.hosts.github.session import Address, Token
from github.double import start
from github.double.contract import Contract, contract
from github.double.server import Double
from github.double.world import World

REPOSITORY = Repository("acme", "changes")


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._passed += seconds


@pytest.fixture(scope="session")
def descriptions(request: pytest.FixtureRequest) -> Path:
    """The folder with GitHub's descriptions."""
    folder = start.descriptions(None) or start.descriptions(request.getfixturevalue("shared_data"))
    if folder is None:
        pytest.skip("GitHub's descriptions are not here: tests/github/fetch_descriptions.py fetches them")
    return folder


@pytest.fixture(scope="session")
def description(descriptions: Path) -> Contract:
    """GitHub's OpenAPI description."""
    return contract(descriptions / "api.github.com.json.gz")


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> World:
    """What every world begins with; tests get copies."""
    world = World(tmp_path_factory.mktemp("beginning"))
    by = ("alice", "alice@example.com")
    world.commit("main", {"README.md": "hello\n", "policies/approvals.yaml": "x\n"}, by=by)
    return world


@pytest.fixture
def world(tmp_path: Path, beginning: World) -> World:
    """A repository with a few people and something on main."""
    shutil.copytree(beginning.store.path, tmp_path / "github.git")
    world = World(tmp_path)
    world.now = beginning.now
    for number, login in enumerate(("alice", "bob", "carol", "dave", "erin"), 1_001):
        world.add_user(login, number, emails=(f"{login}@example.com",))
    world.add_app("changeflow-bot", 7_001)
    return world


@pytest.fixture
def double(world: World, descriptions: Path) -> Iterator[Double]:
    """GitHub on loopback. Whatever was said to it honestly must keep to GitHub's own description."""
    with start.double_of(world, descriptions) as double:
        yield double
    assert double.problems == []


@pytest.fixture
def clock(world: World) -> FakeClock:
    return FakeClock(world.now.astimezone(UTC))


@pytest.fixture
def connect(double: Double, world: World, clock: FakeClock) -> Callable[..., Client]:
    """A client to the double, as the App unless somebody else's token is given."""

    def client(token: str | None = None, **more: Any) -> Client:
        secret = token or world.token(world.apps["changeflow-bot"])
        address = Address(double.url, double.origin + "/api/graphql")
        return Client(address, Token(secret), clock=clock, chance=lambda: 0.0, policy=RetryPolicy(**more))

    return client


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()
