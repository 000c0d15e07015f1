"""The index: a memory that may be deleted, damaged, copied or forged at any time, and is then no memory."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.repo import index_store
from changeflow.repo.index_store import FILE, IndexStore, program


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "git").mkdir()
    return tmp_path / "git"


@pytest.fixture
def index(folder: Path) -> IndexStore:
    found = IndexStore.of(folder)
    assert found is not None
    return found


def file_of(folder: Path) -> Path:
    return folder / "changeflow" / FILE


def test_a_record_is_found_again_by_its_space_and_name(index: IndexStore) -> None:
    index.put("check", "one", b"first")
    index.put_many("check", {"one": b"second", "two": b"other"})
    assert dict(index.get_many("check", ["one", "two", "three"])) == {"one": b"second", "two": b"other"}
    assert index.get("ledger", "one") is None


def test_only_the_user_can_read_a_new_index(index: IndexStore, folder: Path) -> None:
    before = os.umask(0)
    try:
        index.put("answers", "one", b"of what is not committed")
    finally:
        os.umask(before)
    assert file_of(folder).stat().st_mode & 0o077 == 0


def test_records_that_come_alone_leave_nothing_else_in_their_space(index: IndexStore) -> None:
    index.put("a", "old", b"x")
    index.put("b", "old", b"x")
    index.put_many("a", {"new": b"y"}, alone=True)
    assert (index.get("a", "old"), index.get("a", "new"), index.get("b", "old")) == (None, b"y", b"x")


def test_a_deleted_index_is_an_empty_one(index: IndexStore, folder: Path) -> None:
    index.put("a", "b", b"c")
    file_of(folder).unlink()
    assert index.get("a", "b") is None
    index.put("a", "b", b"d")
    assert index.get("a", "b") == b"d"


def _forge(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as file:
        file.execute(statement)
    file.close()


FORGERIES: dict[str, str] = {
    "another content": "UPDATE records SET data = x'666f72676564'",
    "another name": "UPDATE records SET name = 'other' WHERE name = 'b'",
    "another space": "UPDATE records SET space = 'ledger'",
    "no seal": "UPDATE records SET seal = x''",
    "a text for a content": "UPDATE records SET data = 'c'",
    "a number for a seal": "UPDATE records SET seal = 7",
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_record_that_was_edited_is_no_record(how: str, index: IndexStore, folder: Path) -> None:
    index.put("check", "b", b"c")
    _forge(file_of(folder), FORGERIES[how])
    names = ["b", "other"]
    assert dict(index.get_many("check", names)) == {}
    assert dict(index.get_many("ledger", names)) == {}


def test_the_records_of_two_names_cannot_be_swapped(index: IndexStore, folder: Path) -> None:
    index.put_many("a", {"x": b"of x", "y": b"of y"})
    of_y = "(SELECT data, seal FROM records WHERE name = 'y')"
    _forge(file_of(folder), "UPDATE records SET (data, seal) = " + of_y + " WHERE name = 'x'")  # noqa: S608
    assert dict(index.get_many("a", ["x", "y"])) == {"y": b"of y"}


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"something else\n" * 999),
    "a half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "its first page": lambda path: os.truncate(path, 4096),
    "a byte less": lambda path: os.truncate(path, path.stat().st_size - 1),
    "another table": lambda path: _forge(path, "ALTER TABLE records ADD COLUMN more TEXT"),
    "one more table": lambda path: _forge(path, "CREATE TABLE more (name TEXT)"),
    "a trigger": lambda path: _forge(path, "CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END"),
    "no table": lambda path: _forge(path, "DROP TABLE records"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link": lambda path: (path.rename(path.with_name("away")), path.symlink_to("away")),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nowhere")),
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_index_answers_rightly_or_not_at_all(how: str, index: IndexStore, folder: Path) -> None:
    rows = {str(number): bytes([number % 251]) * 600 for number in range(200)}
    index.put_many("a", rows)
    DAMAGES[how](file_of(folder))
    found = index.get_many("a", rows)
    assert all(rows[name] == data for name, data in found.items())
    index.put("a", "later", b"kept")
    if how != "a folder":
        index.put("a", "later", b"kept")
        assert index.get("a", "later") == b"kept"


def test_no_byte_can_be_changed_into_another_answer(index: IndexStore, folder: Path) -> None:
    rows = {str(number): bytes([number % 251]) * 40 for number in range(60)}
    index.put_many("a", rows)
    whole, dice = file_of(folder).read_bytes(), random.Random(4)  # noqa: S311
    for _ in range(150):
        data = bytearray(whole)
        for place in dice.sample(range(len(data)), 3):
            data[place] ^= dice.randrange(1, 256)
        file_of(folder).write_bytes(data)
        found = index.get_many("a", rows)
        assert all(rows[name] == data for name, data in found.items())


def test_an_index_of_another_user_is_none(index: IndexStore, monkeypatch: pytest.MonkeyPatch) -> None:
    index.put("a", "b", b"c")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert index.get("a", "b") is None


def test_an_index_that_was_copied_from_a_user_with_another_key_is_none(
    index: IndexStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.put("a", "b", b"c")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    other = IndexStore.of(folder)
    assert other is not None
    assert other.get("a", "b") is None
    other.put("a", "b", b"d")
    assert (other.get("a", "b"), index.get("a", "b")) == (b"d", None)


def test_another_version_of_the_program_remembers_nothing(index: IndexStore, monkeypatch: pytest.MonkeyPatch) -> None:
    index.put("a", "b", b"c")
    monkeypatch.setattr("changeflow.repo.index_store.program", lambda: "another one")
    assert index.get("a", "b") is None
    assert program() != "another one"


KEYS: dict[str, Callable[[Path], object]] = {
    "cut short": lambda path: path.write_bytes(b"short"),
    "gone": lambda path: path.unlink(),
    "too long": lambda path: path.write_bytes(b"x" * 99),
}


@pytest.mark.parametrize("how", KEYS)
def test_a_damaged_key_is_made_anew(how: str, index: IndexStore, folder: Path) -> None:
    index.put("a", "b", b"c")
    KEYS[how](Path(os.environ["HOME"]) / ".local/state/changeflow/index.key")
    anew = IndexStore.of(folder)
    assert anew is not None
    assert anew.get("a", "b") is None
    anew.put("a", "b", b"d")
    assert anew.get("a", "b") == b"d"


UNFIT: dict[str, Callable[[Path], object]] = {
    "others can read it": lambda path: path.chmod(0o644),
    "a folder": lambda path: (path.unlink(), path.mkdir(mode=0o700)),
    "a link": lambda path: (path.rename(path.with_name("away")), path.symlink_to("away")),
}


@pytest.mark.parametrize("how", UNFIT)
@pytest.mark.usefixtures("index")
def test_a_key_that_is_not_this_users_alone_is_not_used(how: str, folder: Path) -> None:
    UNFIT[how](Path(os.environ["HOME"]) / ".local/state/changeflow/index.key")
    assert IndexStore.of(folder) is None


@pytest.mark.usefixtures("index")
def test_the_key_is_for_this_user_alone() -> None:
    key = Path(os.environ["HOME"]) / ".local/state/changeflow/index.key"
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("home", ["", "relative/home", "/dev/null", "/proc/nowhere"])
def test_without_a_place_for_the_key_there_is_no_index(
    home: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)
    assert IndexStore.of(folder) is None


def test_it_can_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    assert IndexStore.of(folder) is None


def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    nowhere = IndexStore(tmp_path / "file" / "changeflow" / FILE, b"k" * 32)
    nowhere.put("a", "b", b"c")
    assert nowhere.get("a", "b") is None


def test_a_full_disk_leaves_what_was_there(index: IndexStore) -> None:
    index.put("a", "b", b"c")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        index.put("a", "large", b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (index.get("a", "b"), index.get("a", "large")) == (b"c", None)


WRITER = """
import sys
from pathlib import Path
from changeflow.repo.index_store import IndexStore
index = IndexStore.of(Path(sys.argv[1]))
print("ready", flush=True)
for turn in range(int(sys.argv[2])):
    rows = {str(n): b"%d" % n * 200 for n in range(40)}
    index.put_many("a", rows, alone=True)
    found = index.get_many("a", rows)
    assert all(rows[name] == data for name, data in found.items()), "a wrong answer"
