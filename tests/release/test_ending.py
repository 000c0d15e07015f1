"""How a release ended is read in one way: by gates, by the risk of other changes, and by the tables of the past."""

from __future__ import annotations

import itertools

import pytest

from changeflow.gate_cases.release_facts import release_facts
from changeflow.insight.records import OUTCOMES
from changeflow.release.ending import (
    FAILURES,
    OUTCOME_OF,
    finished_changes,
    has_failed,
    release_span,
)

from .building import ID, Writer, change, writer

ENDS = ("implemented", "rolled_back", "rollback_failed")


def ended(state: str = "implemented") -> Writer:
    return writer(change())("started").did("implementation/0")("finished", state=state)


def turned() -> Writer:
    return ended()("rolling_back")


@pytest.mark.parametrize("state", ENDS)
def test_gates_and_the_risk_of_others_read_the_same_end(state: str) -> None:
    entries = ended(state).entries
    assert release_facts(change(), entries).state == finished_changes(entries)[ID] == state
    span = release_span(entries)
    assert span is not None
    assert (span.state, span.end) == (state, entries[-1])
    assert OUTCOME_OF[state] in OUTCOMES
    assert has_failed(state) == (state != "implemented") == (OUTCOME_OF[state] in FAILURES)


def test_a_release_that_is_rolled_back_after_its_end_has_not_ended() -> None:
    entries = turned().entries
    span = release_span(entries)
    assert span is not None
    assert (span.state, span.end) == ("implementing", None)
    assert finished_changes(entries) == {}
    assert release_facts(change(), entries).ended is None
    assert finished_changes(turned()("finished", state="rolled_back").entries) == {ID: "rolled_back"}


def test_what_came_since_adds_to_what_was_known_as_if_all_were_read() -> None:
    entries = turned()("finished", state="rolled_back").entries
    for cut in range(len(entries) + 1):
        before = finished_changes(entries[:cut])
        assert finished_changes(entries[cut:], before) == finished_changes(entries)
        for length in range(cut, len(entries) + 1):
            assert finished_changes(entries[cut:length], before) == finished_changes(entries[:length])


def test_a_change_without_a_journal_has_no_span() -> None:
    assert release_span([]) is None
    assert finished_changes([]) == {}


def test_only_a_proven_end_ends_a_proven_start() -> None:
    for proven_start, proven_end in itertools.product((True, False), repeat=2):
        entries = ended().entries
        entries = [one.model_copy(update={"proven": proven_end if one is entries[-1] else proven_start}) for one in entries]
        span = release_span(entries)
        assert span is not None
        assert (span.end is not None) == (proven_end or not proven_start)
        assert span.proven == (proven_start and (proven_end or span.end is None))
