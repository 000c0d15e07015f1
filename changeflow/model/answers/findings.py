"""Answer of `check`: findings."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Record


class AnswerFinding(Record):
    """One finding, see `model.findings`."""

    rule: str
    level: Literal["error", "warning"]
    message: str
    hint: str
    path: str
    route: list[str | int]
    line: int
    column: int
    data: dict[str, Any]


class FindingsAnswer(Record):
    """Answer of `check`."""

    schema_: Literal["changeflow/findings/v1"] = Field(
        default="changeflow/findings/v1", alias="schema"
    )
    findings: list[AnswerFinding]
    documents: int
    errors: int
    warnings: int
