"""A request that is written afterwards: it says what was done, opens no gate by itself, and accounts for the line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.report.depot import Depot

LATER = "2026-11-27T09:00:00Z"
NAME = "CHG-20261127-after"
FIX = "2026-11-26T03:00:00Z"
ANSWERS = {
    "reason": "The index was broken at night",
    "assessment": {"complexity": "low", "experience": "done-before", "tested": "partly"},
    "rollback": {"trigger": "The index is wrong", "limit": "PT30M", "steps": [{"name": "Take it back", "manual": "Revert the commit on the main branch, and deploy that"}]},
    "effects": {"customers": "none", "availability": "none", "security": "none"},
}


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    """A depot onto whose main branch bob pushed a fix that nobody had asked for."""
    depot = Depot(tmp_path / "shop")
    depot.made("web/index", "Quick fix", who="bob", at=FIX)
    return depot


def written(depot: Depot, *more: str) -> Any:
    """What `new --retrospective` writes, by the command that the paper prints."""
    return written_for(depot, depot.git("rev-parse", "HEAD"), *more)


def written_for(depot: Depot, commit: str, *more: str) -> Any:
    path = depot.done("new", "after", "--retrospective", commit, "--requester", "alice", "--now", LATER, *more).strip()
    return yaml.safe_load((depot.root / path).read_text(encoding="utf-8"))


def completed(depot: Depot, document: Any, **spec: object) -> None:
    """Fill in what people have to say, and commit it."""
    del document["spec"]["draft"]
    document["spec"] |= ANSWERS | spec
    depot.at = LATER
    depot.write(f"changes/{NAME}/rfc.yaml", json.dumps(document, default=_text))
    depot.commit("The request afterwards")


def _text(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def gate(depot: Depot, name: str, now: str = LATER) -> Any:
    said = depot.say("gate", name, NAME, "--now", now, "--format", "json")
    return json.loads(said.out)


def codes(decision: Any) -> set[str]:
    return {reason["reason_code"] for reason in decision["reasons"] if reason["outcome"] != "pass"}


def test_it_says_what_was_done_to_which_items_when_and_by_whom(depot: Depot) -> None:
    commit = depot.git("rev-parse", "HEAD")
    spec = written(depot)["spec"]
    assert spec["items"] == [{"ci": "web", "action": "modify"}]
    assert spec["implementer"] == "bob"
    at = datetime(2026, 11, 26, 3, tzinfo=UTC)
    assert spec["retrospective"] == {"commit": commit, "started": at, "ended": at, "made_by": ["bob"]}
    assert "window" not in spec
    assert depot.done("check")


def test_the_command_of_the_paper_can_be_typed_as_it_is(depot: Depot) -> None:
    (line,) = [one.command for one in depot.complete().deliveries if one.command]
    depot.done(*line.split()[1:], "--requester", "alice", "--now", LATER)


def test_the_line_stays_open_until_people_without_a_part_in_it_approve(depot: Depot) -> None:
    commit = depot.git("rev-parse", "HEAD")
    completed(depot, written(depot))
    found = depot.delivery(commit)
    assert (found.standing, found.why, found.command) == ("open", "not_agreed", None)
    said = depot.say("approve", NAME, "--as", "bob", "--now", LATER)
    assert not gate(depot, "approve")["open"], said.out
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    assert gate(depot, "approve")["open"]
    found = depot.delivery(commit)
    assert (found.standing, found.changes, found.why) == ("retrospective", (NAME,), "no_change")
    totals = depot.complete().totals
    assert (totals.unauthorised, totals.retrospective, totals.open) == (1, 1, 0)


def test_who_made_it_cannot_approve_it_whomever_the_request_names(depot: Depot) -> None:
    depot.made("db/settings", "Carol was here, too", who="carol", at="2026-11-26T04:00:00Z")
    document = written(depot)
    document["spec"] |= {"implementer": "erin"}
    document["spec"]["retrospective"]["made_by"] = ["erin"]
    completed(depot, document)
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    decision = gate(depot, "approve")
    assert not decision["open"]
    assert "carol" in {one["by"] for one in decision["ignored"]}


def test_it_is_never_released_and_closes_with_approval_and_review(depot: Depot) -> None:
    completed(depot, written(depot))
    assert "change.retrospective" in codes(gate(depot, "deploy"))
    assert "approval.missing" in codes(gate(depot, "close"))
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    assert codes(gate(depot, "deploy")) - {"rule.not_applicable"} == {"change.retrospective"}
    said = depot.released(NAME, now="2026-11-27T10:00:00Z")
    assert said.code == 1
    assert depot.row(NAME, now="2026-11-27T10:00:00Z")["state"] == "implemented"
    depot.reviewed(NAME, now="2026-11-28T10:00:00Z", day="2026-11-28")
    assert gate(depot, "close", "2026-11-28T11:00:00Z")["open"]
    assert depot.row(NAME, now="2026-11-28T11:00:00Z")["state"] == "closed"


@pytest.mark.parametrize("moment", ["before it was written", "after it was approved"])
def test_a_trailer_that_names_it_makes_no_other_commit_authorised(depot: Depot, moment: str) -> None:
    commit = depot.git("rev-parse", "HEAD")
    if moment == "before it was written":
        other = depot.made("web/more", f"More\n\nChange: {NAME}", who="bob", at="2026-11-26T04:00:00Z")
    document = written_for(depot, commit)
    completed(depot, document)
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    if moment == "after it was approved":
        other = depot.made("web/more", f"More\n\nChange: {NAME}", who="bob", at="2026-11-27T10:00:00Z")
    assert (depot.delivery(commit).standing, depot.delivery(commit).changes) == ("retrospective", (NAME,))
    found = depot.delivery(other)
    assert (found.standing, found.why, [one.change for one in found.named]) == ("open", "written_afterwards", [NAME])


def test_a_commit_that_named_its_request_before_that_was_written_is_put_right_and_not_authorised(depot: Depot) -> None:
    commit = depot.made("web/more", f"More\n\nChange: {NAME}", who="bob", at="2026-11-26T04:00:00Z")
    completed(depot, written_for(depot, commit))
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    assert (depot.delivery(commit).standing, depot.delivery(commit).changes) == ("retrospective", (NAME,))


def test_a_request_that_lists_other_items_does_not_account_for_it(depot: Depot) -> None:
    commit = depot.git("rev-parse", "HEAD")
    completed(depot, written(depot), items=[{"ci": "db", "action": "modify"}])
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    assert (depot.delivery(commit).standing, depot.delivery(commit).why) == ("open", "not_listed")


def test_a_tag_that_moved_after_its_request_is_a_gap(depot: Depot) -> None:
    depot.git("tag", "v1")
    path = depot.done("new", "after", "--retrospective", "v1", "--requester", "alice", "--now", LATER).strip()
    document = yaml.safe_load((depot.root / path).read_text(encoding="utf-8"))
    assert document["spec"]["retrospective"]["tag"] == "v1"
    completed(depot, document)
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    assert depot.delivery("v1").standing == "retrospective"
    depot.git("tag", "-f", "v1", "HEAD")
    assert [one.kind for one in depot.complete().gaps] == ["tag_moved"]


@pytest.mark.parametrize("what", ["HEAD~1", "v9", "0000000000000000000000000000000000000000"])
def test_what_needs_no_request_or_is_not_there_is_refused(depot: Depot, what: str) -> None:
    said = depot.say("new", "after", "--retrospective", what, "--requester", "alice", "--now", LATER)
    assert said.code == 3
    assert not (depot.root / "changes").exists()


def test_with_options_that_say_when_it_is_refused(depot: Depot) -> None:
    said = depot.say("new", "after", "--retrospective", "HEAD", "--start", LATER, "--requester", "alice", "--now", LATER)
    assert (said.code, "--from-diff" in said.err) == (2, True)


def test_measures_count_it_as_recorded_after_it_had_ended(depot: Depot) -> None:
    completed(depot, written(depot))
    for person in ("carol", "dave"):
        depot.opinion("approve", person, NAME, now=LATER)
    kpis = {one["id"]: one for one in depot.answer("report", "kpi", now="2026-12-20T00:00:00Z")["kpis"]}
    assert kpis["recorded_after_end"]["numerator"] == 1


def test_the_measure_counts_what_the_paper_lists(depot: Depot) -> None:
    depot.made("web/other", "Another", who="erin", at="2026-11-26T05:00:00Z")
    depot.made("docs/note.md", "No request is asked for this", at="2026-11-26T06:00:00Z")
    asked = ("--from", "2026-11-26", "--to", "2026-11-27")
    now = "2026-12-20T00:00:00Z"
    depot.ask("CHG-20261121-db")
    paper = depot.answer("report", "unauthorised", *asked, now=now)
    kpis = {one["id"]: one for one in depot.answer("report", "kpi", *asked, now=now)["kpis"]}
    assert kpis["unauthorised"]["value"] == paper["completeness"]["totals"]["unauthorised"] == 2
    listed = sorted(f"commit {one['commit']}" for one in paper["unauthorised"])
    assert list(kpis["unauthorised"]["records"]) == listed
