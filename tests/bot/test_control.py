"""Whether GitHub still requires the gate: reported at every schedule, and never more than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attacks.stage import Stage
from github.double.server import Double
from github.double.settings import LEDGER, as_in_the_guide, owner_error, without
from github.double.world import Environment

from bot.runner import Done, Job, verdict
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import LedgerBranch

Told = Callable[..., dict[str, Any]]
SETTINGS = ("rules", "environment", "codeowners", "rulesets")


@pytest.fixture
def bot(stage: Stage, job: Job) -> Job:
    """A job of the workflow that ships, in a repository set up as the guide says."""
    as_in_the_guide(stage.world)
    job.more["CHANGEFLOW_APP_ID"] = "7001"
    return job


def recorded(job: Job, event: str = "schedule", payload: Any = None) -> Done:
    """The other job of the workflow: the one that records."""
    job.refresh()
    job.options = ("--record",)
    done = job.run(event, payload or {"schedule": "*/10 * * * *"})
    job.options = ()
    return done


def looked(done: Done) -> list[str]:
    """What was asked of the settings."""
    paths = [request.path.removeprefix("/repos/acme/changes/") for request in done.requests]
    return [path for path in paths if path.startswith(SETTINGS)]


def test_settings_as_in_the_guide_are_on_in_both_jobs(bot: Job) -> None:
    judged, kept = bot.run("schedule"), recorded(bot)
    for done in (judged, kept):
        assert (done.code, done.outputs["control"]) == (0, "on"), done.log
        assert "control: on: " in done.log
        assert "## changeflow: control on" in done.summary
        assert len(looked(done)) <= 3
        assert "does not hold" not in done.log + done.summary
    assert looked(judged) == ["rules/branches/main", "codeowners/errors"]
    assert looked(kept) == ["rules/branches/changeflow%2Fledger", "environments/changeflow", "environments/changeflow/deployment-branch-policies"]


def test_a_weakened_ruleset_is_reported_until_it_is_restored(stage: Stage, bot: Job) -> None:
    without(stage.world, "required_status_checks")
    weak = bot.run("schedule")
    assert (weak.code, weak.outputs["control"]) == (0, "off"), weak.log
    assert "control: does not hold: control.not_required: no active ruleset requires `changeflow/gate` on `main`" in weak.log
    assert "Require status checks to pass" in weak.summary
    as_in_the_guide(stage.world)
    restored = bot.run("schedule")
    assert restored.outputs["control"] == "on"
    assert "control.not_required" not in restored.log + restored.summary


@pytest.mark.parametrize(("app", "code"), [(None, "control.source_any"), (15_368, "control.source_shared"), (666, "control.source_other")])
def test_a_verdict_that_others_can_publish_is_no_control(stage: Stage, bot: Job, app: int | None, code: str) -> None:
    as_in_the_guide(stage.world, app)
    done = bot.run("schedule")
    assert (done.code, done.outputs["control"]) == (0, "off"), done.log
    assert code in done.log


@pytest.mark.parametrize("told", ["", "no number", "0x1b59", "٧٠٠١"])
def test_without_a_number_for_its_app_the_bot_does_not_know_whose_verdict_counts(bot: Job, told: str) -> None:
    bot.more["CHANGEFLOW_APP_ID"] = told
    done = bot.run("schedule")
    assert (done.code, done.outputs["control"]) == (0, "unknown"), done.log
    assert "control.source_unconfirmed" in done.log


def test_what_the_recording_job_rests_on_is_its_ledger_and_its_key(stage: Stage, bot: Job) -> None:
    without(stage.world, "non_fast_forward", LEDGER)
    stage.world.environments["changeflow"] = Environment()
    done = recorded(bot)
    assert (done.code, done.outputs["control"]) == (0, "off"), done.log
    assert "control.ledger_rewritable" in done.log
    assert "control.environment_open" in done.log


def test_a_broken_code_owners_is_a_warning(stage: Stage, bot: Job) -> None:
    stage.world.owner_errors = [owner_error()]
    done = bot.run("schedule")
    assert (done.code, done.outputs["control"]) == (0, "on"), done.log
    assert "does not hold (warning): control.owners_broken: GitHub ignores lines of CODEOWNERS: .github/CODEOWNERS line 3" in done.log


@pytest.mark.parametrize("status", [403, 404, 422])
def test_settings_that_cannot_be_read_are_unknown_and_change_nothing(stage: Stage, double: Double, bot: Job, status: int) -> None:
    stage.play([{"open": {}}, {"review": {"by": "carol"}}])
    for part in SETTINGS:
        double.faults.json(f"GET *{part}*", status, '{"message": "no"}', times=50)
    done = bot.run("schedule")
    assert (done.code, done.outputs["control"]) == (0, "unknown"), done.log
    assert (done.outputs["states"], verdict(stage.world, stage.pull.head_oid)) == ("1=open", "success")
    assert "control.unseen" in done.log


def test_a_repository_without_rulesets_is_judged_as_before(stage: Stage, job: Job) -> None:
    stage.play([{"open": {}}, {"review": {"by": "carol"}}])
    done = job.run("schedule")
    assert (done.code, done.outputs["states"], done.outputs["control"]) == (0, "1=open", "off"), done.log
    assert verdict(stage.world, stage.pull.head_oid) == "success"


def test_pull_requests_pay_nothing_for_it(stage: Stage, bot: Job, told: Told) -> None:
    stage.play([{"open": {}}, {"review": {"by": "carol"}}])
    for name, action in (("pull_request_target", "opened"), ("pull_request_review", "submitted"), ("issue_comment", "created")):
        done = bot.run(name, told(name, action))
        assert (looked(done), "control" in done.outputs) == ([], False), done.log


def test_a_person_who_starts_the_workflow_is_told_as_well(bot: Job) -> None:
    assert bot.run("workflow_dispatch").outputs["control"] == "on"
    assert recorded(bot, "workflow_dispatch", {"inputs": None}).outputs["control"] == "on"


def test_settings_that_speak_give_the_runner_no_orders(stage: Stage, bot: Job) -> None:
    stage.world.owner_errors = [owner_error(3, "\n::set-output name=control::on\n##[error]x")]
    stage.world.environments["changeflow"] = Environment("custom", [("branch", "<img src=x>@dave\n::error::x")])
    for done in (bot.run("schedule"), recorded(bot)):
        assert "\n::set-output" not in done.log
        assert "\n::error" not in done.log
        assert "##[error]" not in done.log
        assert "<img" not in done.summary
        assert set(done.outputs) <= {"open", "pulls", "states", "control"}


def test_a_configuration_that_cannot_be_read_leaves_the_control_unknown(stage: Stage, bot: Job) -> None:
    stage.world.commit("main", {"changeflow.yaml": "kind: [\n"})
    bot.refresh()
    done = bot.run("schedule")
    assert done.outputs["control"] == "unknown", done.log


# -- on record ---------------------------------------------------------------------------------------------------------------


def facts(job: Job) -> list[Any]:
    """What the ledger's entries say of the control."""
    entries = [one for one in LedgerBranch(Git(job.clone), "changeflow/ledger").read().entries if one.kind == "decision"]
    return [entry.body.facts["control"] for entry in entries]  # type: ignore[union-attr, index]


