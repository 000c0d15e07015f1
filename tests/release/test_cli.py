"""`changeflow release` as a user sees it: real processes, real git, real signals."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from changeflow import errors
from changeflow.resources import folder

from .site import CONFIG, ID, POLICY, Done, Site, checked_step, git, run_step


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.at(tmp_path / "repo")


def started(site: Site, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        site.argv("release", "run", ID, *arguments),
        cwd=site.root,
        env=site.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def valid(done: Done) -> dict[str, Any]:
    jsonschema.Draft202012Validator(json.loads((folder("schemas") / "answers" / "release.schema.json").read_text(encoding="utf-8"))).validate(
        done.answer
    )
    return done.answer


def test_a_release_that_goes_well(site):
    site.change()
    done = site.release("run")
    assert (done.code, valid(done)["state"]) == (0, "implemented")
    assert done.outcomes == {"implementation/0": "done", "implementation/1": "done", "verification/0": "done"}
    assert site.marks == ["implementation/0 one", "implementation/1 two", "verification/0 smoke"]
    assert site.cli("ledger", "verify").code == 0


def test_only_the_answer_is_on_stdout_and_the_story_is_on_stderr(site):
    site.change()
    done = site.process("release", "run", ID, "--format", "json")
    assert json.loads(done.out)["state"] == "implemented"
    assert "implementation/0 one" in done.err


def test_a_failed_verification_rolls_back_and_exits_1(site):
    site.change(verification=[run_step("smoke", "fail")])
    done = site.release("run")
    assert (done.code, valid(done)["state"]) == (1, "rolled_back")
    assert (done.outcomes["verification/0"], done.outcomes["rollback/0"]) == ("failed", "done")
    assert site.marks[-1] == "rollback/0 undo"
    assert "cannot do smoke" in done.err


def test_a_hanging_verify_is_ended_and_rolled_back(site):
    site.change(steps=[run_step("one", verify=["sleep", "60"], timeout="PT1S")], verification=[])
    began = time.monotonic()
    done = site.release("run")
    assert (done.answer["state"], done.outcomes["implementation/0"]) == ("rolled_back", "timed_out")
    assert time.monotonic() - began < 40


def test_a_failed_rollback_is_told_and_resolved(site):
    site.change(verification=[run_step("smoke", "fail")], rollback=[run_step("undo", "fail"), run_step("then")])
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (1, "rollback_failed")
    assert done.outcomes["rollback/1"] == "skipped"
    assert "left to do: rollback/0 `undo`; rollback/1 `then`" in done.answer["message"]
    # whoever asks next, and in whatever way, is told what is left to do
    for asked in (site.release("status"), site.release("resume"), site.release("confirm", "--as", "carol")):
        assert f"changeflow release confirm {ID} --resolved --as PERSON --note TEXT" in asked.err
    site.change("CHG-20261122-next")
    held = site.release("run", change="CHG-20261122-next")
    assert (held.code, held.answer["state"]) == (1, "refused")
    assert ID in held.answer["message"]
    assert site.release("confirm", "--resolved", "--as", "carol", "--note", "By hand").code == 0
    assert site.release("status").answer["state"] == "rolled_back"
    assert site.release("run", change="CHG-20261122-next").code == 0


def test_a_shut_gate_refuses_with_an_answer(tmp_path):
    site = Site.at(tmp_path / "repo", **{"policies/deploy.yaml": POLICY % {"gate": "deploy", "holds": "false"}})
    site.change()
    done = site.release("run")
    assert (done.code, valid(done)["state"], set(done.outcomes.values())) == (1, "refused", {"skipped"})
    assert "The test says so" in done.answer["message"]
    assert site.marks == []
    assert git(site.root, "branch", "--list", "changeflow/ledger") == ""


def test_outside_its_window_a_release_is_refused(site):
    site.change(window={"start": "2030-01-01T00:00:00Z", "end": "2030-01-01T01:00:00Z"})
    assert site.release("run").answer["state"] == "refused"
    assert site.marks == []


def test_a_simulated_clock_releases_where_the_configuration_allows_it(tmp_path):
    window = {"start": "2030-01-01T00:00:00Z", "end": "2030-01-01T01:00:00Z"}
    now = "2030-01-01T00:30:00Z"
    site = Site.at(tmp_path / "allowed")
    site.change(window=window)
    done = site.release("run", "--now", now)
    assert (done.code, {step["started"] for step in done.answer["steps"]}) == (0, {now})
    strict = Site.at(tmp_path / "strict", **{"changeflow.yaml": CONFIG.replace("true", "false")})
    strict.change(window=window)
    refused = strict.release("run", "--now", now)
    assert (refused.code, "does not count" in refused.err) == (1, True)
    assert strict.marks == []


def test_an_unknown_change_exits_3(site):
    done = site.cli("release", "run", "CHG-20261121-paymants")
    assert done.code == errors.NOTHING
    assert "Traceback" not in done.err


def test_a_missing_rollback_program_is_found_before_anything_runs(site):
    site.change(rollback=[{"name": "undo", "run": ["./scripts/gone"]}])
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (1, "refused")
    assert "`./scripts/gone` does not exist" in done.answer["message"]
    assert site.marks == []


def test_a_release_runs_once(site):
    site.change()
    site.release("run")
    again = site.release("run")
    assert (again.code, again.answer["state"]) == (0, "implemented")
    assert "released already at " in again.answer["message"]
    assert len(site.marks) == 3


def test_what_was_rolled_back_is_refused_when_it_is_run_again(site):
    site.change(steps=[run_step("first", "fail")], verification=[])
    assert site.release("run").code == 1
    marks = list(site.marks)
    again = site.release("run")
    assert (again.code, again.answer["state"]) == (1, "rolled_back")
    assert "released already: rolled back" in again.answer["message"]
    assert site.marks == marks


def test_programs_know_change_step_and_fence(site):
    site.write(
        "scripts/tell", '#!/bin/sh\necho "$CHANGEFLOW_CHANGE $CHANGEFLOW_STEP_KEY $CHANGEFLOW_FENCE $(pwd -P)" >> "$MARKS"\n'
    )
    site.change(steps=[{"name": "tell", "run": ["./scripts/tell"]}], verification=[])
    site.release("run")
    assert site.marks == [f"{ID} implementation/0 3 {site.root.resolve()}"]


# -- people --------------------------------------------------------------------------------------------------------------


def test_a_manual_step_waits_is_confirmed_and_goes_on(site):
    site.change(steps=[run_step("one"), {"name": "call", "manual": "Call the prepared"}, run_step("two")])
    done = site.release("run")
    assert (done.code, done.answer["state"], valid(done)["waiting_for"]) == (1, "implementing", "implementation/1")
    assert f"changeflow release confirm {ID} --step implementation/1 --as PERSON" in done.err
    assert site.release("status").answer["waiting_for"] == "implementation/1"
    assert site.release("confirm", "--step", "implementation/1", "--as", "renovate").code == 1
    assert site.release("confirm", "--step", "implementation/1").code == errors.USAGE
    confirmed = site.release("confirm", "--step", "implementation/1", "--as", "carol", "--note", "They agreed")
    assert (confirmed.code, "carol says done" in confirmed.answer["message"]) == (0, True)
    done = site.release("resume")
    assert (done.code, done.answer["state"]) == (0, "implemented")
    assert site.marks == ["implementation/0 one", "implementation/2 two", "verification/0 smoke"]


def test_run_waits_as_long_as_it_is_told_to(site):
    site.change(steps=[{"name": "call", "manual": "Call the prepared"}], verification=[])
    process = started(site, "--wait", "PT20S", "--format", "json")
    wait_for(lambda: "waits" in site.cli("release", "status", ID).out)
    assert site.release("confirm", "--as", "carol").code == 0
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, json.loads(out)["state"]) == (0, "implemented")


def test_a_person_orders_the_rollback_of_what_was_implemented(site):
    site.change()
    site.release("run")
    done = site.release("rollback", "--as", "carol", "--note", "Errors at 4 %")
    assert (done.code, done.answer["state"]) == (0, "rolled_back")
    assert "Errors at 4 %" in done.answer["message"]
    assert site.marks[-1] == "rollback/0 undo"


# -- signals and losses --------------------------------------------------------------------------------------------------

NAP = '#!/bin/sh\necho napping\necho "$CHANGEFLOW_STEP_KEY nap" >> "$MARKS"\nwhile [ ! -e "$MARKS.wake" ]; do sleep 0.05; done\n'


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_at_once_and_the_release_can_be_resumed(tmp_path, number):
    site = Site.at(tmp_path / "repo", **{"scripts/nap": NAP})
    site.change(steps=[checked_step("nap", "nap")], verification=[run_step("smoke")])
    process = started(site, "--format", "json")
    wait_for(lambda: site.marks)
    began = time.monotonic()
    site.process("release", "status", ID)
    looking = time.monotonic() - began  # a second where the machine is not busy: how slow everything is just now
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    took = time.monotonic() - began
    assert took < 3 + 3 * looking, "two seconds where the machine is not busy; a cancelled job has seven and a half"
    assert (process.returncode, json.loads(out)["state"]) == (errors.INTERRUPTED, "implementing"), err
    assert site.events()[-1] == "interrupted"
    assert f"changeflow release resume {ID}" in err
    done = site.release("resume")
    assert (done.code, done.answer["state"]) == (0, "implemented")
    assert site.marks == ["implementation/0 nap", "verification/0 smoke"], "its verify said that it was done"


def test_after_kill_9_run_goes_on_because_the_process_is_known_to_be_gone(tmp_path):
    site = Site.at(tmp_path / "repo", **{"scripts/nap": NAP})
    site.change(steps=[checked_step("nap", "nap")], verification=[])
    process = started(site)
    wait_for(lambda: site.marks)
    assert "under way" in site.release("run").answer["message"]
    process.kill()
    process.communicate()
    assert "still running" in site.release("run").answer["message"]
    Path(f"{site.marks_file}.wake").touch()
    time.sleep(0.3)
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (0, "implemented"), (done.answer, site.events(), done.err)
    assert site.marks == ["implementation/0 nap"]
    assert site.events().count("resumed") == 1, "whoever only looked left no trace"


def test_an_executable_replaced_while_a_release_is_interrupted_does_not_run(site):
    site.change(steps=[{"name": "call", "manual": "Call"}, run_step("two")])
    site.release("run")
    site.release("confirm", "--as", "carol")
    site.write("scripts/mark", '#!/bin/sh\necho replaced >> "$MARKS"\n')
    done = site.release("resume")
    assert (done.code, "replaced since" in done.err) == (1, True)
    assert site.marks == []
    assert site.release("rollback", "--as", "carol").answer["state"] in ("rolled_back", "rollback_failed")


def test_an_edited_request_does_not_confuse_a_release_under_way(site):
    site.change(steps=[{"name": "call", "manual": "Call"}, run_step("two")])
    site.release("run")
    site.release("confirm", "--as", "carol")
    site.change(steps=[run_step("something else")], commit=False)
    assert site.release("resume").answer["state"] == "implemented", "the base still has what was started"
    assert site.marks == ["implementation/1 two", "verification/0 smoke"]
    site.commit("edited on the base, too")
    assert site.release("status").answer["state"] == "implemented", "its history still has what was started"


def test_a_request_that_was_never_committed_as_it_was_started_cannot_be_followed(site):
    site.change(steps=[{"name": "call", "manual": "Call"}])
    site.release("run")
    shutil.rmtree(site.root / "changes")
    git(site.root, "rm", "-rq", "--cached", "changes")
    git(site.root, "commit", "-q", "--amend", "--allow-empty", "-m", "as if it had never been")
    site.change(steps=[run_step("something else")])
    done = site.release("status")
    assert (done.code, "nowhere as the release" in done.err) == (1, True)


def test_on_a_ledger_that_somebody_edited_nothing_goes_on_and_nothing_is_concluded(site, tmp_path):
    site.change(steps=[{"name": "call", "manual": "Call"}, run_step("two")])
    site.release("run")
    git(site.root, "worktree", "add", "-q", str(tmp_path / "ledger"), "changeflow/ledger")
    entry = next((tmp_path / "ledger").glob("*/*-release.json"))
    entry.write_text(entry.read_text(encoding="utf-8").replace("e", "f", 1), encoding="utf-8")
    git(tmp_path / "ledger", "commit", "-qam", "housekeeping")
    for verb in ("run", "resume", "confirm", "rollback"):
        done = site.release(verb, "--as", "carol")
        assert (done.code, "does not hold together" in done.out + done.err) == (1, True), verb
    assert site.release("status").code == errors.UNREADABLE
    assert site.marks == []


# -- what is shown -------------------------------------------------------------------------------------------------------


def test_the_plan_shows_every_program_as_it_would_run(site):
    site.change(steps=[run_step("a b; rm -rf /")])
    done = site.cli("release", "plan", ID)
    assert done.code == 0
    assert "./scripts/mark 'a b; rm -rf /'" in done.out
    assert "rollback, should a step fail (within 30 minutes):" in done.out
    assert valid(site.release("plan"))["steps"][0]["outcome"] == "skipped"
    assert site.marks == []


def test_names_and_output_cannot_drive_the_terminal(site):
    site.write("scripts/paint", "#!/bin/sh\nprintf 'a\\033[2Jb\\n'\n")
    site.change(steps=[{"name": "paint", "run": ["./scripts/paint"]}])
    done = site.cli("release", "run", ID)
    assert "\x1b" not in done.out + done.err
    assert "a\\u001b[2Jb" in done.err


def test_chinese_names_line_up_and_come_out_whole(site):
    site.change(steps=[checked_step("升级数据库")])
    done = site.process("release", "run", ID)
    assert "升级数据库" in done.out
    assert done.code == 0


def test_status_of_a_change_that_was_not_released_is_its_state(site):
    site.change()
    assert site.release("status").answer["state"] == "scheduled"


def test_on_a_terminal_the_seconds_are_counted(site):
    site.change(steps=[{"name": "slow", "run": ["sleep", "0.7"]}], verification=[])
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        site.argv("release", "run", ID),
        cwd=site.root,
        env=site.environment | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert re.search(rb"\r\x1b\[2K  implementation/0 \d s", shown)
    assert b"\x1b" not in out


# -- releases of several changes -----------------------------------------------------------------------------------------


def bundle(site: Site, *changes: str, **spec: Any) -> None:
    document = {
        "apiVersion": "changeflow/v1",
        "kind": "Release",
        "metadata": {"id": "2026-11-night"},
        "spec": {"changes": list(changes), **spec},
    }
    site.write("releases/2026-11-night/release.yaml", json.dumps(document))
    site.commit("release")


def test_a_release_deploys_its_changes_in_order_what_is_needed_first(site):
    first = site.change("CHG-20261121-first", steps=[run_step("first")], verification=[])
    second = site.change("CHG-20261121-second", steps=[run_step("second")], verification=[], depends_on=[first])
    bundle(site, second, first)
    done = site.release("run", change="2026-11-night")
    assert (done.code, valid(done)["state"]) == (0, "implemented"), done.err
    assert [change["change"] for change in done.answer["changes"]] == [first, second]
    assert site.marks == ["implementation/0 first", "implementation/0 second"]
    again = site.release("run", change="2026-11-night")
    assert (again.code, len(site.marks)) == (0, 2)


def test_a_release_stops_at_the_first_change_that_does_not_make_it(site):
    first = site.change("CHG-20261121-first", steps=[run_step("first", "fail")], verification=[])
    second = site.change("CHG-20261121-second", steps=[run_step("second")], verification=[])
    bundle(site, first, second)
    done = site.release("run", change="2026-11-night")
    assert (done.code, done.answer["state"]) == (1, "rolled_back")
    assert [change["state"] for change in done.answer["changes"]] == ["rolled_back", "scheduled"]
    assert "second" not in " ".join(site.marks)


def test_a_release_has_a_window_of_its_own_and_no_single_step_to_confirm(site):
    first = site.change("CHG-20261121-first")
    bundle(site, first, window={"start": "2030-01-01T00:00:00Z", "end": "2030-01-01T01:00:00Z"})
    assert "window" in site.release("run", change="2026-11-night").err
    assert site.release("confirm", "--as", "carol", change="2026-11-night").code == errors.USAGE
    assert site.release("status", change="2026-11-night").answer["changes"][0]["state"] == "scheduled"
