"""What an approval is bound to, and what went before it, read from real git objects."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attacks.stage import HERE, edited, read_yaml
from github.double.store import Content, Store

from changeflow import errors
from changeflow.gate_cases.ci_checks import prerequisite_checks
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.pull_facts import Actor, BaseChanged, CheckFact, ForcePushed
from changeflow.model.pull_results import PathChange
from changeflow.reading.pull_content import RFC_LIMIT, content_of, digests
from changeflow.reading.pull_history import (
    earlier_commits,
    earlier_contributors,
    partly_merged_at,
    reverted_paths,
)
from changeflow.repo.git import Git
from tests.gate.test_pullreviews import facts, review
from tests.repositories import Repo

REQUEST = "changes/CHG-20261125-cache/rfc.yaml"
FORM = read_yaml((HERE / "request.yaml").read_text(encoding="utf-8"))
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class Line(Store):
    """A repository in which every commit has its minute, so that a story has the same object names every time."""

    minutes = 0

    def make(self, files: dict[str, Content], *parents: str, by: str = "alice", message: str = "Change") -> str:
        self.minutes += 1
        who = (by, f"{by}@example.com")
        at = START + timedelta(minutes=self.minutes)
        return self.commit("refs/heads/side", files, message=message, author=who, committer=who, at=at, parents=parents)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "bare.git")


def titled(title: str, comment: str = "") -> str:
    return comment + edited(FORM, {"metadata.title": title})


def digest(line: Line, base: str, head: str) -> str:
    return content_of(Git(line.path), base, head).digest


# -- the effective content -------------------------------------------------------------------------------------------------


def test_every_changed_path_counts_by_its_content_and_is_named_once(line: Line) -> None:
    base = line.make({"app/a": "1\n", "app/gone": "1\n", "app/same": "1\n"})
    head = line.make({"app/a": "2\n", "app/gone": None}, base)
    found = content_of(Git(line.path), base, head)
    blob = line.git("rev-parse", f"{head}:app/a")
    assert (found.base, found.head, found.merge_base) == (base, head, base)
    assert found.changes == (PathChange(path="app/a", mode="100644", content=blob), PathChange(path="app/gone", mode=None, content=None))
    again = line.make({"app/a": "3\n"}, head)
    assert digest(line, base, again) != found.digest
    assert digest(line, base, line.make({"app/a": "2\n"}, again)) == found.digest


def test_a_request_counts_by_its_material_fields_and_a_copy_of_it_by_its_bytes(line: Line) -> None:
    base = line.make({"app/a": "1\n"})
    for path, same in ((REQUEST, True), (REQUEST.replace("rfc", "copy"), False), (REQUEST.replace("changes", "notes"), False)):
        one, two = (line.make({path: titled(title)}, base) for title in ("One", "Two"))
        assert (digest(line, base, one) == digest(line, base, two)) is same, path
    one, two = (line.make({REQUEST: edited(FORM, {"spec.items.0.outage": outage})}, base) for outage in ("PT1M", "PT2M"))
    assert digest(line, base, one) != digest(line, base, two)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [(REQUEST, True), ("changes/a/b/rfc.yaml", False), ("x/a/rfc.yaml", False), ("changes/a/x.yaml", False), ("changes/rfc.yaml", False)],
)
def test_a_request_lives_in_one_place(path: str, is_one: bool) -> None:
    assert (change_of_rfc(path) is not None) is is_one


def test_a_request_that_is_larger_than_any_counts_by_its_bytes(line: Line) -> None:
    base = line.make({"app/a": "1\n"})
    for size, same in ((RFC_LIMIT // 2, True), (RFC_LIMIT + 1, False)):
        one, two = (line.make({REQUEST: titled(title, "# " + "x" * size + "\n")}, base) for title in ("One", "Two"))
        assert (digest(line, base, one) == digest(line, base, two)) is same, size


def test_requests_that_cannot_be_read_count_by_their_bytes_and_leave_the_others_alone(line: Line) -> None:
    base = line.make({"app/a": "1\n"})
    broken: dict[str, Content] = {f"changes/CHG-20261125-{number}/rfc.yaml": f"kind: {number}\n" for number in range(6)}
    one, two = (line.make({**broken, REQUEST: titled(title)}, base) for title in ("One", "Two"))
    assert digest(line, base, one) == digest(line, base, two)
    assert digest(line, base, line.make({"changes/CHG-20261125-1/rfc.yaml": "kind: x\n"}, one)) != digest(line, base, one)


def test_the_mode_counts_and_an_executable_request_is_read_like_another(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("app/a")
    base = repo.commit()
    repo.write(REQUEST, titled("One"))
    plain = repo.commit()
    (repo.path / REQUEST).chmod(0o755)
    executable = repo.commit()
    repo.write(REQUEST, titled("Two"))
    retitled = repo.commit()
    found = digests(repo.git, base, [plain, executable, retitled])
    assert found[plain] != found[executable] == found[retitled]


def test_outside_of_the_folder_of_changes_paths_begin_with_a_colon(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("ops/x")
    base = repo.commit()
    repo.write("ops/policies/a.yaml")
    repo.write("app/a")
    found = content_of(Git(repo.path / "ops"), base, repo.commit())
    assert [item.path for item in found.changes] == [":/app/a", "policies/a.yaml"]


def test_commits_that_nothing_is_known_of_have_no_digest_and_keep_none_from_others(line: Line) -> None:
    base = line.make({"app/a": "1\n"})
    heads = [line.make({"app/a": f"{number}\n"}, base) for number in range(2, 6)]
    orphans = [line.make({"app/a": f"{number}\n"}) for number in range(4)]
    found = digests(Git(line.path), base, [*heads, *orphans, "0" * 40, "f" * 40])
    assert sorted(found) == sorted(heads)
    assert found == {head: digest(line, base, head) for head in heads}
    with pytest.raises(errors.HostFailed) as refused:
        content_of(Git(line.path), base, orphans[0])
    assert (refused.value.message, refused.value.hint) == ("the pull request and its base have no common history", "nothing can be compared")


# -- what went before ------------------------------------------------------------------------------------------------------


def forced(before: str | None, kind: Any = "head_force_pushed") -> ForcePushed:
    return ForcePushed(kind=kind, at=START, actor=None, before=before, after=None)


def test_earlier_heads_are_those_that_were_reviewed_or_pushed_away() -> None:
    renamed = BaseChanged(at=START, actor=Actor(id=1, login="alice", type="User"), before="x", after="y")
    told = facts(
        head_oid="h",
        reviews=(review(commit="c"), review(commit="h"), review(commit=None)),
        timeline=(forced("b"), forced(None), forced("z", "base_force_pushed"), renamed),
    )
    assert earlier_commits(told) == ("b", "c")


def test_hands_of_earlier_heads_are_those_of_their_own_commits_alone(line: Line) -> None:
    root = line.make({"app/a": "1\n"}, by="root")
    first = line.make({"app/b": "1\n"}, root, by="alice")
    head = line.make({"app/b": "2\n"}, first, by="alice")
    main = line.make({"app/a": "2\n"}, root, by="dave")
    away = line.make({"app/c": "1\n"}, main, by="erin")
    git = Git(line.path)
    told = facts(head_oid=head, reviews=(review(commit=first),), timeline=(forced(away), forced("0" * 40)))
    assert earlier_contributors(git, main, told) == {"erin@example.com"}
    assert earlier_contributors(git, main, facts(head_oid=head, reviews=(review(commit=first),))) == frozenset()
    assert earlier_contributors(git, main, facts(head_oid=head)) == frozenset()


def test_a_detour_through_governed_files_is_seen_also_in_a_merge(line: Line) -> None:
    base = line.make({"app/a": "1\n", "policies/x.yaml": "1\n", "policies/y.yaml": "1\n"})
    there = line.make({"policies/x.yaml": "2\n", "app/a": "2\n"}, base)
    back = line.make({"policies/x.yaml": "1\n"}, there)
    git = Git(line.path)
    assert reverted_paths(git, base, back, ["app/a"]) == ("policies/x.yaml",)
    assert reverted_paths(git, base, there, ["app/a", "policies/x.yaml"]) == ()
    one, two = (line.make({f"app/{name}": "1\n"}, base) for name in "bc")
    merge = line.make({"app/b": "1\n", "policies/y.yaml": "2\n"}, back, one)
    # What the second merge says is what its second parent has: it shows nothing.
    assert reverted_paths(git, back, line.make({"app/c": "1\n", "policies/y.yaml": "1\n"}, merge, two), []) == ("policies/y.yaml",)


def test_the_base_took_in_a_part_when_it_merged_it_and_not_when_it_moved_on(line: Line) -> None:
    """`merged` brings in `later`, which was made on top of the part long before; neither side's own dates count."""
    root = line.make({"app/a": "1\n"})
    part = line.make({"app/b": "1\n"}, root)
    later = line.make({"app/c": "1\n"}, part)
    before = line.make({"app/a": "2\n"}, root)
    merged = line.make({"app/b": "1\n", "app/c": "1\n"}, before, later)
    at = START + timedelta(minutes=line.minutes)
    base = line.make({"app/a": "3\n"}, line.make({"app/d": "1\n"}, merged))
    git = Git(line.path)
    assert partly_merged_at(git, base, part) == partly_merged_at(git, merged, part) == at
    assert partly_merged_at(git, base, base) is None
    assert partly_merged_at(git, base, root) is partly_merged_at(git, before, root) is None
    assert partly_merged_at(git, line.make({"app/b": "1\n"}, root, part), part) == START + timedelta(minutes=line.minutes)
    assert partly_merged_at(git, later, part) is None  # a base that only went on from there


# -- checks ----------------------------------------------------------------------------------------------------------------


def check(name: str, conclusion: Any) -> CheckFact:
    return CheckFact(source="check", name=name, conclusion=conclusion, raw=conclusion)


def test_our_own_verdict_is_left_out_and_what_comes_after_it_is_not() -> None:
    told = [check(" Changeflow/Gate", "success"), check("Build ", "success")]
    assert [(one.name, one.conclusion) for one in prerequisite_checks(told)] == [("Build", "success"), ("build", "success")]


WORST_FIRST = ("failure", "timed_out", "cancelled", "pending", "skipped", "neutral", "success")


def test_checks_of_one_name_are_one_with_the_worst_of_their_conclusions_in_any_order() -> None:
    for one, other in itertools.product((*WORST_FIRST, "unknown"), repeat=2):
        said = {"failure" if word == "unknown" else word for word in (one, other)}
        worst = next(word for word in WORST_FIRST if word in said)
        found = prerequisite_checks([check("BUILD", one), check("build ", other)])
        assert {(item.name, item.conclusion) for item in found} == {("BUILD", worst), ("build", worst)}
