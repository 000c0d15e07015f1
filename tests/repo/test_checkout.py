"""A clean checkout is its commit, however git was configured when it was made; and no filter of a repository is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.repo.checkout import Checkout, checkout_at
from changeflow.repo.git import Git
from changeflow.repo.repository_kind import is_sparse
from changeflow.repo.source import Revision, Source, WorkTree
from tests.charsets import spell
from tests.repositories import Repo

FILES = {
    "changes/CHG-1/notes.txt": b"line one\nline two\n",
    "changes/CHG-1/升级.md": b"x\n",
    "ident.txt": b"at $Id$\n",
    "windows.txt": b"a\r\nb\r\n",
    "mixed.txt": b"a\r\nb\n",
    "binary.bin": b"\0\r\n\xff",
    "wide.txt": "Größe 支付\n".encode(),
    "scripts/run": b"#!/bin/sh\necho run\n",
    "scripts/data": b"data\n",
    "empty": b"",
}


@pytest.fixture(autouse=True)
def named_in_utf8() -> None:
    """The files of these tests have Chinese names, and the program is called in this process."""
    spell("说明")


@pytest.fixture
def origin(tmp_path: Path) -> Repo:
    return filled(tmp_path / "origin")


def filled(path: Path, *init: str, attributes: str = "") -> Repo:
    repo = Repo(path, *init)
    for name, data in FILES.items():
        repo.write(name).write_bytes(data)
    (path / "scripts/run").chmod(0o755)
    (path / "link").symlink_to("empty")
    repo.write(".gitignore", "*.swp\nout/\n")
    if attributes:
        repo.write(".gitattributes", attributes)
    repo.commit("all of it")
    return repo


def clone(origin: Repo, *settings: str) -> Repo:
    path = origin.path.parent / "clone"
    given = [word for setting in settings for word in ("-c", setting)]
    subprocess.run(["git", "clone", "-q", *given, str(origin.path), str(path)], check=True, capture_output=True)
    made = object.__new__(Repo)
    made.path = path
    return made


def everything(source: Source) -> dict[str, tuple[str, bytes | None]]:
    return {path: (entry.mode, source.read(path) if entry.regular else None) for path, entry in source.entries().items()}


def touched(repo: Repo) -> list[tuple[str, int]]:
    """Everything in the git folder with its time, but what git itself touches so that it is not thrown away."""
    found = (path for path in (repo.path / ".git").rglob("*") if not path.name.startswith("sharedindex"))
    return sorted((str(path), path.stat().st_mtime_ns) for path in found)


def assert_the_same(repo: Repo) -> None:
    """What the checkout says is what HEAD says, one by one and all at once, and git is as it was."""
    before = touched(repo)
    here, there = Checkout(repo.git), Revision(repo.git, "HEAD")
    assert everything(here) == everything(there)
    paths = [path for path, entry in there.entries().items() if entry.regular]
    assert list(here.read_many(paths)) == list(there.read_many(paths))
    assert all(here.exists(path) for path in paths)
    assert touched(repo) == before


@pytest.mark.parametrize(
    "settings",
    [
        (), ("core.autocrlf=true",), ("core.autocrlf=input",), ("core.eol=crlf", "core.autocrlf=true"), ("core.symlinks=false",),
        ("core.fileMode=false",), ("index.version=4",), ("core.splitIndex=true",), ("core.checkStat=minimal",), ("core.ignoreCase=true",),
    ],
    ids=lambda settings: " ".join(settings) or "plain",
)  # fmt: skip
def test_a_clean_checkout_is_its_commit(origin: Repo, settings: tuple[str, ...]) -> None:
    repo = clone(origin, *settings)
    assert repo("status", "--porcelain") == ""
    assert_the_same(repo)


@pytest.mark.parametrize(
    "attributes",
    [
        "* text=auto eol=crlf\n",
        "*.txt text eol=crlf\n",
        "* -text\n",
        "*.txt ident\n",
        "*.txt crlf\n",
        "[attr]ours text eol=crlf\n*.txt ours\n",
    ],
    ids=str.strip,
)
def test_a_clean_checkout_with_attributes_is_its_commit(tmp_path: Path, attributes: str) -> None:
    assert_the_same(clone(filled(tmp_path / "origin", attributes=attributes)))


@pytest.mark.parametrize("encoding", ["UTF-16", "GB18030"])
def test_a_file_in_another_encoding_is_its_commit(origin: Repo, encoding: str) -> None:
    origin.write(".gitattributes", f"wide.txt text working-tree-encoding={encoding}\n")
    (origin.path / "wide.txt").write_bytes("Größe 支付\n".encode(encoding))
    origin.commit("wide")
    repo = clone(origin)
    assert (repo.path / "wide.txt").read_bytes() != FILES["wide.txt"]
    assert_the_same(repo)
    assert Checkout(repo.git).read("wide.txt") == FILES["wide.txt"]


def test_a_file_system_that_knows_no_modes_changes_none(origin: Repo) -> None:
    repo = clone(origin, "core.fileMode=false")
    for name in FILES:
        (repo.path / name).chmod(0o777)
    assert repo("status", "--porcelain") == ""
    assert_the_same(repo)


def test_links_as_plain_files_are_links(origin: Repo) -> None:
    repo = clone(origin, "core.symlinks=false")
    assert not (repo.path / "link").is_symlink()
    assert_the_same(repo)
    (repo.path / "link").unlink()
    (repo.path / "link").symlink_to("empty")
    with pytest.raises(errors.Unreadable):
        Checkout(repo.git).read("link")


def test_a_sparse_checkout_has_what_it_leaves_out(origin: Repo) -> None:
    repo = clone(origin)
    assert not is_sparse(repo.path)
    repo("sparse-checkout", "set", "scripts")
    assert not (repo.path / "changes").exists()
    assert is_sparse(repo.path)
    assert_the_same(repo)


def test_so_has_a_sparse_checkout_of_a_folder_in_another_work_tree(origin: Repo) -> None:
    origin("worktree", "add", "-q", "../second", "-b", "second")
    second = Git(origin.path.parent / "second")
    second.run("sparse-checkout", "set", "changes")
    assert is_sparse(second.root / "changes")
    folder = Git(second.root / "changes")
    assert everything(Checkout(folder)) == everything(Revision(folder, "HEAD"))


def test_a_repository_of_sha256_is_compared_by_its_own_names(tmp_path: Path) -> None:
    repo = filled(tmp_path / "origin", "--object-format=sha256", attributes="*.txt text eol=crlf\n")
    shutil.rmtree(repo.path / "changes")
    repo("checkout", "-q", "--", ".")
    assert_the_same(repo)


# -- filters -------------------------------------------------------------------------------------------------------------------


UP = {"filter.up.clean": "tr A-Z a-z", "filter.up.smudge": "tr a-z A-Z"}


def filtered(tmp_path: Path, configure: Callable[[Repo, str, str], object]) -> Repo:
    """A repository whose `*.txt` are stored in lower case and lie on disk in upper case."""
    repo = filled(tmp_path / "filtered", attributes="notes.txt filter=up\n")
    for name, value in UP.items():
        configure(repo, name, value)
    shutil.rmtree(repo.path / "changes")
    repo("checkout", "-q", "--", ".")
    repo("update-index", "-q", "--refresh")
    assert b"LINE ONE" in (repo.path / "changes/CHG-1/notes.txt").read_bytes()
    return repo


def own(repo: Repo, name: str, value: str) -> None:
    repo("config", name, value)


def users(repo: Repo, name: str, value: str) -> None:
    repo("config", "--global", name, value)


def test_a_filter_of_the_repository_is_not_run_where_the_index_says_unchanged(tmp_path: Path) -> None:
    repo = filtered(tmp_path, own)
    ran = tmp_path / "ran"
    repo("config", "filter.up.clean", f"touch {ran}; cat")
    assert_the_same(repo)
    assert not ran.exists()


def test_what_such_a_filter_would_store_cannot_be_told_where_the_file_was_touched(tmp_path: Path) -> None:
    repo = filtered(tmp_path, own)
    ran = tmp_path / "ran"
    repo("config", "filter.up.clean", f"touch {ran}; cat")
    notes = repo.path / "changes/CHG-1/notes.txt"
    facts = notes.stat()
    notes.write_bytes(notes.read_bytes().replace(b"ONE", b"TWO"))
    os.utime(notes, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # as nobody would who is honest
    with pytest.raises(errors.HostFailed, match=r"`changes/CHG-1/notes\.txt` goes through the filter `up`"):
        Checkout(repo.git).read("changes/CHG-1/notes.txt")
    assert Checkout(repo.git).read("scripts/run") == FILES["scripts/run"]
    assert not ran.exists()


def test_a_filter_of_the_user_is_theirs_to_run(tmp_path: Path) -> None:
    repo = filtered(tmp_path, users)
    assert_the_same(repo)
    repo.write("new/notes.txt", "LOUD\n")
    assert Checkout(repo.git).read("new/notes.txt") == b"loud\n"


def test_a_filter_that_nobody_configured_changes_nothing(tmp_path: Path) -> None:
    repo = filled(tmp_path / "lfs", attributes="*.txt filter=lfs diff=lfs merge=lfs -text\n")
    assert_the_same(repo)
    repo.write("wide.txt", "edited\n")
    assert Checkout(repo.git).read("wide.txt") == b"edited\n"


# -- what was edited -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [("core.autocrlf=true",), ("core.autocrlf=false",), ("core.fileMode=false",)], ids=" ".join)
def test_what_was_edited_is_what_git_would_store(origin: Repo, settings: tuple[str, ...]) -> None:
    repo = clone(origin, *settings)
    repo.write("changes/CHG-1/notes.txt").write_bytes(b"other\r\nlines\r\n")
    repo.write("windows.txt").write_bytes(b"c\r\nd\r\n")  # is stored with its carriage returns, so that it stays so
    repo.write("changes/CHG-1/new.txt").write_bytes(b"new\r\n")
    repo.write("changes/CHG-1/run.sh").chmod(0o755)
    (repo.path / "scripts/data").chmod(0o755)
    (repo.path / "empty").unlink()
    repo.write("changes/CHG-1/left.swp")
    found = everything(Checkout(repo.git))
    repo.commit("edited")
    assert found == everything(Revision(repo.git, "HEAD"))
    assert "changes/CHG-1/left.swp" not in found
    assert "empty" not in found


@pytest.mark.parametrize("place", [".gitattributes", "changes/.gitattributes", ".git/info/attributes", "in the index", "of another part", "nowhere"])
def test_an_edit_is_stored_by_attributes_wherever_they_stand(tmp_path: Path, place: str) -> None:
    told = "notes.txt working-tree-encoding=UTF-16LE\n"
    repo = filled(tmp_path / "repo", attributes=told if place in ("in the index", "of another part") else "")
    if place == "in the index":
        (repo.path / ".gitattributes").unlink()
    elif place.endswith("attributes"):
        repo.write(place, told)
    file = "changes/CHG-1/notes.txt"
    repo.write(file).write_bytes("other\n".encode("UTF-16LE"))
    folder = "changes" if place == "of another part" else "."
    found = Checkout(Git(repo.path / folder)).read(os.path.relpath(file, folder))
    assert found == ("other\n".encode("UTF-16LE") if place == "nowhere" else b"other\n")
    assert not list((repo.path / ".git").glob("index.*"))


def test_an_edit_counts_whatever_the_times_of_the_file_say(origin: Repo) -> None:
    repo = clone(origin, "core.autocrlf=true")
    notes = repo.path / "changes/CHG-1/notes.txt"
    facts = notes.stat()
    notes.write_bytes(notes.read_bytes().replace(b"one", b"ten"))
    os.utime(notes, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert Checkout(repo.git).read("changes/CHG-1/notes.txt") == b"line ten\nline two\n"


def test_a_merge_in_progress_is_read_as_it_lies_there(origin: Repo) -> None:
    origin("checkout", "-q", "-b", "theirs")
    origin.write("scripts/data", "theirs\n")
    origin.commit("theirs")
    origin("checkout", "-q", "main")
    origin.write("scripts/data", "ours\n")
    origin.commit("ours")
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "merge", "-q", "theirs"],
        cwd=origin.path,
        capture_output=True,
        check=False,
    )
    assert b"<<<<<<<" in Checkout(origin.git).read("scripts/data")


@pytest.mark.parametrize("bit", ["skip-worktree", "assume-unchanged"])
def test_an_edit_that_git_is_told_not_to_see_is_named(origin: Repo, bit: str) -> None:
    origin("update-index", f"--{bit}", "scripts/run")
    assert_the_same(origin)
    origin.write("scripts/run", "#!/bin/sh\nother\n")
    assert origin("status", "--porcelain") == ""
    with pytest.raises(errors.HostFailed, match=bit):
        Checkout(origin.git).read("scripts/run")


def test_what_git_ignores_is_no_content_and_what_it_would_take_is(origin: Repo) -> None:
    origin.write("out/plan")
    origin.write("changes/CHG-1/.notes.swp")
    origin.write("changes/CHG-1/draft")
    inner = Repo(origin.path / "inner")
    inner.write("x")
    source = Checkout(origin.git)
    entries = source.entries()
    assert {path for path in entries if path not in Revision(origin.git, "HEAD").entries()} == {"changes/CHG-1/draft", "inner"}
    assert entries["inner"].mode == "160000"
    assert source.left_out("out/plan")
    assert not source.left_out("changes/CHG-1/draft")
    assert not source.left_out("out")
    assert not source.left_out("scripts/run")


def test_a_folder_that_became_a_link_leads_nowhere(origin: Repo, tmp_path: Path) -> None:
    shutil.move(origin.path / "scripts", tmp_path / "moved")
    (origin.path / "scripts").symlink_to(tmp_path / "moved")
    entries = Checkout(origin.git).entries()
    assert entries["scripts"].mode == "120000"
    assert not any(path.startswith("scripts/") for path in entries)
    with pytest.raises(errors.Unreadable):
        Checkout(origin.git).read("scripts/run")


def test_a_name_that_is_no_utf8_is_there_in_any_locale(origin: Repo) -> None:
    name = b"changes/CHG-1/Gr\xf6\xdfe".decode("utf-8", "surrogateescape")
    try:
        Path(os.fsdecode(bytes(origin.path) + b"/changes/CHG-1/Gr\xf6\xdfe")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert name in Checkout(origin.git).entries()
    assert name in WorkTree(origin.path).entries()
    origin.commit("odd")
    assert_the_same(origin)


def test_a_work_tree_without_git_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\r\n")
    source = checkout_at(tmp_path)
    assert type(source) is WorkTree
    assert source.read("a") == b"a\r\n"


def test_an_index_that_changes_is_read_again(origin: Repo) -> None:
    source = Checkout(origin.git)
    assert "later" not in source.entries()
    origin.write("later", "1\n")
    origin.commit("later")
    assert source.read("later") == b"1\n"
    assert source.entries()["later"].regular
