"""The earliest start of a standard change, whose model may expire before its window."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from attacks.stage import HERE, base_files, edited, read_yaml

from changeflow.model.answers.when import WhenAnswer
from changeflow.model.document_parts import parse_instant
from changeflow.reading.view import locate
from changeflow.usecases.schedule.when import when
from tests.git_isolation import fresh_git
from tests.register.office import Office
from tests.repositories import Repo

__all__ = ["fresh_git"]

CHANGE = "CHG-20261125-cache"
STANDARD = {"spec.type": "standard", "spec.model": "cache-flush", "spec.rollback.steps.0.run": ["./scripts/flush", "cache"]}
MODEL = "policies/models/cache-flush.yaml"
NOW = parse_instant("2026-11-21T10:00:00Z")
MIDNIGHT = parse_instant("2026-11-25T20:30:00Z")
OPENS, CLOSES = parse_instant("2026-11-25T20:00:00Z"), parse_instant("2026-11-25T21:00:00Z")


def asked(folder: Path, now: datetime = NOW, zone: str = "UTC", **model: str) -> WhenAnswer:
    repo = Repo(folder)
    for path, text in base_files().items():
        repo.write(path, text)
    host = read_yaml((repo.path / "changeflow.yaml").read_text(encoding="utf-8"))
    host["spec"] = {key: value for key, value in host["spec"].items() if key not in ("host", "ledger")}
    repo.write("changeflow.yaml", edited(host, {"spec.timezone": zone}))
    repo.write(
        MODEL,
        edited(read_yaml((repo.path / MODEL).read_text(encoding="utf-8")), {f"spec.{key}": day for key, day in model.items()}),
    )
    repo.commit("What judges")
    repo.write(f"changes/{CHANGE}/rfc.yaml", edited(read_yaml((HERE / "request.yaml").read_text(encoding="utf-8")), STANDARD))
    repo.commit("The request", author="Alice <alice@example.com>")
    return when(locate(repo.path), CHANGE, now)


@pytest.mark.usefixtures("fresh_git")
@pytest.mark.parametrize(
    ("model", "opens"),
    [({}, True), ({"expires": "2026-11-25"}, True), ({"expires": "2026-11-24"}, False), ({"valid_from": "2026-11-26"}, False)],
)
def test_a_start_is_promised_only_while_the_model_holds(tmp_path: Path, model: dict[str, str], opens: bool) -> None:
    found = asked(tmp_path / "repo", **model)
    assert found.earliest == (OPENS if opens else None), found.turns
    if opens:
        assert [(one.at, one.open) for one in found.turns] == [(OPENS, True), (CLOSES, False)]
        assert [(one.start, one.end, one.best) for one in found.slots] == [(OPENS, CLOSES, True)]


@pytest.mark.usefixtures("fresh_git")
@pytest.mark.parametrize(
    ("model", "earliest", "turns"),
    [
        ({"valid_from": "2026-11-26"}, MIDNIGHT, [(OPENS, False), (MIDNIGHT, True), (CLOSES, False)]),
        ({"expires": "2026-11-25"}, OPENS, [(OPENS, True), (MIDNIGHT, False), (CLOSES, False)]),
    ],
)
def test_days_of_a_model_are_those_of_the_team(
    tmp_path: Path, model: dict[str, str], earliest: datetime, turns: list[tuple[datetime, bool]]
) -> None:
    """In Tehran the day begins in the middle of the window: as `assess` and the gates judge, so `when` foretells."""
    found = asked(tmp_path / "repo", zone="Asia/Tehran", **model)
    assert found.earliest == earliest, found.turns
    assert [(one.at, one.open) for one in found.turns] == turns
    ends = [one.at for slot in found.slots for one in slot.ending if one.what == "model"]
    assert ends in ([], [MIDNIGHT])


@pytest.mark.usefixtures("fresh_git")
def test_a_start_that_needs_no_approval_is_told_to_the_second(tmp_path: Path) -> None:
    found = asked(tmp_path / "repo", parse_instant("2026-11-21T10:07:13Z"))
    assert found.earliest == OPENS
    assert [one.at for one in found.turns] == [OPENS, CLOSES]


def test_a_request_without_a_window_is_told_to_name_one_and_nothing_of_times_within_it(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    office.done("new", "first-try", "--ci", "db", "--requester", "alice", "--implementer", "bob")
    said = office.say("when", "first-try")
    assert said.code == 1, said.err
    assert "the request names no window" in said.out
    assert "within its window" not in said.out
