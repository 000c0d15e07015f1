"""Targets of measures: what `check` finds about them, and when they are met."""

from pathlib import Path

import pytest
import valid_repository as valid

from changeflow.history.kpi_definitions import kpi_definitions
from changeflow.insight.targets import is_met, target_of
from changeflow.model.kpi_units import KPI_UNITS
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget

HEAD = """\
apiVersion: changeflow/v1
kind: Objectives
metadata: {id: objectives}
spec:
  objectives:
    - {kpi: emergency_share, target: "<= 10 %", owner: cab}
"""


def rules(root: Path, line: str) -> list[tuple[str, int | None]]:
    written = valid.write(root, **{"policies/objectives.yaml": f"{HEAD}    - {line}\n"})
    return [(one.rule, one.line) for one in check(CheckTarget(written)).findings.findings]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("{kpi: emergency_shares, target: '<= 10 %', owner: cab}", "objective-unknown-kpi"),
        ("{kpi: emergency_share, target: '<= 5 %', owner: cab}", "objective-twice"),
        ("{kpi: overran, target: '<= 5 h', owner: cab}", "objective-unit"),
        ("{kpi: overran, target: '<= 5', owner: cab}", "objective-unit"),
        ("{kpi: changes, target: '<= 5 %', owner: cab}", "objective-unit"),
        ("{kpi: overran, target: '<= 5 %', owner: nobody}", "objective-unknown-owner"),
        ("{kpi: overran, target: '< 5 %', owner: cab}", "schema-pattern"),
    ],
)
def test_a_slip_in_a_target_is_found_in_its_line(tmp_path: Path, line: str, rule: str) -> None:
    assert rules(tmp_path, line) == [(rule, 7)]


def test_what_is_no_target_is_told_how_one_is_written(tmp_path: Path) -> None:
    line = "{kpi: lead_time.median, target: '<= 72 小时', owner: cab}"
    written = valid.write(tmp_path, **{"policies/objectives.yaml": f"{HEAD}    - {line}\n"})
    (found,) = check(CheckTarget(written)).findings.findings
    assert (found.rule, found.data["case"]) == ("schema-pattern", "target")


@pytest.mark.parametrize(
    "line",
    [
        "{kpi: overran, target: '<= 5 %', owner: cab, period: year, reason: agreed with customers}",
        "{kpi: changes.emergency, target: '<= 3', owner: cab}",
        "{kpi: lead_time.median, target: '<=48.5 h', owner: cab}",
        "{kpi: deployment_frequency, target: '>= 1 per day', owner: cab}",
    ],
)
def test_targets_in_the_unit_of_their_measure_pass(tmp_path: Path, line: str) -> None:
    assert rules(tmp_path, line) == []


def test_every_measure_has_the_unit_that_targets_are_checked_against() -> None:
    assert {one.id: one.unit for one in kpi_definitions()} == KPI_UNITS


@pytest.mark.parametrize(
    ("text", "value", "met"),
    [
        ("<= 10 %", 10.0, True),
        ("<= 10 %", 10.01, False),
        (">=2.5 h", 2.5, True),
        (">= 3", 2, False),
        ("<=0.1 %", 0.1, True),
    ],
)
def test_a_target_is_met_at_its_limit(text: str, value: float, met: bool) -> None:
    assert is_met(target_of(text), value) is met
