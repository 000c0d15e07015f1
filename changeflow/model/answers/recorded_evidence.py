"""Answer of `evidence record`: the file as it was recorded."""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.report_summary import ReportKind, ReportSummary


class RecordedEvidence(Record):
    """A file of CI that was recorded as evidence for a change.

    `good`: it can be judged, and shows no failure. `told` is what it says in a few words, as a
    sentence of the catalogue.
    """

    schema_: Literal["changeflow/recorded-evidence/v1"] = Field(
        default="changeflow/recorded-evidence/v1", alias="schema"
    )
    change: str
    kind: ReportKind
    name: str
    path: str
    digest: str
    size: int
    commit: str
    tree: str
    check: str
    summary: ReportSummary
    good: bool
    by: str
    at: Instant
    simulated: bool
    seq: int
    told: dict[str, Any] = Field(exclude=True)
