"""Interruptions, hiccups and overtakers: one drives, and nobody judges what is still at work."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from changeflow import errors
from changeflow.language.sentences import in_a_row
from changeflow.model.change import ChangeRequest
from changeflow.release.plan import PlannedStep
from changeflow.render.presentation import MACHINE
from changeflow.repo.programs import Ran
from changeflow.usecases.release import interventions
from changeflow.usecases.release import run as release
from changeflow.usecases.release.interventions import Confirmation

from .building import change
from .fakes import Faults, Stage
from .plans import do, lost, typical


def test_an_interruption_is_noted_and_the_release_can_be_resumed():
    stage = Stage(typical())

    def stop(key: str) -> Ran | None:
        if key == "implementation/1" and not stage.stops:
            stage.stops = 1
            return Ran("interrupted", None, 5, "", "ended by an interruption")
        return None

    stage.programs.during = stop
    answered = release.run(stage.prepared())
    assert (answered.code, answered.answer.state) == (errors.INTERRUPTED, "implementing")
    assert stage.journal.events()[-1] == "interrupted"
    stage.stops = 0
    stage.programs.during = lambda _: None
    assert release.run(stage.prepared()).answer.state == "implemented"
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_an_interruption_between_two_steps_is_noted_too():
    stage = Stage(typical())

    def stop(key: str) -> None:
        stage.stops = int(key == "implementation/0")

    stage.programs.during = stop
    assert release.run(stage.prepared()).code == errors.INTERRUPTED
    assert stage.journal.events()[-2:] == ["outcome implementation/0 done", "interrupted"]


def test_a_ledger_that_is_away_for_a_moment_does_not_lose_an_outcome():
    stage = Stage(typical())
    hiccups = iter([True, True])

    def away(name: str) -> None:
        if name == "before outcome" and next(hiccups, False):
            raise errors.HostFailed("the remote does not answer")

    stage.fault = away
    assert release.run(stage.prepared()).code == 0
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_a_ledger_that_stays_away_ends_the_process_and_not_the_release():
    stage = Stage(typical())

    def away(name: str) -> None:
        if name == "before outcome":
            raise errors.HostFailed("the remote does not answer")

    stage.fault = away
    with pytest.raises(errors.HostFailed):
        release.run(stage.prepared())
    stage.fault = lambda _: None
    assert release.resume(stage.prepared()).answer.state == "implemented"
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_a_process_that_was_overtaken_while_it_slept_does_nothing_more():
    stage = Stage(typical())

    def sleep(key: str) -> None:
        if key == "implementation/0":
            stage.programs.during = lambda _: None
            stage.processes.alive.clear()  # the other one is on another machine and cannot see us
            stage.processes.seen.clear()
            stage.gone = stage.in_charge  # somebody is sure that this run is gone, and is wrong
            assert release.resume(stage.prepared()).answer.state == "implemented"

    stage.programs.during = sleep
    answered = release.run(stage.prepared())
    assert "another process took over" in answered.answer.message
    assert [event for event in stage.journal.events() if event.startswith("finished")] == ["finished implemented"]


def test_a_process_that_stood_still_behind_its_intent_starts_nothing_once_another_took_over(monkeypatch):
    stage = Stage(typical())
    begin = stage.diary.begin

    def pause(step: PlannedStep) -> None:
        monkeypatch.setattr(stage.diary, "begin", begin)
        stage.times.now += timedelta(minutes=20)
        stage.processes.alive.clear()
        stage.processes.seen.clear()
        stage.gone = stage.in_charge
        assert release.resume(stage.prepared()).answer.state == "implemented"
        begin(step)

    monkeypatch.setattr(stage.diary, "begin", pause)
    answered = release.run(stage.prepared())
    assert "another process took over" in answered.answer.message
    assert stage.world.effects == ["implementation/0", "implementation/1", "verification/0"]


def test_a_process_that_took_over_has_a_higher_fence():
    stage = Stage(typical())
    stage.fault = Faults(at=7)
    stage.kill(release.run)
    stage.fault = lambda _: None
    release.resume(stage.prepared())
    assert stage.world.fences == sorted(stage.world.fences)
    assert stage.world.fences[-1] > stage.world.fences[0] == 2


def test_a_release_under_way_elsewhere_is_not_run_by_a_second_process():
    stage = Stage(typical())

    def second(key: str) -> None:
        if key == "implementation/0":
            with pytest.raises(errors.Refused, match="is under way"):
                release.run(stage.prepared())
            with pytest.raises(errors.Refused, match="running on this machine"):
                release.resume(stage.prepared())

    stage.programs.during = second
    assert release.run(stage.prepared()).code == 0


def test_a_program_that_outlived_its_driver_is_waited_for():
    stage = Stage(change(implementation=[do("one", checked=True)]))
    stage.fault = Faults(at=3)
    assert stage.kill(release.run) == "before intent"
    stage.fault = Faults(at=3)
    assert stage.kill(release.resume) == "before intent"
    stage.fault = Faults(at=4)
    assert stage.kill(release.resume) == "after intent"
    stage.fault = lambda _: None
    run = stage.journal.entries[-1].body.run  # type: ignore[union-attr]
    stage.processes.alive.add(f"{run}.implementation/0")
    answered = release.resume(stage.prepared())
    assert (answered.code, answered.answer.state) == (1, "implementing")
    assert "still running" in answered.answer.message
    assert stage.world.effects == []
    stage.processes.alive.clear()
    assert release.resume(stage.prepared()).answer.state == "implemented"


def test_a_rollback_is_not_run_beside_a_program_that_outlived_its_driver():
    stage = lost(typical(), "before effect implementation/0")
    run = stage.journal.entries[-1].body.run  # type: ignore[union-attr]
    stage.processes.alive.add(f"{run}.implementation/0")
    answered = release.rollback(stage.prepared("carol"))
    assert ("still running" in answered.answer.message, stage.world.effects) == (True, [])
    stage.processes.alive.clear()
    assert release.resume(stage.prepared()).answer.state == "rolled_back"


def test_a_step_that_is_at_work_here_is_not_called_done():
    stage = Stage(typical())

    def impatient(key: str) -> None:
        if key == "implementation/0":
            with pytest.raises(errors.Refused, match="running on this machine"):
                release.confirm(stage.prepared("carol"), Confirmation("done", key))
            stage.by = None

    stage.programs.during = impatient
    assert release.run(stage.prepared()).code == 0


def test_a_step_called_done_elsewhere_that_then_fails_turns_the_release_round():
    stage = Stage(typical())
    stage.world.fails = frozenset({"implementation/0"})

    def impatient(key: str) -> None:
        if key == "implementation/0":
            here, stage.processes.alive = stage.processes.alive, set()
            release.confirm(stage.prepared("carol"), Confirmation("done", key))
            stage.processes.alive = here

    stage.programs.during = impatient
    answered = release.run(stage.prepared())
    assert answered.answer.state == "rolled_back"
    assert "called done" in answered.answer.message


def test_a_plan_without_steps_is_not_a_release_that_went_well():
    draft = change(draft=True, implementation=[do("x")])
    words = draft.model_dump(mode="json", exclude_none=True)
    del words["spec"]["implementation"]
    stage = Stage(ChangeRequest.model_validate(words))
    with pytest.raises(errors.Refused, match="no implementation steps"):
        release.run(stage.prepared())
    assert stage.journal.entries == []


def test_two_that_resume_at_once_do_not_both_drive():
    stage = Stage(typical())
    stage.fault = Faults(at=7)
    stage.kill(release.run)
    stage.fault = lambda _: None
    rival: list[release.Answered] = []
    stage.journal.before_append = [lambda: rival.append(release.resume(stage.prepared()))]
    loser = release.resume(stage.prepared())
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
        release.run(stage.prepared())
    assert stage.world.effects == ["implementation/0"]


def test_a_step_whose_intent_lost_the_race_does_not_run():
    """Between looking and writing, somebody else orders the rollback: what was decided before that is void."""
    stage = Stage(typical())

    def order() -> None:
        here, stage.processes.alive, stage.processes.seen = stage.processes.alive, set(), set()
        interventions.order_rollback(stage.prepared("carol").job, stage.prepared().ports, "stop")
        stage.processes.alive, stage.by = here, None

    # The first append is the decision with the claim, the second the intent of the first step.
    stage.journal.before_append = [lambda: None, order]
    assert release.run(stage.prepared()).answer.state == "rolled_back"
    assert stage.world.effects == []


def test_a_ledger_that_breaks_during_a_release_stops_it():
    stage = Stage(typical())

    def tamper(key: str) -> None:
        if key == "implementation/0":
            stage.journal.problems = (["entry 1 was edited"],)

    stage.programs.during = tamper
    with pytest.raises(errors.Refused, match="entry 1 was edited"):
        release.run(stage.prepared())
    assert stage.world.effects == ["implementation/0"]


def test_a_release_that_another_machine_may_be_driving_is_resumed_by_order_and_never_by_run():
    """Two claims race on two machines: to the loser, the winner's start looks like a release nobody works on."""
    stage = lost(typical(), "after started")
    stage.processes.seen.clear()
    with pytest.raises(errors.Refused, match="is under way"):
        release.run(stage.prepared())
    assert stage.world.effects == []
    with pytest.raises(errors.Refused, match="may be running on another machine") as refused:
        release.resume(stage.prepared())
    assert f"--run {stage.in_charge}" in refused.value.hint
    stage.gone = stage.in_charge
    assert release.resume(stage.prepared()).answer.state == "implemented"


@pytest.mark.parametrize("here", [True, False])
def test_the_status_of_a_release_whose_process_was_lost_tells_what_resume_would_tell(here: bool):
    stage = lost(change(implementation=[do("one"), do("two")], rollback=[do("undo")]), "after effect implementation/1")
    if not here:
        stage.processes.seen.clear()
        with pytest.raises(errors.Refused) as refused:
            release.resume(stage.prepared())
    told = release.status(stage.prepared())
    assert "its process was lost" in told.answer.message
    if here:
        resumed = release.resume(stage.prepared())
        assert "--not-done" in in_a_row([told.hint], MACHINE)
        assert told.hint == resumed.hint
    else:
        assert told.hint == refused.value.hint
        assert f"release resume {stage.change.id} --run {stage.in_charge}" in str(told.hint)
        assert told.refusal is not None


def test_the_status_of_a_release_that_waits_or_is_over_tells_no_more_than_there_is_to_do():
    stage = Stage(typical())
    assert release.status(stage.prepared()).hint == ""
    release.run(stage.prepared())
    assert release.status(stage.prepared()).hint == ""
