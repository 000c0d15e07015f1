"""Answer of `release`: the steps and where they stand."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.rehearsal import RehearsalShown
from changeflow.model.document_parts import Duration, Instant, Record


class ReleaseStep(Record):
    """The result of one step.

    `waiting`: a person was asked to do or to confirm it and has not answered yet.
    """

    phase: Literal["implementation", "verification", "undo", "rollback"]
    index: int
    name: str
    outcome: Literal["done", "failed", "timed_out", "skipped", "unknown"]
    started: Instant | None
    ended: Instant | None
    detail: str = ""
    waiting: bool = False


class PointOfNoReturn(Record):
    """The first step after which not everything can be undone."""

    index: int
    name: str


class ReleaseAnswer(Record):
    """Answer of `release run|status|...`.

    For a release of several changes, `changes` has one answer for each and no steps.

    `run` is the run in charge, by the name that `--run` takes; empty before a release. `told` is
    what `message` says, as data for other languages, and no part of the answer.

    `release plan` alone says how the change can be taken back: the share of its steps that can be
    undone (`reversible`, 0 to 1), the first step after which not everything can be, and for each
    step of the implementation the longest that returning may take once it was begun; null where
    there is no whole way back. Other answers have null for all of them. `rehearsal` is the last one
    that passed, in the answers of `release plan` and `release rollback`; null where there is none.
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
    reversible: float | None = Field(default=None, ge=0, le=1)
    point_of_no_return: PointOfNoReturn | None = None
    return_time: tuple[Duration | None, ...] | None = None
    rehearsal: RehearsalShown | None = None
