"""Attacks after the merge and on the evidence: the command line in a real repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attacks.conftest import ROW
from attacks.local import Desk, complaints
from attacks.scenario import Case, cases
from tests.repositories import Keys, make_keys


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), ("carol", "mallory"))


@pytest.mark.parametrize("case", cases("local"), ids=lambda case: case.name)
def test_the_command_line_answers(case: Case, tmp_path: Path, keys: Keys, record_property: Callable[[str, Any], None]) -> None:
    """Fails with what a command said that it should not have."""
    record_property(ROW, f"{case.row} {'twin' if case.twin else 'attack'}")
    desk = Desk(tmp_path / "repository", keys.files)
    assert complaints(case, desk) == [], case.told["title"]
