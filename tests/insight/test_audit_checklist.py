"""A line of the checklist says yes or no only where records tell it; what is missing is never taken for a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from changeflow.insight.audit_checklist import (
    CHECKS,
    AuditedFacts,
    CountedVote,
    StartDecision,
    StepSeen,
    checklist,
)
from changeflow.language.catalogue import template
from changeflow.language.sentences import in_english

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
BEGAN = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
CAROL = CountedVote("carol", DIGEST, "ledger/000003-approval.json", signed=True)
CLEAN = AuditedFacts(
    type="normal",
    draft=False,
    state="closed",
    involved=frozenset({"alice", "bob"}),
    model=None,
    incident="",
    justification="",
    requested=BEGAN - 48 * HOUR,
    assessed="ledger/000004-assessment.json",
    effects_unsaid=(),
    approvals=(CAROL,),
    decision=StartDecision(is_open=True, digest=DIGEST, entry="ledger/000005-decision.json"),
    signatures_required=True,
    released=DIGEST,
    release_entries=("ledger/000006-release.json", "ledger/000009-release.json"),
    started=BEGAN,
    ended=BEGAN + HOUR,
    outcome="implemented",
    window=(BEGAN - HOUR, BEGAN + 2 * HOUR),
    steps=(StepSeen("implementation", "Promote", "done"), StepSeen("verification", "Smoke", "done")),
    rollback_steps=1,
    rollback_trigger="Errors",
    rollback_limit=timedelta(minutes=30),
    rollback_took=None,
    ci_checks={"tests": "success"},
    review_due=BEGAN + 120 * HOUR,
    review_demanded=False,
    reviewed=BEGAN + 24 * HOUR,
    reviewer="erin",
    review_complete=True,
    retrospective_needed=False,
    retrospective_due=None,
    retrospective_done=None,
    retrospective_missing=(),
    overdue_followups=(),
    ledger_holds=True,
    problem_entries=(),
    unsigned=(),
    now=BEGAN + 500 * HOUR,
)
OPEN = replace(CLEAN, state="approved", released=None, release_entries=(), started=None, ended=None, outcome=None, reviewer=None, reviewed=None, review_complete=False)
UNSIGNED = CAROL._replace(signed=False)
BY_HOST = CAROL._replace(signed=False, entry=None)


def answers(facts: AuditedFacts) -> dict[str, tuple[str, str]]:
    return {name: (found.verdict, found.case) for name, _, found in checklist(facts)}


def test_of_a_clean_change_no_line_is_a_gap_and_each_yes_names_its_evidence() -> None:
    for name, _, found in checklist(CLEAN):
        assert found.verdict in ("yes", "not_applicable"), name
        assert found.evidence or found.verdict == "not_applicable" or name == "evidence", name


def test_of_a_change_that_has_not_begun_nothing_about_its_work_is_asked() -> None:
    found = answers(OPEN)
    for name in ("requested", "approved", "as_approved", "window", "verified", "ended", "rolled_back"):
        assert found[name] == ("not_applicable", "not_started")


@pytest.mark.parametrize(
    ("name", "changed", "verdict", "case"),
    [
        ("requested", {"requested": BEGAN + HOUR}, "no", "late"),
        ("requested", {"requested": None}, "not_known", "unknown"),
        ("justified", {"type": "emergency", "incident": "INC-1", "justification": "It burns"}, "yes", "said"),
        ("justified", {"type": "emergency", "incident": "INC-1"}, "no", "unsaid"),
        ("classified", {"assessed": None}, "not_known", "unrecorded"),
        ("effects", {"effects_unsaid": ("cost",)}, "not_known", "unsaid"),
        ("effects", {"effects_unsaid": ("cost",), "type": "standard", "model": "restart"}, "not_applicable", "model"),
        ("effects", {"effects_unsaid": ("cost",), "type": "emergency"}, "yes", "reviewed"),
        ("effects", {"effects_unsaid": ("cost",), "type": "emergency", "review_complete": False}, "not_known", "unsaid"),
        ("rollback_plan", {"rollback_limit": None}, "no", "missing"),
        ("rollback_plan", {"rollback_steps": 0, "rollback_trigger": ""}, "no", "missing"),
        ("approved", {"decision": None}, "no", "unrecorded"),
        ("approved", {"decision": CLEAN.decision._replace(is_open=False)}, "no", "shut"),  # type: ignore[union-attr]
        ("approved", {"type": "standard", "model": "restart", "approvals": ()}, "yes", "model"),
        ("approved", {"approvals": ()}, "yes", "unasked"),
        ("independent", {"approvals": (CAROL._replace(by="bob"),)}, "no", "involved"),
        ("independent", {"approvals": ()}, "not_applicable", "none_given"),
        ("signed", {"approvals": (UNSIGNED,)}, "no", "unsigned"),
        ("signed", {"approvals": (UNSIGNED,), "signatures_required": False}, "not_applicable", "not_required"),
        ("signed", {"approvals": (BY_HOST,)}, "not_applicable", "host"),
        ("signed", {"approvals": (BY_HOST, UNSIGNED._replace(by="dave"))}, "no", "unsigned"),
        ("as_approved", {"released": OTHER}, "no", "other"),
        ("as_approved", {"approvals": (CAROL._replace(digest=OTHER),)}, "no", "other"),
        ("as_approved", {"decision": None}, "not_known", "undecided"),
        ("ci_checks", {"ci_checks": {"tests": "failure", "lint": "success"}}, "no", "red"),
        ("ci_checks", {"ci_checks": {"tests": "pending"}}, "no", "red"),
        ("ci_checks", {"ci_checks": None}, "not_applicable", "no_host"),
        ("ci_checks", {"ci_checks": {}}, "not_applicable", "none"),
        ("window", {"started": BEGAN - 2 * HOUR}, "no", "began_outside"),
        ("window", {"ended": BEGAN + 3 * HOUR}, "no", "overran"),
        ("window", {"ended": None}, "not_known", "running"),
        ("window", {"window": None, "type": "emergency"}, "not_applicable", "none"),
        ("verified", {"steps": (StepSeen("verification", "Smoke", "failed"),)}, "no", "left"),
        ("verified", {"steps": ()}, "not_known", "none_planned"),
        ("ended", {"ended": None}, "not_known", "open"),
        ("ended", {"outcome": None}, "not_known", "open"),
        ("rolled_back", {"outcome": "rolled_back", "rollback_took": HOUR}, "no", "too_long"),
        ("rolled_back", {"outcome": "rolled_back", "rollback_took": HOUR / 4}, "yes", "in_time"),
        ("rolled_back", {"outcome": "rolled_back"}, "not_known", "untimed"),
        ("rolled_back", {"outcome": "failed", "rollback_took": HOUR / 4}, "no", "failed"),
        ("retrospective", {"retrospective_needed": True, "retrospective_due": BEGAN, "retrospective_missing": ("cab",)}, "no", "overdue"),
        ("retrospective", {"retrospective_needed": True, "retrospective_due": CLEAN.now, "retrospective_missing": ("cab",)}, "not_applicable", "not_yet"),
        ("retrospective", {"retrospective_needed": True, "retrospective_due": BEGAN, "retrospective_done": BEGAN + HOUR}, "no", "late"),
        ("retrospective", {"retrospective_needed": True, "retrospective_due": BEGAN, "retrospective_done": BEGAN}, "yes", "in_time"),
        ("reviewed", {"review_due": BEGAN}, "no", "late"),
        ("reviewed", {"reviewed": None, "reviewer": None, "review_complete": False, "review_demanded": True}, "no", "overdue"),
        ("reviewed", {"reviewed": None, "reviewer": None, "review_complete": False, "review_demanded": True, "review_due": CLEAN.now}, "not_applicable", "not_yet"),
        ("reviewed", {"review_complete": False, "review_demanded": True}, "no", "incomplete"),
        ("reviewer", {"reviewer": "alice"}, "no", "involved"),
        ("followed_up", {"overdue_followups": ("Warm the cache",)}, "no", "overdue"),
        ("obeyed", {"state": "rejected", "started": None}, "yes", "not_started"),
        ("obeyed", {"state": "withdrawn"}, "no", "started"),
        ("evidence", {"ledger_holds": False}, "no", "chain"),
        ("evidence", {"ledger_holds": False, "problem_entries": ("ledger/000003-approval.json",)}, "no", "entries"),
        ("evidence", {"ledger_holds": None}, "not_known", "no_ledger"),
        ("evidence", {"unsigned": ("ledger/000003-approval.json",)}, "no", "unsigned"),
    ],
)  # fmt: skip
def test_a_line_is_answered_by_what_is_on_record(name: str, changed: dict[str, Any], verdict: str, case: str) -> None:
    found = answers(replace(CLEAN, **changed))
    assert found[name] == (verdict, case)
    for line, (_, said) in found.items():
        assert template("en", f"checklist.{line}:{said}"), (line, said)
        assert template("zh", f"checklist.{line}:{said}"), (line, said)


def test_a_draft_and_a_refused_request_need_no_effects_and_no_rollback_plan() -> None:
    for facts in (replace(OPEN, draft=True), replace(OPEN, state="rejected"), replace(OPEN, state="submitted")):
        found = answers(replace(facts, effects_unsaid=("cost",), rollback_steps=0))
        assert found["effects"] == found["rollback_plan"] == ("not_applicable", "not_started")
    found = answers(replace(OPEN, effects_unsaid=("cost",), rollback_steps=0))
    assert (found["effects"][0], found["rollback_plan"][0]) == ("not_known", "no")


def test_what_was_done_before_it_was_asked_for_has_no_yes_that_only_its_request_tells() -> None:
    after = replace(CLEAN, released=None, release_entries=(), decision=None, approvals=(), assessed=None, requested=BEGAN + HOUR)
    found = answers(after)
    assert found["requested"] == ("no", "late")
    assert found["approved"] == ("no", "unrecorded")
    for name in ("classified", "as_approved", "verified"):
        assert found[name][0] == "not_known", name


def test_each_line_has_a_question_in_both_languages() -> None:
    for name in CHECKS:
        assert in_english({"code": "checklist.question", "case": name}).endswith("?")
