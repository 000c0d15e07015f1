"""A repository without a ledger: what is found of other changes is found once, and not for each change again."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from tests.register.office import Office
from tests.report.papers import window

NOW = "2026-11-28T10:00:00Z"


def calls(where: Path, changes: int) -> int:
    """How often functions of `reading/` are called for the site of so many changes."""
    office = Office(where / "shop")
    for number in range(changes):
        office.ask(f"CHG-20261127-number-{number}", window=window(f"2026-12-{number + 1:02}"))
    assert office.git("branch", "--list", "changeflow/ledger") == ""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and "/changeflow/reading/" in frame.f_code.co_filename:
            counted[frame.f_code.co_name] += 1

    sys.setprofile(count)
    try:
        office.done("site", "--out", str(where / "site"), "--now", NOW)
    finally:
        sys.setprofile(None)
    return counted.total()


def test_each_change_costs_a_site_the_same_however_many_there_are(tmp_path: Path) -> None:
    few, more, many = (calls(tmp_path / str(changes), changes) for changes in (3, 6, 12))
    # what is looked at for each pair of changes would double the price of one from six to twelve
    assert (many - more) / 6 < 1.2 * (more - few) / 3, (few, more, many)
