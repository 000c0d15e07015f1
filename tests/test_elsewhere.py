"""The places in which the tests run again are what they say they are."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.dates import now
from tests.elsewhere import DAYS_AHEAD, ELSEWHERE, PLACES, TESTS, Absent, Place, clean, holding

AHEAD, LATIN1 = PLACES


def told(place: Place, folder: Path, *command: str) -> str:
    try:
        environment = clean() | place.environment(folder)
    except Absent as lack:
        pytest.skip(str(lack))
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode("ascii").strip()


def test_the_clock_of_a_process_and_of_its_children_is_ahead_and_stands_in_its_zone(tmp_path: Path) -> None:
    program = "import subprocess; print(subprocess.check_output(['date', '+%Y-%m-%dT%H:%M:%S%z'], text=True))"
    there = datetime.fromisoformat(told(AHEAD, tmp_path, sys.executable, "-c", program))
    assert there.utcoffset() == timedelta(hours=8)
    already = timedelta(days=DAYS_AHEAD) if there - now() > timedelta(days=DAYS_AHEAD / 2) else timedelta()
    assert abs(there - now() - already) < timedelta(minutes=5)


def test_text_is_latin1_where_nothing_says_otherwise(tmp_path: Path) -> None:
    assert told(LATIN1, tmp_path, sys.executable, "-c", "import sys; print(open('/dev/null').encoding)") == "ISO-8859-1"
    assert told(LATIN1, tmp_path, "date", "+%z") in {"-0330", "-0230"}


@pytest.mark.parametrize("marker", ELSEWHERE)
def test_every_room_that_is_named_is_run_and_every_module_that_marks_itself(marker: str) -> None:
    found = [TESTS.parent / path for path in holding(marker)]
    assert [path for path in found if not path.exists()] == []
    marked = {path for path in TESTS.rglob("test_*.py") if f"mark.{marker}" in path.read_text(encoding="utf-8")}
    assert [path for path in marked if not {path, *path.parents} & set(found)] == []
    assert Path(__file__).resolve() in found
