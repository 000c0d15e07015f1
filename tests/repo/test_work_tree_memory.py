"""What git said of a work tree is taken for what it says now only where it says the same."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.model.paths import as_path
from changeflow.repo import listed_files, work_tree_memory
from changeflow.repo.checkout import Checkout
from changeflow.repo.fingerprint import listing_of_index
from changeflow.repo.git import Git
from changeflow.repo.listed_files import ListedFiles
from changeflow.repo.run_git import records
from changeflow.repo.work_tree_memory import SeenWorkTree, WorkTreeMemory
from tests.repositories import Repo

HOW_READ = b"as ever"
FILES = 300


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setattr(listed_files, "LARGE", 1)
    repo = Repo(tmp_path / "repo")
    for number in range(FILES):
        repo.write(f"cmdb/{number % 3}/{number}.yaml", f"{number:03d}\n")
    repo.write("a b/ä.txt")
    repo.write(".gitignore", "*.log\nout/\n")
    repo.commit()
    settle()
    return repo


def settle() -> None:
    """What was touched within a fiftieth of a second of being read is not remembered."""
    time.sleep(0.03)


def memory_of(repo: Repo, folder: str = "", how_read: bytes = HOW_READ) -> WorkTreeMemory:
    found = WorkTreeMemory.of(Checkout(Git(repo.path / folder)), how_read)
    assert found is not None
    return found


def read(repo: Repo, folder: str = "", how_read: bytes = HOW_READ) -> ListedFiles:
    return ListedFiles.of_work_tree(Checkout(Git(repo.path / folder)), how_read)


def recalled(repo: Repo, folder: str = "", how_read: bytes = HOW_READ) -> SeenWorkTree | None:
    return memory_of(repo, folder, how_read).recall()


def status_of(repo: Repo, folder: str = "") -> set[str]:
    """The files that are not as git's index has them, by its status, from the folder."""
    found = set()
    lines = iter(Git(repo.path / folder).status_listing().split(b"\0")[:-1])
    for line in lines:
        paths = [line[3:]]
        if b"R" in line[:2] or b"C" in line[:2]:
            paths.append(next(lines))
        if line[1:2] == b" ":
            # staged, and nothing else
            continue
        found.update(as_path(path).removeprefix(f"{folder}/" if folder else "") for path in paths)
    return found


def assert_told(repo: Repo, found: ListedFiles, folder: str = "") -> None:
    """Every file that is not as in the index is told, and any other that is told is in it."""
    listing = listing_of_index(Git(repo.path / folder))
    assert found.listing == listing
    tracked = {as_path(record.partition(b"\t")[2]) for record in records(listing)}
    named = status_of(repo, folder)
    assert named <= found.edited
    # Of a renamed file the path is told from its fourth letter on, too, and lines as a whole.
    plain = {path for path in found.edited if (repo.path / folder / path).exists()}
    assert plain - named <= tracked


# -- what people do in a work tree ---------------------------------------------------------------


def _some(repo: Repo, chance: random.Random) -> Path:
    return chance.choice(sorted((repo.path / "cmdb").rglob("*.yaml")))


def _new(repo: Repo, chance: random.Random) -> None:
    repo.write(f"cmdb/{chance.randrange(3)}/new-{chance.randrange(9)}.yaml", "new\n")


def _new_in_new_folder(repo: Repo, chance: random.Random) -> None:
    repo.write(f"more/{chance.randrange(3)}/{chance.randrange(3)}/new.yaml", "new\n")


def _empty_folder(repo: Repo, chance: random.Random) -> None:
    (repo.path / f"more/{chance.randrange(3)}/{chance.randrange(3)}").mkdir(parents=True, exist_ok=True)


def _edit(repo: Repo, chance: random.Random) -> None:
    # of the same size
    _some(repo, chance).write_text(f"{chance.randrange(100, 1_000)}\n", encoding="utf-8")


def _edit_and_set_time_back(repo: Repo, chance: random.Random) -> None:
    file = _some(repo, chance)
    facts = file.stat()
    file.write_text(f"{chance.randrange(100, 1_000)}\n", encoding="utf-8")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _replace(repo: Repo, chance: random.Random) -> None:
    file = _some(repo, chance)
    other = file.with_suffix(".part")
    other.write_text(f"{chance.randrange(100, 1_000)}\n", encoding="utf-8")
    other.replace(file)


def _touch(repo: Repo, chance: random.Random) -> None:
    _some(repo, chance).touch()


def _remove(repo: Repo, chance: random.Random) -> None:
    _some(repo, chance).unlink()


def _rename(repo: Repo, chance: random.Random) -> None:
    file = _some(repo, chance)
    file.rename(file.with_name(f"renamed-{file.name}"))


def _make_executable(repo: Repo, chance: random.Random) -> None:
    file = _some(repo, chance)
    file.chmod(file.stat().st_mode ^ 0o111)


