"""Changes whose window is past are judged as ever, and what they could have broken is not computed unless a rule reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from changeflow.gate.case import LateAssessment
from changeflow.gate.deadlines import retrospective_due
from changeflow.gate.decision import decide, is_surely_shut
from changeflow.gate.every_gate import breaks_glass
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate.gates.approved_since import approved_since
from changeflow.gate.gates.close import CLOSE
from changeflow.gate.owed_review import review_due
from changeflow.gate_cases import late_assessments
from changeflow.gate_cases.other_changes_states import standings_of_head
from changeflow.model.watched_time import Watch
from tests.policy.lived_past import LivedPast, policies

RULES: dict[str, list[dict[str, Any]]] = {
    "nothing that is assessed": [
        {"id": "reviewed", "assert": 'evidence.review.complete || change.declared_type == "standard"', "message": "Review it"},
    ],
    "the type": [{"id": "by-type", "when": 'change.type == "normal"', "assert": "size(evidence.approvals) > 0", "message": "Approve it"}],
    "class and risk": [
        {"id": "by-class", "when": 'change.class == "major" || risk.score > 30', "assert": "evidence.review.present", "message": "Review it"},
        {"id": "by-impact", "assert": "impact.count < 3", "message": "Review it", "level": "warn"},
    ],
    "the whole request": [{"id": "whole", "assert": "size(change) > 5 && change.reversible >= 0.0 && !has(change.gone)", "message": "It says it"}],
    "the calendar": [
        {"id": "in-window", "assert": "!calendar.in_window || calendar.has_window", "message": "In its window"},
        {"id": "in-time", "assert": 'now - timestamp(evidence.release.ended) <= duration("72h")', "message": "In time"},
        {"id": "reviewed-in-time", "assert": '(evidence.review.at == "" ? now : timestamp(evidence.review.at)) - timestamp(evidence.release.ended) <= duration("96h")', "message": "In time"},
    ],
    "people": [{"id": "asked", "when": "risk.score >= 0", "require": [{"role": "cab"}], "message": "One of the CAB"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> LivedPast:
    return LivedPast(tmp_path_factory.mktemp("past") / "repo", 2, 10)


def judged(past: LivedPast, commit: str) -> Iterator[tuple[object, ...]]:
    """Yield everything that papers ask about each change, as plain data."""
    view = past.view(commit)
    now = past.decided_at(len(past.commits)) + timedelta(days=9)
    for name in sorted(name for names in past.names for name in names):
        watch = Watch(now)
        standing = standings_of_head(view, watch.now)
        case, state = standing.case(name), standing.state(name)
        assert case is not None
        closing = case.closing
        shut = decide(CLOSE, closing, now)
        assert not (is_surely_shut(CLOSE, closing, now) and shut.open)
        yield name, state, shut.model_dump(), decide(APPROVE, case.approve, now).model_dump()
        since, approval = approved_since(case, now)
        yield since, approval.model_dump(), review_due(closing, now), retrospective_due(closing, now)
        risk, kind = case.common.assessment.risk, case.common.assessment.type
        yield risk, kind, case.common.assessment.impact.changed


@pytest.mark.parametrize("reads", RULES)
def test_what_is_assessed_late_is_judged_as_if_at_once(past: LivedPast, reads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = past.commit(policies({"close": RULES[reads]}), reads)
    late = list(judged(past, commit))
    monkeypatch.setattr(late_assessments, "assess_late", lambda *_: None)
    at_once = list(judged(past, commit))
    assert late == at_once


def computed(past: LivedPast, commit: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Return how many changes that are over are assessed late, and of how many of them the blast radius was computed for their state."""
    done: list[object] = []
    blast_radius = late_assessments.blast_radius

    def counted(*arguments: Any, **named: Any) -> Any:
        done.append(arguments[0])
        return blast_radius(*arguments, **named)

    monkeypatch.setattr(late_assessments, "blast_radius", counted)
    view = past.view(commit)
    standing = standings_of_head(view, past.decided_at(len(past.commits)) + timedelta(days=9))
    late = 0
    for name in sorted(name for names in past.names for name in names):
        if name in view.ledger.evidence(view.base, name).finished:
            standing.state(name)
            case = standing.case(name)
            late += case is not None and isinstance(case.common.assessment, LateAssessment)
    return late, len(done)


def test_of_a_change_that_was_never_carried_out_no_score_is_computed(past: LivedPast, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = past.commit(policies({"close": RULES["the type"]}), "never")
    scored: list[str] = []
    score = late_assessments.scored

    def counted(*arguments: Any) -> Any:
        scored.append(arguments[0].id)
        return score(*arguments)

    monkeypatch.setattr(late_assessments, "scored", counted)
    view = past.view(commit)
    standing = standings_of_head(view, past.decided_at(len(past.commits)) + timedelta(days=9))
    never = 0
    for name in sorted(name for names in past.names for name in names):
        if name not in view.ledger.evidence(view.base, name).finished:
            case = standing.case(name)
            if case is not None and isinstance(case.common.assessment, LateAssessment):
                never += 1
                # whether holds stop it takes no score, either: it is no emergency
                assert not breaks_glass(case.common)
                # what may be unreadable is told at once
                assert case.common.is_made("panel")
                assert case.common.is_made("problems")
                assert case.is_made("review")
    assert never
    assert scored == []


def test_nothing_is_computed_that_no_rule_reads(past: LivedPast, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = past.commit(policies({"close": RULES["nothing that is assessed"]}), "nothing")
    late, done = computed(past, commit, monkeypatch)
    assert late > 5
    assert done == 0


def test_what_a_rule_reads_is_computed(past: LivedPast, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = past.commit(policies({"close": RULES["class and risk"]}), "risk")
    late, done = computed(past, commit, monkeypatch)
    assert late > 5
    assert done == late
