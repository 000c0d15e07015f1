"""Where an answer goes: nowhere to write it, nobody to read it, files that break while they are read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.release.site import ID, POLICY, Site


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site.at(
        tmp_path_factory.mktemp("streams") / "site", **{"policies/deploy.yaml": POLICY % {"gate": "deploy", "holds": "false"}}
    )
    site.change()
    return site


def exit_code(site: Site, *arguments: str, stdout: int) -> tuple[int, str]:
    done = subprocess.run(
        site.argv(*arguments), cwd=site.root, env=site.environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("gate", "deploy", ID),
        ("schema", "list"),
        ("new", "no-room", "--requester", "alice"),
        ("init", "no-room-either"),
    ],
)
def test_an_answer_that_does_not_fit_on_the_disk_is_a_failure_and_no_bug(site, command):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    full = os.open("/dev/full", os.O_WRONLY)
    code, said = exit_code(site, *command, stdout=full)
    os.close(full)
    assert (code, "cannot be written" in said) == (5, True)


def test_a_shut_gate_stays_shut_when_nobody_reads_the_answer(site):
    reader, writer = os.pipe()
    os.close(reader)
    code, said = exit_code(site, "gate", "deploy", ID, stdout=writer)
    os.close(writer)
    assert (code, said) == (1, "")


def test_a_file_that_breaks_while_it_is_read_cannot_be_read(site):
    if not Path("/proc/self/mem").exists():
        pytest.skip("this system has no /proc/self/mem")
    done = site.cli("check", "/proc/self/mem")
    assert (done.code, "cannot be read" in done.out) == (4, True)


def test_a_window_at_the_end_of_time_gets_an_answer(site):
    assert site.cli("when", ID, "--now", "9999-12-31T23:59:59Z").code == 1
