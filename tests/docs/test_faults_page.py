"""The page of faults names tests that exist, and says of everything else why it cannot happen."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROWS = (PROJECT / "docs/decisions/faults.md").read_text("utf-8").rpartition("\n| --- | --- |\n")[2].splitlines()


def test_every_test_that_the_page_names_exists() -> None:
    named = [found for row in ROWS for found in re.findall(r"`(tests/\S+\.py)::(test_\w+)`", row)]
    assert len(named) > 50
    gone = [name for file, name in named if f"def {name}(" not in (PROJECT / file).read_text("utf-8")]
    assert gone == []


def test_every_row_has_a_test_or_a_reason() -> None:
    without = [row for row in ROWS if "::test_" not in row and not row.rstrip(" |").endswith((".", ").", "`."))]
    assert without == []
