"""Rehearsals: every prefix of a plan there and back in a sandbox, and nothing of it counts as a release."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from changeflow.resources import folder
from tests.release.site import CONFIG, ID, POLICY, Done, Site, run_step

KEY = "allow_simulated_clock: true"
SANDBOX = CONFIG.replace(KEY, f"{KEY}, environments: {{copy: {{kind: sandbox}}, office: {{kind: live}}}}")
# says where it acts
WHERE = '#!/bin/sh\necho "[$CHANGEFLOW_ENVIRONMENT] $CHANGEFLOW_STEP_KEY $1" >> "$MARKS"\n'
SLOW = '#!/bin/sh\necho "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"\nsleep 0.6\n'
HANG = '#!/bin/sh\necho "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"\nexec sleep 50\n'
LIMIT = {"trigger": "errors", "limit": "PT30M"}


def undone(name: str, program: str = "mark", back: str = "mark", **words: Any) -> dict[str, Any]:
    return run_step(name, program, undo={"run": [f"./scripts/{back}", f"un-{name}"], **words})


def names(site: Site) -> list[str]:
    return [line.split()[-1] for line in site.marks]


def rehearse(site: Site, *arguments: str) -> Done:
    return site.cli("release", "rehearse", ID, "--format", "json", *arguments)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    scripts = {"scripts/where": WHERE, "scripts/slow": SLOW, "scripts/hang": HANG}
    return Site.at(tmp_path / "site", **{"changeflow.yaml": SANDBOX, **scripts})


def test_every_prefix_goes_there_and_back_and_then_the_whole_plan_with_its_verification(site: Site) -> None:
    site.change(steps=[undone("one"), undone("two"), undone("three")], rollback=LIMIT)
    shown = rehearse(site)
    assert shown.code == 0, shown.err
    assert names(site) == [
        *("one", "un-one"),
        *("one", "two", "un-two", "un-one"),
        *("one", "two", "three", "un-three", "un-two", "un-one"),
        *("one", "two", "three", "smoke", "un-three", "un-two", "un-one"),
    ]
    answer = shown.answer
    schema = json.loads((folder("schemas") / "answers" / "rehearsal.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(answer)
    assert answer["schema"] == "changeflow/rehearsal/v1"
    assert (answer["state"], answer["environment"], answer["steps"]) == ("passed", "copy", 3)
    assert [(one["steps"], one["whole"], one["outcome"], one["in_time"]) for one in answer["prefixes"]] == [
        (1, False, "back", True), (2, False, "back", True), (3, False, "back", True), (3, True, "back", True),
    ]
    assert [one["limit_ms"] for one in answer["prefixes"]] == [1_800_000] * 4
    assert [one["promised_ms"] for one in answer["prefixes"]] == [900_000, 1_800_000, 2_700_000, 2_700_000]
    assert [one["outcome"] for one in answer["prefixes"][1]["done"]] == ["done"] * 4


def test_a_rehearsal_is_no_release(site: Site) -> None:
    site.change(steps=[undone("one", "where", "where")], rollback=LIMIT, verification=[])
    before = site.cli("show", ID).out
    assert rehearse(site).code == 0
    assert site.marks == ["[copy] implementation/0 one", "[copy] undo/0 un-one"]
    status = site.release("status")
    assert (status.answer["state"], site.events()) == ("scheduled", [])
    assert site.cli("show", ID).out.splitlines()[0] == before.splitlines()[0]
    released = site.cli("release", "run", ID, "--format", "json", CHANGEFLOW_ENVIRONMENT="copy")
    assert released.answer["state"] == "implemented"
    assert site.marks[-1] == "[] implementation/0 one", "a release is led into no sandbox by a variable of the caller"
    assert site.cli("ledger", "verify").code == 0


def test_only_a_declared_sandbox_will_do_and_the_refusal_says_what_to_write(site: Site) -> None:
    site.change(rollback=LIMIT, steps=[undone("one")])
    for environment in ("production", "office"):
        shown = rehearse(site, "--environment", environment)
        assert (shown.code, site.marks) == (2, [])
        assert f"environments: {{{environment}: {{kind: sandbox}}}}" in shown.err
    site.write("changeflow.yaml", CONFIG)
    site.commit("no sandbox")
    assert rehearse(site).code == 2
    site.write("changeflow.yaml", CONFIG.replace(KEY, f"{KEY}, environments: {{a: {{kind: sandbox}}, b: {{kind: sandbox}}}}"))
    site.commit("two sandboxes")
    shown = rehearse(site)
    assert shown.code == 2
    assert "--environment" in shown.err
    assert rehearse(site, "--environment", "b").code == 0


def test_a_way_back_slower_than_promised_fails_the_rehearsal(site: Site) -> None:
    site.change(steps=[undone("one", back="slow"), undone("two", back="slow")], rollback={"trigger": "x", "limit": "PT1S"}, verification=[])
    shown = rehearse(site)
    last = shown.answer["prefixes"][-1]
    assert (shown.code, shown.answer["state"]) == (1, "failed")
    assert (last["outcome"], last["in_time"], last["passed"]) == ("back", False, False)
    assert last["return_ms"] > last["limit_ms"] == 1000


def test_a_step_that_cannot_be_undone_ends_the_prefixes_and_the_answer_says_so(site: Site) -> None:
    site.change(steps=[undone("one"), run_step("drop", irreversible="It is gone"), undone("three")], rollback=LIMIT)
    shown = rehearse(site)
    assert (shown.code, names(site)) == (0, ["one", "un-one"])
    assert shown.answer["ends_at"] == {"index": 1, "name": "drop", "reason": "irreversible"}
    assert "cannot be undone" in shown.answer["message"]


def test_nothing_is_rehearsed_where_the_first_step_cannot_be_undone(site: Site) -> None:
    site.change(steps=[run_step("drop", irreversible="It is gone")], rollback=LIMIT)
    shown = rehearse(site)
    assert (shown.code, site.marks) == (1, [])


def test_manual_steps_are_left_out_and_named_unless_policy_says_ask(site: Site) -> None:
    by_hand = {"name": "call", "manual": "Call the bank", "undo": {"manual": "Call again"}}
    site.change(steps=[undone("one"), by_hand, undone("three")], rollback=LIMIT, verification=[])
    shown = rehearse(site)
    assert (shown.code, [one["name"] for one in shown.answer["skipped"]]) == (0, ["call", "call"])
    assert "call" in site.cli("release", "rehearse", ID).out
    site.write("changeflow.yaml", SANDBOX.replace(KEY, f"{KEY}, release: {{rehearsal: {{manual: ask}}}}"))
    site.commit("ask")
    asked = rehearse(site)
    assert (asked.code, asked.answer["state"]) == (1, "waiting")
    assert "terminal" in asked.answer["message"]


def test_an_undo_that_fails_leaves_the_sandbox_as_it_is_and_says_what_is_left(site: Site) -> None:
    site.change(steps=[undone("one"), undone("two", back="fail"), undone("three")], rollback=LIMIT)
    shown = rehearse(site)
    assert (shown.code, shown.answer["state"]) == (1, "failed")
    last = shown.answer["prefixes"][-1]
    assert (last["steps"], last["outcome"], last["left"]) == (2, "left", ["undo/1 two", "undo/0 one"])
    assert names(site) == ["one", "un-one", "one", "two", "un-two"], "nothing ran after the undo that failed"
    assert "by hand" in shown.err


def test_a_step_that_fails_is_taken_back_and_fails_the_rehearsal(site: Site) -> None:
    site.change(steps=[undone("one"), undone("two", "fail")], rollback=LIMIT)
    shown = rehearse(site)
    assert (shown.code, shown.answer["prefixes"][-1]["outcome"]) == (1, "failed")
    assert names(site)[-2:] == ["un-two", "un-one"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_rehearsal_that_was_killed_counts_for_nothing_and_can_be_started_again(site: Site, how: int) -> None:
    site.change(steps=[undone("one"), undone("two", "hang")], rollback=LIMIT, verification=[])
    process = subprocess.Popen(
        site.argv("release", "rehearse", ID), cwd=site.root, env=site.environment, stderr=subprocess.PIPE, start_new_session=True
    )
    for _ in range(400):
        if names(site)[-1:] == ["two"]:
            break
        time.sleep(0.05)
    if how == signal.SIGTERM:
        other = rehearse(site)
        assert other.code == 1, "one rehearsal at a time in a sandbox"
        assert "is running" in other.err
    os.kill(process.pid, how)
    process.communicate(timeout=30)
    assert process.returncode == (130 if how == signal.SIGTERM else -9)
    assert site.cli("release", "plan", ID).out.count("not rehearsed") == 1
    site.write("scripts/hang", "#!/bin/sh\nexit 0\n")
    assert rehearse(site).code == 0


def test_policy_asks_for_a_rehearsal_since_the_last_material_edit(site: Site) -> None:
    site.write("policies/approve.yaml", POLICY % {"gate": "approve", "holds": "change.rehearsed"})
    site.commit("ask for it")
    site.change(steps=[undone("one")], rollback=LIMIT)

    def gate() -> int:
        return site.cli("gate", "approve", ID).code

    assert gate() == 1
    assert rehearse(site).code == 0
    assert gate() == 0
    request = site.root / f"changes/{ID}/rfc.yaml"
    text = request.read_text(encoding="utf-8")
    request.write_text(text.replace("Upgrade payments-db", "Upgrade the database of payments"), encoding="utf-8")
    assert gate() == 0, "a title is not material"
    request.write_text(text.replace("un-one", "un-other"), encoding="utf-8")
    assert gate() == 1
    assert rehearse(site).code == 0
    assert gate() == 0
    request.write_text(text.replace("./scripts/mark", "./scripts/fail"), encoding="utf-8")
    assert rehearse(site).code == 1
    request.write_text(text.replace("un-one", "un-other"), encoding="utf-8")
    assert gate() == 1, "a rehearsal that failed since says that it no longer holds"


def test_a_rollback_says_whether_its_way_back_was_rehearsed_with_this_content(site: Site) -> None:
    site.change(steps=[undone("one"), undone("two", "hang")], rollback=LIMIT, verification=[])
    site.write("scripts/hang", '#!/bin/sh\n[ -n "$CHANGEFLOW_ENVIRONMENT" ] || exit 4\n')
    site.commit("fails where it is no sandbox")
    assert rehearse(site).code == 0
    assert "rehearsed in copy" in site.cli("release", "plan", ID).out.replace("`", "")
    assert site.release("plan").answer["rehearsal"]["current"] is True
    site.change(steps=[undone("one"), undone("two")], rollback=LIMIT, verification=[])
    assert site.release("plan").answer["rehearsal"]["current"] is False
    assert rehearse(site).code == 0
    assert site.release("run").answer["state"] == "implemented"
    shown = site.release("rollback", "--as", "bob", "--note", "Errors")
    assert shown.answer["rehearsal"]["same_way_back"] is True
    assert shown.answer["state"] == "rolled_back"
    orders = [line for line in site.cli("ledger", "log", ID).out.splitlines() if "rolling back" in line]
    assert len(orders) == 1
    assert "rehearsed in copy" in site.cli("ledger", "show", "--format", "json", orders[0].split()[0]).out


def test_the_record_of_a_change_has_the_time_of_its_rehearsal(site: Site) -> None:
    site.change(steps=[undone("one")], rollback=LIMIT)
    assert rehearse(site).code == 0
    assert site.release("run").answer["state"] == "implemented"
    report = site.cli("report", "kpi", "--format", "json")
    found = [one for one in report.answer["kpis"] if one["id"] == "rehearsed"]
    assert found
    assert found[0]["value"] in (100.0, 1.0, "100"), found
