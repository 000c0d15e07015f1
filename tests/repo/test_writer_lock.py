from __future__ import annotations

import time
from pathlib import Path

from changeflow.repo.writer_lock import writer_lock


def test_the_second_waits_for_the_first_and_then_goes_on_without_the_turn(tmp_path: Path) -> None:
    started = time.monotonic()
    with writer_lock(tmp_path), writer_lock(tmp_path, patience=0.05):
        waited = time.monotonic() - started
    assert waited >= 0.05
    started = time.monotonic()
    with writer_lock(tmp_path):
        assert time.monotonic() - started < 0.05


def test_where_nothing_may_be_written_nobody_waits() -> None:
    with writer_lock(Path("/proc/self")):
        pass
