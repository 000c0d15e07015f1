"""Whole releases, killed at any point there is, any number of times."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.model.change import ChangeRequest
from changeflow.usecases.release import run as release
from changeflow.usecases.release.interventions import Confirmation
from tests.examples import examples

from .building import change
from .fakes import Faults, Killed, Stage
from .plans import Act, do, person

KINDS = st.sampled_from([do("s", checked=True), do("s"), person("s"), person("s", checked=True)])
BY_PROGRAM = {"run": ["./do", "u"]}
UNDONE = st.sampled_from([{}, {"undo": BY_PROGRAM}, {"undo": BY_PROGRAM | {"verify": ["./verify"]}}, {"irreversible": "It is gone"}])
BACKWARD = ("undo", "rollback")


@st.composite
def situations(draw: st.DrawFn) -> tuple[ChangeRequest, frozenset[str], list[int]]:
    steps = st.lists(KINDS, min_size=1, max_size=3)
    verification, rollback = draw(st.just([]) | steps), draw(st.just([]) | steps)
    implementation = [step | draw(UNDONE) for step in draw(steps)]
    keys = [
        f"{phase}/{index}"
        for phase, many in (("implementation", implementation), ("verification", verification), ("rollback", rollback))
        for index in range(len(many))
    ]
    keys += [f"undo/{index}" for index, step in enumerate(implementation) if "undo" in step]
    fails = draw(st.frozensets(st.sampled_from(keys), max_size=2))
    kills = draw(st.lists(st.integers(1, 25), max_size=4))
    return change(implementation=implementation, verification=verification, rollback=rollback), fails, kills


def speak_truly(stage: Stage, answered: release.Answered) -> None:
    """A person looks and says what is so."""
    key = answered.answer.waiting_for
    by_hand = "waits for a person" in answered.answer.message
    if key in stage.world.fails and (by_hand or key in stage.world.effects):
        said = Confirmation("failed", key)
    elif by_hand:
        stage.world.marks.add(key)
        said = Confirmation("done", key)
    else:
        said = Confirmation("done" if key in stage.world.marks else "not-done", key)
    release.confirm(stage.prepared("carol"), said)


def finish(stage: Stage, kills: list[int]) -> str:
    """Run, and resume after every kill, until it is over."""
    for number in range(100):
        stage.fault = Faults(at=kills.pop(0)) if kills else (lambda _: None)
        act: Act = release.run if number == 0 or not stage.journal.entries else release.resume
        try:
            answered = act(stage.prepared())
        except Killed:
            continue
        if answered.answer.waiting_for:
            stage.fault = lambda _: None
            speak_truly(stage, answered)
        elif answered.answer.state != "implementing":
            return answered.answer.state
    raise AssertionError("it never ended")


@settings(max_examples=examples(150))
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
    effects = stage.world.effects
    turned = next((place for place, key in enumerate(effects) if key.startswith(BACKWARD)), len(effects))
    assert all(key.startswith(BACKWARD) for key in effects[turned:])
    undone = [int(key.split("/")[1]) for key in dict.fromkeys(effects) if key.startswith("undo")]
    assert undone == sorted(undone, reverse=True)
    assert {f"implementation/{index}" for index in undone} <= {entry.body.key for entry in stage.journal.entries if entry.body.kind == "release"}
