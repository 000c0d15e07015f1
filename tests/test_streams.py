"""Where an answer goes: nowhere to write it, nobody to read it, files that break while they are read."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import forked
from tests.release.site import ID, POLICY, Site, git
from tests.repositories import speaking


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site.at(
        tmp_path_factory.mktemp("streams") / "site", **{"policies/deploy.yaml": POLICY % {"gate": "deploy", "holds": "false"}}
    )
    site.change()
    return site


def exit_code(site: Site, *arguments: str, stdout: int) -> tuple[int, str]:
    with tempfile.TemporaryFile() as said:
        environment = site.environment | speaking(arguments)
        code = forked.run_with_streams(arguments, cwd=site.root, env=environment, out=stdout, err=said.fileno())
        said.seek(0)
        return code, said.read().decode("utf-8")


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("gate", "deploy", ID),
        ("schema", "list"),
        ("new", "no-room", "--requester", "alice"),
        ("init", "no-room-either"),
        ("--help",),
        ("--version",),
        ("gate", "--help"),
    ],
)
def test_an_answer_that_does_not_fit_on_the_disk_is_a_failure_and_no_bug(site, command):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    full = os.open("/dev/full", os.O_WRONLY)
    code, said = exit_code(site, *command, stdout=full)
    os.close(full)
    assert (code, "cannot be written" in said) == (5, True)


@pytest.mark.parametrize("locale", ["C.UTF-8", "C", ""])
def test_a_full_disk_is_told_in_every_locale(site, locale):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    environment = {name: value for name, value in site.environment.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            site.argv("--version"), cwd=site.root, env=environment | {"LANG": locale}, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, "cannot be written" in done.stderr) == (5, True)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told_to_a_closed_output_like_the_help(site, option):
    codes, said = [], ""
    for asked in (option, "--help"):
        done = subprocess.run(
            ["sh", "-c", 'exec "$@" >&-', "sh", *site.argv(asked)], cwd=site.root, env=site.environment, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
        codes.append(done.returncode)
        said += done.stderr
    assert (codes, said) == ([0, 0], "")


def test_a_shut_gate_stays_shut_when_nobody_reads_the_answer(site):
    reader, writer = os.pipe()
    os.close(reader)
    code, said = exit_code(site, "gate", "deploy", ID, stdout=writer)
    os.close(writer)
    assert (code, said) == (1, "")


@pytest.fixture(scope="module")
def full():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("approve", ID, "--as", "carol"), 0),  # it was done: the exit code says so, as that of a release does
        (("reject", ID, "--as", "carol"), 0),
        (("gate", "approve", ID, "--record"), 5),  # a script would go on without the answer that it asked for
        (("gate", "deploy", ID, "--record"), 5),
        (("assess", ID, "--record"), 5),
    ],
)
def test_what_was_recorded_is_not_called_undone_because_the_answer_found_no_room(site, full, command, code):
    before = site.cli("ledger", "log").out.count("\n")
    ended, said = exit_code(site, *command, stdout=full)
    assert ended == code, said
    assert "the answer cannot be written" in said
    assert "recorded all the same" in said
    assert site.cli("ledger", "log").out.count("\n") > before


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A clone whose main is behind the remote's: every command says so on stderr before it does anything else."""
    folder = tmp_path_factory.mktemp("behind")
    config = "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {remote: origin}\n"
    shut = POLICY % {"gate": "deploy", "holds": "false"}
    site = Site.at(folder / "site", **{"changeflow.yaml": config, "policies/deploy.yaml": shut})
    site.change()
    site.write("docs/later.md", "later\n")
    site.commit("later")
    git(site.root, "init", "-q", "--bare", str(folder / "remote.git"))
    git(site.root, "remote", "add", "origin", str(folder / "remote.git"))
    git(site.root, "push", "-q", "origin", "main")
    git(site.root, "reset", "-q", "--hard", "HEAD~1")
    return site


@pytest.mark.parametrize("place", ["full", "unread"])
@pytest.mark.parametrize(
    ("command", "code"),
    [(("gate", "approve", ID), 0), (("gate", "deploy", ID), 1), (("approve", ID, "--as", "carol"), 0)],
)
def test_a_note_that_nobody_can_read_changes_no_verdict(behind, full, command, code, place):
    reader, unread = os.pipe()
    os.close(reader)
    environment, err = behind.environment | speaking(command), full if place == "full" else unread
    with Path(os.devnull).open("wb") as nowhere:
        ended = forked.run_with_streams(command, cwd=behind.root, env=environment, out=nowhere.fileno(), err=err)
    os.close(unread)
    assert (ended, "is 1 commit behind" in behind.cli(*command).err) == (code, True)


def test_a_file_that_breaks_while_it_is_read_cannot_be_read(site):
    if not Path("/proc/self/mem").exists():
        pytest.skip("this system has no /proc/self/mem")
    done = site.cli("check", "/proc/self/mem")
    assert (done.code, "cannot be read" in done.out) == (4, True)


def test_a_window_at_the_end_of_time_gets_an_answer(site):
    assert site.cli("when", ID, "--now", "9999-12-31T23:59:59Z").code == 1


@pytest.mark.parametrize(
    ("command", "code"), [(("chekc",), 2), (("check", "--nope"), 2), (("gate", "deploy", "CHG-20200101-none"), 3)]
)
def test_the_exit_code_stays_when_the_error_cannot_be_told(site, command, code):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            site.argv(*command), cwd=site.root, env=site.environment, stdout=subprocess.DEVNULL, stderr=full, check=False
        )
    assert done.returncode == code


@pytest.mark.parametrize("command", [("schedule", "--from"), ("schedule", "--now")])
def test_a_question_about_the_last_days_of_the_calendar_is_answered(site, command):
    assert site.cli(*command, "9999-12-30T00:00:00Z").code == 0


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("schedule", "--from", "someday"), "--from"),
        (("schedule", "--from", ""), "--from"),
        (("schedule", "--to", "soon"), "--to"),
        (("schedule", "--now", "now"), "--now"),
        (("policy", "simulate", ID, "--as-of", "nonsense"), "--as-of"),
    ],
)
def test_a_time_that_is_none_is_refused_by_the_name_of_its_option(site, command, option):
    done = site.cli(*command)
    assert (done.code, done.err.startswith(f"error: {option}: ")) == (2, True)
    assert "hint: for example " in done.err


@pytest.mark.parametrize(
    ("command", "code", "said", "unsaid"),
    [
        (("check", "--rev", "nope"), 5, "no revision `nope`", "--base"),
        (("gate", "deploy", "--change-from", "nope"), 5, "no revision `nope`", "--base"),
        (("doctor", "--repository", "a"), 2, "`a` is not written `owner/name`", "see GITHUB"),
        (("doctor",), 2, "no remote `origin` here", "github.com"),
    ],
)
def test_an_error_names_what_was_given_and_no_option_that_the_command_lacks(site, command, code, said, unsaid):
    done = site.cli(*command, GH_TOKEN="x")  # noqa: S106 - no password: nothing is asked with it
    assert (done.code, said in done.err, unsaid in done.err) == (code, True, False), done.err
