"""A playbook that Ansible itself plans, runs and undoes on this machine (`make ansible`)."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from changeflow.release.plan_formats.plan_text import Machine
from changeflow.release.plan_formats.table import FORMATS
from tests.release.site import ID, Done, Site, git, run_step

ansible = pytest.importorskip("ansible", reason="Ansible is not here: `make ansible` installs it and runs this")
INSTALLED = Path(ansible.__file__).parents[1]
HIDDEN = "tr0ub4dor-and-3"
DEPLOY = f"""\
- name: Deploy
  hosts: web
  gather_facts: false
  tasks:
    - name: Write the configuration
      copy: {{content: "replicas: {{{{ replicas }}}}\\n", dest: "{{{{ place }}}}/app.conf"}}
    - name: Keep a secret
      copy: {{content: "{HIDDEN}\\n", dest: "{{{{ place }}}}/secret"}}
      no_log: true
    - name: Say it
      command: touch {{{{ place }}}}/restarted
    - name: Fail where asked
      fail: {{msg: asked to}}
      when: (failing | default('no')) == 'yes'
"""
REMOVE = """\
- name: Remove
  hosts: web
  gather_facts: false
  tasks:
    - name: Remove the configuration
      file: {path: "{{ place }}/app.conf", state: absent}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    hosts = f"[web]\nlocalhost ansible_connection=local ansible_python_interpreter={sys.executable}\n"
    return Site.at(tmp_path / "site", **{"ops/deploy.yml": DEPLOY, "ops/remove.yml": REMOVE, "ops/hosts": hosts})


def there(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def cli(site: Site, *arguments: str) -> Done:
    path = f"{INSTALLED / 'bin'}:{site.environment['PATH']}"
    return site.cli(*arguments, PATH=path, PYTHONPATH=str(INSTALLED), HOME=str(site.root.parent), LC_ALL="C.UTF-8", LANG="C.UTF-8")


def plays(place: Path, name: str, **variables: str) -> dict[str, Any]:
    return {"playbook": f"ops/{name}.yml", "inventory": ["ops/hosts"], "extra_vars": {"place": str(place), "replicas": "3", **variables}}


def planned(site: Site, steps: list[dict[str, Any]], **words: Any) -> str:
    site.change(steps=steps, verification=[], **words)
    made = cli(site, "plan", ID)
    assert made.code == 0, made.err
    site.commit("plan")
    return (site.root / f"changes/{ID}/plans/1.ansible.txt").read_text(encoding="utf-8")


def test_check_diff_apply_and_recap(site: Site, place: Path) -> None:
    kept = planned(site, [{"name": "Deploy", "ansible": plays(place, "deploy")}])
    assert "+replicas: 3" in kept
    assert "skipping: [localhost] (not known: skipped when only checking)" in kept
    assert there(place) == [], "a plan changes nothing"
    assert cli(site, "plan", ID, "--check").code == 0, "made again it is the same"
    done = cli(site, "release", "run", ID, "--format", "json")
    assert done.answer["state"] == "implemented", done.err
    assert done.answer["steps"][0]["detail"] == "1 host: 3 ok, 3 changed, 0 failed, 0 unreachable"
    assert there(place) == ["app.conf", "restarted", "secret"]
    recorded = git(site.root, "log", "-p", "--format=", "changeflow/ledger")
    entries = [base64.b64decode(found).decode() for found in re.findall(r'"payload": ?"([A-Za-z0-9+/=]+)"', recorded)]
    assert "Keep a secret" in "".join(entries)
    assert HIDDEN not in kept + done.out + done.err + "".join(entries)


def test_what_somebody_changed_by_hand_is_another_plan_and_nothing_runs(site: Site, place: Path) -> None:
    planned(site, [{"name": "Deploy", "ansible": plays(place, "deploy")}])
    (place / "app.conf").write_text("replicas: 9\n", encoding="utf-8")
    done = cli(site, "release", "run", ID)
    assert done.code == 1
    assert "-replicas: 9" in done.out + done.err
    assert there(place) == ["app.conf"]


def test_a_playbook_is_undone_by_a_playbook(site: Site, place: Path) -> None:
    undo = {"ansible": plays(place, "remove")}
    steps = [{"name": "Deploy", "ansible": plays(place, "deploy"), "undo": undo}, run_step("Break", "fail", undo={"run": ["./scripts/mark", "mended"]})]
    planned(site, steps, rollback={"trigger": "errors", "limit": "PT2H"})
    done = cli(site, "release", "run", ID, "--format", "json")
    assert done.answer["state"] == "rolled_back", done.err
    assert "app.conf" not in there(place)


def test_a_failed_task_fails_the_step(site: Site, place: Path) -> None:
    site.change(steps=[{"name": "Deploy", "ansible": plays(place, "deploy", failing="yes"), "plan": {"run": ["cat", "ops/deploy.yml"], "format": "text"}}], verification=[])
    assert cli(site, "plan", ID).code == 0
    site.commit("plan")
    done = cli(site, "release", "run", ID, "--format", "json")
    assert done.answer["state"] == "rolled_back"
    assert done.answer["steps"][0]["detail"] == "exit code 2; 1 host: 3 ok, 3 changed, 1 failed, 0 unreachable"


def test_the_recorded_plan_is_what_this_ansible_prints(site: Site, place: Path) -> None:
    kept = planned(site, [{"name": "Deploy", "ansible": plays(place, "deploy")}])
    recorded = (Path(__file__).parent / "plans_recorded/ansible-check.txt").read_bytes()
    told = FORMATS["ansible"](recorded, Machine())
    shape = {line.partition("[")[0] for line in told.splitlines() if line.startswith(("TASK", "changed", "skipping"))}
    assert shape == {line.partition("[")[0] for line in kept.splitlines() if line.startswith(("TASK", "changed", "skipping"))}
