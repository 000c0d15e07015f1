"""How a release went, in one word: anything but a release without trouble is no success."""

from __future__ import annotations

from datetime import timedelta

import pytest

from changeflow.gate_cases.release_facts import release_facts
from changeflow.model.evidence import AssessmentBody
from changeflow.release.outcome import NOT_KNOWN, release_outcome

from .building import CONTENT, T0, Writer, change, entry, step, writer

PLAIN = change(verification=[step("smoke")])
MANUAL = change(implementation=[{"name": "Call", "manual": "Call the desk"}])


def begun(of: object = PLAIN) -> Writer:
    return writer(of)("started")  # type: ignore[arg-type]


def done() -> Writer:
    return begun().did("implementation/0").did("verification/0")


def word(journal: Writer, of: object = PLAIN) -> str:
    return release_outcome(of, journal.entries).word  # type: ignore[arg-type]


def test_a_release_that_did_every_step_was_successful() -> None:
    assert release_outcome(PLAIN, done()("finished", state="implemented").entries) == NOT_KNOWN.__class__("successful", False, False)
    manual = begun(MANUAL)("intent", "implementation/0")("confirmed", "implementation/0", outcome="done", by="bob")
    assert word(manual("finished", state="implemented"), MANUAL) == "successful"


@pytest.mark.parametrize(
    "journal",
    [
        begun().did("implementation/0")("finished", state="implemented"),
        begun().did("implementation/0")("resumed", run="r2").did("verification/0", run="r2")("finished", state="implemented", run="r2"),
        begun().did("implementation/0")("interrupted").did("verification/0")("finished", state="implemented"),
        begun()("intent", "implementation/0")("confirmed", "implementation/0", outcome="done", by="bob")
        .did("verification/0")("finished", state="implemented"),
    ],
    ids=["a step is missing", "taken over", "interrupted", "a program's step that a person reported"],
)
def test_a_release_with_trouble_ended_with_issues(journal: Writer) -> None:
    assert word(journal) == "successful-with-issues"


def test_a_release_that_was_undone_or_failed_says_so() -> None:
    turned = begun().did("implementation/0", "failed")("rolling_back").did("rollback/0")
    found = release_outcome(PLAIN, turned("finished", state="rolled_back").entries)
    assert (found.word, found.rolled_back) == ("rolled-back", True)
    broken = begun().did("implementation/0", "failed")("rolling_back").did("rollback/0", "failed")
    assert word(broken("finished", state="rollback_failed")) == "failed"
    assert word(broken("resolved", state="rolled_back", by="carol")) == "rolled-back"


@pytest.mark.parametrize(("late", "overran"), [(0, False), (1, True)])
def test_a_release_overran_that_ended_after_its_window(late: int, overran: bool) -> None:
    closes = T0 + timedelta(hours=1, minutes=30)
    ended = done()("finished", state="implemented", at=closes + timedelta(seconds=late)).entries
    assert release_outcome(PLAIN, ended).overran is overran
    open_ended = change(verification=[step("smoke")], type="emergency", emergency={"incident": "INC-1", "justification": "x"}, window=None)
    ended = writer(open_ended)("started").did("implementation/0").did("verification/0")("finished", state="implemented", at=closes + timedelta(days=9)).entries
    assert not release_outcome(open_ended, ended).overran


def test_nothing_is_known_of_a_release_that_is_not_over_or_of_another_content() -> None:
    assert release_outcome(PLAIN, []) == NOT_KNOWN
    assert release_outcome(PLAIN, done().entries) == NOT_KNOWN
    other = change(verification=[step("smoke")], window={"start": "2026-11-25T22:00:00+08:00", "end": "2026-12-25T23:30:00+08:00"})
    assert release_outcome(other, done()("finished", state="implemented").entries) == NOT_KNOWN


def assessed(seq: int, class_: str, digest: str = CONTENT, *, proven: bool = True) -> object:
    body = AssessmentBody(assessment={"digest": digest, "type": {"class": class_}})
    return entry(seq, body, at=T0).model_copy(update={"proven": proven})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("assessments", "found"),
    [
        ([], ""),
        ([assessed(0, "standard")], "standard"),
        ([assessed(-1, "standard"), assessed(0, "minor")], "minor"),
        ([assessed(-1, "minor"), assessed(0, "standard", "sha256:" + "d" * 64)], "minor"),
        ([assessed(0, "standard", proven=False)], ""),
        ([assessed(99, "standard")], ""),
    ],
    ids=["none", "one", "the last", "of other content", "not signed", "after the start"],
)
def test_the_class_is_that_of_the_assessment_that_the_release_began_with(assessments: list[object], found: str) -> None:
    journal = done()("finished", state="implemented").entries
    mine = sorted([*assessments, *journal], key=lambda one: one.seq)  # type: ignore[attr-defined]
    facts = release_facts(PLAIN, mine)  # type: ignore[arg-type]
    assert (facts.class_, facts.outcome, facts.state) == (found, "successful", "implemented")
