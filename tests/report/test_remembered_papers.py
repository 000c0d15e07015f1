"""Papers are remembered, and made anew as soon as anything that they rest on has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.model.times import parse_instant
from changeflow.usecases.report import emergencies, register
from tests.examples import seeds
from tests.register.office import AFTER, Office
from tests.register.worlds import World, told
from tests.report.papers import URGENT, released_office, urgent

REGISTER = ("report", "register", "--format", "json")
EMERGENCIES = ("report", "emergencies", "--format", "json")
OTHER = "CHG-20261121-cache"
LATER = "2026-11-26T11:00:00Z"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which papers were made."""
    found: list[str] = []
    for module in (register, emergencies):
        make = module._made

        def counted(*arguments: Any, _make: Callable[..., Any] = make) -> Any:
            found.append(_make.__module__.rpartition(".")[2])
            return _make(*arguments)

        monkeypatch.setattr(module, "_made", counted)
    return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return released_office(tmp_path / "shop")


def paper(office: Office, now: str = AFTER, *more: str) -> Any:
    """The register, which is also that of an index that remembers nothing."""
    asked = (*REGISTER, *more, "--now", now)
    said = office.done(*asked)
    assert said == office.say(*asked, CHANGEFLOW_INDEX="off").out
    return json.loads(said)


def test_a_paper_of_before_is_made_a_second_later(office: Office, made: list[str]) -> None:
    first = json.loads(office.done(*REGISTER, "--now", AFTER))
    later = told(parse_instant(AFTER) + timedelta(seconds=1))
    second = json.loads(office.done(*REGISTER, "--now", later))
    assert (first.pop("made"), second.pop("made")) == (AFTER, later)
    assert first == second
    assert made == ["register"]


def with_spec(office: Office, path: str, **spec: object) -> None:
    document = json.loads((office.root / path).read_text(encoding="utf-8"))
    document["spec"] |= spec
    office.write(path, document)
    office.commit("Otherwise")


def a_rule(office: Office) -> None:
    rule = {"id": "never", "message": "Never", "level": "deny", "assert": "now > timestamp('2031-01-01T00:00:00Z')"}
    document = {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "strict"}, "spec": {"gate": "close", "rules": [rule]}}
    office.write("policies/strict.yaml", document)
    office.commit("A rule")


@pytest.mark.parametrize(
    "happens",
    [
        lambda office: office.ask(OTHER),
        lambda office: office.ask(OTHER, branch="more"),
        lambda office: office.opinion("approve", "erin", now=AFTER),
        lambda office: office.reviewed(),
        lambda office: with_spec(office, "changeflow.yaml", organisation="Example Bank"),
        lambda office: with_spec(office, "policies/roster.yaml", roles={"cab": ["erin"]}),
        a_rule,
        lambda office: (office.root / ".git/changeflow/index.sqlite3").write_bytes(b"harmed"),
    ],
)
def test_what_happens_makes_a_paper_anew(office: Office, made: list[str], happens: Callable[[Office], object]) -> None:
    office.done(*REGISTER, "--now", AFTER)
    happens(office)
    made.clear()
    paper(office)
    # with the index, and without
    assert len(made) == 2


def test_another_period_another_clock_and_no_index_are_other_questions(office: Office, made: list[str]) -> None:
    assert paper(office)["total"] == 1
    assert paper(office, AFTER, "--to", "2026-01-01")["total"] == 0
    assert len(made) == 4
    office.done(*REGISTER)
    assert len(made) == 5


def test_a_review_that_is_due_makes_a_paper_anew_when_its_day_is_past(tmp_path: Path, made: list[str]) -> None:
    office = Office(tmp_path / "shop")
    urgent(office)

    def overdue(now: str) -> tuple[Any, int]:
        made.clear()
        asked = (*EMERGENCIES, "--now", now)
        said = office.done(*asked)
        times = len(made)
        assert said == office.say(*asked, CHANGEFLOW_INDEX="off").out
        (row,) = json.loads(said)["emergencies"]
        assert row["change"] == URGENT
        return row["retrospective"]["days_overdue"], times

    assert overdue(LATER) == (0, 1)
    assert overdue("2026-11-26T11:00:01Z") == (0, 0)
    found = [overdue(f"2026-12-{day:02}T11:00:00Z") for day in (1, 2)]
    assert all(times == 1 for _, times in found)
    assert len({days for days, _ in found}) == 2


@pytest.mark.parametrize("seed", seeds(1, 0))
def test_every_paper_is_that_without_an_index(seed: int, tmp_path: Path) -> None:
    world = World(tmp_path / "shop", seed)
    urgent(world.office)
    for _ in range(3):
        world.lives_on()
        turn = world.dice.choice(world.turns() or [world.now])
        command = world.dice.choice((REGISTER, EMERGENCIES))
        for moment in (world.now, world.now + timedelta(minutes=1), turn, world.now + timedelta(days=20)):
            asked = (*command, "--now", told(moment))
            assert world.office.say(*asked) == world.office.say(*asked, CHANGEFLOW_INDEX="off"), asked
