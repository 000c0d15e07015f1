"""Running a release: steps and their order, failures, the gate, the way back, the window."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from changeflow import errors
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import ReleaseBody
from changeflow.repo.programs import Ran
from changeflow.usecases.release import run as release

from .building import ID, T0, change
from .fakes import Stage
from .plans import do, manual, outcomes, person, typical


def test_a_release_that_goes_well_is_implemented_and_exits_0():
    stage = Stage(typical())
    answered = release.run(stage.prepared())
    assert (answered.code, answered.answer.state) == (0, "implemented")
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]
    assert outcomes(answered) == {"implementation/0": "done", "implementation/1": "done", "verification/0": "done"}


def test_every_effect_stands_between_its_intent_and_its_outcome():
    stage = Stage(typical())
    release.run(stage.prepared())
    assert stage.journal.events() == [
        "started",
        "intent implementation/0", "outcome implementation/0 done",
        "intent implementation/1", "outcome implementation/1 done",
        "intent verification/0", "outcome verification/0 done",
        "finished implemented",
    ]  # fmt: skip


def test_the_start_records_the_claim_the_baseline_and_the_decision_that_allowed_it():
    stage = Stage(typical(), by="bob")
    release.run(stage.prepared())
    started = stage.journal.entries[1].body
    assert isinstance(started, ReleaseBody)
    assert started.environments == ("production",)
    assert started.baseline["cmdb/payments-db"] == "sha256:" + "1" * 64
    assert started.by == "bob"
    assert [entry.kind for entry in stage.journal.entries][:2] == ["decision", "release"]


def test_programs_are_told_the_number_of_the_entry_that_put_this_process_in_charge():
    stage = Stage(typical())
    release.run(stage.prepared())
    assert set(stage.world.fences) == {2}


@pytest.mark.parametrize("failing", ["implementation/0", "implementation/1", "verification/0"])
def test_a_failed_step_runs_the_rollback_plan(failing):
    stage = Stage(typical())
    stage.world.fails = frozenset({failing})
    answered = release.run(stage.prepared())
    assert (answered.code, answered.answer.state) == (1, "rolled_back")
    assert outcomes(answered)[failing] == "failed"
    assert stage.world.effects[-2:] == ["rollback/0", "rollback/1"]
    assert failing in answered.answer.message


def test_steps_after_a_failure_are_skipped_and_the_answer_lists_them():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/0"})
    found = outcomes(release.run(stage.prepared()))
    assert (found["implementation/1"], found["verification/0"], found["rollback/0"]) == ("skipped", "skipped", "done")


def test_rollback_steps_appear_only_when_there_was_a_rollback():
    assert not [key for key in outcomes(release.run(Stage(typical()).prepared())) if key.startswith("rollback")]


def test_a_step_whose_verify_disagrees_has_failed():
    stage = Stage(typical())
    stage.world.silent = frozenset({"implementation/0"})
    answered = release.run(stage.prepared())
    assert outcomes(answered)["implementation/0"] == "timed_out"
    assert answered.answer.state == "rolled_back"


def test_a_program_that_cannot_be_started_has_failed():
    stage = Stage(typical())
    stage.programs.during = lambda key: (
        Ran("not_started", None, 0, "", "`x` is not on PATH") if key == "implementation/0" else None
    )
    answered = release.run(stage.prepared())
    assert outcomes(answered)["implementation/0"] == "failed"
    assert "not on PATH" in answered.answer.message


def test_a_failed_rollback_keeps_the_environment_and_says_what_is_left():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/1", "rollback/0"})
    answered = release.run(stage.prepared())
    assert (answered.code, answered.answer.state) == (1, "rollback_failed")
    assert "left to do: rollback/0 `undo two`; rollback/1 `undo one`" in answered.answer.message
    assert "--resolved" in in_a_row([answered.hint], MACHINE)
    other = Stage(change(change_id="CHG-20261122-other", implementation=[do("x")]))
    other.journal = stage.journal
    with pytest.raises(errors.Refused, match=ID):
        release.run(other.prepared())


def test_a_failed_rollback_is_resolved_by_a_person_with_words_and_frees_the_environment():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/1", "rollback/0"})
    release.run(stage.prepared())
    with pytest.raises(errors.UsageError, match="say how"):
        release.resolve(stage.prepared("carol"), " ")
    answered = release.resolve(stage.prepared("carol"), "Promoted the old primary by hand")
    assert answered.answer.state == "rolled_back"
    assert "carol" in answered.answer.message
    other = Stage(change(change_id="CHG-20261122-other", implementation=[do("x")]))
    other.journal = stage.journal
    assert release.run(other.prepared()).answer.state == "implemented"
    with pytest.raises(errors.Refused, match="no failed rollback"):
        release.resolve(stage.prepared("carol"), "again")


def test_an_ended_release_is_not_run_again():
    stage = Stage(typical())
    release.run(stage.prepared())
    before = (list(stage.world.effects), stage.journal.events())
    again = release.run(stage.prepared())
    assert (again.code, again.answer.state) == (0, "implemented")
    assert "nothing was run" in again.answer.message
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert before == (stage.world.effects, stage.journal.events())


# -- the gate and the way back -------------------------------------------------------------------------------------------


def test_a_shut_gate_refuses_and_touches_nothing():
    stage = Stage(typical(), is_open=False)
    with pytest.raises(errors.Refused, match="Too early"):
        release.run(stage.prepared())
    assert (stage.journal.entries, stage.world.effects) == ([], [])


def test_a_refusal_has_an_answer_too():
    stage = Stage(typical(), is_open=False)
    answer = release.refused(stage.prepared(), "the gate is shut")
    assert (answer.state, answer.message) == ("refused", "the gate is shut")
    assert {step.outcome for step in answer.steps} == {"skipped"}


def test_a_program_missing_anywhere_in_the_plan_is_found_before_the_start():
    stage = Stage(typical())
    stage.programs.absent = {"./do"}
    with pytest.raises(errors.Refused, match="does not exist"):
        release.run(stage.prepared())
    assert stage.journal.entries == []


def rollback_with(precondition: dict[str, Any]) -> dict[str, Any]:
    return {"trigger": "x", "limit": "PT5M", "steps": [do("undo")], "preconditions": [precondition]}


def with_precondition(precondition: dict[str, Any]) -> ChangeRequest:
    words = change(implementation=[do("one")]).model_dump(mode="json", by_alias=True, exclude_none=True)
    words["spec"]["rollback"] = rollback_with(precondition)
    return ChangeRequest.model_validate(words)


def test_a_precondition_of_the_rollback_that_does_not_hold_refuses():
    stage = Stage(with_precondition(do("backup exists")))
    stage.programs.during = lambda _: Ran("failed", 1, 5, "", "exit code 1")
    with pytest.raises(errors.Refused, match="backup exists"):
        release.run(stage.prepared())
    assert stage.journal.entries == []


def test_a_precondition_that_holds_lets_the_release_start():
    stage = Stage(with_precondition(do("backup exists")))
    assert release.run(stage.prepared()).answer.state == "implemented"


def test_a_manual_precondition_needs_somebodys_word():
    stage = Stage(with_precondition(person("check the backup")))
    with pytest.raises(errors.Refused, match="check the backup"):
        release.run(stage.prepared())
    stage.preconditions_met = True
    assert release.run(stage.prepared()).answer.state == "implemented"


def test_a_ledger_that_does_not_hold_together_refuses():
    stage = Stage(typical())
    stage.journal.problems = (["entry 3 was edited"],)
    with pytest.raises(errors.Refused, match="entry 3 was edited"):
        release.run(stage.prepared())


def test_a_held_environment_refuses_and_names_the_holder():
    stage = Stage(typical())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("production",))
    stage.journal.put("CHG-20261101-holder", holder)
    with pytest.raises(errors.Refused, match="CHG-20261101-holder holds the environment `production`"):
        release.run(stage.prepared())


def test_another_environment_does_not_matter():
    stage = Stage(typical())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("office",))
    stage.journal.put("CHG-20261101-holder", holder)
    assert release.run(stage.prepared()).code == 0


def test_a_lost_race_for_the_claim_is_decided_again():
    stage = Stage(typical())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("production",))
    stage.journal.before_append = [lambda: stage.journal.put("CHG-20261101-faster", holder)]
    with pytest.raises(errors.Refused, match="CHG-20261101-faster"):
        release.run(stage.prepared())
    assert stage.gates["deploy"] == 1


def test_a_race_against_something_harmless_is_won_the_second_time_after_asking_the_gate_again():
    stage = Stage(typical())
    other = ReleaseBody(event="interrupted", run="x", digest="sha256:" + "0" * 64)
    stage.journal.before_append = [lambda: stage.journal.put("CHG-20261101-other", other)]
    assert release.run(stage.prepared()).code == 0
    assert stage.gates["deploy"] == 2


# -- the window ----------------------------------------------------------------------------------------------------------


def test_no_implementation_step_begins_after_the_window_and_what_was_done_is_undone():
    stage = Stage(typical(), window_end=T0 + timedelta(minutes=5))

    def slow(key: str) -> None:
        if key == "implementation/0":
            stage.times.now += timedelta(minutes=6)

    stage.programs.during = slow
    answered = release.run(stage.prepared())
    assert answered.answer.state == "rolled_back"
    assert stage.world.effects == ["implementation/0", "rollback/0", "rollback/1"]
    assert "the window ended" in answered.answer.message


def test_a_window_that_ends_before_the_first_step_leaves_nothing_to_undo():
    stage = Stage(typical(), window_end=T0)
    assert release.run(stage.prepared()).answer.state == "rolled_back"
    assert stage.world.effects == []


def test_verification_may_finish_after_the_window():
    stage = Stage(typical(), window_end=T0 + timedelta(minutes=5))

    def slow(key: str) -> None:
        if key == "implementation/1":
            stage.times.now += timedelta(minutes=6)

    stage.programs.during = slow
    assert release.run(stage.prepared()).answer.state == "implemented"


# -- status --------------------------------------------------------------------------------------------------------------


def test_status_of_a_change_without_a_release_is_the_state_of_the_change():
    answered = release.status(Stage(typical()).prepared())
    assert (answered.code, answered.answer.state) == (0, "scheduled")


def test_status_says_what_is_waited_for():
    stage = Stage(manual())
    release.run(stage.prepared())
    answer = release.status(stage.prepared()).answer
    assert (answer.state, answer.waiting_for) == ("implementing", "implementation/1")
