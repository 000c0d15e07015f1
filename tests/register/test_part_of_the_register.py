"""A part of the register has the rows that the whole has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from changeflow import errors
from changeflow.gate_cases.register import Register, read_register
from changeflow.model.clock import Clock
from changeflow.reading.view import locate
from tests.examples import seeds
from tests.register.test_list import emergency
from tests.register.worlds import NAMES, World

Wanted = Callable[[str, datetime], bool]


def register(world: World, moment: datetime, wanted: Wanted | None = None) -> Register | str:
    try:
        return read_register(locate(world.office.root), Clock(moment, moment), everywhere=True, wanted=wanted)
    except errors.Unreadable as error:
        return error.message


def compared(world: World, moment: datetime, wanted: Wanted) -> int:
    """Compare a part with the whole; return how many rows it leaves out."""
    part, whole = register(world, moment, wanted), register(world, moment)
    if isinstance(part, str) or isinstance(whole, str):
        assert part == whole
        return 0
    asked = tuple(one for one in whole.changes if wanted(one.row.type, one.moment))
    assert tuple(one for one in part.changes if wanted(one.row.type, one.moment)) == asked
    assert [one.during for one in part.changes] == [one.during for one in asked]
    assert (part.unreadable, part.problems, part.elsewhere) == (whole.unreadable, whole.problems, whole.elsewhere)
    return len(whole.changes) - len(part.changes)


@pytest.mark.once
@pytest.mark.parametrize("seed", seeds(20, 21))
def test_rows_of_a_period_and_of_a_type_are_those_of_the_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGEFLOW_INDEX", "off")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    world, left_out = World(tmp_path / "shop", seed), 0
    emergency(world.office, NAMES[4])
    for _ in range(5):
        world.lives_on()
        start = world.now + timedelta(hours=world.dice.choice([-30, 0, 6]))
        for moment in (world.now, world.now + timedelta(days=9)):
            left_out += compared(world, moment, lambda kind, _: kind == "emergency")
            left_out += compared(world, moment, lambda _, at, start=start: at >= start)
    assert left_out


def test_a_part_is_not_remembered_as_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    world = World(tmp_path / "shop", 1)
    part = register(world, world.now, lambda _, __: False)
    assert isinstance(part, Register)
    assert part.changes == ()
    whole = register(world, world.now)
    assert isinstance(whole, Register)
    assert len(whole.changes) > 1
