"""What a program leaves running: ended with its step, wherever it hid; never in the way of another run."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.cli.watching import Stop
from changeflow.repo.programs import Programs

from .site import ID, Site, run_step

HIDES = {
    "a session of its own": "setsid sh -c 'echo $$ > left; exec sleep 60' & sleep 60",
    "a session of its own and no environment": "env -i setsid sh -c 'echo $$ > left; exec sleep 60' & sleep 60",
    "a session whose parent is gone": "(setsid sh -c 'echo $$ > left; exec sleep 60' &) ; sleep 60",
}


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows what belongs to a step")
@pytest.mark.parametrize("how", HIDES, ids=lambda how: how.replace(" ", "-"))
def test_a_time_out_ends_what_left_the_group(tmp_path, how):
    ran = Programs(tmp_path, grace=0.2).run(["sh", "-c", HIDES[how]], environment={}, timeout=timedelta(seconds=0.5))
    assert ran.how == "timed_out"
    assert not is_there(int((tmp_path / "left").read_text(encoding="utf-8")))


def test_a_precondition_that_leaves_a_process_behind_holds_up_no_later_run(tmp_path):
    site = Site.at(tmp_path / "site", **{"scripts/leave": '#!/bin/sh\nsleep 60 >/dev/null 2>&1 &\necho $! > "$MARKS.left"\nexit 1\n'})
    site.change(
        steps=[run_step("one")],
        rollback={"trigger": "x", "limit": "PT30M", "preconditions": [run_step("look", "leave")], "steps": [run_step("undo")]},
    )
    try:
        assert "look" in site.cli("release", "run", ID).err
        again = site.cli("release", "run", ID)
        assert (again.code, "lock" in again.err) == (1, False), again.err
    finally:
        os.kill(int(Path(f"{site.marks_file}.left").read_text(encoding="utf-8")), signal.SIGKILL)


def test_a_terminal_that_is_gone_lets_the_step_go_on_and_stops_the_release_behind_it():
    stop = Stop()
    stop.count(signal.SIGHUP, None)
    assert (stop(), stop.insisted()) == (1, 0)
    stop.count(signal.SIGTERM, None)
    assert stop.insisted() == 1


def test_a_terminal_that_closes_in_the_middle_of_a_step_is_noted_at_its_edge(tmp_path):
    import subprocess

    site = Site.at(tmp_path / "site", **{"scripts/slow": '#!/bin/sh\ntouch "$MARKS.begun"\nsleep 0.7\necho "$1" >> "$MARKS"\n'})
    site.change(steps=[run_step("one", "slow"), run_step("two")])
    process = subprocess.Popen(site.argv("release", "run", ID), cwd=site.root, env=site.environment, stdout=-3, stderr=-3)
    until = time.monotonic() + 30
    while not Path(f"{site.marks_file}.begun").exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGHUP)
    assert process.wait(30) == 130
    assert site.marks == ["one"]
    assert site.events()[-2:] == ["outcome implementation/0 done", "interrupted"]


def test_a_lock_file_that_was_left_behind_ends_the_release_with_its_name(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change(steps=[run_step("one")])
    lock = site.root / ".git" / "refs" / "heads" / "changeflow" / "ledger.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    done = site.cli("release", "run", ID)
    assert (done.code, "ledger.lock" in done.err, site.marks) == (5, True, []), done.err
    lock.unlink()
    assert site.cli("release", "run", ID).code == 0
