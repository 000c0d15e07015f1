"""What every host keeps: the same tests on the local host, on GitHub, and on one that exists in memory alone.

A new host passes them with a class of its own: `HostContract` where people approve on the ledger, `BotHostContract` where a bot
judges pull requests. It brings the fixture `stage`.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest
from attacks.stage import Stage

from changeflow.bot.bot import open_bot
from changeflow.bot.run import run
from changeflow.cli.main import run as changeflow
from changeflow.documents.starter import Newcomer, repository_files
from changeflow.hosts.failures import PullMoved
from changeflow.hosts.host import BotHost, Connection, Host, HostJob
from changeflow.model.config import ConfigSpec
from changeflow.model.people import Person
from changeflow.model.publication import Publication
from changeflow.reading.pull_history import earlier_commits
from changeflow.reading.repository_store import Store
from changeflow.repo.git import Git
from changeflow.usecases.pull.judge import judge_pull


class HostStage(Protocol):
    """A change that alice requests and bob implements; carol and dave may approve, mallory is in no roster."""

    host: Host

    def approve(self, person: str) -> None: ...

    def reject(self, person: str) -> None: ...

    def change_the_content(self) -> None: ...

    def counted(self) -> set[str]:
        """People whose approval the gate counts now."""


class HostContract:
    def test_an_approval_counts_until_the_content_is_another(self, stage: HostStage) -> None:
        stage.approve("carol")
        assert stage.counted() == {"carol"}
        stage.change_the_content()
        assert stage.counted() == set()
        stage.approve("carol")
        assert stage.counted() == {"carol"}

    def test_who_rejects_after_an_approval_no_longer_approves(self, stage: HostStage) -> None:
        stage.approve("carol")
        stage.reject("carol")
        assert stage.counted() == set()

    @pytest.mark.parametrize("person", ["alice", "bob", "mallory"])
    def test_neither_a_party_of_the_change_nor_a_stranger_approves_it(self, stage: HostStage, person: str) -> None:
        stage.approve(person)
        assert stage.counted() == set()

    def test_the_roster_is_asked_who_can_give_an_opinion_and_who_has_nothing_to_give_it_with_cannot(self, stage: HostStage) -> None:
        people = {"known": Person.model_validate(KNOWN), "bare": Person()}
        assert stage.host.unable(people, ConfigSpec()) == {"bare"}
        assert stage.host.unable(people, ConfigSpec(require_signatures=True)) == {"bare"}

    def test_outside_of_a_job_the_host_names_nobody(self, stage: HostStage) -> None:
        assert stage.host.actor({}) is None

    def test_what_init_writes_for_it_passes_its_own_checks(self, stage: HostStage, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        starter = stage.host.starter()
        made = repository_files(Newcomer("zoe", "Zoe", "zoe@example.com"), [], date(2026, 11, 21), starter)
        assert f"host: {starter.host} " in made["changeflow.yaml"].decode()
        for path, content in made.items():
            (tmp_path / "made" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "made" / path).write_bytes(content)
        capfd.readouterr()
        changeflow(["--repo", str(tmp_path / "made"), "check", "-f", "json"])
        wrong = [one for one in json.loads(capfd.readouterr().out)["findings"] if one["level"] == "error"]
        assert [one["message"] for one in wrong if "`host`" not in one["message"]] == []


KNOWN = {"github_id": 7, "emails": ["known@example.com"], "keys": ["ssh-ed25519 " + "AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43]}


class BotStage:
    """A pull request on a host with a bot, played in the tests' world of repositories and accounts."""

    host: Host

    def __init__(self, stage: Stage, root: Path) -> None:
        self.stage, self.world, self.root = stage, stage.world, root
        self.notes: list[str] = []
        self.began = self.world.tip("main")
        stage.play([{"open": {}}])

    @property
    def head(self) -> str:
        return self.stage.pull.head_oid

    def job(self, event: str) -> HostJob:
        """A job that looks at every open pull request (`schedule`), or at what was pushed (`push`)."""
        raise NotImplementedError

    def stands(self, commit: str) -> str | None:
        """What is seen on a commit as our verdict: `open`, anything else, or None."""
        raise NotImplementedError

    def connect(self) -> Connection:
        return self.job("schedule").connect(self.root, lambda what, text: self.notes.append(f"{what}: {text}"))

    def approve(self, person: str) -> None:
        if person == "mallory":
            self.stage.play([{"user": {"login": "mallory", "id": 6_666}}])
        self.stage.play([{"review": {"by": person}}])

    def reject(self, person: str) -> None:
        self.stage.play([{"review": {"by": person, "state": "changes_requested"}}])

    def change_the_content(self) -> None:
        self.stage.play([{"push": {"rfc": {"spec.window.start": "2026-11-25T19:00:00+00:00"}}}])

    def counted(self) -> set[str]:
        connection = self.connect()
        facts = connection.fetch(connection.pull(self.stage.pull.number))
        connection.fetch_commits(earlier_commits(facts), "the test")
        judged = judge_pull(Store(connection.git), facts, self.world.now)
        return {item.by for item in judged.verdict.approvals}

    def run(self, event: str = "schedule") -> Any:
        # A job begins with a checkout of what is there.
        Git(self.root).run("fetch", "--quiet", "origin", online=True)
        bot = open_bot(self.job(event), self.root, self.world.now, self.notes.append)
        return run(bot)


