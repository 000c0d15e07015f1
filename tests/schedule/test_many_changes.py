"""A long schedule takes short ways, and says what the long way says about every change."""

from __future__ import annotations

import random
import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from changeflow.checks import repository_facts
from changeflow.cmdb.outages import Outages
from changeflow.gate.assess import failing
from changeflow.gate.change_states import LifecycleState
from changeflow.gate_cases.other_changes_states import standings
from changeflow.gate_cases.planned_requests import PlannedRequests, planned_requests
from changeflow.gate_cases.schedule_rows import KnownChange, schedule_row_of_json
from changeflow.gate_cases.states import Standing
from changeflow.ledger import statement
from changeflow.model.answers.schedule import ScheduledChange
from changeflow.model.calendars import Calendar
from changeflow.model.watched_time import ALWAYS
from changeflow.reading.other_changes import OVER, Standings
from changeflow.reading.state import State
from changeflow.reading.view import View, locate
from changeflow.schedule.agenda import Agenda
from changeflow.schedule.conflicts import MOST_CONFLICTS, ConflictRules, conflicts
from changeflow.schedule.open_changes import open_change
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import overlapping, timing
from changeflow.usecases.schedule.forward_schedule import schedule, schedule_by
from tests.shop import ITEM, Shop
from tests.shop import request as rfc

