"""What will happen is approved as it was planned: a plan that is another one shuts the gate, and nothing runs."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from .site import ID, Site, checked_step, git

# says what is in a file that git does not see, as a cloud would
FORESEE = """\
#!/bin/sh
echo "plan $CHANGEFLOW_STEP_KEY" >> "$MARKS.plans"
cat "$MARKS.world"
"""
PLAN = {"run": ["./scripts/foresee"], "format": "text"}
KEPT = f"changes/{ID}/plans/1.text.txt"


class Foreseen(Site):
    """A site whose first step has a plan."""

    @property
    def world(self) -> Path:
        return Path(f"{self.marks_file}.world")

    @property
    def planned(self) -> list[str]:
        file = Path(f"{self.marks_file}.plans")
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    @property
    def untouched(self) -> bool:
        """Whether no step ran, and nothing was recorded."""
        return not self.marks and not git(self.root, "branch", "--list", "changeflow/ledger")

    def asks(self, **plan: Any) -> None:
        self.change(steps=[checked_step("one", plan=PLAN | plan), checked_step("two")])


@pytest.fixture
def site(tmp_path: Path) -> Foreseen:
    found = Foreseen.at(tmp_path / "site", **{"scripts/foresee": FORESEE})
    found.world.write_text("replicas: 2 -> 3\n", encoding="utf-8")
    found.asks()
    return found


@pytest.fixture
def approved(site: Foreseen) -> Foreseen:
    assert site.cli("plan", ID).code == 0
    site.commit("keep the plan")
    return site


def deploy_reasons(site: Site) -> dict[str, str]:
    answer = json.loads(site.cli("gate", "deploy", ID, "--format", "json").out)
    return {one["reason_code"]: one["outcome"] for one in answer["reasons"]}


def test_a_plan_that_is_still_the_approved_one_lets_the_release_run(approved):
    done = approved.release("run")
    assert (done.code, done.answer["state"]) == (0, "implemented")
    assert approved.planned == ["plan implementation/0"] * 2
    assert approved.cli("ledger", "verify").code == 0


def recorded(site: Site) -> dict[str, Any]:
    """The decision that opened the gate, as it is on the ledger."""
    (name,) = (one for one in git(site.root, "ls-tree", "-r", "--name-only", "changeflow/ledger").split() if one.endswith("-decision.json"))
    envelope = json.loads(git(site.root, "show", f"changeflow/ledger:{name}"))
    found: dict[str, Any] = json.loads(base64.b64decode(envelope["payload"]))["predicate"]["decision"]
    return found


def test_what_was_compared_is_recorded_with_the_decision_and_replayed(approved):
    approved.release("run")
    digest = hashlib.sha256((approved.root / KEPT).read_bytes()).hexdigest()
    assert recorded(approved)["inputs"]["plans"] == {"1": f"sha256:{digest}"}
    assert "plan.same" in {one["reason_code"] for one in recorded(approved)["reasons"]}
    assert approved.cli("ledger", "replay").code == 0


def test_a_plan_that_changed_after_the_approval_shuts_the_gate_and_nothing_runs(approved):
    approved.world.write_text("replicas: 2 -> 30\n", encoding="utf-8")
    done = approved.release("run")
    assert (done.code, done.answer["state"]) == (1, "refused")
    assert "what would happen now is not what was approved" in done.answer["message"]
    assert "-replicas: 2 -> 3\n" in done.err.replace("  | ", "")
    assert "+replicas: 2 -> 30\n" in done.err.replace("  | ", "")
    assert approved.untouched


def test_a_gate_that_is_shut_anyway_runs_no_plan(site):
    # no plan is kept
    assert site.release("run").code == 1
    assert site.planned == []
    assert deploy_reasons(site)["plan.missing"] == "fail"


@pytest.mark.parametrize("gate", ["approve", "deploy"])
def test_no_gate_before_the_release_opens_without_the_plan(site, gate):
    assert site.cli("gate", gate, ID).code == 1
    site.cli("plan", ID)
    site.commit("keep the plan")
    assert site.cli("gate", gate, ID).code == 0


def test_a_gate_that_is_asked_alone_runs_nothing_and_says_that_it_did_not_compare(approved):
    before = approved.planned
    approved.world.write_text("replicas: 2 -> 30\n", encoding="utf-8")
    assert deploy_reasons(approved)["plan.not_compared"] == "pass"
    assert approved.planned == before


def test_an_edited_plan_is_other_content(approved):
    (approved.root / KEPT).write_text((approved.root / KEPT).read_text(encoding="utf-8").replace("3", "4"), encoding="utf-8")
    assert approved.release("run").code == 1
    assert "plan" not in "".join(approved.planned[1:])
    approved.commit("tamper")
    done = approved.release("run")
    # the gate is open by its policies, which ask nobody; but what would happen is something else
    assert (done.code, approved.marks) == (1, [])


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("#!/bin/sh\necho 'replicas: 2 -> 3'; echo no access >&2; exit 1\n", "failed (exit code 1): no access"),
        ("#!/bin/sh\nexit 0\n", "the program printed nothing"),
        ("#!/bin/sh\nprintf '\\377\\376'\n", "no UTF-8"),
        ("#!/bin/sh\nkill -9 $$\n", "failed"),
    ],
)
def test_a_program_that_fails_is_never_no_change(approved, program, said):
    approved.write("scripts/foresee", program)
    approved.commit("another program")
    done = approved.release("run")
    assert (done.code, approved.untouched) == (5, True)
    assert "it is not known what would happen" in done.err
    assert said in done.err
    kept = (approved.root / KEPT).read_bytes()
    assert approved.cli("plan", ID).code == 5
    assert (approved.root / KEPT).read_bytes() == kept


def test_a_program_that_takes_too_long_is_ended(site):
    site.write("scripts/foresee", "#!/bin/sh\nexec sleep 60\n")
    site.asks(timeout="PT1S")
    done = site.cli("plan", ID)
    assert (done.code, "ended after 1" in done.err) == (5, True)


def test_a_program_that_prints_without_end_is_ended(site):
    site.write("scripts/foresee", "#!/bin/sh\nexec yes resource\n")
    site.commit("another program")
    began = time.monotonic()
    done = site.cli("plan", ID)
    assert (done.code, "longer than" in done.err) == (5, True)
    assert time.monotonic() - began < 30


def test_a_request_without_plans_keeps_its_digest():
    from changeflow.model.change import ImplementationStep

    plain = ImplementationStep.model_validate({"name": "one", "run": ["./x"]})
    assert "plan" not in plain.model_dump(mode="json")


def test_check_says_what_differs_and_writes_nothing(approved):
    assert approved.cli("plan", ID, "--check").code == 0
    approved.world.write_text("replicas: 2 -> 30\n", encoding="utf-8")
    kept = (approved.root / KEPT).read_bytes()
    done = approved.cli("plan", ID, "--check", "--format", "json")
    assert done.code == 1
    (plan,) = done.answer["plans"]
    assert (plan["state"], plan["differences"]) == ("differs", ["-replicas: 2 -> 3", "+replicas: 2 -> 30"])
    assert (approved.root / KEPT).read_bytes() == kept


def test_secrets_of_the_environment_are_not_kept(site):
    site.write("scripts/foresee", '#!/bin/sh\necho "connect with $DB_PASSWORD"\n')
    site.commit("another program")
    secret = {"DB_PASSWORD": "tr0ub4dor&3"}
    assert site.cli("plan", ID, **secret).code == 0
    assert (site.root / KEPT).read_text(encoding="utf-8").endswith("connect with (sensitive)\n")


def test_a_secret_is_masked_before_the_end_of_what_a_program_said_is_cut_out(site):
    # the value begins in front of the last 400 characters
    site.write("scripts/foresee", '#!/bin/sh\nprintf "%s%0380d" "$DB_PASSWORD" 0 >&2\nexit 1\n')
    site.commit("another program")
    value = "abcdefghijklmnopqrstuvwxyz0123456789"
    done = site.cli("plan", ID, DB_PASSWORD=value)
    assert done.code == 5
    assert not [part for part in (value[-8:], value[8:16], value[:8]) if part in done.err]


def test_a_file_of_another_program_in_the_place_of_a_plan_is_none(approved):
    text = (approved.root / KEPT).read_text(encoding="utf-8")
    assert deploy_reasons(approved).keys().isdisjoint({"plan.foreign", "plan.missing"})
    for other in (text.replace("./scripts/foresee", "./scripts/mark"), text.replace("plan: text", "plan: sql"), text.replace("normaliser 2", "normaliser 1"), "replicas: 2 -> 3\n"):
        approved.write(KEPT, other)
        approved.commit("another plan")
        assert deploy_reasons(approved)["plan.foreign"] == "fail"
        assert approved.release("run").code == 1
        found = json.loads(approved.cli("check", "--format", "json").out)["findings"]
        assert [(one["rule"], one["level"], one["path"]) for one in found if "plan" in one["rule"]] == [("rfc-plan-kept", "warning", KEPT)]
    assert approved.planned == ["plan implementation/0"]
    assert approved.cli("plan", ID).code == 0
    assert (approved.root / KEPT).read_text(encoding="utf-8") == text


def test_what_no_step_asks_for_is_named_by_gates_and_check_and_goes_when_plans_are_made(approved):
    stray = f"changes/{ID}/plans/3.sql.txt"
    approved.write(stray, "DROP TABLE payments;\n")
    approved.commit("a plan of nothing")
    for gate in ("approve", "deploy"):
        answer = json.loads(approved.cli("gate", gate, ID, "--format", "json").out)
        (found,) = (one for one in answer["reasons"] if one["reason_code"] == "plan.unasked")
        assert (found["outcome"], found["data"]["paths"]) == ("fail", [stray])
    found = json.loads(approved.cli("check", "--format", "json").out)["findings"]
    assert [one["path"] for one in found if one["rule"] == "rfc-plan-kept"] == [stray]
    assert approved.cli("plan", ID, "--check").code == 1
    assert approved.cli("plan", ID).code == 0
    assert not (approved.root / stray).exists()
    assert approved.cli("plan", ID, "--check").code == 0


def test_a_plan_that_a_step_no_longer_asks_for_is_named(approved):
    approved.change()
    answer = json.loads(approved.cli("gate", "approve", ID, "--format", "json").out)
    assert "plan.unasked" in {one["reason_code"] for one in answer["reasons"]}


def test_a_file_that_comes_while_plans_are_made_is_not_lost(site):
    site.write("scripts/foresee", f"#!/bin/sh\nmkdir -p changes/{ID}/plans\necho mine > changes/{ID}/plans/notes.md\necho ok\n")
    site.commit("a program that writes")
    done = site.cli("plan", ID)
    assert (done.code, "notes.md" in done.err) == (1, True)
    assert (site.root / f"changes/{ID}/plans/notes.md").read_text(encoding="utf-8") == "mine\n"


def test_a_comparison_that_finds_nothing_is_approved_and_shuts_the_gate_once_it_finds_something(site):
    site.write("scripts/foresee", '#!/bin/sh\nexec diff -u scripts/empty "$MARKS.world"\n')
    site.write("scripts/empty", "")
    site.world.write_text("", encoding="utf-8")
    site.asks(format="diff")
    kept = site.root / f"changes/{ID}/plans/1.diff.txt"
    assert site.cli("plan", ID).code == 0
    assert kept.read_text(encoding="utf-8").endswith("(nothing differs)\n")
    site.commit("keep the plan")
    assert deploy_reasons(site).keys().isdisjoint({"plan.foreign", "plan.missing"})
    site.world.write_text("replicas: 30\n", encoding="utf-8")
    assert (site.release("run").code, site.untouched) == (1, True)


def test_a_planning_program_cannot_alter_what_is_run(approved):
    approved.write("scripts/foresee", '#!/bin/sh\ncat "$MARKS.world"\nprintf \'#!/bin/sh\\necho other >> "$MARKS"\\n\' > scripts/mark\n')
    approved.commit("a program that alters a step")
    done = approved.release("run")
    assert (done.code, approved.untouched) == (1, True)
    assert "changed" in done.err or "changed" in done.answer["message"]


def test_a_planning_program_cannot_alter_what_a_later_one_runs(site):
    site.write("scripts/second", "#!/bin/sh\necho second\n")
    site.asks()
    site.change(steps=[checked_step("one", plan=PLAN), checked_step("two", plan={"run": ["./scripts/second"], "format": "text"})])
    assert site.cli("plan", ID).code == 0
    site.commit("keep the plans")
    meddles = "printf '#!/bin/sh\\ntouch \"$MARKS.meddled\"\\necho second\\n' > scripts/second\n"
    site.write("scripts/foresee", f'#!/bin/sh\ncat "$MARKS.world"\n{meddles}')
    site.commit("a program that alters another")
    done = site.release("run")
    assert (done.code, site.untouched) == (5, True)
    assert not Path(f"{site.marks_file}.meddled").exists()


def test_all_plans_are_kept_or_none(site):
    site.write("scripts/broken", "#!/bin/sh\nexit 7\n")
    site.change(steps=[checked_step("one", plan=PLAN), checked_step("two", plan={"run": ["./scripts/broken"], "format": "text"})])
    assert site.cli("plan", ID).code == 5
    assert not (site.root / KEPT).parent.exists()


def test_other_files_among_the_plans_are_not_lost(site):
    site.write(f"changes/{ID}/plans/notes.md", "mine\n")
    done = site.cli("plan", ID)
    assert (done.code, "notes.md" in done.err) == (1, True)
    assert (site.root / f"changes/{ID}/plans/notes.md").read_text(encoding="utf-8") == "mine\n"


def test_one_plan_for_all_steps_together_has_the_number_0(site):
    site.change(implementation={"steps": [checked_step("one")], "plan": PLAN})
    assert site.cli("plan", ID).code == 0
    assert (site.root / f"changes/{ID}/plans/0.text.txt").exists()
    assert site.planned == ["plan implementation"]


def test_a_request_without_plans_is_nothing_to_do(site):
    site.change()
    assert site.cli("plan", ID).code == 3


def test_a_resumed_release_is_not_planned_again(approved):
    approved.write("scripts/mark", '#!/bin/sh\necho "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"\nif [ $1 = one ]; then kill -9 $PPID; fi\n')
    approved.commit("a program that takes its driver with it")
    assert approved.process("release", "run", ID).code < 0
    approved.world.write_text("nothing to do\n", encoding="utf-8")
    before = approved.planned
    done = approved.release("resume")
    assert (done.answer["state"], approved.planned) == ("implemented", before)


def test_a_run_that_is_killed_while_it_plans_leaves_nothing(approved):
    approved.write("scripts/foresee", f"#!/bin/sh\ntouch {approved.world}.began\nsleep 5\n")
    approved.commit("a slow program")
    process = subprocess.Popen(approved.argv("release", "run", ID), cwd=approved.root, env=approved.environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not Path(f"{approved.world}.began").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    assert approved.untouched
    approved.write("scripts/foresee", FORESEE)
    approved.commit("as it was")
    assert approved.release("run").answer["state"] == "implemented"


def test_a_run_that_is_asked_to_end_while_it_plans_ends_at_once(approved):
    approved.write("scripts/foresee", f"#!/bin/sh\ntouch {approved.world}.began\nsleep 30\n")
    approved.commit("a slow program")
    process = subprocess.Popen(approved.argv("release", "run", ID), cwd=approved.root, env=approved.environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not Path(f"{approved.world}.began").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.terminate()
    assert process.wait(10) == 130
    assert approved.untouched


def test_of_two_runs_that_plan_at_once_one_releases(approved):
    runs = [
        subprocess.Popen(approved.argv("release", "run", ID), cwd=approved.root, env=approved.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    codes = sorted(run.wait(60) for run in runs)
    assert codes in ([0, 0], [0, 1])
    assert sorted(approved.marks) == sorted(set(approved.marks))
    assert approved.events().count("started") == 1


def test_people_see_which_program_says_what_will_happen(site):
    site.change(implementation={"steps": [checked_step("one", plan=PLAN)], "plan": {"run": ["helm", "template", "shop"], "format": "text"}})
    for command in (("release", "plan", ID), ("show", ID)):
        shown = site.cli(*command).out
        assert "./scripts/foresee" in shown, command
        assert "helm template shop" in shown, command


def test_a_change_model_covers_a_plan_only_by_a_pattern():
    from changeflow.gate.standard_change import _steps_outside
    from changeflow.model.change_model import StepPattern
    from tests.gate.builders import change

    steps = [{"name": "Go", "run": ["./go"], "plan": {"run": ["./foresee"], "format": "text"}}]
    asked = change(implementation={"steps": steps}, verification=[], rollback={"steps": [{"name": "Back", "run": ["./go"]}]})
    go, foresee = (StepPattern.model_validate({"run": [program]}) for program in ("./go", "./foresee"))
    assert [step.name for step, _ in _steps_outside(asked, (go,), ())] == ["Go"]
    assert list(_steps_outside(asked, (go, foresee), ())) == []
