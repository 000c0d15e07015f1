"""Where files come from: the work tree, a revision, named paths; and what is no file at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import valid_repository as valid
from valid_repository import CHANGE, RFC_PATH

from changeflow import errors
from changeflow.gate.changed_paths import path_reasons
from changeflow.gate.path_categories import categorise
from changeflow.model.pull_results import PathChange
from changeflow.repo import parallel as fork
from changeflow.repo.git import Git
from changeflow.repo.source import Revision
from changeflow.usecases.check.check import Checked, check
from changeflow.usecases.check.target import CheckTarget, root_of, target
from tests.charsets import spell

GIT = [
    "git",
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "commit.gpgSign=false",
]


def git(root: Path, *arguments: str) -> str:
    return subprocess.run([*GIT, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    valid.write(tmp_path)
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def at(root: Path, rev: str, wanted: tuple[str, ...] | None = None) -> Checked:
    return check(CheckTarget(root, wanted), Revision(Git(root), rev))


def summary(checked: Checked) -> list[tuple[str, str, int, int]]:
    return [(finding.rule, finding.path, finding.line, finding.column) for finding in checked.findings.findings]


def test_a_revision_is_checked_without_a_checkout(root: Path) -> None:
    (root / RFC_PATH).write_text("broken: [", encoding="utf-8")
    assert at(root, "HEAD").findings.findings == ()
    assert check(CheckTarget(root)).unreadable
    assert (root / RFC_PATH).read_text(encoding="utf-8") == "broken: ["


def test_the_same_files_give_the_same_findings_from_disk_and_from_git(root: Path) -> None:
    valid.write(root, (RFC_PATH, "requester: alice", "requester: alcie"), ("cmdb/payments.yaml", "min: 2", "min: 7"))
    (root / "cmdb" / "link.yaml").symlink_to("/etc/passwd")
    (root / "changes" / "CHG-20261122-x" / "rfc.yaml").mkdir(parents=True)
    (root / "changes" / "CHG-20261122-x" / "rfc.yaml" / "inner").write_text("x", encoding="utf-8")
    (root / "policies" / "pointer.yaml").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", encoding="utf-8"
    )
    (root / "policies" / "deep").mkdir()
    (root / "policies" / "deep" / "p.yaml").write_text(valid.POLICY, encoding="utf-8")
    (root / "changes" / "CHG-20261123-y").mkdir()
    (root / "changes" / "CHG-20261123-y" / "notes.txt").write_text("x", encoding="utf-8")
    commit(root)
    disk, revision = check(CheckTarget(root)), at(root, "HEAD")
    assert summary(disk) == summary(revision)
    assert disk.unreadable
    assert revision.unreadable
    assert {finding.rule for finding in disk.findings.findings} == {
        "rfc-unknown-person", "cmdb-group-min", "file-not-regular", "file-lfs-pointer", "layout-place", "rfc-missing",
    }  # fmt: skip
    assert not [line for line in disk.excerpts.values() if "root:" in line], "a link was followed"


def test_a_revision_of_a_repository_inside_a_larger_one_is_read_from_its_folder(tmp_path: Path) -> None:
    valid.write(tmp_path / "ops" / "changes-here")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    checked = at(tmp_path / "ops" / "changes-here", "HEAD")
    assert (checked.findings.findings, checked.findings.documents) == ((), 17)
    assert check(CheckTarget(tmp_path / "ops" / "changes-here")).prefix == "ops/changes-here/"


def test_a_submodule_is_refused_on_disk_and_in_a_revision(root: Path) -> None:
    inner = root / "cmdb" / "module"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "a.yaml").write_text("x", encoding="utf-8")
    git(inner, "add", "-A")
    git(inner, "commit", "-q", "-m", "x")
    git(root, "add", "cmdb/module")
    git(root, "commit", "-q", "-m", "x")
    for checked in (check(CheckTarget(root)), at(root, "HEAD")):
        assert summary(checked) == [("file-not-regular", "cmdb/module", 0, 0)]


def test_a_link_in_place_of_a_whole_folder_is_refused(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = valid.write(tmp_path_factory.mktemp("elsewhere"))
    subprocess.run(["rm", "-r", str(root / "cmdb")], check=True)
    (root / "cmdb").symlink_to(elsewhere / "cmdb")
    checked = check(CheckTarget(root))
    assert ("file-not-regular", "cmdb", 0, 0) in summary(checked)
    assert checked.unreadable
    assert "rfc-unknown-ci" in {finding.rule for finding in checked.findings.findings}


def test_a_pipe_is_never_opened(root: Path) -> None:
    os.mkfifo(root / "cmdb" / "pipe.yaml")
    assert summary(check(CheckTarget(root))) == [("file-not-regular", "cmdb/pipe.yaml", 0, 0)]


def test_a_name_that_is_no_utf_8_is_refused_and_shown_escaped(root: Path) -> None:
    spell("caf\udce9.yaml")
    try:
        (root / "cmdb" / "caf\udce9.yaml").write_text("x", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert summary(check(CheckTarget(root))) == [("file-name", "cmdb/caf\\xe9.yaml", 0, 0)]
    assert summary(check(CheckTarget(root, ("cmdb/caf\udce9.yaml",)))) == [("file-name", "cmdb/caf\\xe9.yaml", 0, 0)]


@pytest.mark.parametrize(
    "name",
    [
        "notes .txt ", "notes.", "aux.txt", "a:b.txt", "a\\b.txt", "cafe\u0301.txt", "zero\u200bwidth.txt", "⚠\ufe0f.txt", "支付\u3000.txt",
        "a\u00a0b.txt", "\ue000.txt", "tag\U000e0041.txt", "ordinary.txt", "支付系统.txt", "🔥.txt", "a b.txt",
    ],
)  # fmt: skip
def test_check_and_the_gate_accept_the_same_names(root: Path, name: str) -> None:
    spell(name)
    path = f"{valid.RFC_PATH.rpartition('/')[0]}/{name}"
    (root / path).write_text("x", encoding="utf-8")
    found = {rule for rule, *_ in summary(check(CheckTarget(root)))}
    change = PathChange(path=path, mode="100644", content="x")
    refused = [one for one in path_reasons([change], [categorise(path, ())], [path], covering=["normal"]) if one.outcome == "fail"]
    assert (found == {"file-name"}) == bool(refused), (found, refused)


@pytest.mark.parametrize("name", ["rfc.yml", "RFC.yaml", "Review.yaml"])
def test_a_document_under_a_name_nobody_reads_is_pointed_out(root: Path, name: str) -> None:
    (root / "changes" / CHANGE / name).write_text(valid.RFC, encoding="utf-8")
    assert summary(check(CheckTarget(root))) == [("layout-place", f"changes/{CHANGE}/{name}", 0, 0)]


def test_other_files_of_a_change_are_its_own_business(root: Path) -> None:
    (root / "changes" / CHANGE / "values.yaml").write_text("- [not, ours", encoding="utf-8")
    (root / "changes" / CHANGE / "plan.md").write_text("# Plan", encoding="utf-8")
    (root / "cmdb" / "README.md").write_text("# CMDB", encoding="utf-8")
    assert check(CheckTarget(root)).findings.findings == ()


def test_only_what_was_asked_for_is_reported_and_all_of_it_is_referred_to(root: Path) -> None:
    valid.write(
        root, (RFC_PATH, "requester: alice", "requester: alcie"), ("cmdb/payments.yaml", "owner: team-payments", "owner: nobody")
    )
    for wanted in (RFC_PATH, f"changes/{CHANGE}", "changes"):
        checked = check(target(root, [wanted], root))
        assert [finding.rule for finding in checked.findings.findings] == ["rfc-unknown-person"]
        assert checked.findings.documents == 1
    assert [finding.rule for finding in check(target(root, ["cmdb"], root)).findings.findings] == ["cmdb-unknown-owner"]
    assert check(target(root, ["."], root)).findings.documents == 17
    assert at(root, "HEAD", (f"changes/{CHANGE}",)).findings.documents == 1


def test_a_context_file_that_cannot_be_read_is_always_reported(root: Path) -> None:
    (root / "policies" / "roster.yaml").write_text("spec: [", encoding="utf-8")
    checked = check(target(root, [f"changes/{CHANGE}"], root))
    assert checked.unreadable
    assert "yaml-syntax" in {finding.rule for finding in checked.findings.findings}


def test_files_outside_of_any_repository_are_judged_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(valid.RFC.replace("PT10M", "ten"), encoding="utf-8")
    (tmp_path / "items.yaml").write_text(valid.ITEMS + valid.MORE_ITEMS, encoding="utf-8")
    assert root_of([str(tmp_path / "one.yaml")], tmp_path) is None
    checked = check(target(None, ["one.yaml", "items.yaml"], tmp_path))
    assert [finding.rule for finding in checked.findings.findings] == ["schema-format"]
    assert checked.findings.documents == 9
    assert check(target(None, ["."], tmp_path)).findings.documents == 9


def test_two_requests_in_one_loose_file_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(valid.RFC + "---\n" + valid.RFC, encoding="utf-8")
    found = check(target(None, ["two.yaml"], tmp_path)).findings.findings
    assert [finding.rule for finding in found] == ["yaml-documents"]


def test_the_repository_is_the_one_around_the_first_path(root: Path) -> None:
    assert root_of([f"changes/{CHANGE}/rfc.yaml"], root) == root
    assert root_of([], root / "cmdb" / "more") == root
    assert root_of([str(root)], Path("/")) == root


def test_what_does_not_exist_is_nothing_to_do(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(errors.NothingToDo, match="does not exist"):
        target(root, ["changes/CHG-1"], root)
    with pytest.raises(errors.NothingToDo, match=r"no documents in HEAD"):
        at(root, "HEAD", ("changes/CHG-1",))
    with pytest.raises(errors.NothingToDo, match="not inside a change repository"):
        target(None, [], root)
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(errors.NothingToDo, match="no documents"):
        check(CheckTarget(empty))
    with pytest.raises(errors.UsageError, match="outside"):
        target(root, [str(empty)], root, on_disk=False)


def test_a_revision_that_does_not_exist_is_gits_failure(root: Path) -> None:
    with pytest.raises(errors.HostFailed, match="no-such-branch"):
        at(root, "no-such-branch")


def test_one_process_and_several_find_the_same_in_the_same_order(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        name = f"CHG-20261121-n{number:02d}"
        wrong = valid.RFC.replace(CHANGE, name).replace("requester: alice", f"requester: nobody-{number}")
        valid.write(root, **{f"changes/{name}/rfc.yaml": wrong})
    results = []
    for workers in (1, 2, 3, 7):
        monkeypatch.setattr(fork, "MANY", 1)
        monkeypatch.setattr(fork, "cores", lambda workers=workers: workers)
        results.append(check(CheckTarget(root)))
    assert all(result == results[0] for result in results)
    assert results[0].findings.errors == 30


def test_a_worker_that_dies_is_replaced() -> None:
    parent = os.getpid()

    def job(paths: object) -> list[str]:
        if os.getpid() != parent:
            os._exit(9)
        return list(paths)  # type: ignore[call-overload]

    assert fork.spread(job, ["a", "b", "c", "d"], workers=2) == ["a", "b", "c", "d"]


def test_where_no_child_can_be_had_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    assert fork.spread(list, ["a", "b", "c"], workers=3) == ["a", "b", "c"]
