"""The contract of `contract.py`, kept by each host, and the table of hosts."""

from __future__ import annotations

import ast
import functools
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
from attacks.stage import Stage, set_stage, template
from bot.runner import Job, verdict
from github.double import start
from github.double.server import Double

from changeflow.bot.bot import open_bot
from changeflow.bot.deployment import answer
from changeflow.bot.merge_group import judge_group
from changeflow.errors import HostFailed
from changeflow.hosts.github import client
from changeflow.hosts.host import HostJob
from changeflow.hosts.table import HOSTS, bot_host, host_named, hosts_with_reviews
from changeflow.hosts.target import Deployment, Group
from changeflow.model.config import HostName
from tests.conftest import PROJECT
from tests.hosts.contract import BotHostContract, BotStage, HostContract
from tests.hosts.memory import Memory, MemoryJob, Server
from tests.hosts.office import CHANGE, LATER, Office, call, rfc_ahead

# -- the local host --------------------------------------------------------------------------------------------------------


class LocalStage:
    host = host_named("local")

    def __init__(self, office: Office, capfd: Any) -> None:
        self.office, self.capfd = office, capfd

    def approve(self, person: str) -> None:
        self._say("approve", person)

    def reject(self, person: str) -> None:
        self._say("reject", person)

    def _say(self, decision: str, person: str) -> None:
        key = ("--key", str(self.office.keys.files[person])) if person in ("carol", "dave", "mallory") else ()
        call(self.capfd, decision, CHANGE, "--as", person, *key, who=person)

    def change_the_content(self) -> None:
        self.office.put(f"changes/{CHANGE}/rfc.yaml", rfc_ahead(window=LATER))

    def counted(self) -> set[str]:
        return {item["by"] for item in call(self.capfd, "gate", "approve", CHANGE, "-f", "json").json["approvals"]}


class TestLocal(HostContract):
    @pytest.fixture
    def stage(self, office: Office, capfd: pytest.CaptureFixture[str]) -> LocalStage:
        return LocalStage(office, capfd)


# -- hosts with a bot ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def played(shared_repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "changeflow")
        monkeypatch.setenv(f"{name}_EMAIL", "bot@example.com")
    return set_stage(tmp_path, shared_repository)


class MemoryStage(BotStage):
    def __init__(self, stage: Stage, root: Path) -> None:
        super().__init__(stage, root)
        self.server = Server(self.world)
        self.host = Memory(self.server)

    def job(self, event: str) -> HostJob:
        return MemoryJob(self.server, event, self.began)

    def stands(self, commit: str) -> str | None:
        found = self.server.verdicts.get(commit)
        return found.outcome if found is not None else None


class TestMemory(BotHostContract):
    @pytest.fixture
    def stage(self, played: Stage, tmp_path: Path) -> MemoryStage:
        subprocess.run(["git", "clone", "-q", played.world.store.path.as_uri(), str(tmp_path / "clone")], check=True)
        return MemoryStage(played, tmp_path / "clone")

    def test_without_a_merge_queue_a_group_stays_shut_and_says_so_where_its_verdict_stands(self, stage: MemoryStage) -> None:
        bot = open_bot(stage.job("push"), stage.root, stage.world.now, stage.notes.append)
        judge_group(bot, Group("main", stage.head))
        assert stage.stands(stage.head) == "error"
        assert bot.report.failed == ["merge group: this host has no merge queue"]

    def test_without_a_deployment_rule_no_deployment_is_answered(self, stage: MemoryStage) -> None:
        bot = open_bot(stage.job("push"), stage.root, stage.world.now, stage.notes.append)
        with pytest.raises(HostFailed, match="no deployment waits"):
            answer(bot, Deployment(stage.head, "production", 1))
        assert not bot.report.open

    def test_settings_that_cannot_be_asked_are_recorded_as_unknown(self, stage: MemoryStage) -> None:
        assert stage.run().control == "unknown"
        stage.approve("carol")
        stage.stage.do_merge()
        assert [line.rpartition(", ")[2] for line in stage.run("push").lines if line.startswith("recorded")] == ["control unknown"]

    def test_a_table_with_its_row_finds_it_by_its_name_and_by_its_job(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(HOSTS, "memory", "tests.hosts.memory")
        assert host_named("memory").title == "Memory"
        assert "memory" in hosts_with_reviews()
        assert bot_host({"MEMORY_EVENT": "push"}) is host_named("memory")
        assert bot_host({"GITHUB_EVENT_NAME": "push"}) is host_named("github")


class GitHubStage(BotStage):
    host = host_named("github")

    def __init__(self, stage: Stage, runner: Job) -> None:
        super().__init__(stage, runner.clone)
        self.runner = runner

    def job(self, event: str) -> HostJob:
        repository = {"id": self.world.repository_id, "full_name": "acme/changes"}
        payload = {"repository": repository, "ref": "refs/heads/main", "before": self.began}
        variables = self.runner.environment(event, payload)
        self.runner.double.date = self.world.now.replace(microsecond=0)
        assert self.host.bot is not None
        return self.host.bot.job(variables, "both")

    def stands(self, commit: str) -> str | None:
        found = verdict(self.world, commit)
        return "open" if found == "success" else found


class TestGitHub(BotHostContract):
    @pytest.fixture
    def double(self, played: Stage, request: pytest.FixtureRequest) -> Any:
        descriptions = start.descriptions(None) or start.descriptions(request.getfixturevalue("shared_data"))
        if descriptions is None:
            pytest.skip("GitHub's descriptions are not here: tests/github/fetch_descriptions.py fetches them")
        with start.double_of(played.world, descriptions) as double:
            yield double
        assert double.problems == []

    @pytest.fixture
    def stage(self, played: Stage, double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHubStage:
        monkeypatch.setattr(client, "RetryPolicy", functools.partial(client.RetryPolicy, write_gap=0.0))
        return GitHubStage(played, Job(played.world, double, tmp_path))


# -- the table -------------------------------------------------------------------------------------------------------------


def test_the_table_the_schema_of_the_configuration_and_the_folders_name_the_same_hosts() -> None:
    folders = {path.parent.name for path in (PROJECT / "changeflow/hosts").glob("*/__init__.py")}
    assert folders == set(HOSTS) == set(get_args(HostName))
    assert {name: host_named(name).name for name in HOSTS} == {name: name for name in HOSTS}


def test_no_code_outside_of_a_host_asks_for_its_name() -> None:
    found = []
    for path in (PROJECT / "changeflow").rglob("*.py"):
        if path.relative_to(PROJECT / "changeflow").parts[0] == "hosts":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Compare, ast.MatchValue)):
                names = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
                found += [f"{path}:{node.lineno}"] if names & set(HOSTS) else []
    assert found == []
