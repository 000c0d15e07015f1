"""Until when a rule about time holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from changeflow.model.policy import Rule
from changeflow.policy.deadline import LONGEST, deadline

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FACTS = {"evidence": {"release": {"ended": "2026-11-21T10:00:00Z"}}}


def rule(condition: str, when: str | None = None) -> Rule:
    words: dict[str, Any] = {"id": "in-time", "message": "In time", "assert": condition}
    return Rule.model_validate(words | ({"when": when} if when else {}))


@pytest.mark.parametrize("hours", [1, 120, 720, 8_760])
def test_it_is_the_last_second_at_which_the_rule_holds(hours: int) -> None:
    asked = rule(f'now - timestamp(evidence.release.ended) <= duration("{hours}h")')
    found = deadline(asked, FACTS, START)
    assert found is not None
    assert abs(found - (START + timedelta(hours=hours))) <= timedelta(seconds=1)


def test_a_fixed_day_is_a_deadline_as_well() -> None:
    found = deadline(rule('now < timestamp("2026-12-24T00:00:00Z")'), FACTS, START)
    assert found is not None
    assert found.date().isoformat() in ("2026-12-23", "2026-12-24")


def test_a_rule_that_never_held_was_due_at_once_and_one_that_always_holds_has_no_deadline() -> None:
    assert deadline(rule("false"), FACTS, START) == START
    assert deadline(rule("true"), FACTS, START) is None
    assert deadline(rule("false", when="false"), FACTS, START) is None
    assert deadline(rule(f'now < timestamp("{(START + 2 * LONGEST).isoformat()}")'), FACTS, START) is None


def test_a_rule_that_cannot_be_evaluated_has_none() -> None:
    assert deadline(rule("evidence.release.nothing > now"), FACTS, START) is None