SINCE = datetime(2026, 11, 23, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=30)
NOW = SINCE + timedelta(days=9)
# the states in which a change collides with nothing
SILENT = OVER | {LifecycleState.DRAFT}
ITEMS = ("db", "api", "web", "mail")
FREEZES = [
    {"id": "fridays", "name": "Fridays", "start": "2026-11-06T12:00:00+01:00", "end": "2026-11-06T20:00:00+01:00",
     "rrule": "FREQ=WEEKLY;BYDAY=FR", "items": ["db"], "covers": "affected", "allow": ["emergency"]},
    {"id": "once", "name": "Once", "start": "2026-12-10T00:00:00Z", "end": "2026-12-12T00:00:00Z"},
]  # fmt: skip
WINDOWS = [{"id": "nights", "name": "Nights", "dtstart": "2026-01-05T20:00:00", "duration": "PT6H", "rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "items": ["web"]}]
# What is let through without a seat, what asks a role, what asks owners, and what cannot be decided.
FREE = [
    {"id": "free", "when": "change.type == 'emergency' || size(change.items) > 2", "assert": "true", "message": "Free", "level": "deny"},
    {"id": "lead", "when": "size(change.items) > 2", "assert": "calendar.lead_hours >= 24.0", "message": "Lead", "level": "deny"},
    {"id": "class", "when": "change.class != 'minor' && size(impact.changed) == 2", "require": [{"role": "cab", "count": 1}], "message": "Seat", "level": "deny"},
    {"id": "owners", "when": "size(impact.changed) == 1", "require": [{"each": "impact.changed_owners", "count": 1}], "message": "Owners", "level": "deny"},
    {"id": "odd", "when": "impact.count > 1 && change.nothing.at == 1", "assert": "true", "message": "Odd", "level": "warn"},
]  # fmt: skip

EFFECTS = dict.fromkeys(("customers", "availability", "security"), "None that anybody would notice")


def spec(dice: random.Random, names: list[str]) -> dict[str, Any]:
    start = SINCE + timedelta(minutes=dice.randrange(60 * 24 * 35) - 60 * 24 * 2)
    end = start + timedelta(minutes=dice.choice([30, 600, 3000]))
    window = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    items = [{"ci": ci} for ci in dice.sample(ITEMS, dice.choice([1, 2, 3, 3]))]
    more: dict[str, Any] = dice.choice(
        [{}, {}, {}, {"type": "emergency", "emergency": {"incident": "INC-1", "justification": "It is down"}}, {"type": "standard", "model": "none"},
         {"draft": True}, {"depends_on": [dice.choice(names)]}, {"nonsense": 1}]
    )  # fmt: skip
    return {"window": window, "items": items, "implementer": dice.choice(["bob", "carol"]), "effects": EFFECTS, **more}


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every schedule is made anew."""
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")


@pytest.fixture(scope="module", params=[1, 2])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> View:
    """A view of a repository with forty changes and opinions about some; with the usual policy, and with one that lets changes through."""
    dice = random.Random(request.param)  # noqa: S311
    shop = Shop(tmp_path_factory.mktemp("many") / "shop")
    for ci, needs in (("api", "db"), ("web", "api"), ("mail", "nothing")):
        shop.write(f"cmdb/{ci}.yaml", ITEM | {"metadata": {"id": ci}, "spec": ITEM["spec"] | {"type": "service", "depends_on": [{"ci": needs}]}})
    shop.write("policies/calendar.yaml", {"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "calendar"}, "spec": {"freezes": FREEZES, "windows": WINDOWS}})
    if request.param == 2:
        shop.write("policies/approve.yaml", {"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "approvals"}, "spec": {"gate": "approve", "rules": FREE}})
    names = [f"CHG-20261121-mix-{number:02d}" for number in range(40)]
    for name in names:
        shop.write(f"changes/{name}/rfc.yaml", rfc(name, **spec(dice, names)))
    shop.commit("Many changes")
    for name in dice.sample(names, 8):
        shop.run(dice.choice(["approve", "reject"]), name, "--as", dice.choice(["carol", "dave"]), "--now", "2026-11-22T10:00:00Z", "--comment", "So")
    return locate(shop.root)


def row_the_long_way(view: View, shown: ScheduledChange, others: list[ScheduledChange], standing: Standings) -> dict[str, object]:
    """What the gates' own case says of a change, beside every other one."""
    case = standing.case(shown.change)
    state, change, base = standing.state(shown.change), view.base.change(shown.change).change, view.base.rulebook
    hurt = failing(case.common.assessment.impact) if case is not None else ()
    times = timing(change, base.calendars, base.items, base.roster, shown.start, failing=hurt)
    window = change.spec.window
    assert window is not None
    colliding = []
    for other in others:
        planned = view.base.change(other.change).change
        if standing.state(other.change) not in SILENT and planned.spec.window is not None:
            colliding.append(open_change(planned, planned.spec.window))
    outages = Outages(base.graph, base.risk_model.weights)
    told = conflicts(open_change(change, window), colliding, outages, ConflictRules())
    return {
        "state": state.value if state is not None else "",
        "conflicts": () if state in SILENT else told[:MOST_CONFLICTS],
        "conflicts_total": 0 if state in SILENT else len(told),
        "freezes": tuple(hit.id for hit in times.freezes if not hit.exempt),
    }


def test_every_row_is_what_the_gates_case_says(desk: View) -> None:
    found = schedule(desk, SINCE, UNTIL, NOW)
    everything = list(schedule(desk, SINCE - timedelta(days=30), UNTIL + timedelta(days=30), NOW).changes)
    standing = standings(desk, NOW)
    for shown in found.changes:
        expected = row_the_long_way(desk, shown, everything, standing)
        assert {name: getattr(shown, name) for name in expected} == expected, shown.change
    states = {shown.state for shown in found.changes}
    assert {"submitted", "scheduled"} <= states or {"submitted", "rejected"} <= states, states
    assert any(shown.conflicts for shown in found.changes)
    assert any(shown.freezes for shown in found.changes)


def test_most_rows_take_the_short_way(desk: View, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    usual = Standings.state
    monkeypatch.setattr(Standings, "state", lambda self, name: (asked.append(name), usual(self, name))[1])
    found = schedule(desk, SINCE, UNTIL, NOW)
    assert len(set(asked)) < len(found.changes)


def test_the_ledger_is_read_once_however_many_changes_it_speaks_of(desk: View, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    usual = statement.decode
    monkeypatch.setattr(statement, "decode", lambda payload: (read.append(payload), usual(payload))[1])
    schedule(locate(desk.root), SINCE, UNTIL, NOW)
    assert len(read) == int(subprocess.check_output(["git", "-C", str(desk.root), "rev-list", "--count", "changeflow/ledger"]))


def test_what_is_known_of_changes_tells_the_same_schedule_without_a_request_being_read(desk: View, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, standing = schedule_by(desk, SINCE, UNTIL, NOW, {}), standings(desk, NOW)
    states = {change.id: Standing(standing.state(change.id), ALWAYS) for change in map(desk.base.request, desk_names(desk))}
    known = {name: KnownChange(one) for name, one in states.items()}
    assert schedule_by(locate(desk.root), SINCE, UNTIL, NOW, known) == expected
    for name, row in expected.rows.items():
        known[name] = KnownChange(states[name], schedule_row_of_json(row.model_dump_json(by_alias=True)))
    read: list[str] = []
    usual = State.change
    monkeypatch.setattr(State, "change", lambda self, name: (read.append(name), usual(self, name))[1])
    monkeypatch.setattr("changeflow.usecases.schedule.forward_schedule.planned_requests", partial(given, planned_requests(desk)))
    read.clear()
    assert schedule_by(locate(desk.root), SINCE, UNTIL, NOW, known).answer == expected.answer
    assert read == []


def test_a_change_that_is_known_to_be_over_collides_with_nothing(desk: View) -> None:
    before = schedule(desk, SINCE, UNTIL, NOW)
    mine = next(one for one in before.planned if one.conflicts)
    other = mine.conflicts[0].change
    known = {other: KnownChange(Standing(LifecycleState.WITHDRAWN, ALWAYS))}
    found = {one.change: one for one in schedule_by(desk, SINCE, UNTIL, NOW, known).answer.planned}
    assert other not in {one.change for one in found[mine.change].conflicts}
    if other in found:
        assert (found[other].state, found[other].conflicts_total) == ("withdrawn", 0)


def given(found: PlannedRequests, _: View) -> PlannedRequests:
    return found


def desk_names(desk: View) -> list[str]:
    """The changes that can be read."""
    found = planned_requests(desk)
    return [*found.open, *found.drafts]


def test_what_rules_see_beside_a_request_is_gathered_once(desk: View, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered: list[object] = []
    usual = repository_facts.gather
    monkeypatch.setattr(repository_facts, "gather", lambda *given: (gathered.append(given), usual(*given))[1])
    schedule(locate(desk.root), SINCE, UNTIL, NOW)
    assert len(gathered) == 1


def test_without_a_change_there_is_an_empty_schedule(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    assert schedule(locate(shop.root), SINCE, UNTIL, NOW).changes == ()


RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY", "FREQ=DAILY;COUNT=9", "FREQ=WEEKLY;UNTIL=20261210T000000Z")


@pytest.mark.parametrize("rule", RULES)
def test_an_agenda_finds_what_is_found_without_it(rule: str) -> None:
    dice = random.Random(rule)  # noqa: S311
    period = FREEZES[0] | {"rrule": rule, "timezone": "Europe/Berlin"}
    calendar = Calendar.model_validate({"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "c"}, "spec": {"freezes": [period]}})
    (freeze,) = calendar.spec.freezes
    agenda = Agenda([calendar], SINCE, UNTIL)
    assert agenda.complete
    for _ in range(60):
        since = SINCE + timedelta(hours=dice.randrange(-48, 24 * 30))
        until = since + timedelta(minutes=dice.choice([0, 1, 90, 3000, 60 * 24 * 9]))
        assert list(agenda.overlapping(freeze, since, until)) == list(overlapping(freeze, since, until))


def test_an_agenda_says_that_a_calendar_cannot_be_expanded() -> None:
    period = {key: value for key, value in FREEZES[0].items() if key != "rrule"} | {"rrule": "FREQ=SOMETIMES"}
    calendar = Calendar.model_validate({"apiVersion": "changeflow/v1", "kind": "Calendar", "metadata": {"id": "c"}, "spec": {"freezes": [period]}})
    agenda = Agenda([calendar], SINCE, UNTIL)
    assert not agenda.complete
    with pytest.raises(RecurrenceError):
        list(agenda.overlapping(calendar.spec.freezes[0], SINCE, UNTIL))
