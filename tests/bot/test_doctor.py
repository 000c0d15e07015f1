"""`changeflow doctor`: what a person is told at the end of setting up."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from attacks.stage import Stage
from github.double.server import Double
from github.double.settings import as_in_the_guide, without

from bot.runner import Job
from changeflow.errors import UsageError
from changeflow.hosts.github.control_settings import repository_of_origin


class Doctor:
    """Asks as an administrator of the repository would, from the clone."""

    def __init__(self, job: Job) -> None:
        self.job = job
        secret = job.world.token("dave", dict.fromkeys(("actions", "administration", "contents"), "read"))
        self.told = {"GITHUB_API_URL": job.double.url, "GITHUB_TOKEN": secret, "GITHUB_REPOSITORY": "acme/changes"}
        self.runs = 0

    def __call__(self, *options: str, **more: str | None) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.runs += 1
        files = self.job.folder / f"doctor{self.runs}"
        files.mkdir()
        told = {name: value for name, value in {**self.told, **more}.items() if value is not None}
        code = self.job.start(["doctor", *options], {**self.job._bare_environment(), **told}, files)
        out, err = ((files / name).read_text(encoding="utf-8") for name in ("out", "err"))
        assert "Traceback" not in err
        assert self.told["GITHUB_TOKEN"] not in out + err
        return code, out, err

    def said(self, *options: str, **more: str | None) -> tuple[int, dict[str, Any]]:
        """Exit code and JSON answer."""
        code, out, _ = self(*options, "--format", "json", **more)
        return code, json.loads(out)


@pytest.fixture
def doctor(stage: Stage, job: Job) -> Doctor:
    as_in_the_guide(stage.world)
    return Doctor(job)


def test_who_followed_the_guide_is_told_that_the_gate_is_really_required(doctor: Doctor) -> None:
    code, out, _ = doctor("--app-id", "7001")
    assert code == 0, out
    assert out.splitlines()[0] == "control: on: 10 of 11 hold for acme/changes"
    assert "  holds" in out
    assert "  unknown (warning)  who may dismiss a review is not shown" in out


def test_a_job_that_runs_elsewhere_is_asked_about_its_checkout_and_nobody_else_is(doctor: Doctor) -> None:
    doctor.job.cwd = doctor.job.folder
    workspace = {"GITHUB_WORKSPACE": str(doctor.job.clone)}
    assert doctor("--app-id", "7001", GITHUB_ACTIONS="true", **workspace)[0] == 0
    code, _, err = doctor("--app-id", "7001", **workspace)
    assert code == 3, "a variable that somebody exported outside of Actions"
    assert "not inside a change repository" in err


def test_the_json_answer_keeps_every_key(doctor: Doctor) -> None:
    code, said = doctor.said(CHANGEFLOW_APP_ID="7001")
    assert code == 0
    assert set(said) == {"schema", "repository", "branch", "ledger", "app_id", "control", "items"}
    assert (said["schema"], said["control"], said["app_id"]) == ("changeflow/control/v1", "on", 7001)
    assert {frozenset(item) for item in said["items"]} == {frozenset(("id", "state", "level", "reason_code", "message", "hint", "data"))}


def test_what_is_missing_comes_with_what_to_click(stage: Stage, doctor: Doctor) -> None:
    without(stage.world, "required_status_checks")
    code, out, _ = doctor("--app-id", "7001")
    assert code == 1, out
    assert out.startswith("control: off: ")
    assert "no active ruleset requires `changeflow/gate` on `main`" in out
    assert "hint: Settings → Rules → Rulesets: an active ruleset for `main`, Require status checks to pass" in out


def test_unknown_is_not_yes(stage: Stage, doctor: Doctor) -> None:
    assert doctor.said()[0] == 1, "which App the bot is was not told"
    less = stage.world.token("erin", {"actions": "read"})
    code, said = doctor.said("--app-id", "7001", GITHUB_TOKEN=less)
    assert (code, said["control"]) == (1, "unknown")
    assert [item["id"] for item in said["items"] if item["state"] == "unknown"] == ["bypass", "dismissals"]


def test_a_way_around_the_ruleset_is_seen_by_who_may_see_it(stage: Stage, doctor: Doctor) -> None:
    stage.world.bypass[1] = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    code, said = doctor.said("--app-id", "7001")
    assert (code, said["control"]) == (1, "off")
    assert "control.bypass" in [item["reason_code"] for item in said["items"]]


def test_a_github_that_fails_is_no_answer(double: Double, doctor: Doctor) -> None:
    double.faults.json("GET */rules/branches/main", 200, "{}", times=9)
    code, out, err = doctor("--app-id", "7001")
    assert (code, out) == (5, "")
    assert "branch rules" in err


@pytest.mark.parametrize("more", [{"GITHUB_TOKEN": "ghp_wrong"}, {"GITHUB_REPOSITORY": "acme/other"}], ids=["token", "repository"])
def test_a_token_that_opens_nothing_is_no_answer(doctor: Doctor, more: dict[str, str]) -> None:
    code, out, _ = doctor("--app-id", "7001", **more)
    assert (code, out) == (5, "")


@pytest.mark.parametrize("more", [{"GITHUB_TOKEN": None}, {"GITHUB_REPOSITORY": "no repository"}])
def test_without_a_token_or_a_repository_nothing_is_asked(double: Double, doctor: Doctor, more: dict[str, str | None]) -> None:
    assert doctor(**more)[0] == 2
    assert double.requests == []


def test_another_token_s_name_will_do(doctor: Doctor) -> None:
    assert doctor("--app-id", "7001", GITHUB_TOKEN=None, GH_TOKEN=doctor.told["GITHUB_TOKEN"])[0] == 0


@pytest.mark.parametrize(
    "url",
    [
        "git@github.com:acme/changes.git",
        "https://github.com/acme/changes",
        "https://x-access-token:s3cret@github.com/acme/changes.git",
        "ssh://git@github.com:22/acme/changes.git",
        "https://github.com/acme/changes/",
    ],
)
def test_the_repository_is_that_of_origin(job: Job, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    subprocess.run(["git", "remote", "set-url", "origin", url], cwd=job.clone, check=True)
    assert repository_of_origin(job.clone, {}) == "acme/changes"


@pytest.mark.parametrize("url", ["git@gitlab.com:acme/changes.git", "https://github.com.evil.example/acme/changes", "../elsewhere", "file:///srv/x/y"])
def test_the_repository_of_another_host_is_not_looked_for_on_github(job: Job, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    subprocess.run(["git", "remote", "set-url", "origin", url], cwd=job.clone, check=True)
    with pytest.raises(UsageError, match="no repository on github"):
        repository_of_origin(job.clone, {})


def test_channels_of_notify_are_told_of_beside_the_settings(stage: Stage, doctor: Doctor) -> None:
    channels = [{"id": "chat", "kind": "webhook", "url": "http://127.0.0.1:9/"}]
    stage.play([{"main": {"files": {"changeflow.yaml": {"edit": {"spec.notify": {"channels": channels}}}}}}])
    subprocess.run(["git", "pull", "-q", "origin", "main"], cwd=doctor.job.clone, check=True)
    code, said = doctor.said("--app-id", "7001")
    assert (code, said["control"]) == (0, "on")
    assert said["items"][-1]["id"] == "channels"