class BotHostContract(HostContract):
    def test_a_job_is_served_by_the_host_it_runs_on_and_by_no_other(self, stage: BotStage) -> None:
        bot: BotHost | None = stage.host.bot
        assert bot is not None
        assert not bot.serves({})
        assert bot.checkout({}) is None

    def test_what_was_pushed_is_recorded_and_what_is_open_is_judged(self, stage: BotStage) -> None:
        pushed, scheduled = stage.job("push").target(), stage.job("schedule").target()
        assert (pushed.push, pushed.every) == (True, True)
        assert (scheduled.push, scheduled.every, stage.job("schedule").scheduled) == (False, True, True)

    def test_the_facts_of_a_pull_request_are_whole_and_its_commits_are_here(self, stage: BotStage) -> None:
        stage.approve("carol")
        connection = stage.connect()
        facts = connection.fetch(connection.pull(stage.stage.pull.number))
        assert (facts.state, facts.head_oid, facts.base_tip) == ("open", stage.head, stage.world.tip("main"))
        assert facts.merge_base == stage.world.tip("main")
        assert connection.git.resolve(facts.head_oid) == stage.head
        assert [(one.state, one.commit, one.author and one.author.id) for one in facts.reviews] == [("approved", stage.head, 1003)]
        assert facts.author is not None
        assert facts.author.id == 1001

    def test_a_pull_request_that_moves_between_reading_and_fetching_is_read_again(self, stage: BotStage) -> None:
        connection = stage.connect()
        facts = connection.pull(stage.stage.pull.number)
        stage.change_the_content()
        with pytest.raises(PullMoved):
            connection.fetch(facts)

    def test_only_open_pull_requests_are_listed(self, stage: BotStage) -> None:
        first = stage.stage.pull
        stage.stage.play([{"open": {"branch": "other", "files": {"docs/other.md": "x\n"}}}])
        stage.world.close(stage.stage.pull)
        assert [(one.number, one.head_oid) for one in stage.connect().open_pulls()] == [(first.number, first.head_oid)]

    def test_a_merge_names_the_pull_request_that_brought_it_and_an_unknown_commit_names_none(self, stage: BotStage) -> None:
        merged = stage.stage.do_merge()
        connection = stage.connect()
        assert [(one.number, one.state, one.merge_commit) for one in connection.pulls_of(merged)] == [(1, "merged", merged)]
        assert connection.pulls_of("0" * 40) == ()

    def test_the_verdict_stands_on_the_head_and_saying_it_twice_writes_nothing(self, stage: BotStage) -> None:
        verdict = Publication(head=stage.head, outcome="open", title="Gate open", summary="all there", comment="all there\n")
        connection = stage.connect()
        first = connection.publish(connection.pull(stage.stage.pull.number), verdict)
        assert "verdict" in first.written
        assert stage.stands(stage.head) == "open"
        again = stage.connect()
        assert again.publish(again.pull(stage.stage.pull.number), verdict).written == ()

    @pytest.mark.parametrize("outcome", ["shut", "pending", "error"])
    def test_no_other_verdict_opens_and_an_older_success_does_not_outlive_it(self, stage: BotStage, outcome: Any) -> None:
        connection = stage.connect()
        for said in ("open", outcome):
            connection.place(Publication(head=stage.head, outcome=said, title=said, summary=said))
        assert stage.stands(stage.head) not in ("open", None)

    def test_a_run_has_a_budget_and_gives_each_thing_a_portion_of_it(self, stage: BotStage) -> None:
        connection = stage.connect()
        connection.widen(10, 60.0)
        assert connection.affords(5, 1.0, 0)
        assert not connection.affords(11, 1.0, 0)
        with connection.portion(5, 1.0):
            connection.pull(stage.stage.pull.number)
        assert connection.spent()

    def test_the_bot_opens_the_gate_of_what_was_approved_and_shuts_it_with_the_next_push(self, stage: BotStage) -> None:
        stage.run()
        assert stage.stands(stage.head) not in ("open", None)
        stage.approve("carol")
        report = stage.run()
        assert (report.states, report.failed, stage.stands(stage.head)) == ({1: "open"}, [], "open")
        stage.change_the_content()
        assert stage.run().states == {1: "pending"}
        assert stage.stands(stage.head) not in ("open", None)

    def test_the_bot_records_what_was_approved_when_it_was_merged_and_what_was_not(self, stage: BotStage) -> None:
        stage.approve("carol")
        stage.run()
        stage.stage.do_merge()
        stage.stage.play([{"main": {"by": "dave", "files": {"scripts/flush": "#!/bin/sh\n# slipped in\n"}}}])
        report = stage.run("push")
        recorded = [line.partition(" (")[0].rpartition(": ")[2] for line in report.lines if line.startswith("recorded ")]
        assert recorded == ["approved", "UNAUTHORISED"], (report.lines, report.failed)
