"""Driving a release: steps, failures, people, interruptions, overtakers, and a kill at every point there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changeflow import errors
from changeflow.model.change import ChangeRequest
from changeflow.model.evidence import ReleaseBody
from changeflow.repo.programs import Ran
from changeflow.usecases import release
from changeflow.usecases.release import Desk
from changeflow.usecases.releases.orders import Said

from .building import ID, T0, change
from .fakes import Faults, Killed, Stage

Act = Callable[[Desk], release.Answered]


def do(name: str, *, checked: bool = False, **words: Any) -> dict[str, Any]:
    return {"name": name, "run": ["./do", name], **({"verify": ["./verify"]} if checked else {}), **words}


def person(name: str, *, checked: bool = False, **words: Any) -> dict[str, Any]:
    return {"name": name, "manual": f"Please {name}", **({"verify": ["./verify"]} if checked else {}), **words}


def typical(**words: Any) -> ChangeRequest:
    return change(
        implementation=[do("one", checked=True), do("two", checked=True)],
        verification=[do("smoke", checked=True)],
        rollback=[do("undo two", checked=True), do("undo one", checked=True)],
        **words,
    )


def outcomes(answered: release.Answered) -> dict[str, str]:
    return {f"{step.phase}/{step.index}": step.outcome for step in answered.answer.steps}


def test_a_release_that_goes_well_is_implemented_and_exits_0():
    stage = Stage(typical())
    answered = release.run(stage.desk())
    assert (answered.code, answered.answer.state) == (0, "implemented")
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]
    assert outcomes(answered) == {"implementation/0": "done", "implementation/1": "done", "verification/0": "done"}


def test_every_effect_stands_between_its_intent_and_its_outcome():
    stage = Stage(typical())
    release.run(stage.desk())
    assert stage.journal.events() == [
        "started",
        "intent implementation/0", "outcome implementation/0 done",
        "intent implementation/1", "outcome implementation/1 done",
        "intent verification/0", "outcome verification/0 done",
        "finished implemented",
    ]  # fmt: skip


def test_the_start_records_the_claim_the_baseline_and_the_decision_that_allowed_it():
    stage = Stage(typical(), by="bob")
    release.run(stage.desk())
    started = stage.journal.entries[0].body
    assert isinstance(started, ReleaseBody)
    assert started.environments == ("production",)
    assert started.baseline["cmdb/payments-db"] == "sha256:" + "1" * 64
    assert started.by == "bob"
    assert [entry.kind for entry in stage.journal.entries][:2] == ["release", "decision"]


def test_programs_are_told_the_number_of_the_entry_that_put_this_process_in_charge():
    stage = Stage(typical())
    release.run(stage.desk())
    assert set(stage.world.fences) == {1}


@pytest.mark.parametrize("failing", ["implementation/0", "implementation/1", "verification/0"])
def test_a_failed_step_runs_the_rollback_plan(failing):
    stage = Stage(typical())
    stage.world.fails = frozenset({failing})
    answered = release.run(stage.desk())
    assert (answered.code, answered.answer.state) == (1, "rolled_back")
    assert outcomes(answered)[failing] == "failed"
    assert stage.world.effects[-2:] == ["rollback/0", "rollback/1"]
    assert failing in answered.answer.message


def test_steps_after_a_failure_are_skipped_and_the_answer_lists_them():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/0"})
    found = outcomes(release.run(stage.desk()))
    assert (found["implementation/1"], found["verification/0"], found["rollback/0"]) == ("skipped", "skipped", "done")


def test_rollback_steps_appear_only_when_there_was_a_rollback():
    assert not [key for key in outcomes(release.run(Stage(typical()).desk())) if key.startswith("rollback")]


def test_a_step_whose_verify_disagrees_has_failed():
    stage = Stage(typical())
    stage.world.silent = frozenset({"implementation/0"})
    answered = release.run(stage.desk())
    assert outcomes(answered)["implementation/0"] == "timed_out"
    assert answered.answer.state == "rolled_back"


def test_a_program_that_cannot_be_started_has_failed():
    stage = Stage(typical())
    stage.programs.during = lambda key: (
        Ran("not_started", None, 0, "", "`x` is not on PATH") if key == "implementation/0" else None
    )
    answered = release.run(stage.desk())
    assert outcomes(answered)["implementation/0"] == "failed"
    assert "not on PATH" in answered.answer.message


def test_a_failed_rollback_keeps_the_environment_and_says_what_is_left():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/1", "rollback/0"})
    answered = release.run(stage.desk())
    assert (answered.code, answered.answer.state) == (1, "rollback_failed")
    assert "left to do: rollback/0 `undo two`; rollback/1 `undo one`" in answered.answer.message
    assert "--resolved" in answered.hint
    other = Stage(change(change_id="CHG-20261122-other", implementation=[do("x")]))
    other.journal = stage.journal
    with pytest.raises(errors.Refused, match=ID):
        release.run(other.desk())


def test_a_failed_rollback_is_resolved_by_a_person_with_words_and_frees_the_environment():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/1", "rollback/0"})
    release.run(stage.desk())
    with pytest.raises(errors.UsageError, match="say how"):
        release.resolve(stage.desk("carol"), " ")
    answered = release.resolve(stage.desk("carol"), "Promoted the old primary by hand")
    assert answered.answer.state == "rolled_back"
    assert "carol" in answered.answer.message
    other = Stage(change(change_id="CHG-20261122-other", implementation=[do("x")]))
    other.journal = stage.journal
    assert release.run(other.desk()).answer.state == "implemented"
    with pytest.raises(errors.Refused, match="no failed rollback"):
        release.resolve(stage.desk("carol"), "again")


def test_an_ended_release_is_not_run_again():
    stage = Stage(typical())
    release.run(stage.desk())
    before = (list(stage.world.effects), stage.journal.events())
    with pytest.raises(errors.Refused, match="released already: implemented"):
        release.run(stage.desk())
    assert release.resume(stage.desk()).answer.state == "implemented"
    assert before == (stage.world.effects, stage.journal.events())


# -- the gate and the way back -------------------------------------------------------------------------------------------


def test_a_shut_gate_refuses_and_touches_nothing():
    stage = Stage(typical(), is_open=False)
    with pytest.raises(errors.Refused, match="Too early"):
        release.run(stage.desk())
    assert (stage.journal.entries, stage.world.effects) == ([], [])


def test_a_refusal_has_an_answer_too():
    stage = Stage(typical(), is_open=False)
    answer = release.refused(stage.desk(), "the gate is shut")
    assert (answer.state, answer.message) == ("refused", "the gate is shut")
    assert {step.outcome for step in answer.steps} == {"skipped"}


def test_a_program_missing_anywhere_in_the_plan_is_found_before_the_start():
    stage = Stage(typical())
    stage.programs.absent = {"./do"}
    with pytest.raises(errors.Refused, match="does not exist"):
        release.run(stage.desk())
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
        release.run(stage.desk())
    assert stage.journal.entries == []


def test_a_precondition_that_holds_lets_the_release_start():
    stage = Stage(with_precondition(do("backup exists")))
    assert release.run(stage.desk()).answer.state == "implemented"


def test_a_manual_precondition_needs_somebodys_word():
    stage = Stage(with_precondition(person("check the backup")))
    with pytest.raises(errors.Refused, match="check the backup"):
        release.run(stage.desk())
    stage.preconditions_met = True
    assert release.run(stage.desk()).answer.state == "implemented"


def test_a_ledger_that_does_not_hold_together_refuses():
    stage = Stage(typical())
    stage.journal.problems = ("entry 3 was edited",)
    with pytest.raises(errors.Refused, match="entry 3 was edited"):
        release.run(stage.desk())


def test_a_held_environment_refuses_and_names_the_holder():
    stage = Stage(typical())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("production",))
    stage.journal.put("CHG-20261101-holder", holder)
    with pytest.raises(errors.Refused, match="CHG-20261101-holder holds the environment `production`"):
        release.run(stage.desk())


def test_another_environment_does_not_matter():
    stage = Stage(typical())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("office",))
    stage.journal.put("CHG-20261101-holder", holder)
    assert release.run(stage.desk()).code == 0


def test_a_lost_race_for_the_claim_is_decided_again():
    stage = Stage(typical())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("production",))
    stage.journal.before_append = [lambda: stage.journal.put("CHG-20261101-faster", holder)]
    with pytest.raises(errors.Refused, match="CHG-20261101-faster"):
        release.run(stage.desk())
    assert stage.gates["deploy"] == 1


def test_a_race_against_something_harmless_is_won_the_second_time_after_asking_the_gate_again():
    stage = Stage(typical())
    other = ReleaseBody(event="interrupted", run="x", digest="sha256:" + "0" * 64)
    stage.journal.before_append = [lambda: stage.journal.put("CHG-20261101-other", other)]
    assert release.run(stage.desk()).code == 0
    assert stage.gates["deploy"] == 2


# -- the window ----------------------------------------------------------------------------------------------------------


def test_no_implementation_step_begins_after_the_window_and_what_was_done_is_undone():
    stage = Stage(typical(), window_end=T0 + timedelta(minutes=5))

    def slow(key: str) -> None:
        if key == "implementation/0":
            stage.times.now += timedelta(minutes=6)

    stage.programs.during = slow
    answered = release.run(stage.desk())
    assert answered.answer.state == "rolled_back"
    assert stage.world.effects == ["implementation/0", "rollback/0", "rollback/1"]
    assert "the window ended" in answered.answer.message


def test_a_window_that_ends_before_the_first_step_leaves_nothing_to_undo():
    stage = Stage(typical(), window_end=T0)
    assert release.run(stage.desk()).answer.state == "rolled_back"
    assert stage.world.effects == []


def test_verification_may_finish_after_the_window():
    stage = Stage(typical(), window_end=T0 + timedelta(minutes=5))

    def slow(key: str) -> None:
        if key == "implementation/1":
            stage.times.now += timedelta(minutes=6)

    stage.programs.during = slow
    assert release.run(stage.desk()).answer.state == "implemented"


# -- people --------------------------------------------------------------------------------------------------------------


def manual(**words: Any) -> ChangeRequest:
    return change(implementation=[do("one"), person("call the desk", **words), do("two")], rollback=[do("undo")])


def test_a_manual_step_waits_for_a_persons_word_and_says_what_to_do():
    stage = Stage(manual())
    answered = release.run(stage.desk())
    assert (answered.code, answered.answer.state, answered.answer.waiting_for) == (1, "implementing", "implementation/1")
    assert "Please call the desk" in answered.answer.message
    assert f"release confirm {ID} --step implementation/1 --as PERSON" in answered.hint


def test_a_confirmed_manual_step_lets_the_release_go_on():
    for go_on in (release.resume, release.run):
        stage = Stage(manual())
        release.run(stage.desk())
        release.confirm(stage.desk("carol"), Said("done", "implementation/1"))
        assert go_on(stage.desk()).answer.state == "implemented"
        assert stage.world.effects == ["implementation/0", "implementation/2"]


def test_the_key_may_be_left_out_when_one_step_waits():
    stage = Stage(manual())
    release.run(stage.desk())
    assert "implementation/1" in release.confirm(stage.desk("carol"), Said("done")).answer.message


def test_a_manual_step_that_failed_rolls_back():
    stage = Stage(manual())
    release.run(stage.desk())
    release.confirm(stage.desk("carol"), Said("failed", note="They said no"))
    assert release.resume(stage.desk()).answer.state == "rolled_back"


def test_waiting_sees_the_word_when_it_comes():
    stage = Stage(manual(), wait=60)
    stage.times.on_sleep = [lambda: None, lambda: release.confirm(stage.desk("carol"), Said("done")) and None]
    assert release.run(stage.desk()).answer.state == "implemented"
    told = [text for text in stage.diary.said if "release confirm" in text]
    assert len(told) == 1, "whose word is needed is said once, not at every look"


def test_a_manual_step_that_nobody_confirms_in_time_has_timed_out():
    stage = Stage(manual(timeout="PT1M"), wait=600)
    answered = release.run(stage.desk())
    assert answered.answer.state == "rolled_back"
    assert outcomes(answered)["implementation/1"] == "timed_out"


def test_a_manual_steps_time_runs_while_nobody_drives():
    stage = Stage(manual(timeout="PT1M"))
    release.run(stage.desk())
    stage.times.now += timedelta(minutes=2)
    assert release.resume(stage.desk()).answer.state == "rolled_back"


def test_a_confirmed_step_with_a_verify_is_not_simply_believed():
    stage = Stage(manual(checked=True))
    release.run(stage.desk())
    release.confirm(stage.desk("carol"), Said("done"))
    assert release.resume(stage.desk()).answer.state == "rolled_back"
    stage = Stage(manual(checked=True))
    release.run(stage.desk())
    stage.world.marks.add("implementation/1")
    release.confirm(stage.desk("carol"), Said("done"))
    assert release.resume(stage.desk()).answer.state == "implemented"


@pytest.mark.parametrize(
    ("who", "error", "says"),
    [
        (None, errors.UsageError, "whose"),
        ("mallory", errors.Refused, "not in the roster"),
        ("renovate", errors.Refused, "automation"),
    ],
)
def test_only_people_of_the_roster_confirm(who, error, says):
    stage = Stage(manual())
    release.run(stage.desk())
    stage.by = who
    with pytest.raises(error, match=says):
        release.confirm(stage.desk(), Said("done"))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (Said("done", "implementation/9"), "no step `implementation/9`"),
        (Said("done", "implementation/0"), "waits for no confirmation"),
        (Said("not-done", "implementation/1"), "done, or it failed"),
    ],
)
def test_a_word_that_nobody_asked_for_is_refused(said, says):
    stage = Stage(manual())
    release.run(stage.desk())
    with pytest.raises(errors.Refused, match=says):
        release.confirm(stage.desk("carol"), said)


def test_nothing_is_confirmed_before_a_release_or_after_it():
    stage = Stage(typical(), by="carol")
    with pytest.raises(errors.Refused, match="has not been released"):
        release.confirm(stage.desk(), Said("done"))
    release.run(stage.desk())
    with pytest.raises(errors.Refused, match="no step"):
        release.confirm(stage.desk(), Said("done"))


# -- a person orders the rollback ----------------------------------------------------------------------------------------


def test_a_person_orders_the_rollback_of_a_waiting_release():
    stage = Stage(manual())
    release.run(stage.desk())
    answered = release.rollback(stage.desk("carol"), "Errors at 4 %")
    assert (answered.code, answered.answer.state) == (0, "rolled_back")
    assert "ordered by carol: Errors at 4 %" in answered.answer.message


def test_a_person_orders_the_rollback_of_an_implemented_release():
    stage = Stage(typical())
    release.run(stage.desk())
    assert release.rollback(stage.desk("carol")).answer.state == "rolled_back"
    assert stage.world.effects[-2:] == ["rollback/0", "rollback/1"]
    with pytest.raises(errors.Refused, match="ended already: rolled back"):
        release.rollback(stage.desk("carol"))


def test_an_implemented_release_takes_its_environment_again_or_is_not_rolled_back():
    stage = Stage(typical())
    release.run(stage.desk())
    holder = ReleaseBody(event="started", run="x", digest="sha256:" + "0" * 64, environments=("production",))
    stage.journal.put("CHG-20261123-next", holder)
    with pytest.raises(errors.Refused, match="CHG-20261123-next holds"):
        release.rollback(stage.desk("carol"))


def test_a_release_that_another_process_drives_here_turns_round_by_itself():
    stage = Stage(typical())

    def order(key: str) -> None:
        if key == "implementation/0":
            answered = release.rollback(stage.desk("carol"), "stop")
            assert "turns round" in answered.answer.message
            stage.by = None

    stage.programs.during = order
    answered = release.run(stage.desk())
    assert answered.answer.state == "rolled_back"
    assert stage.world.effects == ["implementation/0", "rollback/0", "rollback/1"]


def test_nothing_is_rolled_back_that_was_not_started_and_nobody_orders_in_silence():
    stage = Stage(typical())
    with pytest.raises(errors.UsageError, match="whose"):
        release.rollback(stage.desk())
    with pytest.raises(errors.Refused, match="has not been released"):
        release.rollback(stage.desk("carol"))


# -- interruptions and overtakers ----------------------------------------------------------------------------------------


def test_an_interruption_is_noted_and_the_release_can_be_resumed():
    stage = Stage(typical())

    def stop(key: str) -> Ran | None:
        if key == "implementation/1" and not stage.stops:
            stage.stops = 1
            return Ran("interrupted", None, 5, "", "ended by an interruption")
        return None

    stage.programs.during = stop
    answered = release.run(stage.desk())
    assert (answered.code, answered.answer.state) == (errors.INTERRUPTED, "implementing")
    assert stage.journal.events()[-1] == "interrupted"
    stage.stops = 0
    stage.programs.during = lambda _: None
    assert release.run(stage.desk()).answer.state == "implemented"
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_an_interruption_between_two_steps_is_noted_too():
    stage = Stage(typical())

    def stop(key: str) -> None:
        stage.stops = int(key == "implementation/0")

    stage.programs.during = stop
    assert release.run(stage.desk()).code == errors.INTERRUPTED
    assert stage.journal.events()[-2:] == ["outcome implementation/0 done", "interrupted"]


def test_a_ledger_that_is_away_for_a_moment_does_not_lose_an_outcome():
    stage = Stage(typical())
    hiccups = iter([True, True])

    def away(name: str) -> None:
        if name == "before outcome" and next(hiccups, False):
            raise errors.HostFailed("the remote does not answer")

    stage.fault = away
    assert release.run(stage.desk()).code == 0
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_a_ledger_that_stays_away_ends_the_process_and_not_the_release():
    stage = Stage(typical())

    def away(name: str) -> None:
        if name == "before outcome":
            raise errors.HostFailed("the remote does not answer")

    stage.fault = away
    with pytest.raises(errors.HostFailed):
        release.run(stage.desk())
    stage.fault = lambda _: None
    assert release.resume(stage.desk()).answer.state == "implemented"
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_a_process_that_was_overtaken_while_it_slept_does_nothing_more():
    stage = Stage(typical())

    def sleep(key: str) -> None:
        if key == "implementation/0":
            stage.programs.during = lambda _: None
            stage.presence.alive.clear()  # the other one is on another machine and cannot see us
            stage.presence.seen.clear()
            assert release.resume(stage.desk()).answer.state == "implemented"

    stage.programs.during = sleep
    answered = release.run(stage.desk())
    assert "another process took over" in answered.answer.message
    assert [event for event in stage.journal.events() if event.startswith("finished")] == ["finished implemented"]


def test_a_process_that_took_over_has_a_higher_fence():
    stage = Stage(typical())
    stage.fault = Faults(at=9)
    stage.kill(release.run)
    stage.fault = lambda _: None
    release.resume(stage.desk())
    assert stage.world.fences == sorted(stage.world.fences)
    assert stage.world.fences[-1] > stage.world.fences[0] == 1


def test_a_release_under_way_elsewhere_is_not_run_by_a_second_process():
    stage = Stage(typical())

    def second(key: str) -> None:
        if key == "implementation/0":
            with pytest.raises(errors.Refused, match="is under way"):
                release.run(stage.desk())
            with pytest.raises(errors.Refused, match="at work on this machine"):
                release.resume(stage.desk())

    stage.programs.during = second
    assert release.run(stage.desk()).code == 0


def test_a_program_that_outlived_its_driver_is_waited_for():
    stage = Stage(change(implementation=[do("one", checked=True)]))
    stage.fault = Faults(at=5)
    assert stage.kill(release.run) == "before intent"
    stage.fault = Faults(at=3)
    assert stage.kill(release.resume) == "before intent"
    stage.fault = Faults(at=4)
    assert stage.kill(release.resume) == "after intent"
    stage.fault = lambda _: None
    run = stage.journal.entries[-1].body.run  # type: ignore[union-attr]
    stage.presence.alive.add(f"{run}.implementation/0")
    answered = release.resume(stage.desk())
    assert (answered.code, answered.answer.state) == (1, "implementing")
    assert "still at work" in answered.answer.message
    assert stage.world.effects == []
    stage.presence.alive.clear()
    assert release.resume(stage.desk()).answer.state == "implemented"


def test_a_rollback_is_not_run_beside_a_program_that_outlived_its_driver():
    stage = lost(typical(), "before effect implementation/0")
    run = stage.journal.entries[-1].body.run  # type: ignore[union-attr]
    stage.presence.alive.add(f"{run}.implementation/0")
    answered = release.rollback(stage.desk("carol"))
    assert ("still at work" in answered.answer.message, stage.world.effects) == (True, [])
    stage.presence.alive.clear()
    assert release.resume(stage.desk()).answer.state == "rolled_back"


def test_a_step_that_is_at_work_here_is_not_called_done():
    stage = Stage(typical())

    def impatient(key: str) -> None:
        if key == "implementation/0":
            with pytest.raises(errors.Refused, match="at work on this machine"):
                release.confirm(stage.desk("carol"), Said("done", key))
            stage.by = None

    stage.programs.during = impatient
    assert release.run(stage.desk()).code == 0


def test_a_step_called_done_elsewhere_that_then_fails_turns_the_release_round():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/0"})

    def impatient(key: str) -> None:
        if key == "implementation/0":
            here, stage.presence.alive = stage.presence.alive, set()
            release.confirm(stage.desk("carol"), Said("done", key))
            stage.presence.alive = here

    stage.programs.during = impatient
    answered = release.run(stage.desk())
    assert answered.answer.state == "rolled_back"
    assert "called done" in answered.answer.message


def test_a_plan_without_steps_is_not_a_release_that_went_well():
    draft = change(draft=True, implementation=[do("x")])
    words = draft.model_dump(mode="json", exclude_none=True)
    del words["spec"]["implementation"]
    stage = Stage(ChangeRequest.model_validate(words))
    with pytest.raises(errors.Refused, match="no implementation steps"):
        release.run(stage.desk())
    assert stage.journal.entries == []


def test_two_that_resume_at_once_do_not_both_drive():
    stage = Stage(typical())
    stage.fault = Faults(at=9)
    stage.kill(release.run)
    stage.fault = lambda _: None
    rival: list[release.Answered] = []
    stage.journal.before_append = [lambda: rival.append(release.resume(stage.desk()))]
    loser = release.resume(stage.desk())
    assert rival[0].answer.state == "implemented"
    assert loser.answer.state == "implemented"
    assert max(Counter(stage.world.effects).values()) == 1


def test_a_release_that_vanished_from_the_ledger_stops_its_driver():
    stage = Stage(typical())

    def vanish(key: str) -> None:
        if key == "implementation/0":
            stage.journal.entries.clear()

    stage.programs.during = vanish
    with pytest.raises(errors.Refused, match="not on the ledger"):
        release.run(stage.desk())
    assert stage.world.effects == ["implementation/0"]


# -- unknown steps -------------------------------------------------------------------------------------------------------


def lost(planned: ChangeRequest, where: str) -> Stage:
    """A release that was killed at the first fault point of this name."""
    stage = Stage(planned)
    probe = Faults()
    stage.fault = probe
    release.run(stage.desk())
    stage = Stage(planned)
    stage.fault = Faults(at=probe.names.index(where) + 1)
    assert stage.kill(release.run) == where
    stage.fault = lambda _: None
    return stage


def test_an_unknown_step_that_happened_is_not_done_again():
    stage = lost(typical(), "after effect implementation/0")
    assert release.resume(stage.desk()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1


def test_an_unknown_step_that_did_not_happen_is_done_once():
    stage = lost(typical(), "before effect implementation/0")
    assert release.resume(stage.desk()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1
    assert "outcome implementation/0 skipped" in stage.journal.events()


def test_an_unknown_step_that_no_program_can_judge_waits_for_a_person():
    stage = lost(change(implementation=[do("one"), do("two")]), "after effect implementation/0")
    answered = release.resume(stage.desk())
    assert (answered.code, answered.answer.waiting_for) == (1, "implementation/0")
    assert outcomes(answered)["implementation/0"] == "unknown"
    assert "--not-done" in answered.hint
    release.confirm(stage.desk("carol"), Said("done"))
    assert release.resume(stage.desk()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1


def test_a_person_who_says_not_done_has_it_done():
    stage = lost(change(implementation=[do("one"), do("two")]), "before effect implementation/0")
    release.resume(stage.desk())
    release.confirm(stage.desk("carol"), Said("not-done"))
    assert release.resume(stage.desk()).answer.state == "implemented"
    assert Counter(stage.world.effects)["implementation/0"] == 1


def test_a_verify_that_gives_no_answer_leaves_it_to_a_person():
    stage = lost(typical(), "after effect implementation/0")
    stage.world.silent = frozenset({"implementation/0"})
    assert release.resume(stage.desk()).answer.waiting_for == "implementation/0"


def test_looking_again_and_again_leaves_no_trace():
    stage = lost(change(implementation=[do("one")]), "after effect implementation/0")
    release.resume(stage.desk())
    before = stage.journal.events()
    release.resume(stage.desk())
    release.status(stage.desk())
    assert stage.journal.events() == before


# -- status --------------------------------------------------------------------------------------------------------------


def test_status_of_a_change_without_a_release_is_the_state_of_the_change():
    answered = release.status(Stage(typical()).desk())
    assert (answered.code, answered.answer.state) == (0, "scheduled")


def test_status_says_what_is_waited_for():
    stage = Stage(manual())
    release.run(stage.desk())
    answer = release.status(stage.desk()).answer
    assert (answer.state, answer.waiting_for) == ("implementing", "implementation/1")


# -- the whole, killed everywhere ----------------------------------------------------------------------------------------

KINDS = st.sampled_from([do("s", checked=True), do("s"), person("s"), person("s", checked=True)])


@st.composite
def situations(draw: st.DrawFn) -> tuple[ChangeRequest, frozenset[str], list[int]]:
    steps = st.lists(KINDS, min_size=1, max_size=3)
    implementation, verification, rollback = draw(steps), draw(st.just([]) | steps), draw(steps)
    keys = [
        f"{phase}/{index}"
        for phase, many in (("implementation", implementation), ("verification", verification), ("rollback", rollback))
        for index in range(len(many))
    ]
    fails = draw(st.frozensets(st.sampled_from(keys), max_size=2))
    kills = draw(st.lists(st.integers(1, 25), max_size=4))
    return change(implementation=implementation, verification=verification, rollback=rollback), fails, kills


def speak_truly(stage: Stage, answered: release.Answered) -> None:
    """A person looks and says what is so."""
    key = answered.answer.waiting_for
    by_hand = "waits for a person" in answered.answer.message
    if key in stage.world.fails and (by_hand or key in stage.world.effects):
        said = Said("failed", key)
    elif by_hand:
        stage.world.marks.add(key)
        said = Said("done", key)
    else:
        said = Said("done" if key in stage.world.marks else "not-done", key)
    release.confirm(stage.desk("carol"), said)


def finish(stage: Stage, kills: list[int]) -> str:
    """Run, and resume after every kill, until it is over."""
    for number in range(100):
        stage.fault = Faults(at=kills.pop(0)) if kills else (lambda _: None)
        act: Act = release.run if number == 0 or not stage.journal.entries else release.resume
        try:
            answered = act(stage.desk())
        except Killed:
            continue
        if answered.answer.waiting_for:
            stage.fault = lambda _: None
            speak_truly(stage, answered)
        elif answered.answer.state != "implementing":
            return answered.answer.state
    raise AssertionError("it never ended")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(situations())
def test_killed_anywhere_every_step_happens_once_and_the_end_is_the_same_as_without_a_kill(situation):
    planned, fails, kills = situation
    stage, calm = Stage(planned), Stage(planned)
    stage.world.fails = calm.world.fails = fails
    assert finish(stage, list(kills)) == finish(calm, [])
    repeated = {key for key, times in Counter(stage.world.effects).items() if times > 1}
    # Only a step that failed *and* was then found undone by its own verify may have run a second time.
    assert repeated <= fails
    assert set(stage.world.effects) == set(calm.world.effects)
    turned = next((place for place, key in enumerate(stage.world.effects) if key.startswith("rollback")), None)
    assert turned is None or all(key.startswith("rollback") for key in stage.world.effects[turned:])
