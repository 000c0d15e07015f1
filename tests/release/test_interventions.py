"""What people say and order: confirmations, rollbacks, decisions about steps nobody else can judge."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from changeflow import errors
from changeflow.language.sentences import in_a_row
from changeflow.model.evidence import ReleaseBody, ReviewBody
from changeflow.render.presentation import MACHINE
from changeflow.render.release import text
from changeflow.usecases.release import run as release
from changeflow.usecases.release.interventions import Confirmation

from .building import ID, change
from .fakes import Stage
from .plans import do, lost, manual, outcomes, person, typical


def test_a_manual_step_waits_for_a_persons_word_and_says_what_to_do():
    stage = Stage(manual())
    answered = release.run(stage.prepared())
    assert (answered.code, answered.answer.state, answered.answer.waiting_for) == (1, "implementing", "implementation/1")
    assert "Please call the prepared" in answered.answer.message
    assert f"release confirm {ID} --step implementation/1 --as PERSON" in in_a_row([answered.hint], MACHINE)


def test_a_confirmed_manual_step_lets_the_release_go_on():
    for go_on in (release.resume, release.run):
        stage = Stage(manual())
        release.run(stage.prepared())
        release.confirm(stage.prepared("carol"), Confirmation("done", "implementation/1"))
        assert go_on(stage.prepared()).answer.state == "implemented"
        assert stage.world.effects == ["implementation/0", "implementation/2"]


def test_the_key_may_be_left_out_when_one_step_waits():
    stage = Stage(manual())
    release.run(stage.prepared())
    assert "implementation/1" in release.confirm(stage.prepared("carol"), Confirmation("done")).answer.message


def test_a_manual_step_that_failed_rolls_back():
    stage = Stage(manual())
    release.run(stage.prepared())
    release.confirm(stage.prepared("carol"), Confirmation("failed", note="They said no"))
    assert release.resume(stage.prepared()).answer.state == "rolled_back"


def test_waiting_sees_the_word_when_it_comes():
    stage = Stage(manual(), wait=60)
    stage.times.on_sleep = [lambda: None, lambda: release.confirm(stage.prepared("carol"), Confirmation("done")) and None]
    assert release.run(stage.prepared()).answer.state == "implemented"
    told = [text for text in stage.diary.said if "release confirm" in text]
    assert len(told) == 1, "whose word is needed is said once, not at every look"


def test_a_manual_step_that_nobody_confirms_in_time_has_timed_out():
    stage = Stage(manual(timeout="PT1M"), wait=600)
    answered = release.run(stage.prepared())
    assert answered.answer.state == "rolled_back"
    assert outcomes(answered)["implementation/1"] == "timed_out"


def test_a_manual_steps_time_runs_while_nobody_drives():
    stage = Stage(manual(timeout="PT1M"))
    release.run(stage.prepared())
    stage.times.now += timedelta(minutes=2)
    assert release.resume(stage.prepared()).answer.state == "rolled_back"


def test_a_confirmed_step_with_a_verify_is_not_simply_believed():
    stage = Stage(manual(checked=True))
    release.run(stage.prepared())
    release.confirm(stage.prepared("carol"), Confirmation("done"))
    assert release.resume(stage.prepared()).answer.state == "rolled_back"
    stage = Stage(manual(checked=True))
    release.run(stage.prepared())
    stage.world.marks.add("implementation/1")
    release.confirm(stage.prepared("carol"), Confirmation("done"))
    assert release.resume(stage.prepared()).answer.state == "implemented"


@pytest.mark.parametrize(
    ("who", "error", "says"),
    [
        (None, errors.UsageError, "name of the person"),
        ("mallory", errors.Refused, "not in the roster"),
        ("renovate", errors.Refused, "automation"),
    ],
)
def test_only_people_of_the_roster_confirm(who, error, says):
    stage = Stage(manual())
    release.run(stage.prepared())
    stage.by = who
    with pytest.raises(error, match=says):
        release.confirm(stage.prepared(), Confirmation("done"))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (Confirmation("done", "implementation/9"), "no step `implementation/9`"),
        (Confirmation("done", "implementation/0"), "waits for no confirmation"),
        (Confirmation("not-done", "implementation/1"), "manual step"),
    ],
)
def test_a_word_that_nobody_asked_for_is_refused(said, says):
    stage = Stage(manual())
    release.run(stage.prepared())
    with pytest.raises(errors.Refused, match=says):
        release.confirm(stage.prepared("carol"), said)


def test_nothing_is_confirmed_before_a_release_or_after_it():
    stage = Stage(typical(), by="carol")
    with pytest.raises(errors.Refused, match="has not been released"):
        release.confirm(stage.prepared(), Confirmation("done"))
    release.run(stage.prepared())
    with pytest.raises(errors.Refused, match="no step"):
        release.confirm(stage.prepared(), Confirmation("done"))


# -- a person orders the rollback ----------------------------------------------------------------------------------------


def test_a_person_orders_the_rollback_of_a_waiting_release():
    stage = Stage(manual())
    release.run(stage.prepared())
    answered = release.rollback(stage.prepared("carol"), "Errors at 4 %")
    assert (answered.code, answered.answer.state) == (0, "rolled_back")
    assert "ordered by carol: Errors at 4 %" in answered.answer.message


def test_a_person_orders_the_rollback_of_an_implemented_release():
    stage = Stage(typical())
    release.run(stage.prepared())
    assert release.rollback(stage.prepared("carol")).answer.state == "rolled_back"
    assert stage.world.effects[-2:] == ["rollback/0", "rollback/1"]
    with pytest.raises(errors.Refused, match="ended already: rolled back"):
        release.rollback(stage.prepared("carol"))


def test_an_implemented_release_takes_its_environment_again_or_is_not_rolled_back():
    stage = Stage(typical())
    release.run(stage.prepared())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("production",))
    stage.journal.put("CHG-20261123-next", holder)
    with pytest.raises(errors.Refused, match="CHG-20261123-next holds"):
        release.rollback(stage.prepared("carol"))


def test_a_release_that_another_process_drives_here_turns_round_by_itself():
    stage = Stage(typical())

    def order(key: str) -> None:
        if key == "implementation/0":
            answered = release.rollback(stage.prepared("carol"), "stop")
            assert "rolls back" in answered.answer.message
            stage.by = None

    stage.programs.during = order
    answered = release.run(stage.prepared())
    assert answered.answer.state == "rolled_back"
    assert stage.world.effects == ["implementation/0", "rollback/0", "rollback/1"]


def test_nothing_is_rolled_back_that_was_not_started_and_nobody_orders_in_silence():
    stage = Stage(typical())
    with pytest.raises(errors.UsageError, match="name of the person"):
        release.rollback(stage.prepared())
    with pytest.raises(errors.Refused, match="has not been released"):
        release.rollback(stage.prepared("carol"))


# -- unknown steps -------------------------------------------------------------------------------------------------------


def test_an_unknown_step_that_happened_is_not_done_again():
    stage = lost(typical(), "after effect implementation/0")
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1


def test_an_unknown_step_that_did_not_happen_is_done_once():
    stage = lost(typical(), "before effect implementation/0")
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1
    assert "outcome implementation/0 skipped" in stage.journal.events()


def test_an_unknown_step_that_no_program_can_judge_waits_for_a_person():
    stage = lost(change(implementation=[do("one"), do("two")]), "after effect implementation/0")
    answered = release.resume(stage.prepared())
    assert (answered.code, answered.answer.waiting_for) == (1, "implementation/0")
    assert outcomes(answered)["implementation/0"] == "unknown"
    assert "--not-done" in in_a_row([answered.hint], MACHINE)
    release.confirm(stage.prepared("carol"), Confirmation("done"))
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1


def test_a_person_who_says_not_done_has_it_done():
    stage = lost(change(implementation=[do("one"), do("two")]), "before effect implementation/0")
    release.resume(stage.prepared())
    release.confirm(stage.prepared("carol"), Confirmation("not-done"))
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1


def test_a_verify_that_gives_no_answer_leaves_it_to_a_person():
    stage = lost(typical(), "after effect implementation/0")
    stage.world.silent = frozenset({"implementation/0"})
    assert release.resume(stage.prepared()).answer.waiting_for == "implementation/0"


def test_looking_again_and_again_leaves_no_trace():
    stage = lost(change(implementation=[do("one")]), "after effect implementation/0")
    release.resume(stage.prepared())
    before = stage.journal.events()
    release.resume(stage.prepared())
    release.status(stage.prepared())
    assert stage.journal.events() == before


def test_a_reviewed_change_is_not_rolled_back_but_changed_anew():
    stage = Stage(typical())
    release.run(stage.prepared())
    stage.journal.put(ID, ReviewBody(by="dave", outcome="successful", digest="sha256:" + "0" * 64))
    with pytest.raises(errors.Refused, match="has been reviewed"):
        release.rollback(stage.prepared("carol"))


def test_ordering_a_rollback_again_goes_on_with_it():
    stage = Stage(change(implementation=[person("call")], rollback=[person("call back"), do("undo")]))
    release.run(stage.prepared())
    first = release.rollback(stage.prepared("carol"))
    assert first.answer.waiting_for == "rollback/0"
    again = release.rollback(stage.prepared("carol"))
    assert again.answer.waiting_for == "rollback/0"
    assert stage.journal.events().count("rolling_back") == 1


def test_a_step_that_waits_for_a_person_is_not_called_unknown():
    answer = release.run(Stage(manual()).prepared()).answer
    [asked] = [step for step in answer.steps if step.waiting]
    assert (asked.index, asked.outcome) == (1, "unknown"), "it has no outcome yet"
    assert "UNKNOWN" not in text(answer, MACHINE)
    assert "1  waiting" in text(answer, MACHINE)
