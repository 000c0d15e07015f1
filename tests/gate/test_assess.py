"""An assessment says what rules ask before anybody has approved: what people owe is pending, never satisfied."""

from __future__ import annotations

from typing import Any

import pytest

from changeflow.gate.assess import assess
from changeflow.model.answers.assessment import NOT_ASKED, Assessment, Returning
from changeflow.model.scope import NOT_COMPARED
from changeflow.risk.history import NOTHING

from .builders import APPROVE, DIGEST, NOW, assessment, case, change, decide, policy, roster


def assessed(*rules: dict[str, Any]) -> Assessment:
    request = change()
    known = assessment(request)
    return assess(
        request,
        digest=DIGEST,
        impact=known.impact,
        risk=known.risk,
        items={},
        models={},
        roster=roster(),
        policies=[policy(list(rules))],
        calendars=[],
        conflicts=(),
        model_record=NOTHING,
        inputs={},
        now=NOW,
        scope=NOT_COMPARED,
        debt=NOT_ASKED,
        returning=Returning(),
    )


def verdict(rule: dict[str, Any]) -> tuple[str, str]:
    (said,) = assessed({"id": "it", "message": "It", **rule}).policy["rules"]
    return said["outcome"], said["reason_code"]


CAB = [{"role": "cab", "count": 2}]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"require": CAB}, ("pending", "approvals.missing")),
        ({"require": CAB, "assert": "true"}, ("pending", "approvals.missing")),
        ({"require": CAB, "assert": "false"}, ("fail", "rule.violated")),
        ({"require": [{"each": "impact.owners"}]}, ("fail", "approvals.nobody_named")),
        ({"assert": "true"}, ("pass", "rule.satisfied")),
        ({"require": CAB, "when": "change.nothing == 1"}, ("error", "rule.error")),
        ({"require": CAB, "level": "warn"}, ("pass", "rule.satisfied")),  # a warning asks nobody
    ],
)
def test_a_rule_that_asks_people_is_pending_until_they_agree(rule: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict(rule) == expected


def test_assessment_and_decision_call_an_empty_seat_the_same() -> None:
    (said,) = assessed(*APPROVE).policy["rules"]
    (asked,) = [reason for reason in decide("approve", case(), NOW).reasons if reason.rule == said["rule"]]
    assert (said["outcome"], said["reason_code"]) == (asked.outcome, asked.reason_code)
