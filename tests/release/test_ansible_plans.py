"""What `ansible-playbook --check --diff` prints: hosts in any order are one plan, and what is skipped is not known.

`plans_recorded/ansible.txt` is what ansible-core 2.19 printed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.release.plan_formats.plan_text import Machine, NoPlanError
from changeflow.release.plan_formats.table import FORMATS

RECORDED = (Path(__file__).parent / "plans_recorded" / "ansible.txt").read_text(encoding="utf-8")
few = settings(max_examples=25)
COPY = "/root/.ansible/tmp/ansible-local-{0}/tmp{0}/app.conf.j2"


HERE = Machine()


def plan(text: str, machine: Machine = HERE) -> str:
    return FORMATS["ansible"](text.encode(), machine)


def block(host: str, new: int, temporary: str) -> str:
    return (
        f"--- before: /etc/app.conf\n+++ after: {COPY.format(temporary)}\n"
        f"@@ -{new},1 +{new},1 @@\n-replicas: 2\n+replicas: {new}\n\nchanged: [{host}]\n"
    )


def printed(hosts: list[str], *, stars: int = 20, temporary: str = "12ab", clock: str = "10:00:00") -> str:
    """A run on these hosts, each with its own change, in the order in which they answered."""
    parts = [f"PLAY [all] {'*' * stars}\n", f"TASK [Write it] {'*' * stars}", f"Saturday 21 November 2026  {clock} +0000 (0:00:00.014)       0:00:00.014 ***"]
    parts += [block(host, int(host[-1]), temporary) for host in hosts]
    parts += [f"PLAY RECAP {'*' * stars}", *(f"{host}{' ' * stars}: ok=1    changed=1    unreachable=0    failed=0" for host in hosts)]
    return "\n".join(parts) + f"\nPlaybook run took 0 days, 0 hours, 0 minutes, {stars} seconds\n"


def test_a_recorded_plan_says_what_changes_and_what_is_not_known() -> None:
    kept = plan(RECORDED)
    assert "-replicas: 2\n+replicas: 3" in kept
    assert "TASK [Restart the service]\nskipping: [localhost] (not known: skipped when only checking)" in kept
    assert "TASK [Keep a secret]\nchanged: [localhost] (not known: what it changes is not printed)" in kept
    assert "***" not in kept
    assert plan(RECORDED.replace("\n", "\r\n")) == kept


@few
@given(st.permutations(["web1", "web2", "web3"]), st.integers(3, 90), st.from_regex(r"[0-9]{3}[a-z]{4}", fullmatch=True), st.times())
def test_who_answers_first_the_width_and_the_time_are_noise(hosts: list[str], stars: int, temporary: str, clock: object) -> None:
    noisy = printed(hosts, stars=stars, temporary=temporary, clock=str(clock)[:8])
    assert plan(noisy) == plan(printed(["web1", "web2", "web3"]))
    coloured = "\n".join(f"\x1b[0;33m{line}\x1b[0m" if line else line for line in noisy.split("\n"))
    assert plan(coloured) == plan(noisy)


LINES = [number for number, line in enumerate(RECORDED.split("\n")) if line.strip() and not line.startswith("@@")]


@pytest.mark.parametrize("number", LINES)
def test_an_edit_of_any_line_changes_the_plan(number: int) -> None:
    lines = RECORDED.split("\n")
    lines[number] = lines[number].replace("]", " more]", 1) if "***" in lines[number] and "]" in lines[number] else lines[number] + " more"
    edited = "\n".join(lines)
    if number >= LINES[-2]:
        with pytest.raises(NoPlanError):
            plan(edited)
    else:
        assert plan(edited) != plan(RECORDED)


@pytest.mark.parametrize("number", LINES)
def test_a_line_that_is_gone_changes_the_plan(number: int) -> None:
    lines = RECORDED.split("\n")
    del lines[number]
    try:
        assert plan("\n".join(lines)) != plan(RECORDED)
    except NoPlanError:
        assert "RECAP" in RECORDED.split("\n")[number] or "ok=" in RECORDED.split("\n")[number]


def test_a_swap_between_hosts_is_another_plan() -> None:
    text = printed(["web1", "web2"])
    swapped = text.replace("+replicas: 1", "+replicas: X").replace("+replicas: 2", "+replicas: 1").replace("+replicas: X", "+replicas: 2")
    assert plan(swapped) != plan(text)


@pytest.mark.parametrize("bad", ["failed=1", "unreachable=2"])
def test_a_run_with_a_failure_is_no_plan(bad: str) -> None:
    text = RECORDED.replace(bad.partition("=")[0] + "=0", bad)
    with pytest.raises(NoPlanError) as caught:
        plan(text)
    assert caught.value.why["code"] == "no_plan.tasks_failed"


def test_a_run_that_is_cut_off_is_no_plan() -> None:
    with pytest.raises(NoPlanError) as caught:
        plan(RECORDED[: RECORDED.index("PLAY RECAP")])
    assert caught.value.why["code"] == "no_plan.no_recap"


def test_secrets_and_control_characters_are_not_kept() -> None:
    text = printed(["web1"]).replace("+replicas: 1", "+password: tr0ub4dor\n+note: s3cr3t-value\n+bell: \x07")
    kept = plan(text, Machine(secrets=("s3cr3t-value",)))
    for gone in ("tr0ub4dor", "s3cr3t-value", "\x07"):
        assert gone not in kept
