"""The places in which the tests run again are what they say they are."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.dates import now
from tests.elsewhere import (
    DAYS_AHEAD,
    ELSEWHERE,
    PARTS,
    PLACES,
    TESTS,
    Absent,
    Place,
    ahead,
    clean,
    holding,
    latin1,
)

SHANGHAI, ST_JOHNS = PLACES


def told(folder: Path, *command: str, environment: dict[str, str]) -> str:
    return subprocess.run(command, env=clean() | environment, cwd=folder, capture_output=True, check=True).stdout.decode("ascii").strip()


def of_part(part: Callable[[Path], dict[str, str]], folder: Path) -> dict[str, str]:
    try:
        return part(folder)
    except Absent as lack:
        pytest.skip(str(lack))


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_place_has_all_its_parts_and_stands_in_its_zone(tmp_path: Path, place: Place) -> None:
    every = of_part(ahead, tmp_path) | of_part(latin1, tmp_path) | {"TZ": place.zone}
    environment, lacks = place.environment(tmp_path)
    assert (environment, lacks) == (every, [])
    assert told(tmp_path, "date", "+%z", environment=environment) in {"Asia/Shanghai": {"+0800"}, "America/St_Johns": {"-0330", "-0230"}}[place.zone]


def test_what_this_machine_cannot_imitate_is_told_and_the_rest_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = of_part(ahead, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    environment, lacks = SHANGHAI.environment(tmp_path)
    assert environment == clock | {"TZ": "Asia/Shanghai"}
    assert 0 < len(lacks) < PARTS


def test_the_clock_of_a_process_and_of_its_children_is_ahead(tmp_path: Path) -> None:
    program = "import subprocess; print(subprocess.check_output(['date', '+%Y-%m-%dT%H:%M:%S%z'], text=True))"
    there = datetime.fromisoformat(told(tmp_path, sys.executable, "-c", program, environment=of_part(ahead, tmp_path)))
    already = timedelta(days=DAYS_AHEAD) if there - now() > timedelta(days=DAYS_AHEAD / 2) else timedelta()
    assert abs(there - now() - already) < timedelta(minutes=5)


def test_text_is_latin1_where_nothing_says_otherwise(tmp_path: Path) -> None:
    program = "import sys; print(open('/dev/null').encoding)"
    assert told(tmp_path, sys.executable, "-c", program, environment=of_part(latin1, tmp_path)) == "ISO-8859-1"


def test_every_room_that_is_named_is_run_once_and_every_module_that_marks_itself() -> None:
    found = [TESTS.parent / path for place in PLACES for path in holding(place)]
    assert [path for path in found if not path.exists()] == []
    assert len(found) == len(set(found))
    assert {TESTS / room for rooms in ELSEWHERE.values() for room in rooms} <= set(found)
    marked = {path for path in TESTS.rglob("test_*.py") if "mark.elsewhere" in path.read_text(encoding="utf-8")}
    assert [path for path in marked if not {path, *path.parents} & set(found)] == []
    assert Path(__file__).resolve() in found


# What looks at the machine's clock, or at the encoding of names.
DEPENDS = ("tests.dates", "tests.charsets")


def same_everywhere(text: str) -> list[str]:
    """What of these a test uses that says it is the same everywhere: its module does, or the test alone."""
    tree = ast.parse(text)
    used = {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) and node.module in DEPENDS for alias in node.names}
    marked = [node for node in tree.body if isinstance(node, ast.FunctionDef) and any("mark.once" in ast.unparse(one) for one in node.decorator_list)]
    if any(isinstance(node, ast.Assign) and "mark.once" in ast.unparse(node.value) for node in tree.body):
        marked = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign))]
    return sorted({name.id for node in marked for name in ast.walk(node) if isinstance(name, ast.Name)} & used)


def test_what_looks_at_the_clock_or_at_the_locale_is_not_left_out_elsewhere() -> None:
    found = {str(path.relative_to(TESTS)): names for path in TESTS.rglob("test_*.py") if (names := same_everywhere(path.read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize(
    ("before", "body", "names"),
    [
        ("pytestmark = pytest.mark.once", "now()", ["now"]),
        ("pytestmark = [pytest.mark.once, pytest.mark.mermaid]", "now()", ["now"]),
        ("@pytest.mark.once", "now()", ["now"]),
        ("@pytest.mark.once", "BEFORE", []),
        ("@pytest.mark.parametrize('a', [1])", "now()", []),
    ],
)
def test_a_test_that_looks_at_the_clock_and_says_it_is_the_same_everywhere_is_found(before: str, body: str, names: list[str]) -> None:
    assert same_everywhere(f"from tests.dates import now\n{before}\ndef test_it() -> None:\n    assert {body}\n") == names
