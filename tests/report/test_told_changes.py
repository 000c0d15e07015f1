"""What papers tell of a change is what the tables of its repository say, computed without the register."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from changeflow import errors
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.gate_cases.register_rows import state_of_row
from changeflow.gate_cases.told_changes import told_changes
from changeflow.insight.period import Period
from changeflow.model.clock import Clock
from changeflow.reading.places import MAIN
from changeflow.reading.view import locate
from changeflow.usecases.history.export_records import records_of
from tests.register.worlds import World
from tests.report.papers import REJECTED, urgent

ALWAYS = Period(None, None, ZoneInfo("UTC"))


def compared(world: World, moment: datetime) -> set[str | None]:
    """Compare all changes of the main branch; return how they ended."""
    view = locate(world.office.root)
    try:
        tables = records_of(view, moment).tables
    except errors.Unreadable:
        return set()
    found = told_changes(view.of_base().for_many(), ALWAYS, Clock(moment, moment)).changes
    told = {one.listed.row.change: one for one in found if one.listed.row.at == MAIN}
    assert told.keys() >= {row["change"] for row in tables["changes"]}
    # what a row was judged by is handed on: it is what another look finds
    afresh = standings_of_head(view.of_base(), moment)
    for name, one in told.items():
        assert one.case == afresh.case(name)
        assert state_of_row(one.listed) == afresh.state(name)
    for row in tables["changes"]:
        one = told[row["change"]]
        assert one.record == row
        assert list(one.opinions) == [row for row in tables["opinions"] if row["change"] == one.request.id]
        assert one.reviewed == next((row for row in tables["reviews"] if row["change"] == one.request.id), {})
    return {one.record.get("outcome") for one in told.values()}


@pytest.mark.parametrize("seed", range(30, 32))
def test_records_and_states_are_those_of_the_tables(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    world = World(tmp_path / "shop", seed)
    world.office.ask(REJECTED)
    world.office.opinion("reject", "carol", REJECTED, words="Not without a plan")
    urgent(world.office)
    outcomes = {"rejected", "implemented"}
    found = set[str | None]()
    for _ in range(4):
        world.lives_on()
        for moment in (world.now, world.now + timedelta(days=9)):
            found |= compared(world, moment)
    assert outcomes <= found
