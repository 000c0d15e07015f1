"""Until when a rule about time holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from changeflow.model.policy import Rule
from changeflow.policy.deadline import LONGEST, _spans, deadline

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


def test_a_deadline_does_not_depend_on_what_was_asked_before() -> None:
    """A span that was found is tried first for the next change; microseconds of the beginning make no difference."""
    asked = rule('now - timestamp("2026-11-21T10:00:00.4Z") <= duration("120h")')
    begins = [START.replace(microsecond=part) for part in (0, 1, 400_000, 999_999)]
    alone = []
    for since in begins:
        _spans.clear()
        alone.append(deadline(asked, FACTS, since))
    _spans.clear()
    assert [deadline(asked, FACTS, since) for since in begins] == alone
    assert [deadline(asked, FACTS, since) for since in reversed(begins)] == alone[::-1]


def test_a_span_of_another_change_is_only_a_guess() -> None:
    changing = 'now - timestamp("2026-11-21T10:00:00Z") <= (change.type == "emergency" ? duration("120h") : duration("720h"))'
    for kind, hours in (("emergency", 120), ("normal", 720), ("emergency", 120)):
        assert deadline(rule(changing), FACTS | {"change": {"type": kind}}, START) == datetime(2026, 11, 21, 10, tzinfo=UTC) + timedelta(hours=hours)
