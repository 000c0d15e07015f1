"""An outcome is a fact: a ledger that does not take it at once gets it later, and no step runs twice for that."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import ReleaseBody
from changeflow.release_driver import loop as drive
from changeflow.repo import unrecorded
from changeflow.repo.programs import Ran
from changeflow.repo.unrecorded import Unrecorded
from changeflow.usecases.release import run as release
from changeflow.usecases.release.interventions import Confirmation
from tests.repositories import make_keys

from .building import change
from .fakes import Stage
from .plans import do, typical
from .site import ID, Site, git, run_step


class Killed(Exception):
    """The process ends here."""


SILENT = {"implementation": [do("one"), do("two")], "rollback": [do("undo")]}  # no `verify`: nothing but the record knows


def refusing(stage: Stage, error: Exception, *, times: int = 1_000, where: str = "before outcome") -> None:
    left = iter(range(times))

    def fault(name: str) -> None:
        if name == where and next(left, None) is not None:
            raise error

    stage.fault = fault


def bodies(stage: Stage) -> list[ReleaseBody]:
    return [entry.body for entry in stage.journal.entries if isinstance(entry.body, ReleaseBody)]


CANNOT_SIGN = errors.CannotSign("the key `bob` cannot sign: agent refused operation")
AWAY = errors.HostFailed("git push: the remote gave no answer within 120 s")
NO_CHECKER = errors.CannotJudge("the signature of SHA256:x cannot be checked here: ssh-keygen: killed by SIGKILL")
FULL = OSError(errno.ENOSPC, "No space left on device", "/tmp/changeflow-x")  # noqa: S108 - only named
UNREADABLE = errors.Unreadable("this cannot be recorded: 5000000 bytes are too many")


@pytest.mark.parametrize("error", [CANNOT_SIGN, AWAY, NO_CHECKER])
@pytest.mark.parametrize("where", ["before outcome", "before started", "before intent", "before finished"])
def test_a_key_that_does_not_sign_at_once_is_asked_again_and_an_outcome_is_tried_again_whatever_failed(error, where):
    stage = Stage(change(**SILENT))
    refusing(stage, error, times=2, where=where)
    if where == "before outcome" or (error is CANNOT_SIGN and where != "before started"):
        assert release.run(stage.prepared()).answer.state == "implemented"
    else:
        with pytest.raises(errors.ChangeflowError):
            release.run(stage.prepared())
        stage.fault = lambda _: None
        assert release.run(stage.prepared()).answer.state == "implemented"
    assert stage.world.effects == ["implementation/0", "implementation/1"]


@pytest.mark.parametrize("fails", [frozenset(), {"implementation/0"}])
@pytest.mark.parametrize("error", [CANNOT_SIGN, AWAY, NO_CHECKER, UNREADABLE, FULL, MemoryError(), errors.Interrupted("asked to end")])
def test_an_outcome_that_the_ledger_never_takes_is_kept_and_recorded_late(error, fails):
    stage = Stage(change(**SILENT))
    stage.world.fails = frozenset(fails)
    refusing(stage, error)
    with pytest.raises(errors.ChangeflowError, match="the ledger did not accept it") as caught:
        release.run(stage.prepared())
    assert (caught.value.exit_code in (4, 5), "it is kept in `kept/" in caught.value.hint) == (True, True)
    assert stage.journal.events()[-1] == "intent implementation/0"
    stage.fault = lambda _: None
    answered = release.resume(stage.prepared())
    assert answered.answer.state == ("rolled_back" if fails else "implemented")
    assert stage.world.effects.count("implementation/0") == 1
    recorded = next(body for body in bodies(stage) if body.event == "outcome")
    assert (recorded.key, recorded.outcome) == ("implementation/0", "failed" if fails else "done")
    assert "recorded late" in recorded.note
    assert recorded.run == stage.journal.entries[-1].body.run  # type: ignore[union-attr]
    assert stage.unrecorded.files == {}


def test_what_a_verify_found_is_kept_too_and_outdoes_a_second_look():
    stage = Stage(typical())
    refusing(stage, AWAY)
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    stage.world.marks.clear()
    stage.fault = lambda _: None
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_a_person_is_not_asked_how_a_step_ended_that_is_known():
    stage = Stage(change(**SILENT))
    refusing(stage, AWAY)
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    stage.fault = lambda _: None
    for word in ("done", "not-done", "failed"):
        with pytest.raises(errors.Refused, match="is known here"):
            release.confirm(stage.prepared("carol"), Confirmation(word, "implementation/0"))
    assert release.resume(stage.prepared()).answer.state == "implemented"


def test_the_status_tells_of_an_outcome_that_this_clone_alone_knows():
    stage = Stage(change(**SILENT))
    refusing(stage, AWAY)
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    before = dict(stage.unrecorded.files)
    here = release.status(stage.prepared()).answer
    assert "implementation/0 `one` ended as `done` at " in here.message
    assert "`changeflow release resume" in here.message
    assert (here.waiting_for, stage.unrecorded.files, stage.journal.events()[-1]) == ("", before, "intent implementation/0")
    stage.unrecorded.files = {}
    elsewhere = release.status(stage.prepared()).answer
    assert (elsewhere.waiting_for, "is running, or its process was lost" in elsewhere.message) == ("implementation/0", True)


def test_what_a_person_said_elsewhere_meanwhile_stands():
    stage = Stage(change(**SILENT))
    refusing(stage, AWAY)
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    stage.fault = lambda _: None
    here, stage.unrecorded.files = stage.unrecorded.files, {}
    release.confirm(stage.prepared("carol"), Confirmation("failed", "implementation/0", "The table is half empty"))
    stage.unrecorded.files = here
    assert release.resume(stage.prepared()).answer.state == "rolled_back"
    assert [body.event for body in bodies(stage) if body.key == "implementation/0"] == ["intent", "confirmed"]
    assert stage.unrecorded.files == {}


@pytest.mark.parametrize("damage", [b"{", b"\xff\xfe", b"[]", b'{"body": {}}'])
def test_a_kept_outcome_that_cannot_be_read_decides_nothing_and_is_not_removed(damage):
    stage = Stage(change(**SILENT))
    refusing(stage, AWAY)
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    stage.fault = lambda _: None
    (run,) = stage.unrecorded.files
    stage.unrecorded.files[run] = damage
    assert release.resume(stage.prepared()).answer.waiting_for == "implementation/0"
    assert stage.unrecorded.files[run] == damage
    assert any("cannot be read" in line for line in stage.diary.said)


def test_the_outcome_of_another_attempt_is_not_taken_for_this_one():
    stage = Stage(change(**SILENT))
    refusing(stage, AWAY)
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    stage.fault = lambda _: None
    (run,) = stage.unrecorded.files
    other = json.loads(stage.unrecorded.files[run])
    other["begun_by"] = "another"
    stage.unrecorded.files[run] = json.dumps(other).encode()
    assert release.resume(stage.prepared()).answer.waiting_for == "implementation/0"


def test_without_room_for_an_outcome_nothing_is_claimed():
    stage = Stage(typical())
    stage.unrecorded.full = True
    with pytest.raises(errors.HostFailed, match="no room"):
        release.run(stage.prepared())
    assert (stage.journal.entries, stage.world.effects) == ([], [])


def test_when_it_cannot_be_kept_either_the_outcome_is_at_least_said():
    stage = Stage(typical())

    def fault(name: str) -> None:
        if name == "before outcome":
            stage.unrecorded.full = True
            raise errors.HostFailed("git hash-object failed: No space left on device")

    stage.fault = fault
    with pytest.raises(errors.HostFailed, match="ended as `done`, and the ledger did not accept it") as caught:
        release.run(stage.prepared())
    assert "could not be kept either (No space left on device)" in caught.value.hint


def test_a_release_that_ends_leaves_no_room_behind():
    stage = Stage(typical())
    release.run(stage.prepared())
    assert stage.unrecorded.files == {}


@pytest.mark.parametrize("where", ["before started", "before intent", "before resumed"])
@pytest.mark.parametrize("error", [AWAY, CANNOT_SIGN, OSError(errno.EIO, "Input/output error")])
def test_a_release_that_is_tried_again_and_again_in_vain_leaves_no_room_behind(where, error):
    stage = Stage(typical())
    if where == "before resumed":
        stage.programs.during = lambda _: Ran("interrupted", None, 5, "", "ended by an interruption")
        release.run(stage.prepared())
        stage.programs.during = lambda _: None
    refusing(stage, error, where=where)
    for _ in range(5):
        with pytest.raises((errors.ChangeflowError, OSError)):
            release.run(stage.prepared())
    assert stage.unrecorded.files == {}


def test_whoever_goes_on_gives_back_the_room_of_a_process_that_was_killed():
    stage = Stage(typical())
    refusing(stage, Killed(), times=1, where="after intent")
    with pytest.raises(Killed):
        release.run(stage.prepared())
    stage.unrecorded.files = {stage.journal.entries[-1].body.run: b""}  # type: ignore[union-attr]
    stage.fault = lambda _: None
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert stage.unrecorded.files == {}


# -- the files -----------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_read_back_and_needs_no_room_that_was_not_there_before(tmp_path: Path) -> None:
    files = Unrecorded(tmp_path / "releases")
    assert list(files.kept()) == []
    files.make_room("run")
    files.make_room("run")
    assert list(files.kept()) == []
    place = files.keep("run", b'{"a":1}')
    assert place.stat().st_size == unrecorded.ROOM
    assert list(files.kept()) == [("run", b'{"a":1}')]
    files.keep("run", b"{}")
    assert list(files.kept()) == [("run", b"{}")]
    files.forget("run")
    files.forget("run")
    assert list(files.kept()) == []


def test_a_folder_that_takes_nothing_is_a_failure_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "releases").write_text("in the way", encoding="ascii")
    with pytest.raises(errors.HostFailed, match="no room for an outcome"):
        Unrecorded(tmp_path / "releases").make_room("run")


def test_half_the_room_is_no_room(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (unrecorded.ROOM // 2, before[1]))
    try:
        with pytest.raises(errors.HostFailed, match="no room for an outcome"):
            Unrecorded(tmp_path / "releases").make_room("run")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "releases").iterdir()) == []


# -- real git, real ssh-keygen -------------------------------------------------------------------------------------------


def keygen_that_fails(folder: Path, when: str) -> dict[str, str]:
    """An agent that is gone after the first step: `when` is the shell's condition for that."""
    folder.mkdir()
    script = f'#!/bin/sh\nif [ "$2" = sign ] && grep -q one "$MARKS" 2>/dev/null && {when}; then echo "agent refused operation" >&2; exit 255; fi\n'
    (folder / "ssh-keygen").write_text(f'{script}PATH="${{PATH#*:}}" exec ssh-keygen "$@"\n', encoding="ascii")
    (folder / "ssh-keygen").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def signed_site(folder: Path) -> tuple[Site, Path]:
    keys = make_keys(folder, ("bob",))
    roster = f"""\
apiVersion: changeflow/v1
kind: Roster
metadata: {{id: roster}}
spec:
  people:
    alice: {{emails: [alice@example.com]}}
    bob: {{emails: [bob@example.com], keys: ["{keys.line("bob")}"]}}
"""
    site = Site.at(folder / "site", **{"policies/roster.yaml": roster})
    site.change(steps=[run_step("one"), run_step("two")])
    return site, keys.files["bob"]


