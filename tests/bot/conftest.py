"""A job against a double with the shared change repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import Stage, set_stage, template
from github.double import start
from github.double.server import Double

from bot.runner import Job, Warm, event


@pytest.fixture(scope="session")
def shared_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def descriptions(request: pytest.FixtureRequest) -> Path:
    """The folder with GitHub's descriptions."""
    folder = start.descriptions(None) or start.descriptions(request.getfixturevalue("shared_data"))
    if folder is None:
        pytest.skip("GitHub's descriptions are not here: tests/github/fetch_descriptions.py fetches them")
    return folder


@pytest.fixture
def stage(shared_repository: Path, tmp_path: Path) -> Stage:
    return set_stage(tmp_path, shared_repository)


@pytest.fixture
def double(stage: Stage, descriptions: Path) -> Iterator[Double]:
    with start.double_of(stage.world, descriptions) as double:
        yield double
    assert double.problems == []


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """A process that forks jobs."""
    process = Warm()
    yield process
    process.close()


@pytest.fixture
def job(stage: Stage, double: Double, warm: Warm, tmp_path: Path) -> Job:
    return Job(stage.world, double, tmp_path, warm=warm)


@pytest.fixture
def told(stage: Stage, shared_data: Path) -> Callable[..., dict[str, Any]]:
    """A payload as GitHub sends it, about the pull request on stage."""

    def payload(name: str, action: str | None = None, **more: Any) -> dict[str, Any]:
        return event(shared_data, name, stage.world, getattr(stage, "pull", None), action, **more)

    return payload
