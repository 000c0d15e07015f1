"""Answer of `audit --gap`: clauses, the evidence that was found of each, scores and gaps."""

from typing import Literal

from pydantic import Field

from changeflow.model.answers.report import Paper
from changeflow.model.document_parts import Record
from changeflow.model.standard import InBothLanguages, Need, ScaleStep

EvidencePart = Literal["document", "records", "timely", "measured", "improved"]
# why something was not counted, or could not be
EvidenceNote = Literal[
    "",
    "no_occasion",
    "ledger",
    "unreadable",
    "empty",
    "future",
    "no_target",
    "no_value",
    "unknown",
    "simulated",
]


class EvidenceFound(Record):
    """What was found under one probe, such as `records: assessed`.

    `have` of `expected` were found; `expected` is null where any number will do. `whole` says
    whether nothing is missing. `found` and `missing` have the first ids, paths or entries, and their
    totals count all of them. `note` says why something was not counted: `no_occasion`, nothing of
    the kind happened; `ledger`, it does not hold; `unreadable`, `empty` and `future` documents;
    `no_target` and `no_value` of a measure; `unknown`, some records do not tell; `simulated`, entries
    were recorded under a fixed clock.
    """

    part: EvidencePart
    probe: str
    have: int
    expected: int | None
    whole: bool
    practice: bool
    found: tuple[str, ...]
    found_total: int
    missing: tuple[str, ...]
    missing_total: int
    note: EvidenceNote


class ClauseGap(Record):
    """A clause in scope: its score, and what it rests on.

    `met` are the needs of the scale for which everything was found, `lacking` those that the next
    score asks for beside them. `evidence_missing` says that nothing was found that could be scored
    beside documents. `most` is the highest score that a change repository can show of the clause. `gap`
    says whether the score is below the one that is wanted, or below `most` where that is lower.
    """

    clause: str
    title: InBothLanguages
    asks: InBothLanguages
    scope: Literal["in", "partly"]
    reason: InBothLanguages | None
    role: InBothLanguages | None
    score: int
    most: int
    met: tuple[Need, ...]
    lacking: tuple[Need, ...]
    evidence_missing: bool
    gap: bool
    evidence: tuple[EvidenceFound, ...]


class OutsideClause(Record):
    """A clause that another system or document has to show, and why."""

    clause: str
    title: InBothLanguages
    reason: InBothLanguages


class MappedClause(Record):
    """A clause that shows a control, with its score; null for one that is outside."""

    clause: str
    score: int | None


class ControlRow(Record):
    """A control of another framework, and the clauses whose evidence shows it.

    `score` is the lowest of theirs, null where all of them are outside. `evidence` names what was
    found for them, as probes.
    """

    framework: str
    framework_name: str
    control: str
    title: InBothLanguages
    asks: InBothLanguages
    clauses: tuple[MappedClause, ...]
    score: int | None
    evidence: tuple[str, ...]


class GapAnalysis(Paper):
    """Answer of `audit --gap`.

    `standard_path` is the repository's own file; null: the standard that ships. `wanted` is the
    score below which there is a gap, `gaps` counts the clauses that are below it.
    """

    kind: Literal["gap"] = "gap"
    standard: str
    standard_name: str
    standard_path: str | None
    standard_sha256: str
    wanted: int = Field(ge=0, le=5)
    scale: tuple[ScaleStep, ...]
    clauses: tuple[ClauseGap, ...]
    outside: tuple[OutsideClause, ...]
    controls: tuple[ControlRow, ...]
    gaps: int
