"""Steps that are playbooks: check mode is the plan, the recap is the outcome. `plans_recorded/ansible-*.txt` is what ansible-core 2.19 printed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.model.change import ImplementationStep
from changeflow.model.playbook_words import playbook_words
from changeflow.release.plan_formats.plan_text import Machine
from changeflow.release.plan_formats.table import FORMATS
from changeflow.release.playbook_recap import Recap
from tests.examples import examples
from tests.release.site import ID, Done, Site

RECORDED = Path(__file__).parent / "plans_recorded"
CHECK, APPLY, FAILED = ((RECORDED / f"ansible-{name}.txt").read_text(encoding="utf-8") for name in ("check", "apply", "failed"))
PLAYBOOK = "- name: Deploy\n  hosts: all\n  roles: [app]\n"
PLAYS = {"playbook": "ops/site.yml", "inventory": ["ops/hosts"], "extra_vars": {"version": "1.2.3"}}
# prints what Ansible printed: what it would change with --check, and what it did
ANSIBLE = """\
#!/bin/sh
echo "$CHANGEFLOW_STEP_KEY $ANSIBLE_STDOUT_CALLBACK $*" >> "$MARKS"
case "$*" in *--check*) exec cat "$RECORDED/ansible-check.txt";; esac
cat "$RECORDED/ansible-$ANSIBLE_SAYS.txt"
exit "$ANSIBLE_EXIT"
"""


def summed(text: str) -> Recap:
    recap = Recap()
    for line in text.splitlines():
        recap.take(line)
    return recap


def test_the_recap_of_all_hosts_is_summed() -> None:
    assert str(summed(APPLY)) == "2 hosts: 6 ok, 4 changed, 0 failed, 0 unreachable"
    assert summed(APPLY).is_good
    assert str(summed(FAILED)) == "2 hosts: 6 ok, 2 changed, 2 failed, 0 unreachable"
    assert not summed(FAILED).is_good


def test_a_playbook_without_a_host_is_no_success() -> None:
    assert (str(summed("")), summed("").is_good) == ("the playbook acted on no host", False)
    assert not summed(APPLY.partition("PLAY RECAP")[0] + "PLAY RECAP ****\n").is_good


def test_what_a_task_prints_is_no_recap() -> None:
    fake = "PLAY RECAP ***\nweb1 : ok=9 changed=9 unreachable=0 failed=0\n"
    assert str(summed(fake + FAILED)) == str(summed(FAILED))
    assert str(summed("web3 : ok=1 changed=1 unreachable=0 failed=0\n" + APPLY)) == str(summed(APPLY))


@settings(max_examples=examples(100))
@given(st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=8), st.integers(1, 60))
def test_sums_do_not_hang_on_order_or_width(hosts: list[tuple[int, ...]], width: int) -> None:
    lines = [
        f"host{number}{' ' * width}: ok={ok}   changed={changed} unreachable={lost} failed={bad}   skipped=1 rescued=0 ignored=0  "
        for number, (ok, changed, lost, bad) in enumerate(hosts)
    ]
    one, other = (summed("\n".join([f"PLAY RECAP {'*' * width}", *these])) for these in (lines, lines[::-1]))
    assert str(one) == str(other)
    assert one.counts == dict(zip(("ok", "changed", "unreachable", "failed"), map(sum, zip(*hosts, strict=True)), strict=True))
    assert one.is_good == (not one.counts["failed"] and not one.counts["unreachable"])


def test_the_plan_of_a_real_check_says_what_changes_and_keeps_no_secret() -> None:
    kept = FORMATS["ansible"](CHECK.encode(), Machine())
    assert "+replicas: 3" in kept
    assert "changed: [web1] (not known: what it changes is not printed)" in kept
    assert "skipping: [web1] (not known: skipped when only checking)" in kept
    assert "tr0ub4dor" not in kept
    renamed = CHECK.replace("web1", "web0").replace("web2", "web1").replace("web0", "web2")
    assert FORMATS["ansible"](renamed.encode(), Machine()) == kept, "which host answers first is noise"


@given(st.sampled_from([number for number, line in enumerate(CHECK.splitlines()) if line.startswith(("+replicas", "changed:", "skipping:", "TASK"))]))
def test_an_edit_of_a_real_check_is_another_plan(number: int) -> None:
    lines = CHECK.splitlines()
    lines[number] = lines[number].replace("replicas", "copies").replace("web", "db").replace("TASK [", "TASK [Not ")
    assert FORMATS["ansible"]("\n".join(lines).encode(), Machine()) != FORMATS["ansible"](CHECK.encode(), Machine())


def test_words_are_one_program_and_name_no_shell() -> None:
    words = playbook_words(PLAYS | {"limit": "web", "tags": ["a", "b"], "skip_tags": ["c"]})
    assert words == (
        "ansible-playbook", "--inventory", "ops/hosts", "--limit", "web", "--tags", "a,b", "--skip-tags", "c",
        "--extra-vars", '{"version": "1.2.3"}', "ops/site.yml",
    )  # fmt: skip


def test_content_without_the_key_keeps_its_digest_and_one_that_has_it_keeps_what_is_written() -> None:
    plain = ImplementationStep.model_validate({"name": "x", "run": ["a"], "undo": {"run": ["b"]}}).model_dump(mode="json")
    assert set(plain) == {"name", "run", "manual", "verify", "timeout", "undo"}
    assert set(plain["undo"]) == {"run", "manual", "verify", "timeout"}
    written = ImplementationStep.model_validate({"name": "x", "ansible": PLAYS}).model_dump(mode="json")
    assert written["ansible"] == PLAYS


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site.at(tmp_path / "site", **{"ops/site.yml": PLAYBOOK, "ops/hosts": "web1\nweb2\n", "ops/roles/app/tasks/main.yml": "[]\n"})
    program = tmp_path / "bin" / "ansible-playbook"
    program.parent.mkdir()
    program.write_text(ANSIBLE, encoding="utf-8")
    program.chmod(0o755)
    return site


def cli(site: Site, *arguments: str, says: str = "apply", code: int = 0) -> Done:
    path = f"{site.root.parent / 'bin'}:{site.environment['PATH']}"
    return site.cli(*arguments, PATH=path, RECORDED=str(RECORDED), ANSIBLE_SAYS=says, ANSIBLE_EXIT=str(code))


def planned(site: Site, **words: Any) -> None:
    site.change(steps=[{"name": "Deploy", "ansible": PLAYS, **words}], verification=[])
    assert cli(site, "plan", ID).code == 0
    site.commit("plan")


def last(site: Site) -> dict[str, Any]:
    shown = cli(site, "release", "status", ID, "--format", "json")
    found: dict[str, Any] = shown.answer["steps"][0]
    return found


def test_check_mode_is_the_plan_of_the_step_and_the_recap_its_outcome(site: Site) -> None:
    planned(site)
    kept = site.root / f"changes/{ID}/plans/1.ansible.txt"
    assert "+replicas: 3" in kept.read_text(encoding="utf-8")
    assert cli(site, "check").code == 0
    done = cli(site, "release", "run", ID, "--format", "json")
    assert done.answer["state"] == "implemented", done.err
    assert last(site)["detail"] == "2 hosts: 6 ok, 4 changed, 0 failed, 0 unreachable"
    assert "2 台主机：成功 6" in cli(site, "release", "status", ID, "--lang", "zh").out
    runs = [line for line in site.marks if "--check" not in line]
    assert runs == ['implementation/0 default --inventory ops/hosts --extra-vars {"version": "1.2.3"} ops/site.yml']
    shown = cli(site, "release", "plan", ID).out
    assert "ansible-playbook --check --diff --inventory ops/hosts" in shown


@pytest.mark.parametrize(("says", "code", "why"), [("failed", 2, "exit code 2; 2 hosts: 6 ok, 2 changed, 2 failed"), ("nothing", 0, "acted on no host")])
def test_a_playbook_that_failed_or_found_no_host_fails_the_step(site: Site, says: str, code: int, why: str) -> None:
    planned(site)
    done = cli(site, "release", "run", ID, "--format", "json", says=says, code=code)
    assert done.answer["state"] == "rolled_back"
    assert why in last(site)["detail"]


def test_a_role_that_was_edited_after_the_approval_is_other_content(site: Site) -> None:
    planned(site)
    before = cli(site, "assess", ID, "--format", "json").answer["digest"]
    site.write("ops/roles/app/tasks/main.yml", "- command: rm -rf /\n")
    assert cli(site, "assess", ID, "--format", "json").answer["digest"] != before


def test_a_rehearsal_needs_an_inventory_of_its_own(site: Site) -> None:
    shutil.copy(site.root / "ops/hosts", site.root / "ops/staging")
    step = ImplementationStep.model_validate({"name": "x", "ansible": PLAYS | {"rehearsal": {"inventory": ["ops/staging"]}}})
    assert step.ansible is not None
    there = step.ansible.in_rehearsal()
    assert there is not None
    assert there.words[:3] == ("ansible-playbook", "--inventory", "ops/staging")
    assert json.loads(there.words[4]) == {"version": "1.2.3"}
    plain = ImplementationStep.model_validate({"name": "x", "ansible": PLAYS}).ansible
    assert plain is not None
    assert plain.in_rehearsal() is None
