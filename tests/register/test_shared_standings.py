"""How other changes stand is looked at once for many answers, and each of them notes how long it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from changeflow.gate_cases import other_changes_states
from changeflow.gate_cases.other_changes_states import SharedStandings, standings
from changeflow.model.watched_time import ALWAYS, Watch
from changeflow.reading.view import locate
from tests.register.office import CHANGE, Office

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MISSING = "CHG-20261121-none"


def test_all_who_ask_are_told_the_same_and_note_how_long_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path / "shop")
    office.ask(CHANGE)
    office.approved()
    view = locate(office.root)
    alone = Watch(NOW)
    state = standings(view, alone.now).state(CHANGE)
    assert state is not None
    assert alone.holding != ALWAYS

    looked: list[str] = []
    look = other_changes_states._alone

    def watched(*args: object, **more: object) -> object:
        looked.append(str(args[1]))
        return look(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(other_changes_states, "_alone", watched)
    shared = SharedStandings(view, NOW)
    for _ in range(2):
        watch = Watch(NOW)
        others = shared.of(watch.now)
        assert others.state(CHANGE) == state
        assert watch.holding == alone.holding
        case = others.case(CHANGE)
        assert case is not None
        assert case.common.change.id == CHANGE
        assert others.state(MISSING) is None
    assert looked == [CHANGE, MISSING], "each is looked at once"
