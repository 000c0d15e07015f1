"""The planned windows of a bank overlap on an item as often as was counted before, by other means."""

from __future__ import annotations

from pathlib import Path

from benchmarks import planned_overlaps


def test_windows_that_overlap_on_one_item_are_all_found(shared_data: Path) -> None:
    changes = planned_overlaps.planned(shared_data)
    found = planned_overlaps.by_program(changes)
    assert planned_overlaps.counted(found) == (38_359, 37_177)
    short = planned_overlaps.shorter(changes, planned_overlaps.SHORT)
    found = planned_overlaps.by_program(short)
    assert planned_overlaps.counted(found) == (1_793, 1_501)
    assert found == planned_overlaps.plainly(short)
