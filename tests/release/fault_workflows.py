"""A release whose step is a workflow of the code host: each call to the host can fail, too.

A workflow leaves its mark where it is dispatched: in the double of the host, which runs in a process of its own that no fault of the
release reaches.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from github.double import start
from github.double.actions import Dispatched, Stage, Workflow
from github.double.contract import contract
from github.double.graph import schema
from github.double.world import World

from changeflow.release_driver import steps

from .fault_calls import HOST_CALLS, Reaching
from .fault_scenarios import WAY_BACK, Scenario, long_window
from .site import Site, git

DEPLOY, BACK = "deploy.yml", "back.yml"
GOES_WELL: tuple[Stage, ...] = (("in_progress", None), ("completed", "success"))
NEVER_ENDS: tuple[Stage, ...] = (("in_progress", None),)


class Witness(World):
    """A code host that notes what is dispatched in a file, as programs do."""

    marks: Path

    def dispatch(self, file: str, ref: str, inputs: Mapping[str, str]) -> Dispatched:
        called_off = Path(f"{self.marks}.called-off").exists()
        going = [run for run in self.dispatched if not run.cancelled and run.workflow.course[-1][0] != "completed"]
        mark = f"{inputs['changeflow'].split()[1]} {file}\n"
        again = any(run.inputs == inputs and run.file == file for run in self.dispatched)
        _note(Path(f"{self.marks}.again") if again else self.marks, mark)
        if file == BACK and going and not called_off:
            _note(Path(f"{self.marks}.beside"), mark)
        return super().dispatch(file, ref, inputs)


def _note(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write(line)


class DescriptionsAbsent(Exception):
    """The descriptions to which the double of the code host keeps are not here; the text says how to get them."""


@dataclass(frozen=True)
class WorkflowScenario(Scenario):
    """A release whose step is a workflow of the code host, and one that is its way back.

    Attributes:
        course: of the runs of the step.
        timeout: of the step.
    """

    course: tuple[Stage, ...] = GOES_WELL
    timeout: str = "PT1M"

    def make(self, folder: Path) -> Path:
        # read once, before any process forks
        contract(descriptions() / "api.github.com.json.gz")
        schema(descriptions() / "schema.graphql.gz")
        folder.mkdir()
        world = World(folder)
        world.commit("main", {"README.md": "hello\n"}, by=("alice", "alice@example.com"))
        return super().make(folder)

    def request(self, site: Site) -> None:
        tip = git(site.root.parent / "github.git", "rev-parse", "refs/heads/main")
        back = {"workflow": {"repository": "acme/changes", "file": BACK, "ref": "main", "inputs": {}}}
        there = {"repository": "acme/changes", "file": DEPLOY, "ref": "main", "commit": tip, "inputs": {"environment": "production"}}
        step = {"name": DEPLOY, "workflow": there, "timeout": self.timeout, "undo": back}
        site.change(steps=[step], verification=[], rollback=WAY_BACK, window=long_window())

    @contextlib.contextmanager
    def opened(self, folder: Path) -> Iterator[Reaching]:
        with super().opened(folder) as site, _served(folder, site, self.course) as reach, _in_little_time():
            site.more |= reach
            yield site

    def word(self, site: Site, change: str, key: str) -> str:
        """A person looks at the list of runs, and cancels one that never ends."""
        assert change == self.released
        if not any(mark.startswith(f"{key} ") for mark in site.marks):
            return "--not-done"
        if self.course == GOES_WELL or key.startswith("undo"):
            return "--done"
        Path(f"{site.marks_file}.called-off").touch()
        return "--failed"


CALLED_OFF = WorkflowScenario("workflow that is cancelled", calls=HOST_CALLS, course=NEVER_ENDS, timeout="PT1S")


@contextlib.contextmanager
def _in_little_time() -> Iterator[None]:
    """Let the program that follows a workflow wait for less, and count its calls."""
    before = steps._FOLLOWS
    steps._FOLLOWS = "tests.release.fault_follower"  # type: ignore[misc]  # final for everybody else
    try:
        yield
    finally:
        steps._FOLLOWS = before  # type: ignore[misc]


@contextlib.contextmanager
def _served(folder: Path, site: Site, course: tuple[Stage, ...]) -> Iterator[dict[str, str]]:
    """A code host in a process of its own; yield the variables that lead to it."""
    reader, writer = os.pipe()
    ends, until = os.pipe()
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            os.close(until)
            _serve(folder, site, course, writer, ends)
        os._exit(0)
    os.close(writer)
    os.close(ends)
    try:
        with os.fdopen(reader, encoding="utf-8") as lines:
            url, token = lines.readline().split()
        root = str(Path(__file__).resolve().parents[2])
        yield {"GITHUB_API_URL": url, "GITHUB_TOKEN": token, "PYTHONPATH": root}
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(until)


def _serve(folder: Path, site: Site, course: tuple[Stage, ...], said: int, ends: int) -> None:
    """Be the code host until the other process is gone."""
    world = Witness(folder)
    world.marks = site.marks_file
    world.add_user("alice", 1_001, emails=("alice@example.com",))
    world.add_app("changeflow-bot", 7_001)
    world.workflows |= {DEPLOY: Workflow(course=course), BACK: Workflow(course=GOES_WELL)}
    with start.double_of(world, descriptions()) as double:
        os.write(said, f"{double.url} {world.token(world.apps['changeflow-bot'])}\n".encode())
        os.close(said)
        os.read(ends, 1)


def descriptions() -> Path:
    """The folder with the descriptions to which the double of the code host keeps.

    Raises:
        DescriptionsAbsent: they are not here.
    """
    project = Path(__file__).resolve().parents[2]
    found = start.descriptions(Path(os.environ.get("CHANGEFLOW_SHARED_DATA", project.parent / "shared" / "data")))
    if found is None:
        raise DescriptionsAbsent("GitHub's descriptions are not here: tests/github/fetch_descriptions.py fetches them")
    return found
