"""`changeflow list`: every change wherever it is, with its state and what is owed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from changeflow.resources import folder
from tests.register.office import AFTER, BEFORE, CHANGE, INSIDE, MODEL, Office, step
from tests.shop import request

EMERGENCY = {"type": "emergency", "emergency": {"incident": "INC-1", "justification": "It is down"}, "window": None}
FIXED_BY_HAND = {"implementation": {"steps": [{"name": "Call the desk", "manual": "Call and wait for their go", "timeout": "PT1H"}]}}


def emergency(office: Office, name: str = "CHG-20261121-fire", **more: object) -> str:
    data = {key: value for key, value in EMERGENCY.items() if value is not None}
    path = f"changes/{office.ask(name, **data, **more)}/rfc.yaml"
    document = json.loads((office.root / path).read_text(encoding="utf-8"))
    del document["spec"]["window"]
    office.write(path, document)
    office.commit("without a window")
    return name


def test_a_row_says_what_the_request_says_and_what_is_computed(office: Office) -> None:
    office.ask()
    row = office.row()
    expected = {
        "change": CHANGE, "title": "Upgrade the database", "type": "normal", "state": "submitted", "requester": "alice",
        "implementer": "bob", "items": ["db"], "window": {"start": "2026-11-25T14:00:00Z", "end": "2026-11-25T15:30:00Z"}, "at": "main",
    }  # fmt: skip
    assert {key: row[key] for key in expected} == expected
    assessed = office.answer("assess", CHANGE)
    assert (row["class"], row["risk"]) == (assessed["type"]["class"], {key: assessed["risk"][key] for key in ("score", "level")})


def test_the_answer_fits_its_schema_also_without_any_change(office: Office) -> None:
    schema = json.loads((folder("schemas") / "answers" / "changes.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    empty = office.answer("list")
    validator.validate(empty)
    assert (empty["schema"], empty["changes"], empty["total"]) == ("changeflow/changes/v1", [], 0)
    emergency(office)
    office.ask(branch="feature", name="CHG-20261121-api")
    validator.validate(office.answer("list"))
    validator.validate(office.answer("todo", "--as", "carol"))


def test_an_approval_is_owed_by_those_who_may_give_it_until_the_window_begins(office: Office) -> None:
    office.ask()
    owed = {"what": "approval", "by": ["carol", "dave", "erin"], "due": "2026-11-25T14:00:00Z", "overdue": False, "about": "cab"}
    assert office.row()["owed"] == [owed]
    office.opinion("approve", "carol")
    assert [(one["what"], one["by"]) for one in office.row()["owed"]] == [("release", ["bob"])]


def test_after_its_window_nobody_can_approve_a_change_and_it_is_overdue(office: Office) -> None:
    office.ask()
    approval, release = office.row(now=AFTER)["owed"]
    assert (approval["what"], approval["by"], approval["overdue"]) == ("approval", [], True)
    # but its people can move it, or give it up
    assert (release["what"], release["by"], release["about"]) == ("release", ["bob", "alice"], "window")


def test_a_lead_time_that_the_policy_denies_makes_an_approval_due_earlier(office: Office) -> None:
    rule = {"id": "lead", "assert": "calendar.lead_hours >= 48.0", "message": "Two days", "level": "deny"}
    seat = {"id": "seat", "require": [{"role": "cab", "count": 1}], "message": "One", "level": "deny"}
    policy = {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "approvals"}, "spec": {"gate": "approve", "rules": [rule, seat]}}
    office.write("policies/approve.yaml", policy)
    office.ask()
    assert office.row()["owed"][0]["due"] == "2026-11-23T14:00:00Z"
    (owed,) = office.row(now="2026-11-24T00:00:00Z")["owed"]
    assert owed["overdue"]


def test_rejected_and_withdrawn_changes_and_drafts_stay_in_the_register(office: Office) -> None:
    for name in ("no", "back", "draft"):
        office.ask(f"CHG-20261121-{name}", draft=name == "draft")
    office.opinion("reject", "carol", "CHG-20261121-no")
    office.opinion("withdraw", "alice", "CHG-20261121-back")
    found = {one["change"]: (one["state"], one["owed"]) for one in office.answer("list", now="2026-11-21T11:00:00Z")["changes"]}
    assert found == {
        "CHG-20261121-back": ("withdrawn", []), "CHG-20261121-draft": ("draft", []), "CHG-20261121-no": ("rejected", []),
    }  # fmt: skip


def test_an_emergency_without_a_window_is_listed_and_its_release_is_owed_at_once(office: Office) -> None:
    name = emergency(office)
    row = office.row(name)
    assert (row["type"], row["window"], row["owed"][0]["by"], row["owed"][0]["due"]) == ("emergency", None, ["carol"], None)
    office.opinion("approve", "carol", name)
    row = office.row(name)
    assert (row["state"], row["owed"]) == ("scheduled", [{"what": "release", "by": ["bob"], "due": None, "overdue": False, "about": ""}])


def test_a_released_emergency_owes_an_approval_within_five_days_and_a_review_within_three(office: Office) -> None:
    name = emergency(office)
    office.opinion("approve", "carol", name)
    assert office.released(name, now=BEFORE).code == 0
    found = {one["what"]: one for one in office.row(name, now=AFTER)["owed"]}
    assert found["retrospective-approval"] == {
        "what": "retrospective-approval", "by": ["dave", "erin"], "due": "2026-11-26T10:00:00Z", "overdue": False, "about": "cab",
    }  # fmt: skip
    assert (found["review"]["due"], found["review"]["by"]) == ("2026-11-24T10:00:00Z", ["carol", "dave", "erin"])
    late = office.row(name, now="2026-11-26T10:00:01Z")["owed"]
    assert [one["overdue"] for one in late] == [True, True]


def test_a_change_from_approval_to_its_end(office: Office) -> None:
    office.ask()
    office.approved()
    row = office.row()
    assert (row["state"], [(one["what"], one["by"], one["due"]) for one in row["owed"]]) == (
        "scheduled", [("release", ["bob"], "2026-11-25T15:30:00Z")],
    )  # fmt: skip
    assert office.released().code == 0
    row = office.row(now=AFTER)
    assert (row["state"], [(one["what"], one["due"]) for one in row["owed"]]) == ("implemented", [("review", "2026-12-09T14:10:00Z")])
    office.reviewed(follow_ups="[{action: Warm the cache, owner: team-db, due: 2026-12-01}]")
    row = office.row(now=AFTER)
    assert row["state"] == "closed"
    expected = {"what": "follow-up", "by": ["alice", "erin"], "due": "2026-12-01T23:59:59Z", "overdue": False, "about": "Warm the cache"}
    assert row["owed"] == [expected]


def test_a_follow_up_is_done_when_an_implemented_change_fixes_it(office: Office) -> None:
    office.ask()
    office.approved()
    office.released()
    office.reviewed(follow_ups="[{action: Warm the cache, owner: team-db}, {action: Tell the desk, owner: bob}]")
    window = {"start": "2026-11-28T10:00:00Z", "end": "2026-11-28T12:00:00Z"}
    office.ask("CHG-20261126-cache", fixes=[f"{CHANGE}#1"], window=window)
    assert len(office.row(now=AFTER)["owed"]) == 2
    office.approved("CHG-20261126-cache", now=AFTER)
    assert office.released("CHG-20261126-cache", now="2026-11-28T10:30:00Z").code == 0
    assert [one["about"] for one in office.row(now="2026-11-29T00:00:00Z")["owed"]] == ["Tell the desk"]


def test_a_manual_step_that_waits_is_owed_a_confirmation(office: Office) -> None:
    office.ask(**FIXED_BY_HAND)
    office.approved()
    office.say("release", "run", CHANGE, "--as", "bob", "--now", INSIDE)
    row = office.row(now=INSIDE)
    assert row["state"] == "implementing"
    assert [(one["what"], one["by"], one["about"], one["due"]) for one in row["owed"]] == [
        ("confirmation", ["bob"], "Call the desk", "2026-11-25T15:10:00Z"),
    ]  # fmt: skip


# -- where requests are ----------------------------------------------------------------------------


def test_requests_on_local_and_remote_branches_are_listed_with_their_branch(office: Office) -> None:
    office.ask()
    office.ask("CHG-20261121-here", branch="feature/here")
    office.ask("CHG-20261121-there", branch="there")
    office.git("update-ref", "refs/remotes/origin/there", "there")
    office.git("branch", "-D", "there")
    assert {one["change"]: one["at"] for one in office.answer("list")["changes"]} == {
        CHANGE: "main", "CHG-20261121-here": "feature/here", "CHG-20261121-there": "origin/there",
    }  # fmt: skip


def test_a_branch_on_another_branch_does_not_take_its_request(office: Office) -> None:
    office.ask("CHG-20261121-first", branch="first")
    office.git("switch", "-q", "first")
    office.ask("CHG-20261121-second", branch="second")
    assert {one["change"]: one["at"] for one in office.answer("list", "--head", "main")["changes"]} == {}
    assert {one["change"]: one["at"] for one in office.answer("list")["changes"]} == {
        "CHG-20261121-first": "first", "CHG-20261121-second": "second",
    }  # fmt: skip


def test_what_lies_in_the_work_tree_is_listed_under_the_branch_that_is_checked_out(office: Office) -> None:
    office.git("switch", "-q", "-c", "idea")
    office.ask("CHG-20261121-committed")
    office.git("switch", "-q", "-C", "idea")
    path = office.root / "changes" / "CHG-20261121-committed" / "rfc.yaml"
    text = path.read_text(encoding="utf-8").replace("CHG-20261121-committed", "CHG-20261121-new")
    office.write("changes/CHG-20261121-new/rfc.yaml", text)
    found = {one["change"]: one["at"] for one in office.answer("list")["changes"]}
    assert found == {"CHG-20261121-committed": "idea", "CHG-20261121-new": "idea"}


def test_a_merged_request_is_listed_once_also_when_it_was_squashed(office: Office) -> None:
    office.ask("CHG-20261121-api", branch="api")
    office.git("merge", "-q", "--squash", "api")
    office.commit("squashed")
    assert [one["at"] for one in office.answer("list")["changes"]] == ["main"]
    office.ask("CHG-20261121-api", title="With another title")
    assert [(one["at"], one["title"]) for one in office.answer("list")["changes"]] == [("main", "With another title")]


def test_an_edit_of_a_merged_request_is_a_row_of_its_branch(office: Office) -> None:
    office.ask()
    office.approved()
    office.ask(branch="later", window={"start": "2026-11-28T22:00:00+08:00", "end": "2026-11-28T23:00:00+08:00"})
    found = [(one["at"], one["state"], one["window"]["start"]) for one in office.answer("list")["changes"]]
    assert found == [("main", "scheduled", "2026-11-25T14:00:00Z"), ("later", "submitted", "2026-11-28T14:00:00Z")]


def test_a_rejected_request_whose_branch_is_gone_is_read_from_the_commit_that_the_ledger_names(office: Office) -> None:
    office.git("switch", "-q", "-c", "gone")
    office.ask("CHG-20261121-gone")
    office.git("switch", "-q", "gone")
    office.opinion("reject", "carol", "CHG-20261121-gone")
    commit = office.git("rev-parse", "gone")
    office.git("switch", "-q", "main")
    office.git("branch", "-D", "gone")
    row = office.row("CHG-20261121-gone", now="2026-11-21T11:00:00Z")
    assert (row["state"], row["at"]) == ("rejected", commit[:12])
    told = " ".join(office.done("list", "--now", BEFORE).split())
    assert f"on no branch, read from commit `{commit[:12]}`" in told
    office.git("switch", "-q", "--detach", commit)
    assert "in the work tree, which is on no branch" in " ".join(office.done("list", "--now", BEFORE).split())


def test_the_register_is_the_same_in_a_bare_clone(office: Office, tmp_path) -> None:
    office.ask()
    office.approved()
    office.ask("CHG-20261121-here", branch="here")
    office.git("clone", "-q", "--bare", str(office.root), str(tmp_path / "bare.git"))
    assert office.answer("--repo", str(tmp_path / "bare.git"), "list") == office.answer("list")


# -- what is asked for -----------------------------------------------------------------------------


@pytest.fixture
def three(office: Office) -> Office:
    office.ask()
    office.ask("CHG-20261121-late", window={"start": "2027-01-05T22:00:00+08:00", "end": "2027-01-05T23:00:00+08:00"}, implementer="erin")
    emergency(office)
    office.opinion("approve", "dave", "CHG-20261121-late")
    return office


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), {"db", "late", "fire"}),
        (("--type", "emergency"), {"fire"}),
        (("--type", "emergency", "--type", "normal"), {"db", "late", "fire"}),
        (("--state", "closed"), set()),
        (("--person", "erin"), {"late"}),
        (("--person", "dave"), {"late"}),
        (("--person", "bob"), {"db", "fire"}),
        (("--ci", "db"), {"db", "late", "fire"}),
        (("--from", "2026-12-01T00:00:00Z"), {"late"}),
        (("--to", "2027-01-05T14:00:00Z"), {"db", "fire"}),
        (("--from", "2026-11-25T14:00:00Z", "--to", "2026-11-25T14:00:01Z"), {"db"}),
        (("--owed", "--type", "emergency"), {"fire"}),
    ],
)
def test_options_restrict_the_register(three: Office, options: tuple[str, ...], expected: set[str]) -> None:
    found = three.answer("list", *options)
    assert {one["change"].removeprefix("CHG-20261121-") for one in found["changes"]} == expected
    assert found["total"] == len(expected)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--person", "carrol"), "did you mean `--person carol`?"),
        (("--ci", "dbb"), "did you mean `--ci db`?"),
        (("--state", "done"), "'done' is not one of"),
        (("--from", "2026-12-01T00:00:00Z", "--to", "2026-11-01T00:00:00Z"), "the period ends before it begins"),
    ],
)
def test_what_is_known_nowhere_is_an_error_of_usage(office: Office, options: tuple[str, ...], told: str) -> None:
    office.ask()
    said = office.say("list", *options)
    assert (said.code, told in said.err) == (2, True), said.err


def test_a_request_that_cannot_be_read_is_named_and_takes_nothing_away(office: Office) -> None:
    office.ask()
    office.write("changes/CHG-20261121-broken/rfc.yaml", "kind: [")
    office.commit("broken")
    found = office.answer("list")
    assert ([one["change"] for one in found["changes"]], found["unreadable"]) == ([CHANGE], ["CHG-20261121-broken"])


def test_what_ends_soon_is_listed(office: Office) -> None:
    roster = json.loads((office.root / "policies/roster.yaml").read_text(encoding="utf-8"))
    roster["spec"]["delegations"] = [
        {"from": "carol", "to": "dave", "roles": ["ecab"], "start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"},
        {"from": "carol", "to": "dave", "roles": ["ecab"], "start": "2026-11-01T00:00:00Z", "end": "2027-12-01T00:00:00Z"},
    ]
    office.write("policies/roster.yaml", roster)
    office.commit("away")
    assert office.answer("list")["ending"] == [{"what": "delegation", "id": "carol:dave:ecab", "ends": "2026-12-01T00:00:00Z"}]
    name = emergency(office)
    office.opinion("approve", "carol", name)
    assert {"what": "approval", "id": f"{name}:carol", "ends": "2026-11-24T10:00:00Z"} in office.answer("list")["ending"]


def test_a_step_without_a_verify_waits_for_a_word_after_a_crash(office: Office) -> None:
    office.ask(implementation={"steps": [{"name": "Promote", "run": ["sh", "-c", "kill -9 $PPID"]}]}, rollback={"trigger": "E", "limit": "PT30M", "steps": [step("Back")]})
    office.approved()
    office.run("release", "run", CHANGE, "--as", "bob", "--now", INSIDE)
    row = office.row(now=INSIDE)
    assert [(one["what"], one["about"]) for one in row["owed"]] == [("confirmation", "Promote")]


def test_a_table_for_spreadsheets_has_a_row_for_each_change(office: Office) -> None:
    office.ask(title="=HYPERLINK(1)")
    heading, row = csv.reader(io.StringIO(office.run("list", "--format", "csv", "--now", BEFORE).stdout))
    found = dict(zip(heading, row, strict=True))
    expected = {
        "change": CHANGE, "title": "'=HYPERLINK(1)", "state": "submitted", "owed": "approval", "owed by": "carol dave erin",
        "due": "2026-11-25T14:00:00Z", "overdue": "",
    }  # fmt: skip
    assert {key: found[key] for key in expected} == expected


def test_a_table_begins_with_a_byte_order_mark_where_it_is_asked_for(office: Office) -> None:
    office.ask(title="数据库升级")
    plain = office.run("list", "--format", "csv", "--now", BEFORE).stdout
    for _ in ("made", "remembered"):
        assert office.run("list", "--format", "csv", "--bom", "--now", BEFORE).stdout == "\ufeff" + plain
    refused = office.run("list", "--bom", "--now", BEFORE)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--bom does not go with --format text" in refused.stderr


def test_a_model_that_expires_is_told_to_those_who_authorised_it(office: Office) -> None:
    office.write("policies/models/restart.yaml", MODEL)
    office.commit("model")
    expected = [{"what": "model", "id": "restart", "ends": "2026-12-10T23:59:59Z"}]
    assert office.answer("list")["ending"] == expected
    assert office.answer("list", now="2026-11-01T00:00:00Z")["ending"] == []
    assert office.answer("list", now="2026-12-11T00:00:00Z")["ending"] == []
    assert office.answer("todo", "--as", "carol")["ending"] == expected
    assert office.answer("todo", "--as", "bob")["ending"] == []


def test_an_edit_on_the_main_branch_that_is_not_committed_is_no_second_row(office: Office) -> None:
    office.ask()
    path = office.root / "changes" / CHANGE / "rfc.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Upgrade the database", "Upgrade it"), encoding="utf-8")
    found = office.answer("list")["changes"]
    assert [(one["at"], one["title"]) for one in found] == [("main", "Upgrade the database")]


def test_policies_that_cannot_be_read_are_an_error_and_not_an_empty_register(office: Office) -> None:
    office.ask()
    office.write("policies/approve.yaml", "kind: Policy")
    office.commit("broken")
    assert office.say("list").code == 4
    assert office.say("todo", "--as", "carol").code == 4


def test_without_a_commit_there_is_no_register(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    office.git("update-ref", "-d", "refs/heads/main")
    assert office.say("list").code == 5


def test_where_the_remote_main_governs_unpushed_work_is_told_from_the_local_branch(office: Office) -> None:
    office.git("update-ref", "refs/remotes/origin/main", "main")
    office.git("remote", "add", "origin", "https://git.example.com/shop.git")
    office.git("config", "branch.main.remote", "origin")
    office.ask()
    assert [(one["at"], one["state"]) for one in office.answer("list", "--head", "refs/remotes/origin/main")["changes"]] == []
    (row,) = office.answer("list")["changes"]
    assert row["state"] == "submitted"


def test_a_change_that_is_over_keeps_the_risk_it_was_released_with(office: Office) -> None:
    office.ask()
    office.approved()
    office.released()
    before = office.row(now=AFTER)["risk"]
    item = json.loads((office.root / "cmdb/db.yaml").read_text(encoding="utf-8"))
    item["spec"]["criticality"] = "tier1"
    office.write("cmdb/db.yaml", item)
    office.commit("More critical by now")
    assert office.answer("assess", CHANGE, now=AFTER)["risk"]["score"] != before["score"]
    assert office.row(now=AFTER)["risk"] == before


def test_a_change_whose_program_cannot_be_read_is_listed_and_its_state_is_unknown(office: Office) -> None:
    office.ask("CHG-20261121-link", implementation={"steps": [step("Run", run=["./scripts/tool"])]})
    (office.root / "scripts").mkdir()
    (office.root / "scripts/tool").symlink_to("/bin/true")
    office.commit("a link")
    office.ask()
    row = office.row("CHG-20261121-link")
    assert (row["state"], row["class"], row["risk"], row["owed"]) == ("unknown", None, None, [])
    assert [one["change"] for one in office.answer("list", "--state", "unknown")["changes"]] == ["CHG-20261121-link"]
    assert "unknown" in office.done("list", "--now", BEFORE)


def test_the_main_branch_is_called_main_whatever_its_name_is(office: Office) -> None:
    office.git("branch", "-m", "trunk")
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"]["main_branch"] = "trunk"
    office.write("changeflow.yaml", config)
    office.write(f"changes/{CHANGE}/rfc.yaml", request(CHANGE))
    office.commit("a request")
    office.git("switch", "-q", "-c", "main")
    office.write("changes/CHG-20261121-odd/rfc.yaml", request("CHG-20261121-odd"))
    office.commit("a branch of that name")
    office.git("switch", "-q", "trunk")
    assert office.row()["at"] == "main"
    assert office.row("CHG-20261121-odd")["at"] == "refs/heads/main"
    assert "on branch `trunk`" not in office.done("list", "--now", BEFORE)


def test_a_request_that_cannot_be_read_is_explained_by_the_command_that_is_named(office: Office) -> None:
    office.git("switch", "-q", "-c", "feature")
    office.write(f"changes/{CHANGE}/rfc.yaml", request(CHANGE, colour="red"))
    office.commit("no such key")
    office.git("switch", "-q", "main")
    assert f"`changeflow show {CHANGE}` says why" in " ".join(office.done("list", "--now", BEFORE).split())
    said = office.say("show", CHANGE, "--now", BEFORE)
    assert (said.code, "colour" in said.err) == (4, True)
