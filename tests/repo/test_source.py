"""One contract for both sources: what the work tree says, the commit of the same files says too."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.repo.git import Git
from changeflow.repo.source import Revision, Source, WorkTree
from tests.charsets import spell
from tests.repositories import Repo

Open = Callable[[Repo], Source]


def committed(repo: Repo) -> Source:
    repo.commit()
    return Revision(repo.git, "HEAD")


def on_disk(repo: Repo) -> Source:
    return WorkTree(repo.path)


@pytest.fixture(params=[on_disk, committed], ids=["work tree", "revision"])
def opened(request: pytest.FixtureRequest) -> Open:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_files_are_listed_sorted_with_their_modes(repo: Repo, opened: Open) -> None:
    spell("變更")
    repo.write("z.yaml")
    repo.write("changes/變更.yaml")
    repo.write("run").chmod(0o755)
    (repo.path / "link").symlink_to("z.yaml")
    found = opened(repo).entries()
    assert list(found) == sorted(found)
    assert {path: entry.mode for path, entry in found.items()} == {
        "changes/變更.yaml": "100644", "link": "120000", "run": "100755", "z.yaml": "100644",
    }  # fmt: skip
    assert [path for path, entry in found.items() if not entry.regular] == ["link"]


def test_what_git_keeps_for_itself_is_not_listed(repo: Repo, opened: Open) -> None:
    repo.write("a")
    assert list(opened(repo).entries()) == ["a"]


def test_contents_are_read_as_bytes_in_the_order_asked(repo: Repo, opened: Open) -> None:
    (repo.path / "crlf").write_bytes(b"a\r\nb\xff\0")
    repo.write("b", "")
    source = opened(repo)
    assert source.read("crlf") == b"a\r\nb\xff\0"
    assert list(source.read_many(["b", "crlf", "b"])) == [("b", b""), ("crlf", b"a\r\nb\xff\0"), ("b", b"")]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("missing.yaml", "does not exist"),
        ("folder/missing.yaml", "does not exist"),
        ("no/such/folder.yaml", "does not exist"),
        ("folder", "is a folder"),
        ("link", "is a symbolic link"),
        ("dangling", "is a symbolic link"),
        ("linked/inside.yaml", "is a symbolic link"),
        ("file.yaml/below", "does not exist"),
        ("../outside", "not a path"),
        ("/etc/passwd", "not a path"),
        ("a/../file.yaml", "not a path"),
        ("./file.yaml", "not a path"),
        ("folder//inside.yaml", "not a path"),
        (".git/config", "not a path"),
        ("folder/.GIT/config", "not a path"),
        ("nul\0", "not a path"),
        ("", "not a path"),
    ],
)
def test_what_is_no_plain_file_is_unreadable_and_says_why(repo: Repo, opened: Open, path: str, says: str) -> None:
    repo.write("file.yaml")
    repo.write("folder/inside.yaml")
    (repo.path / "link").symlink_to("/etc/passwd")
    (repo.path / "dangling").symlink_to("nowhere")
    (repo.path / "linked").symlink_to("folder")
    source = opened(repo)
    with pytest.raises(errors.Unreadable, match=says):
        source.read(path)
    with pytest.raises(errors.Unreadable, match=says):
        list(source.read_many(["file.yaml", path]))
    assert not source.exists(path)
    assert source.exists("file.yaml")


def test_one_bad_file_does_not_hide_the_others_where_problems_are_collected(repo: Repo, opened: Open) -> None:
    repo.write("one")
    repo.write("two")
    problems: list[tuple[str, errors.Unreadable]] = []
    found = list(opened(repo).read_many(["one", "gone", "two"], problems))
    assert found == [("one", b"text\n"), ("two", b"text\n")]
    assert [path for path, _ in problems] == ["gone"]


def test_a_file_beyond_the_limit_is_refused_not_cut(repo: Repo, opened: Open) -> None:
    repo.write("ten", "0123456789")
    repo.write("eleven", "0123456789a")
    source = opened(repo)
    assert source.read("ten", 10) == b"0123456789"
    with pytest.raises(errors.Unreadable, match="11 bytes"):
        source.read("eleven", 10)
    assert source.read("eleven", 11) == b"0123456789a"


def test_a_submodule_is_listed_and_not_entered(repo: Repo, opened: Open, tmp_path: Path) -> None:
    Repo(tmp_path / "other").commit()
    repo("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "other"), "sub")
    repo.write("a")
    source = opened(repo)
    assert source.entries()["sub"].mode == "160000"
    assert not [path for path in source.entries() if path.startswith("sub/")]
    with pytest.raises(errors.Unreadable):
        source.read("sub")


def test_the_work_tree_needs_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.yaml").write_text("x", encoding="ascii")
    source = WorkTree(tmp_path / "a")
    assert list(source.entries()) == ["b.yaml"]
    assert source.commit is None
    assert source.entries()["b.yaml"].oid is None


def test_a_pipe_is_refused_at_once_instead_of_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    source = WorkTree(tmp_path)
    assert not source.entries()["pipe.yaml"].regular
    with pytest.raises(errors.Unreadable, match="special file"):
        source.read("pipe.yaml")


def test_a_revision_stays_where_it_was_when_the_branch_moves_on(repo: Repo) -> None:
    repo.write("a", "old")
    oid = repo.commit()
    source = Revision(repo.git, "main")
    repo.write("a", "new")
    repo.commit()
    assert source.commit == oid
    assert source.read("a") == b"old"


def test_a_revision_is_read_without_touching_index_and_work_tree(repo: Repo) -> None:
    repo.write("a", "old")
    repo.commit()
    repo.write("a", "edited")
    index = (repo.path / ".git" / "index").read_bytes()
    assert Revision(repo.git, "HEAD").read("a") == b"old"
    assert (repo.path / "a").read_text(encoding="ascii") == "edited"
    assert (repo.path / ".git" / "index").read_bytes() == index


def test_a_change_repository_inside_a_larger_one_sees_only_itself(repo: Repo) -> None:
    repo.write("secret.yaml")
    repo.write("ops/changeflow.yaml", "x")
    repo.commit()
    source = Revision(Git(repo.path / "ops"), "HEAD")
    assert list(source.entries()) == ["changeflow.yaml"]
    assert source.read("changeflow.yaml") == b"x"


def test_a_revision_reads_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    repo.write("a", "x")
    repo.commit()
    repo("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    assert Revision(Git(tmp_path / "bare.git"), "main").read("a") == b"x"
    repo("config", "--global", "safe.bareRepository", "explicit")  # a careful auditor's setting
    assert Revision(Git(tmp_path / "bare.git"), "main").read("a") == b"x"


def test_a_small_file_takes_no_more_memory_than_it_has_bytes(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_bytes(b"small")
    source = WorkTree(tmp_path)
    tracemalloc.start()
    try:
        assert source.read("small.txt") == b"small"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_024 * 1_024
