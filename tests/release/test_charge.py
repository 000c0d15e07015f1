"""Whether the process in charge may still be at work is told by its last line, and by how long the step of that line may take."""

from __future__ import annotations

from datetime import timedelta

import pytest

from changeflow.release.progress import progress
from changeflow.release.run_in_charge import QUIET, may_be_alive

from .building import Writer, change, step, writer

I0, I1, I2 = "implementation/0", "implementation/1", "implementation/2"
SECOND = timedelta(seconds=1)


def begun() -> Writer:
    steps = [
        step("one", timeout="PT10M"),
        step("two", timeout="PT10M", verify=["./v"]),
        step("call", manual="Call the prepared"),
    ]
    return writer(change(implementation=steps))("started")


def alive_for(journal: Writer) -> timedelta:
    """How long after its last line the process counts as one that may be at work; nothing where it does not at all."""
    state = progress(journal.plan, journal.entries)
    written = journal.entries[-1].recorded_at
    if not may_be_alive(journal.plan, state, written):
        return timedelta()
    long = next(
        minutes for minutes in range(1, 120) if not may_be_alive(journal.plan, state, written + timedelta(minutes=minutes))
    )
    assert may_be_alive(journal.plan, state, written + timedelta(minutes=long) - SECOND)
    return timedelta(minutes=long)


def test_between_two_steps_it_may_be_quiet_for_a_short_while():
    assert alive_for(begun()) == QUIET
    assert alive_for(begun().did(I0)) == QUIET


def test_inside_of_a_step_it_may_be_quiet_for_as_long_as_the_step_may_take():
    assert alive_for(begun()("intent", I0)) == QUIET + timedelta(minutes=10)


def test_a_check_takes_the_time_of_its_step_once_more():
    assert alive_for(begun().did(I0)("intent", I1)) == QUIET + timedelta(minutes=20)


def test_a_step_that_a_person_does_keeps_no_process_at_work():
    assert alive_for(begun().did(I0).did(I1)("intent", I2)) == QUIET


@pytest.mark.parametrize("last", ["interrupted", "finished"])
def test_a_process_that_said_that_it_stopped_is_not_at_work(last: str):
    words = {"state": "rolled_back"} if last == "finished" else {}
    assert alive_for(begun().did(I0)(last, **words)) == timedelta()


def test_a_journal_in_which_no_process_wrote_has_none_at_work():
    journal = begun()
    state = progress(journal.plan, [])
    assert not may_be_alive(journal.plan, state, journal.entries[-1].recorded_at)
