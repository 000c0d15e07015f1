"""Answer of `report`: a paper, the period that it is about, and what it was made from."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record


class ReportPeriod(Record):
    """A period, half-open; null where it begins with the first record or ends with the last."""

    from_: Instant | None = Field(alias="from")
    to: Instant | None
    zone: str


class ReportCutoff(Record):
    """The commits of the main branch and of the ledger that were read; null where none was."""

    main: str | None
    ledger: str | None


class ReportInput(Record):
    """A file that the numbers were computed from."""

    path: str
    sha256: str


class KpiAnswer(Record):
    """A measure with its value in the period.

    `value` is null where nothing can be measured. A share is 0 to 100, with its numerator and
    denominator; `unknown` counts the records of the denominator for which it cannot be told.
    `missing` names the tables that have no records. `previous` is the value of the period before,
    `met` whether the target is met; both are null where there is none. `records` has the first ids
    behind the number, sorted; `records_total` counts all of them.
    """

    id: str
    definition: str
    value: float | int | None
    unit: Literal["%", "count", "h", "min", "per day"]
    numerator: int | None
    denominator: int | None
    unknown: int
    missing: tuple[str, ...]
    better: Literal["up", "down", "none"]
    previous: float | int | None
    target: str | None
    met: bool | None
    records: tuple[str, ...]
    records_total: int


class KpiReport(Record):
    """Answer of `report kpi`."""

    schema_: Literal["changeflow/report/v1"] = Field(default="changeflow/report/v1", alias="schema")
    kind: Literal["kpi"] = "kpi"
    period: ReportPeriod
    cutoff: ReportCutoff
    inputs: tuple[ReportInput, ...]
    kpis: tuple[KpiAnswer, ...]