def test_one_signature_that_failed_after_a_step_costs_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(drive, "_PAUSE", 0.01)
    site, key = signed_site(tmp_path)
    once = tmp_path / "once"
    surroundings = keygen_that_fails(tmp_path / "bin", f'[ ! -e "{once}" ] && touch "{once}"')
    done = site.cli("release", "run", ID, "--as", "bob", "--key", str(key), **surroundings)
    assert (done.code, once.exists(), site.events()[-1]) == (0, True, "finished implemented")


def test_an_agent_that_stays_away_after_a_step_is_waited_for_with_the_outcome_in_hand(tmp_path, monkeypatch):
    monkeypatch.setattr(drive, "_PAUSE", 0.01)
    site, key = signed_site(tmp_path)
    surroundings = keygen_that_fails(tmp_path / "bin", "true")
    done = site.cli("release", "run", ID, "--as", "bob", "--key", str(key), **surroundings)
    assert (done.code, "agent refused operation" in done.err, "it is kept in" in done.err) == (5, True, True)
    again = site.cli("release", "resume", ID, "--as", "bob", "--key", str(key))
    assert (again.code, site.events()[-1]) == (0, "finished implemented")
    assert site.marks == ["implementation/0 one", "implementation/1 two", "verification/0 smoke"]
    assert site.cli("ledger", "verify").code == 0


