"""Answer of `report`: a paper, the period that it is about, and what it was made from."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.completeness import NotAsked
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


class Paper(Record):
    """The head of every paper.

    `organisation` is whom the paper is about, null where the configuration does not say it.
    `made` is when it was made. `ledger_holds` is what `ledger verify` says of the ledger, null
    where none was read; `ledger_problem` is the first thing that is wrong with it. `version` is
    that of changeflow. `inputs` are the documents and files that it tells of, beside the commits
    of `cutoff`; `digest` is the SHA-256 of that list as canonical JSON. `unreadable` names what
    could not be read and is left out.
    """

    schema_: Literal["changeflow/report/v1"] = Field(default="changeflow/report/v1", alias="schema")
    kind: str
    organisation: str | None
    period: ReportPeriod
    made: Instant
    cutoff: ReportCutoff
    ledger_holds: bool | None
    ledger_problem: str
    told: str | dict[str, Any] = Field(exclude=True, default="")
    version: str
    inputs: tuple[ReportInput, ...]
    digest: str
    unreadable: tuple[str, ...]


class KpiAnswer(Record):
    """A measure with its value in the period.

    `value` is null where nothing can be measured. A share is 0 to 100, with its numerator and
    denominator; `unknown` counts the records of the denominator for which it cannot be told.
    `missing` names the tables that have no records. `previous` is the value of the period before,
    `met` whether the target is met; both are null where there is none. `records` has the first ids
    behind the number, sorted; `records_total` counts all of them. `untold` is what the code host alone
    can tell of them and was not asked for: the value is the least that it can be, and null in place of 0.
    """

    id: str
    definition: str
    value: float | int | None
    unit: Literal["%", "count", "h", "min", "per day", "per person"]
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
    untold: tuple[NotAsked, ...] = ()


class KpiReport(Paper):
    """Answer of `report kpi`."""

    kind: Literal["kpi"] = "kpi"
    kpis: tuple[KpiAnswer, ...]


class ReleaseAnalysis(Record):
    """What the records show of a release, or of all changes of one, for its analysis.

    `incidents` are those that people say it caused, `overruns` changes that ended after their
    window, `failed_steps` steps that failed, timed out, or whose outcome is not known, `rollbacks`
    changes that were rolled back, `failed_rollbacks` those whose rollback failed.
    """

    incidents: int
    overruns: int
    failed_steps: int
    rollbacks: int
    failed_rollbacks: int