def _link(repo: Repo, chance: random.Random) -> None:
    file = _some(repo, chance)
    file.unlink()
    file.symlink_to("elsewhere")


def _ignored(repo: Repo, chance: random.Random) -> None:
    repo.write(f"out/{chance.randrange(3)}/x.yaml")
    repo.write(f"cmdb/{chance.randrange(9)}.log")


def _ignore_less(repo: Repo, chance: random.Random) -> None:
    repo.write(".gitignore", chance.choice(["*.log\nout/\n", "*.txt\n#####\n", "*.log\n"]))


def _ignore_here(repo: Repo, chance: random.Random) -> None:
    repo.write("cmdb/.gitignore", chance.choice(["*.log\n", "*.txt\n", "!*.log\n"]))


def _stage(repo: Repo, chance: random.Random) -> None:
    repo("add", str(_some(repo, chance)))


def _intend(repo: Repo, chance: random.Random) -> None:
    repo.write("cmdb/intended.yaml", f"{chance.random()}\n")
    repo("add", "-N", "cmdb/intended.yaml")


def _move_in_git(repo: Repo, chance: random.Random) -> None:
    (name,) = chance.sample(repo("ls-files", "cmdb/1").split("\n"), 1)
    if (repo.path / name).exists():
        repo("mv", name, f"cmdb/moved-{chance.random()}.yaml")


def _forget(repo: Repo, chance: random.Random) -> None:
    (name,) = chance.sample(repo("ls-files", "cmdb/2").split("\n"), 1)
    repo("rm", "-q", "--cached", name)


def _commit(repo: Repo, chance: random.Random) -> None:
    repo.commit(f"{chance.random()}")


def _undo_commit(repo: Repo, chance: random.Random) -> None:
    if chance.random() < 0.5 and len(repo("rev-list", "HEAD").split("\n")) > 1:
        repo("reset", "-q", "--soft", "HEAD~1")


def _clean(repo: Repo, chance: random.Random) -> None:
    del chance
    repo("reset", "-q", "--hard")
    repo("clean", "-q", "-f", "-d")


