"""A key that left the roster still says who signed what while it was in it, to whoever reads; it opens no gate."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from changeflow.ledger.statement import Draft
from changeflow.model.evidence import ApprovalBody
from tests.dates import now
from tests.hosts.office import CHANGE, Office, Said, call
from tests.repositories import CONTENT, Keys, draft, ledger

Capfd = pytest.CaptureFixture[str]
NOW = now()


class History:
    """An office whose roster changes at hours of our own; carol's key is in it from the start (hour 0)."""

    def __init__(self, office: Office, keys: Keys) -> None:
        self.office, self.keys = office, keys
        self.start = NOW - timedelta(hours=100)

    def at(self, hours: float) -> datetime:
        return self.start + timedelta(hours=hours)

    def roster(self, hours: float, **people: list[str]) -> None:
        """Give these people these keys from this hour on."""
        for name, lines in people.items():
            self.office.about(name, keys=lines)
        self.office.repo("add", "policies")
        moment = self.at(hours).isoformat()
        set_ = ("-c", "user.name=Olga", "-c", "user.email=olga@example.com")
        self.dated(moment, *set_, "commit", "-q", "--allow-empty", "-m", "Roster", "--date", moment)

    def dated(self, moment: str, *arguments: str) -> None:
        environment = os.environ | {"GIT_COMMITTER_DATE": moment}
        subprocess.run(["git", *arguments], cwd=self.office.repo.path, env=environment, check=True)

    def signs(self, hours: float, *, by: str = "carol", key: str = "carol") -> None:
        said = ApprovalBody(decision="approve", by=by, role=None, digest=CONTENT, comment=f"at {hours} by {by}")
        made: Draft = draft(said, CHANGE.removeprefix("CHG-20261121-"), real=self.at(hours))
        ledger(self.office.repo).append_deciding(lambda _: made, signer=self.keys.signer(key))


@pytest.fixture
def history(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> History:
    office = Office(tmp_path / "office", keys)
    monkeypatch.chdir(office.repo.path)
    made = History(office, keys)
    moment = made.at(0).isoformat()
    made.dated(
        moment,
        "-c",
        "user.name=Olga",
        "-c",
        "user.email=olga@example.com",
        "commit",
        "-q",
        "--amend",
        "--no-edit",
        "--date",
        moment,
    )
    return made


def verified(capfd: Capfd) -> tuple[int, list[str], list[str | None]]:
    said = call(capfd, "ledger", "verify", "-f", "json")
    return (
        said.code,
        [problem["rule"] for problem in said.json["problems"]],
        [entry["signed_by"] for entry in said.json["entries"]],
    )


UNKNOWN = ["ledger-unknown-key"]
Story = Callable[[History], None]


def leaves(history: History) -> None:
    history.signs(1)
    history.roster(10, carol=[])


def rotates(history: History) -> None:
    history.signs(1)
    history.roster(10, carol=[history.keys.line("dave")], dave=[])
    history.signs(11, key="dave")


def stays_too_long(history: History) -> None:
    history.roster(10, carol=[])
    history.signs(11)


def is_dated_back(history: History) -> None:
    history.roster(10, carol=[])
    history.signs(12, by="dave", key="dave")
    history.signs(1)


def is_another_person_s_later(history: History) -> None:
    history.signs(1)
    history.roster(10, carol=[], dave=[])
    history.roster(20, erin=[history.keys.line("carol")])
    history.roster(30, erin=[])


def signs_for_somebody_else(history: History) -> None:
    history.signs(1, by="erin")
    history.roster(10, carol=[])


def was_never_listed(history: History) -> None:
    history.signs(1, key="mallory")


def comes_back(history: History) -> None:
    history.signs(1)
    history.roster(10, carol=[])
    history.roster(20, carol=[history.keys.line("carol")])
    history.roster(30, carol=[])
    history.signs(25.0)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (leaves, (0, [], ["carol"])),
        (rotates, (0, [], ["carol", "carol"])),
        (stays_too_long, (1, UNKNOWN, [None])),
        (is_dated_back, (1, UNKNOWN, ["dave", None])),
        (is_another_person_s_later, (0, [], ["carol"])),
        (signs_for_somebody_else, (1, UNKNOWN, [None])),
        (was_never_listed, (1, UNKNOWN, [None])),
        (comes_back, (0, [], ["carol", "carol"])),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_key_counts_for_readers_while_the_roster_listed_it(
    history: History, capfd: Capfd, story: Story, expected: object
) -> None:
    story(history)
    assert verified(capfd) == expected


def test_a_key_that_somebody_lists_today_is_judged_by_today_s_roster_alone(history: History, capfd: Capfd) -> None:
    history.signs(1)
    history.roster(10, carol=[], dave=[history.keys.line("carol")])
    code, problems, signers = verified(capfd)
    assert (code, problems, signers) == (1, ["ledger-forged"], [None])


def test_log_and_show_name_the_signer_and_the_gate_does_not_hear_them(history: History, capfd: Capfd) -> None:
    content = call(capfd, "gate", "approve", CHANGE, "-f", "json").json["inputs"]["digest"]
    said = ApprovalBody(decision="approve", by="carol", role=None, digest=content, comment="")
    moment = history.at(1)
    made = Draft(change=CHANGE, body=said, at=moment, recorded_at=moment, subject=draft(said).subject)
    ledger(history.office.repo, ring=history.keys.ring("carol")).append_deciding(
        lambda _: made, signer=history.keys.signer("carol")
    )
    history.roster(10, carol=[history.keys.line("dave")], dave=[])
    log: Said = call(capfd, "ledger", "log", "-f", "json")
    assert json.loads(log.out)["entries"][0]["signed_by"] == "carol"
    assert "carol" in call(capfd, "ledger", "show", "1").out
    decision = call(capfd, "gate", "approve", CHANGE, "-f", "json").json
    assert [item["reason_code"] for item in decision["ignored"]] == ["approval.unsigned"]
