"""A machine that fails: git killed, too old or something else, no room, no memory, nobody let in. Never a verdict, never "a bug"."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.cli import main
from changeflow.repo import parallel as fork
from changeflow.repo.failures import how_it_ended
from changeflow.repo.source import WorkTree
from tests.release.site import ID, Site, git
from tests.standins import StandIn

BROKEN = {
    "killed": "kill -9 $$",
    "too old": "echo 'error: unknown option `x' >&2; exit 129",
    "no room": "echo 'fatal: write error: No space left on device' >&2; exit 128",
    "garbage": r"printf 'a\nb c d\000\001\377 x\n'; exit 0",
    "silent": "exit 0",
}
READS, WRITES = ("rev-parse", "for-each-ref", "log", "cat-file"), ("unpack-objects", "commit-tree")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site.at(tmp_path_factory.mktemp("machine") / "site")
    site.change()
    return site


@pytest.fixture
def site(template: Site, tmp_path: Path) -> Site:
    subprocess.run(["cp", "-R", str(template.root), str(tmp_path / "site")], check=True)
    made = Site(tmp_path / "site")
    assert made.cli("gate", "deploy", ID, "--record").code == 0
    return made


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("verb", ["", *READS, *WRITES])
def test_a_git_that_does_not_work_is_no_answer_about_a_change(site: Site, stand_in: StandIn, what: str, verb: str) -> None:
    before = git(site.root, "rev-parse", "changeflow/ledger")
    broken = f'case " $* " in *" {verb} "*) {BROKEN[what]};; esac; exec "$REAL" "$@"' if verb else BROKEN[what]
    stand_in("git", broken)
    asked = [("gate", "deploy", ID, "--record"), ("approve", ID, "--as", "bob"), ("release", "run", ID)]
    for command in (*asked, *(() if verb in WRITES else (("ledger", "verify"), ("release", "status", ID), ("gate", "deploy", ID)))):
        done = site.cli(*command)
        assert (done.code, done.out) == (5, ""), (command, done)
        assert done.err.startswith(("error: ", "warning: "))
    (stand_in("git", 'exec "$REAL" "$@"')).unlink()
    assert git(site.root, "rev-parse", "changeflow/ledger") == before
    assert site.marks == []


def test_a_git_that_stores_another_tree_makes_no_entry_disappear(site: Site, stand_in: StandIn) -> None:
    other = 'while [ "$1" != commit-tree ]; do shift; done; shift 2; exec "$REAL" commit-tree "$("$REAL" mktree < /dev/null)" "$@"'
    stand_in("git", f'case " $* " in *" commit-tree "*) {other};; esac; exec "$REAL" "$@"')
    done = site.cli("gate", "deploy", ID, "--record")
    assert (done.code, "stored something else than was to be recorded" in done.err) == (5, True)
    assert site.cli("ledger", "verify").code == 0


def test_without_git_the_hint_is_to_install_it(site: Site, tmp_path: Path) -> None:
    done = site.cli("gate", "deploy", ID, PATH=str(tmp_path))
    assert (done.code, "install git" in done.err) == (5, True)


def test_the_hint_fits_what_went_wrong(site: Site, stand_in: StandIn) -> None:
    for what, hint in (("too old", "2.36"), ("no room", "make room"), ("killed", "memory"), ("garbage", "`git --version`")):
        stand_in("git", BROKEN[what])
        assert hint in site.cli("gate", "deploy", ID).err, what


@pytest.mark.parametrize(("code", "said"), [(-9, "SIGKILL"), (-signal.SIGSEGV, "SIGSEGV"), (-99, "signal 99"), (3, "exit code 3")])
def test_a_program_that_said_nothing_is_told_by_how_it_ended(code: int, said: str) -> None:
    assert said in how_it_ended(code)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError(28, "No space left on device", "/srv/x"), "/srv/x: No space left on device"),
        (OSError(5, "Input/output error", "/srv/x"), "/srv/x: Input/output error"),
        (PermissionError(13, "Permission denied", b"/srv/\xff"), "Permission denied"),
        (OSError(24, "Too many open files"), "Too many open files"),
        (BlockingIOError(11, "Resource temporarily unavailable"), "Resource temporarily unavailable"),
        (OSError(30, "Read-only file system", "/srv/x"), "Read-only file system"),
        (FileNotFoundError(2, "No usable temporary directory found in ['/nowhere']"), "temporary directory"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_the_machine_refuses_ends_with_5_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    def refuse(**_: object) -> None:
        raise error

    monkeypatch.setattr(main.cli, "main", refuse)
    out = os.dup(1)
    try:
        assert main.run(["check"]) == errors.HOST_FAILED
    finally:
        os.dup2(out, 1)  # it may have led stdout elsewhere
        os.close(out)
    told = capfd.readouterr().err
    assert (said in told, "bug" in told, "Traceback" in told) == (True, False, False)


def test_a_temporary_folder_that_is_not_there_is_no_bug(site: Site) -> None:
    """Checked in a process of its own: where temporary files go is decided once."""
    nowhere = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/nowhere']; from changeflow.__main__ import main; import sys; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", nowhere, "report", "kpi"], cwd=site.root, env=site.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "temporary directory" in done.stderr) == (5, True), done


class TestUnreadable:
    """As a user who may not read everything; root may."""

    @pytest.fixture
    def nobody(self, tmp_path: Path) -> Path:
        if os.geteuid() != 0:
            return tmp_path
        for folder in (tmp_path, *tmp_path.parents):
            if folder.stat().st_mode & 0o001 == 0:
                folder.chmod(0o711)
            if folder == Path("/"):
                break
        os.chown(tmp_path, 65_534, -1)
        os.seteuid(65_534)
        return tmp_path

    @pytest.fixture(autouse=True)
    def back(self) -> object:
        before = os.geteuid()
        yield
        os.seteuid(before)

    def test_a_file_or_folder_that_may_not_be_read_is_unreadable_and_never_absent(self, nobody: Path) -> None:
        (nobody / "changes" / ID).mkdir(parents=True)
        file = nobody / "changes" / ID / "rfc.yaml"
        file.write_text("x", encoding="ascii")
        tree = WorkTree(nobody)
        file.chmod(0)
        with pytest.raises(errors.Unreadable, match="Permission denied"):
            tree.read(f"changes/{ID}/rfc.yaml")
        assert tree.exists(f"changes/{ID}/rfc.yaml")
        assert not tree.exists(f"changes/{ID}/review.yaml")
        (nobody / "changes" / ID).chmod(0)
        try:
            with pytest.raises(errors.Unreadable, match="cannot be listed: Permission denied"):
                tree.entries()
            with pytest.raises(errors.Unreadable, match="Permission denied"):
                tree.exists(f"changes/{ID}/rfc.yaml")
        finally:
            (nobody / "changes" / ID).chmod(0o700)


class TestChildrenOfCheck:
    PATHS = tuple(f"{number}.yaml" for number in range(40))

    @pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
    def test_a_child_that_the_machine_ends_is_an_error_and_not_a_shorter_answer(self, end: signal.Signals) -> None:
        parent = os.getpid()

        def job(paths: tuple[str, ...]) -> list[str]:
            # the second part of four alone
            if os.getpid() != parent and paths[0] == self.PATHS[10]:
                signal.signal(end, signal.SIG_DFL) if end != signal.SIGKILL else None
                os.kill(os.getpid(), end)
            return [path.upper() for path in paths]

        with pytest.raises(errors.HostFailed, match=end.name):
            fork.spread(job, self.PATHS, 4)

    @pytest.mark.parametrize("how", ["raises", "exits"])
    def test_a_child_that_fails_has_its_part_done_by_the_parent(self, how: str) -> None:
        parent = os.getpid()

        def job(paths: tuple[str, ...]) -> list[str]:
            if os.getpid() != parent:
                if how == "exits":
                    os._exit(3)
                else:
                    raise MemoryError
            return [path.upper() for path in paths]

        assert fork.spread(job, self.PATHS, 4) == [path.upper() for path in self.PATHS]

    @pytest.mark.parametrize("call", ["pipe", "fork"])
    def test_without_children_the_work_is_done_all_the_same(self, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse() -> None:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(os, call, refuse)
        assert fork.spread(list, self.PATHS, 4) == list(self.PATHS)
