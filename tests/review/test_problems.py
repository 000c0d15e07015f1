"""Whether a review is complete, true and independent: one word changed at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from release.building import ID, T0, Writer, change, step, writer
from release.fakes import ROSTER

from changeflow.model.people import Roster
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.release.review_checks import review_problems
from changeflow.release.step_facts import actual

CHANGE = change(implementation=[step("one")], verification=[step("smoke")], rollback=[step("undo")])


def implemented() -> Writer:
    return writer(CHANGE)("started", by="bob").did("implementation/0").did("verification/0")("finished", state="implemented")


def rolled_back(**words: Any) -> Writer:
    journal = writer(CHANGE)("started").did("implementation/0").did("verification/0", "failed")("rolling_back")
    return journal.did("rollback/0")("finished", state="rolled_back", **words)


def rollback_failed() -> Writer:
    journal = writer(CHANGE)("started").did("implementation/0", "failed")("rolling_back").did("rollback/0", "failed")
    return journal("finished", state="rollback_failed")


def review(journal: Writer, **words: Any) -> PostImplementationReview:
    facts = actual(CHANGE, journal.entries)
    assert facts is not None
    spec: dict[str, Any] = {
        "change": ID,
        "reviewer": "carol",
        "reviewed": "2026-11-26",
        "outcome": {"implemented": "successful", "rolled_back": "rolled-back", "rollback_failed": "failed"}[facts.state],
        "objectives_met": "Settlement runs on PostgreSQL 17",
        "effects_observed": "Nine minutes of pause, nobody called",
        "deviations": "none",
        "incidents": [],
        "lessons": "none",
        "follow_ups": [{"action": "Upgrade the standby as well", "owner": "team-payments"}],
        "actual": facts.model_dump(mode="json", exclude_none=True),
    } | words
    return PostImplementationReview.model_validate(
        {
            "apiVersion": "changeflow/v1",
            "kind": "PostImplementationReview",
            "metadata": {"id": ID},
            "spec": {key: value for key, value in spec.items() if value is not None},
        }
    )


def found(journal: Writer, roster: Roster = ROSTER, **words: Any) -> list[tuple[str, str]]:
    findings = review_problems(review(journal, **words), CHANGE, journal.entries, roster)
    assert all(finding.path == f"changes/{ID}/review.yaml" for finding in findings)
    return [(finding.rule, ".".join(map(str, finding.route))) for finding in findings]


@pytest.mark.parametrize("journal", [implemented(), rolled_back()])
def test_a_complete_true_and_independent_review_has_no_problems(journal):
    assert found(journal) == []


@pytest.mark.parametrize(
    "name", ["reviewer", "reviewed", "outcome", "objectives_met", "effects_observed", "deviations", "incidents", "lessons"]
)
def test_every_question_must_be_answered(name):
    assert found(implemented(), **{name: None}) == [("pir-empty-answer", f"spec.{name}")]


@pytest.mark.parametrize("name", ["objectives_met", "effects_observed", "deviations", "lessons"])
@pytest.mark.parametrize("text", ["TODO", "tbd.", "...", "???", "<fill in>", "to be done", "待定", "-", "xxx"])
def test_a_placeholder_is_no_answer(name, text):
    assert found(implemented(), **{name: text}) == [("pir-placeholder", f"spec.{name}")]


@pytest.mark.parametrize("name", ["objectives_met", "effects_observed", "deviations", "lessons"])
@pytest.mark.parametrize("text", ["待补充", "待確認", "同上", "……", "【请填写】", "See above", "以后补充", "内容待完善"])
def test_a_placeholder_is_no_answer_in_either_language(name, text):
    assert found(implemented(), **{name: text}) == [("pir-placeholder", f"spec.{name}")]


@pytest.mark.parametrize("name", ["effects_observed", "deviations", "lessons"])
@pytest.mark.parametrize("text", ["none", "No.", "All as planned", "無", "没有", "暂无", "N/A", "没有偏差。"])
def test_that_there_is_nothing_is_an_answer(name, text):
    assert found(implemented(), **{name: text}) == []


@pytest.mark.parametrize("text", ["none", "n/a", "无", "不适用"])
def test_what_was_reached_is_more_than_nothing(text):
    assert found(implemented(), objectives_met=text) == [("pir-placeholder", "spec.objectives_met")]


@pytest.mark.parametrize("name", ["objectives_met", "lessons"])
@pytest.mark.parametrize("text", ["OK", "all went well", "Fine, no problems.", "一切正常", "变更顺利完成", "順利完成。", "好的，没问题"])
def test_praise_is_neither_a_result_nor_a_lesson(name, text):
    assert found(implemented(), **{name: text}) == [("pir-placeholder", f"spec.{name}")]


@pytest.mark.parametrize("text", ["Todo lists were kept", "3 % faster", "网关恢复正常", "结算速度提升百分之二十"])
def test_a_short_answer_is_an_answer(text):
    assert found(implemented(), objectives_met=text) == []


@pytest.mark.parametrize(("one", "other"), [("Quiet", "quiet!"), ("夜间无感知", "夜间无感知。"), ("Nobody noticed", "ＮＯＢＯＤＹ noticed")])
def test_one_text_does_not_answer_two_questions(one, other):
    assert found(implemented(), effects_observed=one, lessons=other) == [("pir-copied", "spec.lessons")]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_neither_requester_nor_implementer_reviews(who):
    assert ("pir-not-independent", "spec.reviewer") in found(implemented(), reviewer=who)


def test_whoever_ran_the_release_does_not_review_it():
    journal = writer(CHANGE)("started", by="dave").did("implementation/0").did("verification/0")
    journal("finished", state="implemented")
    assert found(journal, reviewer="dave") == [("pir-not-independent", "spec.reviewer")]


@pytest.mark.parametrize("who", ["mallory", "renovate"])
def test_a_reviewer_is_a_person_of_the_roster(who):
    assert found(implemented(), reviewer=who) == [("pir-reviewer-unknown", "spec.reviewer")]


def test_a_review_is_written_after_the_release():
    ended = implemented().entries[-1].at
    assert found(implemented(), reviewed=(ended - timedelta(days=2)).date().isoformat()) == [("pir-too-early", "spec.reviewed")]
    assert found(implemented(), reviewed=ended.date().isoformat()) == []


@pytest.mark.parametrize(
    ("journal", "outcome"),
    [
        (implemented(), "rolled-back"),
        (implemented(), "failed"),
        (rolled_back(), "successful"),
        (rolled_back(), "successful-with-issues"),
        (rollback_failed()("resolved", by="dave", state="rolled_back"), "rolled-back"),
    ],
)
def test_the_outcome_agrees_with_what_happened(journal, outcome):
    assert ("pir-outcome-disagrees", "spec.outcome") in found(journal, outcome=outcome)


def test_a_change_that_caused_incidents_was_not_simply_successful():
    assert found(implemented(), incidents=["INC-1"]) == [("pir-outcome-disagrees", "spec.outcome")]
    assert found(implemented(), incidents=["INC-1"], outcome="successful-with-issues") == []


def test_answers_are_not_copied_from_the_request_or_from_each_other():
    reason = CHANGE.spec.reason.upper()
    assert found(implemented(), objectives_met=reason) == [("pir-copied", "spec.objectives_met")]
    same = "Everything went very well indeed"
    assert found(implemented(), objectives_met=same, lessons=same) == [("pir-copied", "spec.lessons")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "rolled_back"),
        ("started", "2026-11-25T13:00:00Z"),
        ("ended", "2026-11-25T13:00:00Z"),
        ("release", "sha256:" + "0" * 64),
        ("steps", []),
        ("planned", {"start": "2026-11-25T22:00:00+08:00", "end": "2026-11-25T23:00:00+08:00"}),
        ("rollback_took", "PT1M"),
    ],
)
def test_the_facts_are_those_of_the_ledger(name, value):
    facts = actual(CHANGE, implemented().entries)
    assert facts is not None
    told = facts.model_dump(mode="json", exclude_none=True) | {name: value}
    assert found(implemented(), actual=told) == [("pir-facts-differ", f"spec.actual.{name}")]


def test_facts_may_be_spelt_with_another_offset():
    facts = actual(CHANGE, implemented().entries)
    assert facts is not None
    told = facts.model_dump(mode="json", exclude_none=True) | {"started": "2026-11-25T22:00:01+08:00"}
    assert facts.started == T0 + timedelta(seconds=1)
    assert found(implemented(), actual=told) == []


def test_follow_ups_have_an_owner_somebody_knows_and_say_something():
    follow_ups = [{"action": "Alert on memory", "owner": "nobody"}, {"action": "TODO", "owner": "bob"}]
    assert found(implemented(), follow_ups=follow_ups) == [
        ("pir-owner-unknown", "spec.follow_ups.0.owner"),
        ("pir-placeholder", "spec.follow_ups.1.action"),
    ]


def test_a_failed_change_from_which_nothing_follows_is_pointed_out():
    assert found(rolled_back(), follow_ups=None) == [("pir-no-follow-up", "spec.follow_ups")]
    assert review_problems(review(rolled_back(), follow_ups=None), CHANGE, rolled_back().entries, ROSTER)[0].level == "warning"


def test_a_way_back_that_took_longer_than_promised_is_pointed_out():
    journal = rolled_back(at=T0 + timedelta(hours=2))
    assert found(journal) == [("pir-limit-missed", "spec.deviations")]


def test_a_failed_rollback_is_resolved_before_its_review_counts():
    assert found(rollback_failed()) == [("pir-unresolved", "spec")]
    assert found(rollback_failed()("resolved", by="dave", state="rolled_back")) == []


def test_a_release_under_way_cannot_be_reviewed():
    journal = writer(CHANGE)("started").did("implementation/0")
    assert [item.rule for item in review_problems(review(implemented()), CHANGE, journal.entries, ROSTER)] == ["pir-not-released"]
    assert [item.rule for item in review_problems(review(implemented()), CHANGE, (), ROSTER)] == ["pir-not-released"]


def test_a_request_that_was_changed_after_its_release_cannot_be_reviewed():
    other = change(implementation=[step("two")], verification=[step("smoke")], rollback=[step("undo")])
    rules = [item.rule for item in review_problems(review(implemented()), other, implemented().entries, ROSTER)]
    assert rules == ["pir-journal"]


def test_a_review_of_another_change_does_not_count():
    words = review(implemented()).model_dump(mode="json", exclude_none=True)
    words["spec"]["change"] = "CHG-20261122-other"
    other = PostImplementationReview.model_validate(words)
    assert [item.rule for item in review_problems(other, CHANGE, implemented().entries, ROSTER)] == ["pir-other-change"]
