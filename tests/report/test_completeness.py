"""Completeness: whatever way something takes to the main branch, it has a request or is named."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.report.depot import INSIDE, Depot

DB = "CHG-20261121-db"
WEB = "CHG-20261121-web"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Depot:
    """Two changes that were agreed to, each on its branch."""
    depot = Depot(tmp_path_factory.mktemp("depot") / "shop")
    for name, item in ((DB, "db"), (WEB, "web")):
        depot.agreed(name, items=[{"ci": item, "action": "modify", "outage": "PT10M"}])
        depot.made(f"{item}/settings", f"Change {item}", at="2026-11-21T09:30:00Z")
        depot.git("switch", "-q", "main")
    return depot


@pytest.fixture
def depot(started: Depot, tmp_path: Path) -> Depot:
    copy = Depot.__new__(Depot)
    copy.root, copy.at, copy.who = tmp_path / "shop", INSIDE, "alice"
    shutil.copytree(started.root, copy.root)
    return copy


def test_what_is_there_before_the_configuration_is_before(depot: Depot) -> None:
    (one,) = depot.complete().deliveries
    assert (one.standing, one.why) == ("before", None)


def test_a_merge_a_squash_and_a_rebase_have_their_request(depot: Depot) -> None:
    merge = depot.merged(DB)
    squash = depot.merged(WEB, "Web in one", squash=True)
    for name, change in ((merge, DB), (squash, WEB)):
        found = depot.delivery(name)
        assert (found.standing, found.changes, found.how) == ("request", (change,), "request")


def test_a_rebased_row_has_its_request_by_the_trailer_of_each_commit(depot: Depot) -> None:
    depot.git("switch", "-q", DB)
    depot.made("db/more", f"More\n\nChange: {DB}", at="2026-11-21T09:40:00Z")
    depot.git("switch", "-q", "main")
    depot.made("docs/note.txt", "A note")
    depot.git("switch", "-q", DB)
    depot.git("rebase", "-q", "main")
    depot.git("switch", "-q", "main")
    depot.git("merge", "-q", "--ff-only", DB)
    row = depot.complete().deliveries[1:]
    assert [one.standing for one in row] == ["exempt", "records", "open", "request"]
    assert row[2].why == "no_change"
    assert (row[3].changes, row[3].how) == ((DB,), "trailer")


def test_the_plan_of_a_release_is_no_change_itself_and_a_file_beside_it_is(depot: Depot) -> None:
    plan = depot.made("releases/november/release.yaml", "Plan November", text=f"apiVersion: changeflow/v1\nkind: Release\nmetadata: {{id: november}}\nspec: {{changes: [{DB}]}}\n")
    assert depot.delivery(plan).standing == "records"
    beside = depot.made("releases/november/run.sh", "Run it")
    assert (depot.delivery(beside).standing, depot.delivery(beside).why) == ("open", "no_change")


def test_a_direct_push_is_open_with_who_what_and_the_command(depot: Depot) -> None:
    commit = depot.made("web/index", "Quick fix", who="bob", at="2026-11-26T03:00:00Z")
    found = depot.delivery(commit)
    assert (found.standing, found.why, found.who) == ("open", "no_change", ("bob",))
    assert (found.paths, found.items) == (("web/index",), ("web",))
    assert found.command == f"changeflow new after-{commit[:12]} --retrospective {commit[:12]}"
    assert depot.complete().complete is False


def test_two_changes_in_a_merge_account_for_it_together_and_one_alone_does_not(depot: Depot) -> None:
    depot.git("switch", "-q", DB)
    depot.made("web/settings", "Also the web")
    alone = depot.merged(DB)
    assert (depot.delivery(alone).standing, depot.delivery(alone).why) == ("open", "not_listed")
    depot.git("reset", "-q", "--hard", "HEAD~1")
    depot.git("switch", "-q", "-C", "both", f"{DB}~1")
    depot.git("merge", "-q", "-m", "Together", WEB)
    depot.made("db/settings", "And the database")
    both = depot.delivery(depot.merged("both"))
    assert (both.standing, both.changes) == ("request", (DB, WEB))


def test_an_octopus_merge_has_all_of_its_changes(depot: Depot) -> None:
    depot.git("merge", "-q", "--no-ff", "-m", "Octopus", DB, WEB)
    found = depot.delivery(depot.git("rev-parse", "HEAD"))
    assert (found.what, found.standing, found.changes) == ("merge", "request", (DB, WEB))


def test_an_empty_merge_needs_no_request(depot: Depot) -> None:
    depot.git("merge", "-q", "-s", "ours", "--no-ff", "-m", "Nothing of it", DB)
    found = depot.delivery(depot.git("rev-parse", "HEAD"))
    assert (found.standing, found.paths) == ("exempt", ())


@pytest.mark.parametrize(
    ("trailer", "why"),
    [("CHG-20261121-nowhere", "no_request"), (DB, "not_agreed")],
    ids=["a change that does not exist", "one that was rejected"],
)
def test_a_trailer_that_names_no_agreed_change_accounts_for_nothing(depot: Depot, trailer: str, why: str) -> None:
    depot.merged(DB)
    depot.opinion("reject", "carol", DB, words="Not after all")
    commit = depot.made("db/other", f"Other\n\nChange: {trailer}")
    found = depot.delivery(commit)
    assert (found.standing, found.why) == ("open", why)
    assert [one.change for one in found.named] == [trailer]


def test_a_forged_trailer_of_somebody_who_has_no_part_in_the_change_accounts_for_nothing(depot: Depot) -> None:
    depot.merged(DB)
    forged = depot.made("db/backdoor", f"Small\n\nChange: {DB}", who="erin")
    assert (depot.delivery(forged).standing, depot.delivery(forged).why) == ("open", "not_theirs")
    own = depot.made("db/rest", f"The rest\n\nChange: {DB}", who="bob")
    assert (depot.delivery(own).standing, depot.delivery(own).how) == ("request", "trailer")


def test_what_is_taken_back_is_reverted_and_what_takes_back_an_agreed_change_is_not(depot: Depot) -> None:
    bad = depot.made("web/index", "Quick fix", at="2026-11-26T03:00:00Z")
    depot.at = "2026-11-26T04:00:00Z"
    depot.git("revert", "--no-edit", bad)
    back = depot.git("rev-parse", "HEAD")
    assert (depot.delivery(bad).standing, depot.delivery(bad).settled_by) == ("reverted", back)
    assert (depot.delivery(back).standing, depot.delivery(back).command) == ("reverted", None)
    depot.git("revert", "--no-edit", "HEAD")
    again = depot.git("rev-parse", "HEAD")
    assert (depot.delivery(again).standing, depot.delivery(bad).standing) == ("open", "reverted")
    merge = depot.merged(DB)
    depot.git("revert", "--no-commit", "-m", "1", merge)
    depot.git("checkout", merge, "--", "changes")
    undone = depot.commit("Back without a request")
    assert (depot.delivery(merge).standing, depot.delivery(undone).standing) == ("request", "open")


def test_a_cherry_pick_of_a_change_is_a_delivery_of_its_own(depot: Depot) -> None:
    depot.who = "erin"
    depot.git("cherry-pick", DB)
    found = depot.delivery(depot.git("rev-parse", "HEAD"))
    assert (found.standing, found.why) == ("open", "no_change")


def test_after_a_forced_push_the_ledger_tells_of_commits_that_are_gone(depot: Depot) -> None:
    depot.merged(DB, at="2026-11-25T14:00:00Z")
    said = depot.released(DB)
    assert said.code == 0, said.err
    depot.git("reset", "-q", "--hard", "HEAD~1")
    kinds = [one.kind for one in depot.complete().gaps]
    assert kinds == ["release_without_request", "entry_not_on_main"]


def test_a_change_that_landed_and_was_never_released_is_a_gap(depot: Depot) -> None:
    depot.merged(DB)
    (gap,) = depot.complete().gaps
    assert (gap.kind, gap.change, gap.place) == ("request_without_release", DB, f"changes/{DB}/rfc.yaml")
    said = depot.released(DB)
    assert said.code == 0, said.err
    assert not depot.complete().gaps


def test_a_tag_has_what_its_commit_has(depot: Depot) -> None:
    depot.merged(DB)
    depot.git("tag", "-a", "-m", "One", "v1")
    depot.made("web/index", "Quick fix")
    depot.git("tag", "v2")
    depot.git("tag", "v3", WEB)
    assert (depot.delivery("v1").standing, depot.delivery("v1").changes) == ("request", (DB,))
    assert (depot.delivery("v2").standing, depot.delivery("v2").why) == ("open", "commit_unmatched")
    assert (depot.delivery("v3").standing, depot.delivery("v3").why) == ("open", "not_on_main")


def test_a_lie_about_the_date_hides_nothing_from_the_period(depot: Depot) -> None:
    depot.made("docs/a.txt", "Exempt", at="2026-11-26T01:00:00Z")
    early = depot.made("web/one", "Of long ago", at="2001-01-01T00:00:00Z")
    depot.made("docs/b.txt", "Exempt", at="2026-11-26T03:00:00Z")
    late = depot.made("web/two", "Of another age", at="2090-01-01T00:00:00Z")
    depot.made("docs/c.txt", "Exempt", at="2026-11-26T05:00:00Z")
    first, second = depot.delivery(early), depot.delivery(late)
    assert (first.at.hour, first.at_by, first.stated is not None) == (1, "order", True)
    assert (second.at.hour, second.at_by, second.stated is not None) == (5, "order", True)


def excepted(depot: Depot, *exceptions: dict[str, str], who: str = "carol") -> None:
    config = json.loads((depot.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["exceptions"] = list(exceptions)
    depot.made("changeflow.yaml", "Exceptions", who=who, text=json.dumps(config))


def test_an_exception_of_the_main_branch_holds_until_its_day_for_what_others_made(depot: Depot) -> None:
    commit = depot.made("web/index", "Quick fix", who="bob", at="2026-11-26T03:00:00Z")
    depot.git("tag", "v1")
    said = {"commit": commit, "reason": "The vendor asked for it at night", "by": "carol", "until": "2026-12-20"}
    excepted(depot, said)
    for name in (commit, "v1"):
        found = depot.delivery(name)
        assert (found.standing, found.exception and found.exception.reason) == ("excepted", said["reason"])
        assert found.command is None
    after = depot.delivery(commit, now=datetime(2026, 12, 21, 1, tzinfo=UTC))
    assert (after.standing, after.exception and after.exception.why_not) == ("open", "expired")


@pytest.mark.parametrize(("by", "why"), [("bob", "own"), ("mallory", "unknown_person")])
def test_nobody_excepts_what_they_made_themselves_and_nobody_else_does(depot: Depot, by: str, why: str) -> None:
    commit = depot.made("web/index", "Quick fix", who="bob")
    excepted(depot, {"commit": commit, "reason": "It is fine", "by": by}, who=by)
    found = depot.delivery(commit)
    assert (found.standing, found.exception and found.exception.why_not) == ("open", why)


def test_an_exception_in_the_name_of_another_counts_for_nothing(depot: Depot) -> None:
    commit = depot.made("web/index", "Quick fix", who="bob")
    said = {"commit": commit, "reason": "It is fine", "by": "carol"}
    excepted(depot, said, who="bob")
    found = depot.delivery(commit)
    assert (found.standing, found.exception and found.exception.why_not) == ("open", "not_agreed")
    depot.git("reset", "-q", "--hard", commit)
    depot.git("switch", "-q", DB)
    excepted(depot, said, who="alice")
    depot.merged(DB)
    # it came with a request that was agreed to, and not for this
    found = depot.delivery(commit)
    assert (found.standing, found.exception and found.exception.why_not) == ("open", "not_agreed")
    depot.git("reset", "-q", "--hard", commit)
    excepted(depot, said, who="carol")
    assert depot.delivery(commit).standing == "excepted"


def test_an_exception_that_names_a_change_in_a_trailer_counts_for_nothing(depot: Depot) -> None:
    commit = depot.made("db/index", "Quick fix", who="bob")
    config = json.loads((depot.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["exceptions"] = [{"commit": commit, "reason": "It is fine", "by": "carol"}]
    depot.merged(WEB)
    depot.made("changeflow.yaml", f"Settings\n\nChange: {WEB}", who="alice", text=json.dumps(config))
    found = depot.delivery(commit)
    assert (found.standing, found.exception and found.exception.why_not) == ("open", "not_agreed")


def test_paths_are_exempt_by_the_configuration_that_a_commit_found(depot: Depot) -> None:
    before = depot.made("web/index", "Quick fix", who="bob", at="2026-11-26T03:00:00Z")
    config = json.loads((depot.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["exempt_paths"] = ["**"]
    itself = depot.made("changeflow.yaml", "Nothing needs a request", who="bob", text=json.dumps(config))
    after = depot.made("web/other", "Free now", who="bob")
    assert [depot.delivery(one).standing for one in (before, itself, after)] == ["open", "open", "exempt"]


def test_who_is_only_called_a_co_author_had_no_hand_in_it(depot: Depot) -> None:
    depot.merged(DB)
    forged = depot.made("db/backdoor", f"Small\n\nCo-authored-by: Bob <bob@example.com>\nChange: {DB}", who="erin")
    assert (depot.delivery(forged).standing, depot.delivery(forged).why) == ("open", "not_theirs")


def test_names_that_are_no_text_do_not_keep_the_paper_from_being_made(depot: Depot) -> None:
    blob = depot.git("hash-object", "-w", "README") if (depot.root / "README").exists() else depot.git("hash-object", "-w", "--stdin")
    subprocess.run(
        ["git", "update-index", "-z", "--add", "--index-info"], cwd=depot.root, check=True,
        input=f"100644 {blob}\tweb/".encode() + b"\xff\xfe\0",
    )  # fmt: skip
    depot.git("commit", "-q", "-m", "=cmd|' \x1b[31m")
    for format_ in ("json", "text", "csv", "html", "markdown"):
        said = depot.done("report", "unauthorised", "--now", "2026-12-20T00:00:00Z", "--format", format_)
        assert "\x1b" not in said


def test_an_exception_on_a_branch_counts_for_nothing(depot: Depot) -> None:
    commit = depot.made("web/index", "Quick fix", who="bob")
    depot.git("switch", "-q", "-c", "mine")
    excepted(depot, {"commit": commit, "reason": "It is fine", "by": "carol"})
    assert (depot.delivery(commit).standing, depot.delivery(commit).exception) == ("open", None)


def test_a_tag_that_is_excepted_at_a_commit_is_not_at_another(depot: Depot) -> None:
    commit = depot.made("web/index", "Quick fix")
    depot.git("tag", "v1")
    excepted(depot, {"tag": "v1", "commit": commit, "reason": "A drill", "by": "carol"})
    assert (depot.delivery("v1").standing, depot.delivery(commit).standing) == ("excepted", "open")
    depot.git("tag", "-f", "v1")
    assert depot.delivery("v1").standing == "open"
    assert [(one.kind, one.commit) for one in depot.complete().gaps] == [("tag_moved", commit)]


def test_a_name_that_a_shell_would_take_apart_stays_one_word_of_the_command(depot: Depot) -> None:
    depot.made("web/index", "Quick fix")
    depot.git("tag", "v1.0;rm$IFS-rf")
    depot.git("update-ref", "refs/tags/-rf", "HEAD")
    lines = [one.command for one in depot.complete().deliveries if one.command and one.what == "tag"]
    typed = sorted(shlex.split(line) for line in lines if line)
    assert typed == [
        ["changeflow", "new", "after-rf", "--retrospective", "refs/tags/-rf"],
        ["changeflow", "new", "after-v1-0-rm-ifs-rf", "--retrospective", "v1.0;rm$IFS-rf"],
    ]


def test_what_is_slipped_into_a_merge_of_somebody_elses_change_is_theirs_who_merged(depot: Depot) -> None:
    depot.made("db/settings", "Ours", at=INSIDE)
    depot.git("reset", "-q", "--hard", "HEAD~1")
    depot.who = "erin"
    depot.git("merge", "-q", "--no-ff", "--no-commit", DB)
    depot.write("db/settings", "backdoor\n")
    slipped = depot.commit("Merge as usual")
    depot.who = "alice"
    assert (depot.delivery(slipped).standing, depot.delivery(slipped).why) == ("open", "not_theirs")
    depot.git("reset", "-q", "--hard", "HEAD~1")
    # who merges what is there already need have no part in it
    plain = depot.merged(DB, who="erin")
    assert depot.delivery(plain).standing == "request"


def test_without_a_ledger_it_is_not_known_whether_records_are_complete(depot: Depot, tmp_path: Path) -> None:
    assert depot.complete().complete is True
    depot.git("clone", "-q", "--single-branch", "--branch=main", depot.root.as_uri(), str(tmp_path / "clone"))
    depot.root = tmp_path / "clone"
    found = depot.complete()
    assert (found.complete, found.not_asked) == (None, ("no_ledger",))


@pytest.mark.parametrize(
    ("language", "rows", "none", "untold"),
    [
        ("en", ("Deployments on the code host", "Releases on the code host", "Pushes on the code host", "not known"), "as far as it was looked at", "was not asked"),
        ("zh", ("代码托管平台上的部署", "代码托管平台上的发布", "代码托管平台上的推送", "未知"), "就所查看的部分而言", "未询问代码托管平台"),
    ],
)
def test_what_a_host_alone_can_tell_is_not_known_where_it_was_not_asked(
    depot: Depot, language: str, rows: tuple[str, ...], none: str, untold: str
) -> None:
    depot.merged(DB)
    whole = ("--from", "2026-11-01", "--to", "2027-01-01", "--now", "2027-01-02T00:00:00Z")
    asked = ("--lang", language, "report", "unauthorised", "--from", "2020-01-01", "--to", "2020-02-01", "--now", "2027-01-02T00:00:00Z")
    assert rows[3] not in depot.done(*asked), "a host without a server has nothing to tell"
    config = json.loads((depot.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["host"] = "github"
    depot.made("changeflow.yaml", "On GitHub", who="carol", text=json.dumps(config))
    said = depot.done(*asked)
    for row in rows:
        assert row in said
    assert none in said
    kpis = [*("--lang", language, "report", "kpi"), *asked[4:], "--format"]
    assert untold in depot.done(*kpis, "markdown")
    before, now = (json.loads(depot.done("report", "kpi", *period, "--format", "json")) for period in (asked[4:], whole))
    values = []
    for paper in (before, now):
        (one,) = [one for one in paper["kpis"] if one["id"] == "unauthorised"]
        assert one["untold"] == ["deployments", "releases", "pushes"]
        values.append(one["value"])
    assert values == [None, 1], "none is not known as long as the host was not asked"
    assert untold in "".join(depot.done("--lang", language, "report", "management", *whole).split("\n")).replace("  ", " ")