STEPS = (
    _new, _new_in_new_folder, _empty_folder, _edit, _edit, _edit, _edit_and_set_time_back, _replace, _touch, _remove, _rename,
    _make_executable, _link, _ignored, _ignore_less, _ignore_here, _stage, _intend, _move_in_git, _forget, _commit, _undo_commit, _clean,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_after_any_work_it_says_what_git_says(repo: Repo, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance, used = random.Random(seed), []  # noqa: S311 - the same work each time
    recall = WorkTreeMemory.recall

    def noting(memory: WorkTreeMemory) -> SeenWorkTree | None:
        used.append(recall(memory))
        return used[-1]

    monkeypatch.setattr(WorkTreeMemory, "recall", noting)
    for number in range(40):
        chance.choice(STEPS)(repo, chance)
        # Half of the work is done while times do not yet tell it.
        if number % 4 < 2:
            settle()
            read(repo)
        assert_told(repo, read(repo))
    assert sum(one is not None for one in used) > 12


def test_it_says_what_git_says_of_a_part_of_a_repository(repo: Repo) -> None:
    assert read(repo, "cmdb").edited == frozenset()
    repo.write("outside.txt")
    repo.write("cmdb/1/1.yaml", "other")
    repo("mv", "cmdb/0/0.yaml", "cmdb/moved.yaml")
    repo.write("cmdb/new.yaml")
    settle()
    assert_told(repo, read(repo, "cmdb"), "cmdb")
    found = recalled(repo, "cmdb")
    assert found is not None
    assert found.edited >= {b"1/1.yaml", b"0/0.yaml", b"moved.yaml", b"new.yaml"}
    assert b"outside.txt" not in found.edited


# -- when all is asked again ---------------------------------------------------------------------


def test_git_is_asked_about_files_of_the_index_alone(repo: Repo) -> None:
    read(repo)
    repo.write("cmdb/1/1.yaml", "other")
    found = recalled(repo)
    assert found is not None
    assert found.edited == {b"cmdb/1/1.yaml"}
    assert found.listing == listing_of_index(repo.git)


def _other_index(repo: Repo) -> None:
    repo("update-index", "--chmod=+x", "cmdb/1/1.yaml")


def _damage(repo: Repo) -> None:
    (file,) = (repo.path / ".git" / "changeflow" / "listings").iterdir()
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)


def _lose(repo: Repo) -> None:
    shutil.rmtree(repo.path / ".git" / "changeflow" / "listings")


@pytest.mark.parametrize(
    "change",
    [
        lambda repo: repo.write("cmdb/new.yaml"),
        lambda repo: repo.write("cmdb/empty/new.yaml"),
        lambda repo: (repo.path / "cmdb/1/1.yaml").rename(repo.path / "cmdb/1/x.yaml"),
        lambda repo: repo.write(".gitignore", "*.log\nxyz/\n"),
        _other_index,
        _damage,
        _lose,
    ],
    ids=["a new file", "a file in a folder that was empty", "another name", "what is ignored", "the index", "damage", "a lost file"],
)
def test_all_is_asked_again_after(repo: Repo, change: Callable[[Repo], object]) -> None:
    (repo.path / "cmdb/empty").mkdir()
    settle()
    read(repo)
    assert recalled(repo) is not None
    change(repo)
    assert recalled(repo) is None
    settle()
    assert_told(repo, read(repo))
    assert recalled(repo) is not None


def test_all_is_asked_again_where_git_reads_files_otherwise(repo: Repo) -> None:
    read(repo)
    assert recalled(repo, how_read=b"with other settings") is None


def test_it_is_not_kept_where_a_folder_changed_while_git_was_asked(repo: Repo) -> None:
    memory, git = memory_of(repo), repo.git
    start, listing, status = memory.start(), listing_of_index(git), git.status_listing()
    repo.write("cmdb/new.yaml")
    assert start is not None
    memory.keep(start, listing, status)
    assert recalled(repo) is None


def test_it_is_not_kept_where_the_index_changed_while_git_was_asked(repo: Repo) -> None:
    memory, git = memory_of(repo), repo.git
    start, listing, status = memory.start(), listing_of_index(git), git.status_listing()
    _other_index(repo)
    assert start is not None
    memory.keep(start, listing, status)
    assert recalled(repo) is None


def test_it_is_not_kept_where_the_clock_was_behind_a_folder(repo: Repo) -> None:
    memory, git = memory_of(repo), repo.git
    start, listing, status = memory.start(), listing_of_index(git), git.status_listing()
    assert start is not None
    memory.keep(start._replace(time=start.time - 3_600_000_000_000), listing, status)
    assert recalled(repo) is None


def _assume(repo: Repo) -> None:
    repo("update-index", "--assume-unchanged", "cmdb/1/1.yaml")


def _nested(repo: Repo) -> None:
    Repo(repo.path / "out" / "other")


def _submodule(repo: Repo) -> None:
    repo("update-index", "--add", "--cacheinfo", f"160000,{repo('rev-parse', 'HEAD')},module")


def _linked_ignores(repo: Repo) -> None:
    (repo.path / "cmdb" / ".gitignore").symlink_to("../.gitignore")


def _many_folders(repo: Repo) -> None:
    for number in range(40):
        (repo.path / "out" / f"{number}").mkdir(parents=True)


def _many_names(repo: Repo) -> None:
    for number in range(120):
        repo.write(f"out/{number}")


def _sparse(repo: Repo) -> None:
    repo("config", "core.sparseCheckout", "true")


@pytest.mark.parametrize(
    "what",
    [_assume, _nested, _submodule, _linked_ignores, _many_folders, _many_names, _sparse],
    ids=lambda make: make.__name__.strip("_"),
)
def test_it_is_not_kept_with(repo: Repo, monkeypatch: pytest.MonkeyPatch, what: Callable[[Repo], object]) -> None:
    monkeypatch.setattr(work_tree_memory, "_BESIDE", 100)
    what(repo)
    settle()
    assert_told(repo, read(repo)) if what not in (_assume, _submodule) else read(repo)
    found = WorkTreeMemory.of(Checkout(repo.git), HOW_READ)
    assert found is None or found.recall() is None


def test_where_the_index_has_the_times_of_other_files_git_compares_contents(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Repo(repo.path.with_name("copy"))
    shutil.copytree(repo.path, copy.path, dirs_exist_ok=True)
    settle()
    read(copy)
    asked, ask = [], Git.edited_listing
    monkeypatch.setattr(Git, "edited_listing", lambda git: asked.append(git) or ask(git))
    assert recalled(copy) is None
    assert read(copy).edited == frozenset()
    assert recalled(copy) is None
    # Only the first time could it not be known.
    assert len(asked) == 1
    copy("update-index", "--refresh")
    settle()
    read(copy)
    assert recalled(copy) is not None


def test_a_small_repository_and_one_without_an_index_keep_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = repo.path / ".git" / "changeflow"
    monkeypatch.setattr(listed_files, "LARGE", 1_000_000)
    assert_told(repo, read(repo))
    assert not kept.exists()
    monkeypatch.setattr(listed_files, "LARGE", 1)
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    assert_told(repo, read(repo))
    assert not kept.exists()


def test_no_more_is_kept_than_there_are_places(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_tree_memory, "_PLACES", 1)
    read(repo)
    for folder in ("cmdb", "", "cmdb", ""):
        assert recalled(repo, folder) is None
        assert_told(repo, read(repo, folder), folder)
        assert recalled(repo, folder) is not None
    with contextlib.closing(sqlite3.connect(repo.path / ".git" / "changeflow" / "index.sqlite3")) as file:
        assert file.execute("SELECT count(*) FROM records WHERE space = 'work tree'").fetchone() == (1,)
