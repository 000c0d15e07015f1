"""`changeflow todo`: what waits for one person, the most urgent first."""

from __future__ import annotations

import json
import shlex
import subprocess

import pytest

from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, Office, do, typed
from tests.register.test_list import FIXED_BY_HAND, emergency

SOON = {"start": "2026-11-23T22:00:00+08:00", "end": "2026-11-23T23:00:00+08:00"}


def waits(office: Office, person: str, now: str = BEFORE) -> list[tuple[str, list[str]]]:
    found = office.answer("todo", "--as", person, now=now)
    assert found["schema"] == "changeflow/changes/v1"
    return [(one["change"].removeprefix("CHG-20261121-"), [owed["what"] for owed in one["owed"]]) for one in found["changes"]]


def test_only_what_this_person_can_do_is_listed(office: Office) -> None:
    office.ask()
    assert waits(office, "carol") == [("db", ["approval"])]
    assert waits(office, "alice") == waits(office, "bob") == waits(office, "renovate") == []
    office.approved()
    assert waits(office, "carol") == []
    assert waits(office, "bob") == [("db", ["release"])]


def test_the_most_urgent_comes_first(office: Office) -> None:
    office.ask()
    office.ask("CHG-20261121-soon", window=SOON)
    emergency(office)
    assert [name for name, _ in waits(office, "carol")] == ["fire", "soon", "db"]


def test_an_overdue_debt_comes_before_everything_else(office: Office) -> None:
    name = emergency(office)
    office.opinion("approve", "carol", name)
    office.released(name, now=BEFORE)
    office.ask(window={"start": "2026-12-05T22:00:00+08:00", "end": "2026-12-05T23:00:00+08:00"})
    assert waits(office, "dave", "2026-12-01T00:00:00Z") == [("fire", ["review", "retrospective-approval"]), ("db", ["approval"])]


def test_a_review_waits_for_those_who_had_no_part_and_a_follow_up_for_its_owner(office: Office) -> None:
    office.ask()
    office.approved()
    office.released()
    assert waits(office, "erin", AFTER) == [("db", ["review"])]
    assert waits(office, "bob", AFTER) == waits(office, "alice", AFTER) == []
    office.reviewed(follow_ups="[{action: Warm the cache, owner: bob}]")
    assert waits(office, "erin", AFTER) == []
    assert waits(office, "bob", AFTER) == [("db", ["follow-up"])]


def test_without_as_it_is_the_person_whose_address_git_commits_with(office: Office) -> None:
    office.ask()
    found = office.answer("todo", GIT_COMMITTER_NAME="Carol", GIT_COMMITTER_EMAIL="CAROL@example.com")
    assert [one["change"] for one in found["changes"]] == [CHANGE]
    said = office.say("todo", GIT_COMMITTER_NAME="X", GIT_COMMITTER_EMAIL="x@example.com")
    assert said.code == 2
    assert "git commits here as `x@example.com`, which is no address in the roster" in said.err
    assert "--as PERSON" in said.err


def test_an_unknown_person_is_an_error_with_the_nearest_name(office: Office) -> None:
    said = office.say("todo", "--as", "carrol")
    assert (said.code, "did you mean `--as carol`?" in said.err) == (2, True)


def test_where_nothing_waits_a_sentence_says_so_and_all_is_well(office: Office) -> None:
    said = office.say("todo", "--as", "dave", "--now", BEFORE)
    assert (said.code, said.out) == (0, "Nothing waits for dave.\n")


def test_an_approval_that_ends_soon_is_told_to_those_whom_it_concerns(office: Office) -> None:
    name = emergency(office)
    office.opinion("approve", "carol", name)
    expected = [{"what": "approval", "id": f"{name}:carol", "ends": "2026-11-24T10:00:00Z"}]
    assert office.answer("todo", "--as", "bob")["ending"] == expected
    assert office.answer("todo", "--as", "erin")["ending"] == []


@pytest.mark.parametrize("now", [INSIDE, AFTER])
def test_what_waits_is_what_the_register_says_is_owed(office: Office, now: str) -> None:
    office.ask()
    office.ask("CHG-20261121-soon", window=SOON)
    office.approved()
    everything = office.answer("list", now=now)["changes"]
    for person in ("alice", "bob", "carol", "dave", "erin"):
        owed = {(one["change"], what["what"]) for one in everything for what in one["owed"] if person in what["by"]}
        mine = {(one["change"], what["what"]) for one in office.answer("todo", "--as", person, now=now)["changes"] for what in one["owed"]}
        assert mine == owed