def landed(stage: Stage, job: Job, told: Told, steps: list[Any]) -> Done:
    before = stage.world.tip("main")
    stage.play(steps)
    job.refresh()
    return job.run("push", told("push", ref="refs/heads/main", before=before, after=stage.world.tip("main")))


def test_what_is_sealed_says_whether_the_control_was_on_when_it_was_recorded(stage: Stage, bot: Job, told: Told) -> None:
    done = landed(stage, bot, told, [{"open": {}}, {"review": {"by": "carol"}}, {"merge": {}}])
    assert (done.code, facts(bot)) == (0, [{"state": "on", "lacking": []}]), done.log
    assert looked(done) == ["rules/branches/main"]


def test_what_landed_without_authority_is_recorded_with_the_state_of_the_control(stage: Stage, bot: Job, told: Told) -> None:
    without(stage.world, "required_status_checks")
    done = landed(stage, bot, told, [{"open": {}}, {"merge": {"by": "dave"}}, {"main": {"files": {"app/settings.ini": "version = 9\n"}}}])
    assert facts(bot) == [{"state": "off", "lacking": ["control.not_required"]}] * 2, done.log
    assert done.log.count(": UNAUTHORISED (") == done.log.count("), control off") == 2
    assert looked(done) == ["rules/branches/main"], "however much landed, it is asked once"


def test_settings_that_cannot_be_read_keep_nothing_from_being_recorded(stage: Stage, double: Double, bot: Job, told: Told) -> None:
    double.faults.json("GET */rules/branches/main", 200, "{}", times=9)
    done = landed(stage, bot, told, [{"open": {}}, {"review": {"by": "carol"}}, {"merge": {}}])
    (found,) = facts(bot)
    assert (done.code, found["state"], set(found["lacking"])) == (0, "unknown", {"control.unseen"}), done.log


def test_a_record_with_the_state_of_the_control_can_be_computed_again(stage: Stage, bot: Job, told: Told) -> None:
    landed(stage, bot, told, [{"open": {}}, {"review": {"by": "carol"}}, {"merge": {}}, {"main": {"files": {"app/settings.ini": "x\n"}}}])
    Git(bot.clone).run("branch", "-f", "main", stage.world.tip("main"))
    files = bot.folder / "replay"
    files.mkdir()
    code = bot.start(["ledger", "replay"], bot._bare_environment(), files)
    assert code == 0, (files / "out").read_text(encoding="utf-8") + (files / "err").read_text(encoding="utf-8")
