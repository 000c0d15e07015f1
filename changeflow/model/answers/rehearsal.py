"""Answer of `release rehearse`: what each prefix of a plan came to in the sandbox."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.report_summary import Count


class StepRehearsed(Record):
    """What became of one step. `elapsed_ms` covers its program and its `verify`."""

    key: str
    name: str
    outcome: Literal["done", "failed", "timed_out", "skipped", "unknown"]
    elapsed_ms: Count


class PrefixRehearsed(Record):
    """The first `steps` steps of the plan, and the way back from there.

    `name` is that of the last of these steps; `whole`: the verification of the change ran, too.
    `outcome` is `back` where everything was done and taken back, `failed` where a step failed and
    what was done was taken back, `left` where the way back failed: the sandbox is as it was left,
    and `left` names what was not taken back. `return_ms` is how long the way back took,
    `promised_ms` how long it may take by its time-outs, `limit_ms` what `rollback.limit` says.
    """

    steps: Count
    name: str
    whole: bool
    outcome: Literal["back", "failed", "left"]
    forward_ms: Count
    return_ms: Count
    promised_ms: Count
    limit_ms: Count | None
    in_time: bool
    passed: bool
    done: tuple[StepRehearsed, ...]
    left: tuple[str, ...] = ()
    message: str = ""


class EndOfPrefixes(Record):
    """The step before which prefixes end, because nothing takes it back in a rehearsal."""

    index: int
    name: str
    reason: Literal["irreversible", "no_undo", "manual_undo"]


class SkippedStep(Record):
    """A manual step that was left out."""

    key: str
    name: str
    manual: str


class RehearsalAnswer(Record):
    """Answer of `release rehearse`.

    `state` is `passed` where all prefixes came back in time, `failed`, `interrupted`, or `waiting`
    where a person is needed and cannot be asked. Only `passed` and `failed` are recorded as the end
    of a rehearsal. `digest` is that of the change's content, `material` that of its material
    fields, `plan` that of what is run; `steps` is how many steps the implementation has.
    """

    schema_: Literal["changeflow/rehearsal/v1"] = Field(
        default="changeflow/rehearsal/v1", alias="schema"
    )
    change: str
    environment: str
    run: str
    state: Literal["passed", "failed", "interrupted", "waiting"]
    digest: str
    material: str
    plan: str
    steps: Count
    prefixes: tuple[PrefixRehearsed, ...]
    skipped: tuple[SkippedStep, ...] = ()
    ends_at: EndOfPrefixes | None = None
    message: str = ""
    told: str | dict[str, Any] = Field(exclude=True, default="")


class RehearsalShown(Record):
    """The last rehearsal of a change that passed, as other answers show it.

    `current`: it is of the content as it is now, and no later one failed. `steps` is how
    many steps the longest prefix had, `longest_ms` how long the longest way back took.
    `same_way_back` says of a rollback whether its way back is one that was rehearsed with this very
    content; null elsewhere.
    """

    at: Instant
    environment: str
    by: str | None
    steps: Count
    longest_ms: Count
    current: bool
    same_way_back: bool | None = None