def test_one_approval_that_fills_a_seat_of_two_roles_is_one_thing_to_do(office: Office) -> None:
    rule = {"id": "both", "require": [{"role": "cab", "count": 1}, {"role": "ecab", "count": 1}], "message": "Both", "level": "deny"}
    office.write("policies/approve.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "approvals"}, "spec": {"gate": "approve", "rules": [rule]}})
    office.ask()
    assert waits(office, "carol") == [("db", ["approval", "approval"])]
    text = office.done("todo", "--as", "carol", "--now", BEFORE)
    assert text.count("changeflow approve") == 1
    assert "approval as `cab`, `ecab`, due" in text


def test_the_command_that_is_shown_works_where_the_reader_stands(office: Office) -> None:
    office.ask(branch="feature;x")
    office.ask("CHG-20261121-later")

    def shown(*more: str) -> list[str]:
        said = office.done("todo", "--as", "carol", "--now", BEFORE, *more)
        return [line.strip() for line in said.splitlines() if "changeflow approve" in line]

    command = f"changeflow approve {CHANGE} --as carol --head 'feature;x'"
    assert command in shown()
    office.done(*shlex.split(command)[1:], "--now", BEFORE)
    assert shown() == ["changeflow approve CHG-20261121-later --as carol"]
    office.git("switch", "-q", "feature;x")
    expected = ["changeflow approve CHG-20261121-later --as carol --head main"]
    assert shown() == shown("--head", "main") == expected


def test_a_release_that_missed_its_window_is_overdue_from_its_end_and_no_command_is_shown_that_must_fail(office: Office) -> None:
    office.ask()
    office.approved()
    before, end = "2026-11-25T15:29:59Z", "2026-11-25T15:30:00Z"

    def owed(now: str) -> tuple[list[str], bool, str]:
        (release,) = office.row(now=now)["owed"]
        assert (release["what"], release["due"]) == ("release", end)
        return release["by"], release["overdue"], release["about"]

    assert (owed(before), owed(end)) == ((["bob"], False, ""), (["bob", "alice"], True, "window"))
    for now, code, command in ((before, 0, True), (end, 1, False)):
        assert office.say("gate", "deploy", CHANGE, "--as", "bob", "--now", now).code == code
        told = office.done("todo", "--as", "bob", "--now", now)
        assert (f"changeflow release run {CHANGE}" in told) is command
    assert "OVERDUE: release, to be moved to another window or withdrawn" in told


@pytest.mark.parametrize("approved", [True, False])
def test_what_a_missed_window_leaves_to_do_gets_on_when_it_is_done(office: Office, approved: bool) -> None:
    office.ask()
    if approved:
        office.approved()
    told = office.done("todo", "--as", "bob", "--now", AFTER)
    assert typed(told) == []
    assert f"move `window` in `changes/{CHANGE}/rfc.yaml` and commit it" in told
    assert "or alice withdraws it" in " ".join(told.split())
    office.ask(window={"start": "2026-11-27T22:00:00+08:00", "end": "2026-11-27T23:30:00+08:00"})
    assert waits(office, "bob", AFTER) == []
    (line,) = typed(office.done("todo", "--as", "carol", "--now", AFTER))
    do(office, line, AFTER, "carol")
    (line,) = typed(office.done("todo", "--as", "bob", "--now", AFTER))
    do(office, line, "2026-11-27T14:10:00Z", "bob")
    assert office.row(now="2026-11-27T15:00:00Z")["state"] == "implemented"


@pytest.mark.parametrize("place", ["main", "alice/x"])
@pytest.mark.parametrize("approved", [True, False])
def test_the_requester_of_a_change_that_missed_its_window_is_told_how_to_withdraw_it(office: Office, place: str, approved: bool) -> None:
    office.ask(branch=place)
    if approved:
        office.done("approve", CHANGE, "--as", "carol", "--head", place, "--now", BEFORE)
    (line,) = typed(office.done("todo", "--as", "alice", "--now", AFTER))
    do(office, line, AFTER, "alice")
    row = office.row(now=AFTER)
    assert (row["state"], row["owed"]) == ("withdrawn", [])
    assert waits(office, "alice", AFTER) == waits(office, "bob", AFTER) == []


def test_the_command_of_a_release_says_who_starts_it_where_a_rule_asks(office: Office) -> None:
    rule = {"id": "named", "assert": "evidence.deployer.known", "message": "Say who starts it", "level": "deny"}
    office.write("policies/deploy.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "deploy"}, "spec": {"gate": "deploy", "rules": [rule]}})
    office.ask()
    office.approved()
    (line,) = typed(office.done("todo", "--as", "bob", "--now", INSIDE))
    words = shlex.split(line)[1:]
    assert office.say(*[word for word in words if word not in ("--as", "bob")], "--now", INSIDE).code == 1
    assert office.say(*words, "--now", INSIDE).code == 0


def test_what_only_a_branch_has_is_merged_before_it_is_released(office: Office) -> None:
    office.ask(branch="alice/x")
    office.done("approve", CHANGE, "--as", "carol", "--head", "alice/x", "--now", BEFORE)
    for checked_out in ("main", "alice/x"):
        office.git("switch", "-q", checked_out)
        told = office.done("todo", "--as", "bob", "--now", BEFORE)
        assert typed(told) == []
        assert "merge `alice/x` first" in told
    office.git("switch", "-q", "main")
    office.git("merge", "-q", "--no-ff", "-m", "Merge", "alice/x")
    assert typed(office.done("todo", "--as", "bob", "--now", BEFORE)) == [f"changeflow release run {CHANGE} --as bob"]


def test_from_a_branch_that_lacks_the_request_every_told_command_works_as_well(office: Office) -> None:
    office.git("branch", "side")
    office.ask(**FIXED_BY_HAND)
    office.approved()
    for person, now, what in (("bob", INSIDE, "release"), ("bob", INSIDE, "confirmation"), ("erin", AFTER, "review")):
        office.git("switch", "-q", "side")
        assert waits(office, person, now) == [("db", [what])]
        (line,) = typed(office.done("todo", "--as", person, "--now", now))
        assert line.startswith("git switch main && changeflow ")
        if what == "release":
            office.git("switch", "-q", "main")
            # it ends while the step waits for a word
            assert office.say(*shlex.split(line.split(" && ")[1])[1:], "--now", now).code == 1
        else:
            do(office, line, now, person)
        if what == "confirmation":
            (line,) = typed(office.done("todo", "--as", person, "--now", now))
            do(office, line, now, person)
    assert (office.root / f"changes/{CHANGE}/review.yaml").exists()


@pytest.mark.parametrize("approved", [True, False])
def test_a_request_that_no_branch_has_any_more_waits_for_nobody_and_says_so(office: Office, approved: bool) -> None:
    office.ask(branch="alice/x")
    verb = "approve" if approved else "reject"
    office.done(verb, CHANGE, "--as", "carol", "--head", "alice/x", "--now", BEFORE)
    if not approved:
        office.done("withdraw", CHANGE, "--as", "carol", "--head", "alice/x", "--now", BEFORE)
    person = "bob" if approved else "dave"
    assert waits(office, person) == [("db", ["release" if approved else "approval"])]
    office.git("branch", "-D", "alice/x")
    for one in ("alice", "bob", "carol", "dave", "erin"):
        assert waits(office, one) == waits(office, one, AFTER) == []
    row = office.row()
    assert (row["state"], row["owed"]) == ("approved" if approved else "submitted", [])
    plain = "nothing can be approved or released before a branch has it again"
    for command in (("list",), ("show", CHANGE)):
        assert plain in " ".join(office.done(*command, "--now", BEFORE).split()), command
    assert office.answer("list", "--owed")["changes"] == []
    office.git("branch", "again", row["at"])
    assert waits(office, person) == [("db", ["release" if approved else "approval"])]


@pytest.mark.parametrize("branch", ["feature", "a;b", "it's", "$(touch$IFS'x')", "person/with-a-name/and-a-branch-that-alone-is-longer-than-a-line-of-a-terminal"])
def test_a_command_longer_than_a_line_is_one_command_to_a_shell(office: Office, branch: str) -> None:
    name = "CHG-20261121-a-very-long-name-of-a-change-that-is-legal-all"
    office.ask(name, branch=branch)
    told = office.done("todo", "--as", "carol", "--now", BEFORE)
    pasted = told[told.index("    changeflow approve") :]
    assert len(pasted.strip().splitlines()) > 1
    script = 'changeflow() { for word in "$@"; do printf "%s\\n" "$word"; done; }\n' + pasted
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, cwd=office.root)
    assert done.stdout.splitlines() == ["approve", name, "--as", "carol", "--head", branch]
    assert not (office.root / "x").exists()


@pytest.mark.parametrize("place", ["a branch", "a branch of a remote", "no branch"])
def test_a_review_can_be_written_of_what_the_main_branch_lost_wherever_that_is_now(office: Office, place: str) -> None:
    office.ask()
    office.approved()
    office.released()
    commit = office.git("rev-parse", "HEAD")
    if place == "a branch":
        office.git("branch", "kept")
    elif place == "a branch of a remote":
        office.git("update-ref", "refs/remotes/origin/kept", commit)
    office.git("reset", "-q", "--hard", "HEAD~1")
    (line,) = typed(office.done("todo", "--as", "erin", "--now", AFTER))
    where = {"a branch": "kept", "a branch of a remote": "origin/kept", "no branch": commit[:12]}[place]
    assert line == f"git checkout {where} && changeflow review {CHANGE} --as erin"
    do(office, line, AFTER, "erin")
    assert (office.root / f"changes/{CHANGE}/review.yaml").exists()
    assert "nothing can be approved" not in office.done("list", "--now", AFTER)


def test_where_reviews_are_the_approvals_the_pull_request_is_named_and_no_command(office: Office) -> None:
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["host"] = "github"
    office.write("changeflow.yaml", config)
    roster = json.loads((office.root / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["people"]["carol"] |= {"github": "carol-gh", "github_id": 1003}
    office.write("policies/roster.yaml", roster)
    office.commit("On GitHub")
    office.ask(branch="alice/x")
    told = office.done("todo", "--as", "carol", "--now", BEFORE)
    assert typed(told) == []
    assert "approve the pull request of `alice/x` on GitHub" in told
    assert "请在 GitHub 上批准 `alice/x` 的拉取请求" in office.done("todo", "--as", "carol", "--now", BEFORE, "--lang", "zh")
