"""Answer of `doctor`: whether the host requires the verdict."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Record


class ControlItem(Record):
    """One thing the control rests on.

    `deny`: without it the control is not on; `warn`: good to have. `data` is what its sentence names.
    """

    id: str
    state: Literal["holds", "does_not_hold", "unknown"]
    level: Literal["deny", "warn"]
    reason_code: str
    message: str
    hint: str = ""
    data: dict[str, Any] = {}


class ControlAnswer(Record):
    """Answer of `doctor`: whether GitHub really requires the verdict.

    `on` only when everything that counts is known to hold.
    """

    schema_: Literal["changeflow/control/v1"] = Field(
        default="changeflow/control/v1", alias="schema"
    )
    repository: str
    branch: str
    ledger: str
    app_id: int | None
    control: Literal["on", "off", "unknown"]
    items: tuple[ControlItem, ...]
