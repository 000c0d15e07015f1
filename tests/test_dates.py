"""No test decides by the day on which it runs: the machine's clock is read in `tests/dates.py` alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.literals import our_files

TESTS = Path(__file__).parent
CLOCKS = {
    ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "ctime"),
}  # fmt: skip
SPELLINGS = [
    "datetime.now(UTC)",
    "datetime.datetime.now()",
    "date.today().isoformat()",
    "made.date.today()",
    "time.time() + 5",
    "datetime.utcnow()",
]


#: A program that an auditor runs alone: it imports nothing of the tests and judges entries that lie ahead of its machine's clock.
ON_ITS_OWN = TESTS / "ledger" / "second_verifier.py"


def readings(text: str) -> Iterator[int]:
    """The lines on which a module asks the machine for the time or the day."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if (name, node.func.attr) in CLOCKS:
                yield node.lineno


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_way_to_read_the_machines_clock_is_known(text: str) -> None:
    assert list(readings(text)) == [1]


@pytest.mark.parametrize("text", ["time.monotonic()", "wire.time.now()", "dates.now()", "datetime.fromisoformat(TEXT)"])
def test_time_that_passes_and_times_that_are_written_down_are_no_clock(text: str) -> None:
    assert list(readings(text)) == []


def test_tests_take_their_dates_from_one_module() -> None:
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in our_files(TESTS, "*.py")
        if path not in (TESTS / "dates.py", ON_ITS_OWN)
        for line in readings(path.read_text("utf-8"))
    ]
    assert found == [], "write the day down and give it to the program, or take it from tests/dates.py"


def test_how_long_an_example_takes_is_said_once() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    own = [path.name for path in our_files(TESTS, "test_*.py") if "deadline=" + "None" in path.read_text("utf-8")]
    assert own == [], "tests/conftest.py says it for every run"
