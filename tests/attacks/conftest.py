"""Fixtures of the corpus, and the table at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attacks.scenario import Case, needs
from attacks.stage import Stage, set_stage, template

ROW = "attack-row"


@pytest.fixture(scope="session")
def shared_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def staged(shared_repository: Path, tmp_path: Path, record_property: Callable[[str, Any], None]) -> Callable[[Case], Stage]:
    """The stage of a case, which is noted for the table."""

    def stage(case: Case) -> Stage:
        record_property(ROW, f"{case.row} {'twin' if case.twin else 'attack'}")
        return set_stage(tmp_path, shared_repository, case.told.get("base"))

    return stage


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Attacks answered of the rows that can be run, twins falsely blocked, and the rows that need more than a repository."""
    outcomes: dict[tuple[str, str], set[str]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if name == ROW and (report.when == "call" or outcome == "failed"):
                    row, kind = value.split()
                    outcomes.setdefault((row, kind), set()).add(outcome)
    if not outcomes:
        return
    write = terminalreporter.write_line
    terminalreporter.section("attacks and their honest twins")
    for kind, good in (("attack", "answered"), ("twin", "passed")):
        rows = {row: found == {"passed"} for (row, what), found in sorted(outcomes.items()) if what == kind}
        wrong = [row for row, right in rows.items() if not right]
        share = 100 * (len(rows) - len(wrong)) // max(1, len(rows))
        figure = f"{len(rows) - len(wrong)}/{len(rows)} {good} ({share} %)"
        if kind == "twin":
            figure = f"{len(wrong)}/{len(rows)} falsely blocked ({100 * len(wrong) // max(1, len(rows))} %)"
        write(f"{kind + 's':8} {figure}" + (f"; wrong: {', '.join(wrong)}" if wrong else ""))
    write("rows that need more than a repository and a token:")
    for row, told in needs().items():
        write(f"  {row} {told['needs']}: {told['detected']}")
