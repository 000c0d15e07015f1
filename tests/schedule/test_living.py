"""Changes that will not run keep nobody waiting, are not planned, and are not waited for as if they would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changeflow.gate_cases import other_changes_states
from changeflow.reading.view import View
from changeflow.repo.git import Git
from tests.hosts.office import call
from tests.repositories import speaking
from tests.shop import Shop, request

FIRST, SECOND, THIRD = "CHG-20261121-first", "CHG-20261121-second", "CHG-20261121-third"
AT, ASKED, INSIDE = "2026-11-21T10:00:00Z", "2026-11-23T10:00:00Z", "2026-11-25T14:40:00Z"
EARLY = {"window": {"start": "2026-11-25T14:00:00Z", "end": "2026-11-25T15:00:00Z"}}
LATE = {"window": {"start": "2026-11-25T14:30:00Z", "end": "2026-11-25T15:30:00Z"}}
LAST = {"window": {"start": "2026-11-25T15:00:00Z", "end": "2026-11-25T16:00:00Z"}}
PERIOD = ("--from", "2026-11-20T00:00:00Z", "--to", "2026-11-30T00:00:00Z")


class Desk:
    """A repository with changes on main, asked inside of this process."""

    def __init__(self, folder: Path, capfd: Any, **changes: dict[str, Any]) -> None:
        self.shop, self.capfd = Shop(folder), capfd
        for name, spec in changes.items():
            self.put(name, **spec)

    def put(self, name: str, **spec: Any) -> None:
        self.shop.write(f"changes/CHG-20261121-{name}/rfc.yaml", request(f"CHG-20261121-{name}", **spec))
        self.shop.commit(name)

    def says(self, person: str, word: str, change: str, at: str = AT) -> None:
        words = (word, change, "--as", person, "--now", at)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in speaking(words).items():
                patch.setenv(name, value)
            said = call(self.capfd, "--repo", str(self.shop.root), *words)
        assert said.code == 0, said.err

    def approved(self, *changes: str) -> None:
        for change in changes:
            for person in ("carol", "dave"):
                self.says(person, "approve", change)

    def ask(self, *words: str, at: str = ASKED) -> Any:
        said = call(self.capfd, "--repo", str(self.shop.root), *words, "--now", at, "--format", "json")
        assert said.code in (0, 1), said.err
        return json.loads(said.out)

    def codes(self, gate: str, change: str, at: str) -> dict[str, str]:
        return {one["reason_code"]: one["outcome"] for one in self.ask("gate", gate, change, at=at)["reasons"]}

    def states(self) -> dict[str, str]:
        return {one["change"]: one["state"] for one in self.ask("schedule", *PERIOD)["changes"]}


def nothing(_: Desk) -> None:
    """Nobody said a word."""


def by_its_requester(desk: Desk) -> None:
    desk.says("alice", "approve", FIRST)


def by_the_cab(desk: Desk) -> None:
    desk.approved(FIRST)


def taken_back(desk: Desk) -> None:
    desk.approved(FIRST)
    desk.says("alice", "withdraw", FIRST, "2026-11-22T10:00:00Z")


def rejected(desk: Desk) -> None:
    desk.approved(FIRST)
    desk.says("erin", "reject", FIRST, "2026-11-22T10:00:00Z")


def edited(desk: Desk) -> None:
    desk.approved(FIRST)
    desk.put("first", **EARLY, implementer="erin")


@pytest.mark.parametrize(
    ("story", "state", "goes_first", "known"),
    [
        (nothing, "submitted", False, True),
        (by_its_requester, "assessed", False, True),
        (by_the_cab, "scheduled", True, True),
        (taken_back, "withdrawn", False, False),
        (rejected, "rejected", False, False),
        (edited, "submitted", False, True),
    ],
)
def test_only_a_change_that_may_still_run_goes_first(
    tmp_path: Path, capfd: Any, story: Any, state: str, goes_first: bool, known: bool
) -> None:
    desk = Desk(tmp_path / "shop", capfd, first=EARLY, second=LATE)
    desk.approved(SECOND)
    story(desk)
    assert desk.states() == {FIRST: state, SECOND: "scheduled"}
    assert ("conflict.goes_first" in desk.codes("deploy", SECOND, INSIDE)) is goes_first
    assert [one["change"] for one in desk.ask("assess", SECOND)["conflicts"]] == ([FIRST] if known else [])
    planned = {one["change"]: [other["change"] for other in one["conflicts"]] for one in desk.ask("schedule", *PERIOD)["changes"]}
    assert planned == {FIRST: [SECOND] if known else [], SECOND: [FIRST] if known else []}


def test_the_feed_cancels_what_was_taken_back_and_marks_what_is_not_decided(tmp_path: Path, capfd: Any) -> None:
    desk = Desk(tmp_path / "shop", capfd, first=EARLY, second=LATE, third=LATE)
    desk.approved(SECOND)
    desk.says("alice", "withdraw", FIRST)
    feed = call(capfd, "--repo", str(desk.shop.root), "schedule", *PERIOD, "--now", ASKED, "--format", "ics").out
    events = {part.split("UID:")[1].split("@")[0]: part for part in feed.split("BEGIN:VEVENT")[1:]}
    assert set(events) == {FIRST, SECOND, THIRD}
    assert "STATUS:CANCELLED" in events[FIRST]
    assert "STATUS:CONFIRMED" in events[SECOND]
    assert "STATUS:TENTATIVE" in events[THIRD]


@pytest.mark.parametrize(
    ("story", "can"),
    [(nothing, True), (by_the_cab, True), (taken_back, False), (rejected, False), (edited, True)],
)
def test_a_change_that_waits_for_one_that_will_not_come_cannot_be_satisfied(tmp_path: Path, capfd: Any, story: Any, can: bool) -> None:
    desk = Desk(tmp_path / "shop", capfd, first=EARLY, second=LATE | {"depends_on": [FIRST]}, third=LAST | {"depends_on": [SECOND]})
    desk.approved(SECOND, THIRD)
    story(desk)
    for change in (SECOND, THIRD):  # the third waits for the second, which waits for the first
        answer = desk.ask("gate", "deploy", change, at="2026-11-25T14:35:00Z")
        [found] = [one for one in answer["reasons"] if one["rule"] == "changeflow.dependency"]
        assert (found["reason_code"], found["outcome"]) == ("dependency.not_implemented", "pending" if can else "fail")
        assert answer["satisfiable"] is can
        assert ("dependency.will_not_run" in desk.codes("approve", change, ASKED)) is not can


def test_a_window_that_went_by_without_a_release_is_no_longer_waited_for(tmp_path: Path, capfd: Any) -> None:
    long = {"window": {"start": "2026-11-25T14:30:00Z", "end": "2026-11-25T18:00:00Z"}}
    desk = Desk(tmp_path / "shop", capfd, first=EARLY, second=long | {"depends_on": [FIRST]})
    desk.approved(FIRST, SECOND)
    assert desk.ask("gate", "deploy", SECOND, at="2026-11-25T14:59:00Z")["satisfiable"] is True
    answer = desk.ask("gate", "deploy", SECOND, at="2026-11-25T15:00:00Z")
    assert answer["satisfiable"] is False
    assert any("was not released in its window" in one["message"] for one in answer["reasons"])


@pytest.mark.parametrize(("start", "late"), [("2026-11-25T15:30:00Z", True), ("2026-11-25T15:29:00Z", False)])
def test_a_change_that_begins_when_the_one_that_waits_is_over_is_a_warning(tmp_path: Path, capfd: Any, start: str, late: bool) -> None:
    after = {"window": {"start": start, "end": "2026-11-26T15:00:00Z"}}
    desk = Desk(tmp_path / "shop", capfd, first=after, second=LATE | {"depends_on": [FIRST]})
    desk.approved(SECOND)
    answer = desk.ask("gate", "approve", SECOND)
    assert answer["open"] is True
    found = [one for one in answer["reasons"] if one["reason_code"] == "dependency.planned_later"]
    assert [(one["level"], one["data"]["change"]) for one in found] == ([("warn", FIRST)] if late else [])


def test_a_schedule_looks_once_where_the_ledger_stands_and_says_what_each_change_says_by_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = [{"window": {"start": f"2026-11-{day}T14:00:00Z", "end": f"2026-11-{day}T15:00:00Z"}} for day in range(24, 29)]
    desk = Desk(tmp_path / "shop", capfd, **{f"number-{number}": window for number, window in enumerate(windows)})
    desk.approved("CHG-20261121-number-1", "CHG-20261121-number-3")
    desk.says("carol", "reject", "CHG-20261121-number-2")
    looked: list[str] = []
    run = Git.run

    def counted(self: Git, *words: str, **more: Any) -> Any:
        looked.extend(word for word in words if word in ("for-each-ref", "--raw"))
        return run(self, *words, **more)

    monkeypatch.setattr(Git, "run", counted)
    found = desk.states()
    assert found == {
        "CHG-20261121-number-0": "submitted",
        "CHG-20261121-number-1": "scheduled",
        "CHG-20261121-number-2": "rejected",
        "CHG-20261121-number-3": "scheduled",
        "CHG-20261121-number-4": "submitted",
    }
    assert looked.count("--raw") == 1
    assert looked.count("for-each-ref") < len(found)


def test_a_change_that_nothing_was_said_about_is_not_looked_at(tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done = {"started": "2026-11-20T14:00:00Z", "ended": "2026-11-20T15:00:00Z", "deployment": "42"}
    desk = Desk(tmp_path / "shop", capfd, first=EARLY, second=LATE, third=LATE, fourth=LATE | {"retrospective": done})
    desk.approved(SECOND)
    desk.says("carol", "approve", THIRD)
    looked: list[str] = []
    look = other_changes_states._alone

    def watched(view: View, name: str, *more: Any, **named: Any) -> Any:
        looked.append(name)
        return look(view, name, *more, **named)

    monkeypatch.setattr(other_changes_states, "_alone", watched)
    found = {one["change"] for one in desk.ask("assess", SECOND)["conflicts"]}
    fourth = "CHG-20261121-fourth"
    assert found == {FIRST, THIRD, fourth}
    # what was done before it was asked for may be over
    assert sorted(looked) == [fourth, THIRD]
