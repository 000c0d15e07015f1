"""Answer of `plan`: what programs say will happen, and what is kept of it."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Record


class PlanMade(Record):
    """The plan of one step, or of all steps together.

    `number` is 0 for all steps together, or the position of the step, from 1; `name` is that of the
    step. `path` is where it is kept, `digest` the digest of what was made now. `state` compares it
    with what is kept: `missing` where nothing is. `differences` are the first lines that differ,
    with `-` or `+` in front.
    """

    number: int
    name: str
    format: str
    path: str
    digest: str
    state: Literal["same", "differs", "missing"]
    differences: tuple[str, ...] = ()


class PlansAnswer(Record):
    """Answer of `plan CHANGE`. `written` says whether what was made is kept now.

    `unasked` are the files among the plans that no step asks for; they go when plans are kept.
    """

    schema_: Literal["changeflow/plan/v1"] = Field(default="changeflow/plan/v1", alias="schema")
    change: str
    written: bool
    plans: tuple[PlanMade, ...]
    unasked: tuple[str, ...] = ()
