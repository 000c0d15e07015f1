"""A rule that needs everybody who holds a role is pointed out when it is proposed, and not at 4 a.m."""

from __future__ import annotations

from changeflow.gate.satisfy import fragile_demands, impossible_demands
from tests.gate.builders import policy, roster


def test_a_rule_that_one_absence_makes_impossible_is_told_from_one_that_nobody_can_meet() -> None:
    asked = policy(
        [
            {"id": "all", "require": [{"role": "cab", "count": 3}], "message": "All"},
            {"id": "some", "require": [{"role": "cab", "count": 2}], "message": "Some"},
            {"id": "more", "require": [{"role": "cab", "count": 4}], "message": "More than there are"},
            {"id": "softly", "require": [{"role": "cab", "count": 3}], "message": "All", "level": "warn"},
        ]
    )
    assert [rule for rule, _ in fragile_demands(asked, roster())] == ["all"]
    assert [rule for rule, _ in impossible_demands(asked, roster())] == ["more"]
    ((_, why),) = fragile_demands(asked, roster())
    assert "carol, dave, erin" in why


def test_nobody_at_all_is_no_matter_of_absence() -> None:
    asked = policy([{"id": "ghosts", "require": [{"role": "nobody-holds-this"}], "message": "Ghosts"}])
    assert list(fragile_demands(asked, roster())) == []
