"""CI checks in an audit are those that the code host told the last decision before the release."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from changeflow.gate_cases.audited_facts import recorded_checks
from changeflow.model.evidence import DecisionBody, LedgerEntry, ReleaseBody

AT = datetime(2026, 11, 25, tzinfo=UTC)
GREEN = {"name": "tests", "conclusion": "success"}
RED = {"name": "tests", "conclusion": "failure"}


def entry(seq: int, body: DecisionBody | ReleaseBody) -> LedgerEntry:
    place = {"previous": None, "digest": "", "path": "", "change": "CHG-20261121-db", "at": AT, "recorded_at": AT}
    return LedgerEntry(seq=seq, simulated=False, signer=None, subject=(), body=body, **place)


def decision(seq: int, facts: dict[str, Any] | None) -> LedgerEntry:
    return entry(seq, DecisionBody(gate="deploy", open=True, digest="sha256:00", decision={}, facts=facts))


def told(*checks: dict[str, str]) -> dict[str, Any]:
    return {"pull": {"said": {"checks": list(checks)}}}


STARTED = entry(9, ReleaseBody(event="started", run="1", digest="sha256:00"))


def test_the_last_decision_before_the_release_that_was_told_any_counts() -> None:
    found = [decision(1, told(RED)), decision(2, told(GREEN)), decision(3, None), STARTED, decision(10, told(RED))]
    assert recorded_checks(found) == [GREEN]


def test_no_facts_of_a_host_are_no_checks_that_passed() -> None:
    assert recorded_checks([decision(1, None), STARTED]) is None
    assert recorded_checks([decision(1, {"pull": {"said": {}}})]) is None
    assert recorded_checks([decision(1, told())]) == []
