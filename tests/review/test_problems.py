"""Whether a review is complete, true and independent: one word changed at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from release.building import ID, T0, Writer, change, step, writer
from release.fakes import ROSTER

from changeflow.model.evidence import ApprovalBody
from changeflow.model.people import Delegation, Roster
from changeflow.model.policy import ReviewDuties
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.policy.review_duties import NO_DUTIES, Course, Duties
from changeflow.release.review_checks import ReviewedChange, review_problems
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


def about(journal: Writer, roster: Roster = ROSTER, **known: Any) -> ReviewedChange:
    facts: dict[str, Any] = {"duties": NO_DUTIES, "course": Course("normal", frozenset()), "authors": frozenset(), "incidents": ()}
    return ReviewedChange(change=CHANGE, journal=journal.entries, roster=roster, **(facts | known))


def found(journal: Writer, roster: Roster = ROSTER, known: dict[str, Any] | None = None, **words: Any) -> list[tuple[str, str]]:
    findings = review_problems(review(journal, **words), about(journal, roster, **(known or {})))
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
    assert review_problems(review(rolled_back(), follow_ups=None), about(rolled_back(), ROSTER))[0].level == "warning"


def test_a_way_back_that_took_longer_than_promised_is_pointed_out():
    journal = rolled_back(at=T0 + timedelta(hours=2))
    assert found(journal) == [("pir-limit-missed", "spec.deviations")]


def test_a_failed_rollback_is_resolved_before_its_review_counts():
    assert found(rollback_failed()) == [("pir-unresolved", "spec")]
    assert found(rollback_failed()("resolved", by="dave", state="rolled_back")) == []


def test_a_release_under_way_cannot_be_reviewed():
    journal = writer(CHANGE)("started").did("implementation/0")
    assert [item.rule for item in review_problems(review(implemented()), about(journal, ROSTER))] == ["pir-not-released"]
    assert [item.rule for item in review_problems(review(implemented()), replace(about(journal), journal=()))] == ["pir-not-released"]


def test_a_request_that_was_changed_after_its_release_cannot_be_reviewed():
    other = change(implementation=[step("two")], verification=[step("smoke")], rollback=[step("undo")])
    rules = [item.rule for item in review_problems(review(implemented()), replace(about(implemented()), change=other))]
    assert rules == ["pir-journal"]


def test_a_review_of_another_change_does_not_count():
    words = review(implemented()).model_dump(mode="json", exclude_none=True)
    words["spec"]["change"] = "CHG-20261122-other"
    other = PostImplementationReview.model_validate(words)
    assert [item.rule for item in review_problems(other, about(implemented()))] == ["pir-other-change"]


# -- what policies ask besides ----------------------------------------------------------------------

ASKED = Duties((ReviewDuties.model_validate({
    "questions": [
        {"id": "root-cause", "outcomes": ["failed", "rolled-back", "incident"], "ask": "Why?"},
        {"id": "nonconformity", "outcomes": ["failed", "rolled-back", "incident"], "ask": "Which?", "none": True},
        {"id": "always", "ask": "And?", "none": True},
    ],
}),))  # fmt: skip
CAUSE = {"root-cause": "The table of zones lacked the outer ones", "nonconformity": "none", "always": "none"}


def knowing(*went: str, **more: Any) -> dict[str, Any]:
    return {"duties": ASKED, "course": Course("normal", frozenset(went)), **more}


def test_a_success_is_asked_less_than_a_failure():
    assert found(implemented(), known=knowing("successful"), answers={"always": "none"}) == []
    missing = found(rolled_back(), known=knowing("rolled-back"), deviations="It was rolled back")
    assert missing == [("pir-empty-answer", f"spec.answers.{name}") for name in CAUSE]
    assert found(rolled_back(), known=knowing("rolled-back"), deviations="It was rolled back", answers=CAUSE) == []


def test_what_the_reviewer_says_asks_more_as_well():
    more = {"incidents": ["INC-1"], "outcome": "successful-with-issues"}
    places = [place for _, place in found(implemented(), known=knowing("successful"), answers={"always": "none"}, **more)]
    assert places == ["spec.answers.root-cause", "spec.answers.nonconformity"]
    assert found(implemented(), known=knowing("successful"), answers=CAUSE, **more) == []


def test_the_incident_that_an_emergency_ended_is_not_one_that_it_caused():
    urgent = change(implementation=[step("one")], type="emergency", emergency={"incident": "INC-1", "justification": "It is down"})
    journal = writer(urgent)("started", by="bob").did("implementation/0")("finished", state="implemented")
    of = replace(about(journal, **knowing("successful")), change=urgent)
    assert "incident" not in of.course_by(review(implemented(), incidents=["INC-1"])).outcomes
    assert "incident" in of.course_by(review(implemented(), incidents=["INC-1", "INC-2"])).outcomes


@pytest.mark.parametrize("text", ["TODO", "tbd", "待补充", "一切正常", "all went well", "revert", "见附件", "none", "无", "n/a", "👍"])
def test_an_empty_word_is_no_root_cause(text):
    answers = CAUSE | {"root-cause": text}
    assert found(rolled_back(), known=knowing("rolled-back"), deviations="It was rolled back", answers=answers) == [
        ("pir-placeholder", "spec.answers.root-cause")
    ]


def test_an_answer_is_not_copied_from_another_and_answers_a_question_that_is_asked():
    answers = CAUSE | {"root-cause": "It was rolled back!", "root-cuase": "A slip of the pen"}
    assert found(rolled_back(), known=knowing("rolled-back"), deviations="It was rolled back", answers=answers) == [
        ("pir-unknown-question", "spec.answers.root-cuase"),
        ("pir-copied", "spec.answers.root-cause"),
    ]


@pytest.mark.parametrize(
    ("journal", "went", "words"),
    [
        (rolled_back(), "rolled-back", {"answers": CAUSE}),
        (rolled_back(at=T0 + timedelta(minutes=50)), "rolled-back", {"answers": CAUSE}),
        (writer(CHANGE)("started", by="bob").did("implementation/0").did("verification/0")("finished", state="implemented", at=T0 + timedelta(hours=3)),
         "overran", {"answers": {"always": "none"}}),
        (implemented(), "successful", {"answers": {"always": "none"}, "outages": [{"ci": "payments-db", "took": "PT1M"}]}),
    ],
)  # fmt: skip
def test_no_deviation_is_denied_that_the_ledger_knows(journal, went, words):
    told = found(journal, known=knowing(went), **words)
    assert ("pir-contradicts", "spec.deviations") in told
    honest = found(journal, known=knowing(went), **words | {"deviations": "It went otherwise"})
    assert "pir-contradicts" not in [rule for rule, _ in honest]
    old = found(journal, known=knowing(went) | {"duties": NO_DUTIES}, **words)
    assert "pir-contradicts" not in [rule for rule, _ in old], "no policy asks it"


def test_an_incident_that_a_document_blames_on_the_change_is_named():
    known = knowing("successful", "incident", incidents=("INC-9",))
    words = {"answers": CAUSE, "outcome": "successful-with-issues"}
    assert found(implemented(), known=known, incidents=["INC-1"], **words) == [("pir-contradicts", "spec.incidents")]
    assert found(implemented(), known=known, incidents=["INC-9"], **words) == []


@pytest.mark.parametrize("name", ["rollback_promised", "declared", "approvals"])
def test_facts_that_older_reviews_do_not_state_are_not_missed_and_false_ones_are_refused(name):
    facts = actual(CHANGE, rolled_back().entries)
    assert facts is not None
    told = facts.model_dump(mode="json", exclude_none=True)
    less = {key: value for key, value in told.items() if key != name}
    assert found(rolled_back(), actual=less) == []
    false = {"rollback_promised": "PT2H", "declared": [], "approvals": [{"by": "carol", "said": "Go on"}]}[name]
    assert found(rolled_back(), actual=told | {name: false}) == [("pir-facts-differ", f"spec.actual.{name}")]


# -- who does not review ----------------------------------------------------------------------------


def said(journal: Writer, *bodies: Any) -> tuple[Any, ...]:
    entries = [*journal.entries]
    for body in bodies:
        entries.append(entries[0].model_copy(update={"seq": len(entries) + 1, "body": body}))
    return tuple(entries)


def test_an_author_of_its_commits_does_not_review_a_change():
    known = {"authors": frozenset({"alice", "bob", "carol"})}
    assert found(implemented(), known=known) == [("pir-not-independent", "spec.reviewer")]
    assert len(found(implemented(), known=known, reviewer="alice")) == 1, "each part is told once"


def test_policy_may_keep_approvers_and_those_who_gave_a_mandate_from_reviewing():
    approval = ApprovalBody(decision="approve", by="dave", role="cab", digest="sha256:" + "0" * 64)
    handed = {"from": "erin", "to": "dave", "roles": ["cab"], "start": T0 - timedelta(days=1), "end": T0 + timedelta(days=1)}
    spec = ROSTER.spec.model_copy(update={"delegations": (Delegation.model_validate(handed),)})
    roster = ROSTER.model_copy(update={"spec": spec})
    barred = Duties((ReviewDuties(not_by=("approver",)),))
    for who in ("dave", "erin"):
        of = replace(about(implemented(), roster, duties=barred), journal=said(implemented(), approval))
        rules = [one.data for one in review_problems(review(implemented(), reviewer=who), of) if one.rule == "pir-not-independent"]
        assert rules == [{"case": "approved", "who": who}]
        free = replace(of, duties=NO_DUTIES)
        assert "pir-not-independent" not in [one.rule for one in review_problems(review(implemented(), reviewer=who), free)]


def test_policy_may_keep_those_from_reviewing_who_reported_a_step():
    journal = writer(CHANGE)("started", by="bob").did("implementation/0", "failed")("rolling_back", by="dave").did("rollback/0")
    journal("finished", state="rolled_back")
    barred = Duties((ReviewDuties(not_by=("confirmer",)),))
    words = {"reviewer": "dave", "deviations": "It was rolled back"}
    assert ("pir-not-independent", "spec.reviewer") in found(journal, known={"duties": barred}, **words)
    assert found(journal, **words) == []