def test_a_step_that_leaves_no_room_for_temporary_files_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(drive, "_PAUSE", 0.01)
    room = tmp_path / "room"
    room.mkdir()
    site, key = signed_site(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    site.write("scripts/clean", f'#!/bin/sh\necho "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"\nrmdir {room}\n')
    site.change(steps=[run_step("one", "clean"), run_step("two")])
    done = site.cli("release", "run", ID, "--as", "bob", "--key", str(key))
    assert (done.code, site.events()[-1]) == (5, "intent implementation/0"), done.err
    assert "it is kept in" in done.err
    assert "cannot be given its files" in done.err
    room.mkdir()
    again = site.cli("release", "resume", ID, "--as", "bob", "--key", str(key))
    assert (again.code, site.events()[-1], len(site.marks)) == (0, "finished implemented", 3)


def deaf_site(folder: Path, **config: str) -> tuple[Site, Path]:
    """A site whose ledger has a remote that falls asleep once a file is there."""
    timeout = f", timeout: {config['timeout']}" if config else ""
    text = f"apiVersion: changeflow/v1\nkind: Config\nmetadata: {{id: changeflow}}\nspec: {{ledger: {{remote: origin{timeout}}}}}\n"
    site = Site.at(folder / "site", **{"changeflow.yaml": text})
    site.change(steps=[run_step("one"), run_step("two")])
    remote, sleep = folder / "remote.git", folder / "sleep"
    git(site.root, "init", "-q", "--bare", str(remote))
    hook = remote / "hooks" / "pre-receive"
    hook.write_text(f'#!/bin/sh\ngrep -q one "$MARKS" 2>/dev/null || exit 0\ntouch "{sleep}"\nexec sleep 20 >/dev/null 2>&1\n', encoding="ascii")
    hook.chmod(0o755)
    git(site.root, "remote", "add", "origin", str(remote))
    git(site.root, "push", "-q", "origin", "main")
    return site, sleep


def test_a_remote_that_never_answers_ends_the_process_in_time_with_the_outcome_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(drive, "_TRIES", 2)
    monkeypatch.setattr(drive, "_PAUSE", 0.01)
    site, sleep = deaf_site(tmp_path, timeout="PT1S")
    began = time.monotonic()
    done = site.cli("release", "run", ID)
    assert time.monotonic() - began < 18
    assert (done.code, "the remote gave no answer within 1 s" in done.err, sleep.exists()) == (5, True, True), done.err
    (Path(tmp_path / "remote.git/hooks/pre-receive")).unlink()
    assert site.cli("release", "resume", ID).code == 0
    assert [mark.split()[0] for mark in site.marks].count("implementation/0") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_release_that_waits_for_a_remote(tmp_path, number):
    site, sleep = deaf_site(tmp_path)
    process = subprocess.Popen(
        site.argv("release", "run", ID), cwd=site.root, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while not sleep.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    began = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - began < 6  # two seconds, and what a busy machine adds
    assert (process.returncode, "it is kept in" in said) == (5, True)


def test_a_signal_before_the_claim_leaves_nothing_claimed():
    stage = Stage(typical())
    stage.stops = 1
    with pytest.raises(errors.Interrupted) as caught:
        release.run(stage.prepared())
    assert (caught.value.exit_code, stage.journal.entries, stage.world.effects) == (130, [], [])


def test_a_signal_during_a_precondition_is_no_precondition_that_does_not_hold():
    rollback = {"trigger": "x", "limit": "PT30M", "preconditions": [do("look")], "steps": [do("undo")]}
    words = typical().model_dump(mode="json", exclude_none=True, by_alias=True)
    words["spec"]["rollback"] = rollback
    stage = Stage(ChangeRequest.model_validate(words))
    stage.programs.during = lambda _: Ran("interrupted", None, 5, "", "ended by an interruption")
    with pytest.raises(errors.Interrupted, match="during a precondition"):
        release.run(stage.prepared())
    assert stage.journal.entries == []
