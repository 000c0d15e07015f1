"""The job that records tells people of changes on a schedule, where the configuration says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attacks.stage import Stage

from bot.runner import Done, Job
from changeflow.model.evidence import NotificationBody
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch
from tests.dates import now
from tests.notify.servers import web_server

Told = Callable[..., dict[str, Any]]
SCHEDULE = {"schedule": "*/10 * * * *"}


def configured(stage: Stage, port: int, **words: Any) -> None:
    """The main branch names a channel."""
    import yaml

    text = Git(stage.world.store.path).text("show", "main:changeflow.yaml")
    document = yaml.safe_load(text)
    channel = {"id": "hook", "kind": "webhook", "url": f"http://127.0.0.1:{port}/"}
    document["spec"]["notify"] = {"channels": [channel], "on_schedule": True, **words}
    stage.play([{"main": {"files": {"changeflow.yaml": json.dumps(document)}}, "as": "channel"}])


def approved(stage: Stage) -> None:
    """A change is merged whose window is ahead by the clock of this machine, which dates what is told."""
    start = now() + timedelta(days=3)
    window = {"spec.window.start": start.isoformat(), "spec.window.end": (start + timedelta(hours=1)).isoformat()}
    stage.play([{"open": {"rfc": window}}, {"review": {"by": "carol"}}, {"merge": {}}])


def later(stage: Stage, job: Job, *options: str) -> Done:
    stage.world.now += timedelta(minutes=10)
    job.refresh()
    job.options = options
    return job.run("schedule", SCHEDULE)


def events(job: Job) -> list[str]:
    entries = LedgerBranch(Git(job.world.store.path), "changeflow/ledger").read().entries
    return [entry.body.event for entry in entries if isinstance(entry.body, NotificationBody)]


def test_an_approved_change_is_announced_once(stage: Stage, job: Job) -> None:
    with web_server() as server:
        configured(stage, server.port)
        approved(stage)
        done = later(stage, job, "--record")
        assert (done.code, len(server.got)) == (0, 1), done.log
        assert "people were told of changes: 1 messages" in done.log
        later(stage, job, "--record")
        assert [body["fact"] for body in server.bodies] == ["announced"]
        assert events(job) == ["claimed", "told"]


def test_what_cannot_be_told_fails_no_job(stage: Stage, job: Job) -> None:
    with web_server(404) as server:
        configured(stage, server.port)
        approved(stage)
        done = later(stage, job, "--record")
        assert done.code == 0, done.log
        assert "not told: announced of" in done.log
        assert events(job) == ["claimed", "failed"]


@pytest.mark.parametrize(("options", "words"), [(("--judge",), {}), (("--record",), {"on_schedule": False})])
def test_people_are_told_where_it_is_switched_on_by_the_job_that_records(
    options: tuple[str, ...], words: dict[str, Any], stage: Stage, job: Job
) -> None:
    with web_server() as server:
        configured(stage, server.port, **words)
        approved(stage)
        done = later(stage, job, *options)
        assert server.got == [], done.log
