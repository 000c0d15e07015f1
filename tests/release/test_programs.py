"""Programs, for real: exit codes, time-outs that end whole groups, interruptions, and who is at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from changeflow.repo.process_locks import ProcessLocks
from changeflow.repo.programs import Programs, Ran

SHORT = timedelta(seconds=0.4)
LONG = timedelta(seconds=20)


def program(folder: Path, text: str, name: str = "program", mode: int = 0o755) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return f"./{name}"


def shell(folder: Path, script: str, timeout: timedelta = LONG, **words: object) -> Ran:
    return Programs(folder).run(["sh", "-c", script], environment={}, timeout=timeout, **words)  # type: ignore[arg-type]


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_exit_0_is_done(tmp_path):
    ran = shell(tmp_path, "echo hello; echo oops >&2")
    assert (ran.how, ran.exit_code, ran.output) == ("done", 0, "hello\noops")


def test_another_exit_code_is_failed_and_says_which(tmp_path):
    ran = shell(tmp_path, "exit 7")
    assert (ran.how, ran.exit_code, ran.detail, ran.answered) == ("failed", 7, "exit code 7", True)


def test_a_program_killed_by_a_signal_has_failed_without_an_answer(tmp_path):
    ran = shell(tmp_path, "kill -SEGV $$")
    assert (ran.how, ran.detail, ran.answered) == ("failed", "killed by SIGSEGV", False)


def test_arguments_are_passed_as_they_are(tmp_path):
    hostile = ["$(touch owned)", "; touch owned", "a b", "*", "--flag"]
    name = program(tmp_path, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    ran = Programs(tmp_path).run([name, *hostile], environment={}, timeout=LONG)
    assert ran.output.splitlines() == hostile
    assert not (tmp_path / "owned").exists()


def test_a_relative_program_is_found_from_the_root_and_runs_there(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    name = program(tmp_path, "#!/bin/sh\npwd -P\n")
    assert Programs(tmp_path).run([name], environment={}, timeout=LONG).output == str(tmp_path.resolve())


def test_the_environment_is_ours_and_what_was_added(tmp_path, monkeypatch):
    monkeypatch.setenv("OURS", "1")
    ran = Programs(tmp_path).run(["sh", "-c", "echo $OURS $ADDED"], environment={"ADDED": "2"}, timeout=LONG)
    assert ran.output == "1 2"


def test_nobody_types_anything(tmp_path):
    assert shell(tmp_path, "cat; echo end").output == "end"


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        (None, 0, "does not exist"),
        ("#!/bin/sh\n", 0o644, "not executable"),
        ("#!/no/such/interpreter\n", 0o755, "interpreter"),
        ("\x00\x01\x02", 0o755, "cannot be started"),
    ],
)
def test_a_program_that_cannot_start_says_why(tmp_path, text, mode, says):
    if text is not None:
        program(tmp_path, text, mode=mode)
    ran = Programs(tmp_path).run(["./program"], environment={}, timeout=LONG)
    assert (ran.how, ran.exit_code) == ("not_started", None)
    assert says in ran.detail


def test_a_program_that_is_not_on_path_says_so(tmp_path):
    ran = Programs(tmp_path).run(["no-such-program-anywhere"], environment={}, timeout=LONG)
    assert ran.detail == "`no-such-program-anywhere` cannot be started: it is not on PATH"


def test_missing_names_what_is_missing_before_anything_runs(tmp_path):
    programs = Programs(tmp_path)
    assert programs.missing("./program") == "`./program` does not exist"
    program(tmp_path, "#!/bin/sh\n")
    assert programs.missing("./program") == ""
    assert programs.missing("ls") == ""


def test_a_time_out_ends_the_program(tmp_path):
    began = time.monotonic()
    ran = shell(tmp_path, "echo begun; sleep 30", SHORT)
    assert (ran.how, ran.exit_code, ran.output) == ("timed_out", None, "begun")
    assert time.monotonic() - began < 15


def test_a_time_out_ends_grandchildren_that_ignore_sigterm(tmp_path):
    script = f"{sys.executable} -c \"import signal,os,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('pid','w',encoding='ascii').write(str(os.getpid())); time.sleep(60)\" & wait"
    ran = shell(tmp_path, script, timedelta(seconds=1))
    assert ran.how == "timed_out"
    assert gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_a_program_may_tidy_up_after_sigterm(tmp_path):
    ran = shell(tmp_path, "trap 'echo tidy; exit 0' TERM; echo begun; sleep 30 & wait", SHORT)
    assert ran.how == "timed_out"
    assert "tidy" in ran.output


def test_what_a_program_leaves_running_does_not_keep_the_step_waiting(tmp_path):
    began = time.monotonic()
    ran = shell(tmp_path, "sleep 30 & echo $! > pid; echo up")
    assert (ran.how, ran.output) == ("done", "up")
    assert time.monotonic() - began < 15
    left = int((tmp_path / "pid").read_text(encoding="utf-8"))
    assert alive(left)
    os.kill(left, signal.SIGKILL)


def test_a_program_that_closes_its_output_is_still_waited_for(tmp_path):
    assert shell(tmp_path, "exec >&- 2>&-; sleep 0.3; exit 4").exit_code == 4


def test_no_program_begins_once_the_release_is_asked_to_stop(tmp_path):
    ran = Programs(tmp_path, stop=lambda: 1).run(["sh", "-c", "touch begun"], environment={}, timeout=LONG)
    assert (ran.how, ran.exit_code) == ("interrupted", None)
    assert not (tmp_path / "begun").exists()


def test_an_interruption_ends_the_group_at_once(tmp_path):
    began = time.monotonic()
    ran = Programs(tmp_path, stop=lambda: int(time.monotonic() - began > 0.3)).run(
        ["sh", "-c", "sleep 30 & echo $! > pid; wait"], environment={}, timeout=LONG
    )
    assert ran.how == "interrupted"
    assert time.monotonic() - began < 15
    assert gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_an_impatient_user_does_not_wait_for_the_grace(tmp_path):
    began = time.monotonic()
    ran = Programs(tmp_path, stop=lambda: 2 * int(time.monotonic() - began > 0.3), grace=20).run(
        ["sh", "-c", "trap '' TERM; sleep 30 & wait; wait"], environment={}, timeout=LONG
    )
    assert ran.how == "interrupted"
    assert time.monotonic() - began < 15


def test_output_is_told_as_it_comes(tmp_path):
    told: list[tuple[str, float]] = []
    began = time.monotonic()
    Programs(tmp_path).run(
        ["sh", "-c", "echo one; sleep 2; echo two"],
        environment={},
        timeout=LONG,
        say=lambda line: told.append((line, time.monotonic() - began)),
    )
    assert [line for line, _ in told] == ["one", "two"]
    assert told[1][1] - told[0][1] > 1


def test_much_output_does_not_block_and_is_not_kept(tmp_path):
    ran = shell(tmp_path, "i=0; while [ $i -lt 20000 ]; do echo 'a line of output'; i=$((i+1)); done")
    assert ran.how == "done"
    assert len(ran.output.encode()) <= 4096


def test_secrets_of_the_environment_are_not_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPLOY_TOKEN", "s3cr3t-value")
    told: list[str] = []
    ran = shell(tmp_path, "echo token=$DEPLOY_TOKEN; echo key=$CHANGEFLOW_STEP_KEY", say=told.append)
    assert "s3cr3t-value" not in ran.output + "".join(told)


# -- who is at work ------------------------------------------------------------------------------------------------------


def test_a_driver_is_running_then_gone_and_unknown_elsewhere(tmp_path):
    here, elsewhere = ProcessLocks(tmp_path / "a"), ProcessLocks(tmp_path / "b")
    assert here.driver("r1") == "unknown"
    with here.driving("r1"):
        assert here.driver("r1") == "running"
        assert elsewhere.driver("r1") == "unknown"
    assert here.driver("r1") == "gone"


def test_a_program_that_outlives_its_driver_is_seen(tmp_path):
    processes = ProcessLocks(tmp_path / "locks")
    with processes.step("r1", "implementation/0") as descriptor:
        orphan = subprocess.Popen(["sleep", "30"], pass_fds=(descriptor,))
    assert processes.program("r1", "implementation/0") == "running"
    orphan.kill()
    orphan.wait()
    assert processes.program("r1", "implementation/0") == "gone"


def test_a_step_inherits_the_lock_it_is_given(tmp_path):
    processes = ProcessLocks(tmp_path / "locks")
    with processes.step("r1", "implementation/0") as descriptor:
        Programs(tmp_path).run(["sh", "-c", "sleep 30 & echo $! > pid"], environment={}, timeout=LONG, inherit=descriptor)
    left = int((tmp_path / "pid").read_text(encoding="utf-8"))
    assert processes.program("r1", "implementation/0") == "running"
    os.kill(left, signal.SIGKILL)
    assert gone(left)
    assert processes.program("r1", "implementation/0") == "gone"


# -- much output, and what is secret in it ---------------------------------------------------------------------------------

FLOOD = "yes 'compiling some/module/with/a/long/name.c and linking it to the others' | head -c 60000000"


def test_much_output_neither_slows_a_program_nor_ends_it(tmp_path):
    said: list[str] = []

    def show(line: str) -> None:
        # no terminal shows a line in less; at once, a fast machine would show all of them
        time.sleep(0.000_02)
        said.append(line)

    began = time.monotonic()
    ran = shell(tmp_path, f"{FLOOD}; echo; echo at last", timedelta(seconds=8), say=show)
    assert (ran.how, ran.output.endswith("others\nat last") or ran.output.endswith("\nat last")) == ("done", True)
    assert time.monotonic() - began < 12  # by itself it takes less than one; cleaned line by line it took a minute
    assert said[0].startswith("compiling")
    assert any("MB not shown" in line for line in said)
    assert said[-1] == "at last"


def test_the_time_that_showing_takes_is_not_the_step_s(tmp_path):
    ran = shell(tmp_path, "echo one; sleep 0.1", timedelta(seconds=0.8), say=lambda _: time.sleep(1.2))
    assert ran.how == "done"
    assert ran.elapsed_ms < 1_000


def test_a_slow_display_holds_up_no_program_that_prints_many_short_lines(tmp_path):
    said: list[str] = []

    def show_slowly(line: str) -> None:
        time.sleep(0.005)
        said.append(line)

    ran = Programs(tmp_path).run(
        ["sh", "-c", "yes ok | head -n 400000"], environment={}, timeout=timedelta(seconds=60), say=show_slowly
    )
    assert ran.how == "done"
    assert any("not shown" in line for line in said)
    assert len(said) < 20_000, "400,000 lines would take more than half an hour"


def test_a_program_that_prints_for_ever_is_ended_in_time(tmp_path):
    began = time.monotonic()
    assert shell(tmp_path, "exec yes", timedelta(seconds=1)).how == "timed_out"
    assert time.monotonic() - began < 6


def test_variables_that_are_named_as_secret_are_masked(tmp_path, monkeypatch):
    monkeypatch.setenv("LICENCE", "four")
    monkeypatch.setenv("SHOP_NO", "four-five")
    monkeypatch.setenv("CHANGEFLOW_MASK", "OTHER, SHOP_*")
    ran = Programs(tmp_path, masked=["LICENCE"]).run(["sh", "-c", "echo $LICENCE $SHOP_NO $PLAIN"], environment={"PLAIN": "five5"}, timeout=LONG)
    assert ran.output == "[redacted] [redacted] five5"


def test_the_environment_of_a_step_is_masked_too(tmp_path):
    ran = Programs(tmp_path).run(["sh", "-c", 'printf %s "$DB_PASS" | base64'], environment={"DB_PASS": "hunter2-hunter2"}, timeout=LONG)
    assert ran.output == "[redacted]"
