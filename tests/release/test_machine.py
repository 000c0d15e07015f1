"""The release machine, transition by transition, and as a whole under random plans, outcomes and crashes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.release import state_machine as machine
from changeflow.release.plan import Plan, PlannedStep, plan
from changeflow.release.state_machine import next_action
from tests.examples import examples

from .building import Writer, change, step, writer

I0, I1, V0, R0, R1 = "implementation/0", "implementation/1", "verification/0", "rollback/0", "rollback/1"


def two_steps(**words: Any) -> Writer:
    return writer(
        change(
            implementation=[step("one", verify=["./v"]), step("two")],
            verification=[step("smoke")],
            rollback=[step("undo two"), step("undo one", verify=["./v"])],
            **words,
        )
    )


def ahead(journal: Writer) -> machine.Action:
    return next_action(journal.plan, journal.entries)


def key_of(action: machine.Action) -> str:
    assert isinstance(
        action,
        machine.RunStep
        | machine.AskPerson
        | machine.AwaitConfirmation
        | machine.CheckConfirmed
        | machine.VerifyUnknown
        | machine.AwaitDecision,
    )
    return action.step.key


def test_a_release_begins_with_the_gate():
    assert ahead(two_steps()) == machine.Start()


def test_steps_run_in_order_and_then_the_verification():
    journal = two_steps()("started")
    seen = []
    while not isinstance(following := ahead(journal), machine.Finish):
        seen.append(key_of(following))
        journal.did(seen[-1])
    assert seen == [I0, I1, V0]
    assert following == machine.Finish("implemented")


def test_an_ended_release_asks_for_nothing():
    journal = two_steps()("started").did(I0).did(I1).did(V0)("finished", state="implemented")
    assert ahead(journal) == machine.Nothing("implemented", resolved=False)


@pytest.mark.parametrize("outcome", ["failed", "timed_out"])
@pytest.mark.parametrize("key", [I0, I1, V0])
def test_a_step_that_failed_or_timed_out_turns_the_release_round(key, outcome):
    journal = two_steps()("started")
    for earlier in (I0, I1, V0):
        journal.did(earlier, outcome if earlier == key else "done")
        if earlier == key:
            break
    following = ahead(journal)
    assert isinstance(following, machine.TurnRound)
    assert following.because.key == key


def test_rollback_steps_run_from_first_to_last():
    journal = two_steps()("started").did(I0, "failed")("rolling_back")
    assert key_of(ahead(journal)) == R0
    assert key_of(ahead(journal.did(R0))) == R1
    assert ahead(journal.did(R1)) == machine.Finish("rolled_back")


def test_a_failed_rollback_step_ends_the_release_and_names_what_is_left():
    journal = two_steps()("started").did(I0, "failed")("rolling_back").did(R0, "failed")
    following = ahead(journal)
    assert isinstance(following, machine.Finish)
    assert following.state == "rollback_failed"
    assert [left.key for left in following.left] == [R0, R1]


def test_a_release_that_touched_nothing_has_nothing_to_undo():
    assert ahead(two_steps()("started")("rolling_back")) == machine.Finish("rolled_back")


def test_a_rollback_plan_without_steps_restores_nothing():
    journal = writer(change(rollback=[]))("started").did(I0, "failed")("rolling_back")
    following = ahead(journal)
    assert isinstance(following, machine.Finish)
    assert (following.state, [left.key for left in following.left]) == ("rollback_failed", [I0])


def test_an_intent_without_outcome_is_unknown_and_verify_decides():
    assert isinstance(ahead(two_steps()("started")("intent", I0)), machine.VerifyUnknown)


def test_an_intent_without_outcome_and_without_verify_is_for_a_person():
    journal = two_steps()("started").did(I0)("intent", I1)
    assert isinstance(ahead(journal), machine.AwaitDecision)
    assert key_of(ahead(journal)) == I1


def test_a_verify_that_cannot_tell_leaves_it_to_a_person():
    assert isinstance(ahead(two_steps()("started")("intent", I0)("outcome", I0, outcome="unknown")), machine.AwaitDecision)


def test_a_step_known_not_done_runs_with_a_new_intent():
    journal = two_steps()("started")("intent", I0)("outcome", I0, outcome="skipped")
    following = ahead(journal)
    assert isinstance(following, machine.RunStep)
    assert following.step.key == I0


@pytest.mark.parametrize(
    ("said", "following"), [("done", machine.RunStep), ("skipped", machine.RunStep), ("failed", machine.TurnRound)]
)
def test_a_person_decides_about_an_unknown_step(said, following):
    journal = two_steps()("started").did(I0)("intent", I1)("confirmed", I1, outcome=said, by="carol")
    answer = ahead(journal)
    assert isinstance(answer, following)
    if isinstance(answer, machine.RunStep):
        assert answer.step.key == (V0 if said == "done" else I1)


def test_a_manual_step_is_announced_awaited_and_confirmed():
    journal = writer(change(implementation=[step("call", manual="Call the prepared")]))("started")
    assert isinstance(ahead(journal), machine.AskPerson)
    assert isinstance(ahead(journal("intent", I0)), machine.AwaitConfirmation)
    assert ahead(journal("confirmed", I0, outcome="done", by="carol")) == machine.Finish("implemented")


def test_a_confirmed_manual_step_is_checked_by_its_verify():
    journal = writer(change(implementation=[step("call", manual="Call", verify=["./v"])]))
    journal("started")("intent", I0)("confirmed", I0, outcome="done", by="carol")
    assert isinstance(ahead(journal), machine.CheckConfirmed)
    assert ahead(journal("outcome", I0, outcome="done")) == machine.Finish("implemented")


def test_an_unknown_step_does_not_keep_a_release_from_turning_round():
    journal = two_steps()("started").did(I0)("intent", I1)("rolling_back", by="carol")
    assert key_of(ahead(journal)) == R0


def test_an_implemented_release_can_still_be_rolled_back_by_order():
    journal = two_steps()("started").did(I0).did(I1).did(V0)("finished", state="implemented")("rolling_back", by="carol")
    assert key_of(ahead(journal)) == R0


def test_a_failed_rollback_is_closed_by_a_persons_decision():
    journal = two_steps()("started").did(I0, "failed")("rolling_back").did(R0, "failed")("finished", state="rollback_failed")
    assert ahead(journal) == machine.Nothing("rollback_failed", resolved=False)
    assert ahead(journal("resolved", by="carol")) == machine.Nothing("rollback_failed", resolved=True)


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([("intent", I0)], "before the release started"),
        ([("started", ""), ("started", "")], "starts twice"),
        ([("started", ""), ("intent", "implementation/9")], "no step `implementation/9`"),
        ([("started", ""), ("outcome", I0)], "not under way"),
        ([("started", ""), ("intent", R0)], "against the direction"),
        ([("started", ""), ("intent", I0), ("intent", I0)], "begins twice"),
        ([("started", ""), ("rolling_back", ""), ("intent", I0)], "against the direction"),
        ([("started", ""), ("rolling_back", ""), ("rolling_back", "")], "rollback begins twice"),
        ([("started", ""), ("finished", ""), ("finished", "")], "after the release finished"),
        ([("started", ""), ("finished", ""), ("intent", I0)], "after the release finished"),
        ([("started", ""), ("finished", ""), ("resolved", "")], "has ended"),
    ],
)
def test_a_journal_that_makes_no_sense_is_followed_by_nobody(events, reason):
    journal = two_steps()
    for event, key in events:
        journal(event, key, **({"state": "implemented"} if event == "finished" else {}))
    following = ahead(journal)
    assert isinstance(following, machine.Broken)
    assert reason in following.reason


def test_a_journal_about_other_content_is_followed_by_nobody():
    for journal in (
        two_steps()("started", baseline={"change": "sha256:" + "0" * 64}),
        two_steps()("started", baseline={}),
        two_steps()("started")("intent", I0, digest="sha256:" + "0" * 64),
    ):
        following = ahead(journal)
        assert isinstance(following, machine.Broken)
        assert "a different version" in following.reason


# The whole, under random plans, outcomes and crashes ------------------------------------------------------------------


@dataclass
class World:
    """What really happened outside: effects in order, and which step left its mark."""

    effects: list[str] = field(default_factory=list)
    present: Counter[str] = field(default_factory=Counter)


class Crash(Exception):
    pass


@dataclass
class Mind:
    """A driver as small as one can be: it does what the machine says, and may die before or after anything it does."""

    journal: Writer
    world: World
    fails: frozenset[str]
    dies: list[int]
    clock: int = 0

    def fault(self) -> None:
        self.clock += 1
        if self.dies and self.clock >= self.dies[0]:
            self.dies.pop(0)
            raise Crash

    def write(self, event: str, key: str = "", **words: Any) -> None:
        self.fault()
        self.journal(event, key, **words)
        self.fault()

    def effect(self, planned: PlannedStep) -> str:
        assert self.journal.entries[-1].body.event == "intent", "intent before every effect"  # type: ignore[union-attr]
        assert self.journal.entries[-1].body.key == planned.key  # type: ignore[union-attr]
        self.world.effects.append(planned.key)
        self.world.present[planned.key] += 1
        self.fault()
        return "failed" if planned.key in self.fails else "done"

    def person(self, planned: PlannedStep) -> str:
        """A person looks and tells the truth."""
        if not self.world.present[planned.key]:
            return "done" if planned.manual is not None else "skipped"
        return "failed" if planned.key in self.fails else "done"

    def act(self, following: machine.Action) -> bool:  # noqa: C901 - one arm for each action
        match following:
            case machine.Start():
                self.write("started", environments=("production",))
            case machine.RunStep(planned):
                self.write("intent", planned.key)
                self.write("outcome", planned.key, outcome=self.effect(planned))
            case machine.AskPerson(planned):
                self.write("intent", planned.key)
            case machine.AwaitConfirmation(planned) | machine.AwaitDecision(planned):
                said = "failed" if planned.manual is not None and planned.key in self.fails else self.person(planned)
                self.write("confirmed", planned.key, outcome=said, by="carol")
            case machine.CheckConfirmed(planned):
                self.write("outcome", planned.key, outcome="failed" if planned.key in self.fails else "done")
            case machine.VerifyUnknown(planned):
                done = self.world.present[planned.key] and planned.key not in self.fails
                # A step that happened and failed is not done: running it again is what its `verify` asks for.
                self.world.present[planned.key] = int(done)
                self.write("outcome", planned.key, outcome="done" if done else "skipped")
            case machine.TurnRound():
                self.write("rolling_back")
            case machine.Finish(state):
                self.write("finished", state=state)
            case machine.Nothing():
                return False
            case machine.Broken(reason):
                raise AssertionError(reason)
        return True


STEPS = st.lists(
    st.sampled_from([{}, {"verify": ["./v"]}, {"manual": "do it"}, {"manual": "do it", "verify": ["./v"]}]).map(
        lambda words: step("s", **words)
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Plan, frozenset[str], list[int]]:
    planned = plan(change(implementation=draw(STEPS), verification=draw(st.just([]) | STEPS), rollback=draw(STEPS)))
    fails = draw(st.frozensets(st.sampled_from([one.key for one in planned]), max_size=3))
    dies = draw(st.lists(st.integers(1, 12), max_size=4))
    return planned, fails, dies


@settings(max_examples=examples(200))
@given(situations())
def test_whatever_fails_and_whenever_it_crashes_every_step_has_one_effect_and_the_end_is_true(situation):
    planned, fails, dies = situation
    journal, world = Writer(planned), World()
    for _ in range(200):
        mind = Mind(journal, world, fails, dies)
        try:
            while mind.act(next_action(planned, journal.entries)):
                pass
            break
        except Crash:
            continue
    ended = next_action(planned, journal.entries)
    assert isinstance(ended, machine.Nothing)
    check_effects(journal, world)
    check_end(planned, fails, ended.state)


def check_effects(journal: Writer, world: World) -> None:
    known_not_done = Counter(
        entry.body.key
        for entry in journal.entries
        if entry.body.outcome == "skipped"  # type: ignore[union-attr]
    )
    for key, times in Counter(world.effects).items():
        assert times <= 1 + known_not_done[key], f"{key} happened {times} times"
    first_back = next((place for place, key in enumerate(world.effects) if key.startswith("rollback")), len(world.effects))
    assert all(key.startswith("rollback") for key in world.effects[first_back:]), "never forward again"
    for phase in ("implementation", "verification", "rollback"):
        order = [key for key in dict.fromkeys(world.effects) if key.startswith(phase)]
        assert order == sorted(order, key=lambda key: int(key.partition("/")[2]))


def check_end(planned: Plan, fails: frozenset[str], state: str) -> None:
    """The oracle: the end is what the plan says without any crash."""
    if not any(one.key in fails for one in planned.forward):
        assert state == "implemented"
    elif any(one.key in fails for one in planned.rollback):
        assert state == "rollback_failed"
    else:
        assert state == "rolled_back"


@given(situations())
def test_asking_twice_changes_nothing(situation):
    planned, _, _ = situation
    journal = Writer(planned)("started")
    assert next_action(planned, journal.entries) == next_action(planned, tuple(journal.entries))
