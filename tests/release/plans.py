"""Plans of fakes: steps of programs that `fakes.FakePrograms` knows, and releases lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from changeflow.model.change import ChangeRequest
from changeflow.usecases.release import run as release
from changeflow.usecases.release.run import Prepared

from .building import change
from .fakes import Faults, Stage

Act = Callable[[Prepared], release.Answered]


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


def manual(**words: Any) -> ChangeRequest:
    return change(implementation=[do("one"), person("call the prepared", **words), do("two")], rollback=[do("undo")])


def lost(planned: ChangeRequest, where: str) -> Stage:
    """A release that was killed at the first fault point of this name."""
    stage = Stage(planned)
    probe = Faults()
    stage.fault = probe
    release.run(stage.prepared())
    stage = Stage(planned)
    stage.fault = Faults(at=probe.names.index(where) + 1)
    assert stage.kill(release.run) == where
    stage.fault = lambda _: None
    return stage
