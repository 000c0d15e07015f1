"""Answer of `release`: the steps and where they stand."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record


class ReleaseStep(Record):
    """The result of one step.

    `waiting`: a person was asked to do or to confirm it and has not answered yet.
    """

    phase: Literal["implementation", "verification", "rollback"]
    index: int
    name: str
    outcome: Literal["done", "failed", "timed_out", "skipped", "unknown"]
    started: Instant | None
    ended: Instant | None
    detail: str = ""
    waiting: bool = False


class ReleaseAnswer(Record):
    """Answer of `release run|status|...`.

    For a release of several changes, `changes` has one answer for each and no steps.

    `run` is the run in charge, by the name that `--run` takes; empty before a release. `told` is
    what `message` says, as data for other languages, and no part of the answer.
    """

    schema_: Literal["changeflow/release/v1"] = Field(
        default="changeflow/release/v1", alias="schema"
    )
    change: str
    state: str
    steps: tuple[ReleaseStep, ...]
    message: str = ""
    told: str | dict[str, Any] = Field(exclude=True, default="")
    waiting_for: str = ""
    run: str = ""
    changes: tuple["ReleaseAnswer", ...] = ()