"""


def _writer(folder: Path, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(turns)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_at_once_do_each_other_no_harm(folder: Path, index: IndexStore) -> None:
    writers = [_writer(folder, 12) for _ in range(3)]
    said = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], said
    assert index.get("a", "7") == b"7" * 200


def test_a_writer_that_is_killed_leaves_an_index_that_works(folder: Path, index: IndexStore) -> None:
    writer = _writer(folder, 10_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.kill()
    writer.communicate()
    index.put("b", "c", b"d")
    assert index.get("b", "c") == b"d"
    assert all(data == name.encode() * 200 for name, data in index.get_many("a", map(str, range(40))).items())


def test_a_command_waits_once_for_a_lock(index: IndexStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index.put("check", "one", b"first")
    waits: list[float] = []
    connect = sqlite3.connect

    def noted(*place: str, timeout: float, uri: bool) -> sqlite3.Connection:
        waits.append(timeout)
        return connect(*place, timeout=timeout, uri=uri)

    monkeypatch.setattr(index_store, "_PATIENCE", 0.01)
    with contextlib.closing(sqlite3.connect(file_of(folder))) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", noted)
        assert index.get("check", "one") is None
        index.put("check", "one", b"second")
        assert IndexStore.of(folder).get("check", "one") is None  # type: ignore[union-attr]
        other.rollback()
    assert waits == [0.01, 0, 0]
    assert index.get("check", "one") == b"first"


def test_a_journal_that_belongs_to_another_index_harms_nobody(folder: Path, index: IndexStore) -> None:
    index.put("a", "b", b"c")
    journal = file_of(folder).with_name(f"{FILE}-journal")
    shutil.copy(file_of(folder), journal)
    assert index.get("a", "b") in (None, b"c")
    index.put("a", "b", b"d")
    assert index.get("a", "b") in (None, b"d")
