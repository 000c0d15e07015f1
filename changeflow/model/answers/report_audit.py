"""Answer of `audit`: whether the records are complete, and a sample of changes with checklists."""

from typing import Any, Final, Literal, get_args

from pydantic import Field

from changeflow.model.answers.completeness import Completeness
from changeflow.model.answers.report import Paper
from changeflow.model.document_parts import Instant, Record

Verdict = Literal["yes", "no", "not_known", "not_applicable"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


class CheckAnswer(Record):
    """A line of the checklist of a sampled change.

    `verdict` is `not_known` where evidence is missing, and `not_applicable` where the question does
    not arise, or not yet. `message` says why. `evidence` are files of the pack of this change.
    `told` is what the message is made of, for other languages, and no part of the answer.
    """

    id: str
    clause: str
    verdict: Verdict
    message: str
    evidence: tuple[str, ...]
    told: dict[str, Any] = Field(exclude=True, default={})


class AuditedChange(Record):
    """A change of the sample with its checklist.

    `strata` are those that it belongs to, `drawn_for` the one that gave it first. `rank` is
    the SHA-256 of seed and id that it was drawn by. `folder` has its pack, and is null where none
    was written. `at` is where its request was read.
    """

    change: str
    title: str
    type: Literal["standard", "normal", "emergency"]
    state: str
    outcome: str | None
    started: Instant | None
    ended: Instant | None
    at: str
    strata: tuple[str, ...]
    drawn_for: str
    rank: str
    folder: str | None
    checks: tuple[CheckAnswer, ...]


class AuditedStratum(Record):
    """A stratum of the changes of the period, and what its sample says.

    `population` are its changes, `given` those that it gave to the sample, `deviating` those of
    them with a `no` or missing evidence. `most_deviating` is the largest number of deviating changes in the
    stratum that the sample leaves likely, at the confidence of the audit.
    """

    name: str
    population: int
    given: int
    deviating: int
    most_deviating: int


class CheckTotal(Record):
    """How many sampled changes have each verdict of a line of the checklist."""

    id: str
    clause: str
    yes: int
    no: int
    not_known: int
    not_applicable: int


class RecordsCompared(Record):
    """What was counted in each place: requests, ledger, releases, and merges into the main branch.

    `requests` are those of the period on any branch, `merged` those of them that the main branch
    has. `in_ledger` have entries of the ledger, `released` were started. `ledger_changes` are
    all changes that the ledger names, of any time, and `entries` all of its entries.
    """

    requests: int
    merged: int
    in_ledger: int
    released: int
    ledger_changes: int
    entries: int


class RecordMismatch(Record):
    """Something that one place has and another lacks. `told` is no part of the answer."""

    what: str
    name: str
    message: str
    told: dict[str, Any] = Field(exclude=True, default={})


class AuditPaper(Paper):
    """Answer of `audit`.

    `seed` draws the same sample again; `asked` is the size that was wanted, `population` how many
    changes the period has. `completeness` matches each delivery with a request; it is null where
    that is not possible, and `completeness_problem` says why. `gaps` counts mismatches, deliveries
    that are open, lines of checklists with a `no` or missing evidence, what could not be read, and
    a ledger that does not hold; `ok` is true without any.
    """

    kind: Literal["audit"] = "audit"
    seed: str
    asked: int
    population: int
    confidence: float
    compared: RecordsCompared
    mismatches: tuple[RecordMismatch, ...]
    completeness: Completeness | None
    completeness_problem: str
    told_problem: str | dict[str, Any] = Field(exclude=True, default="")
    strata: tuple[AuditedStratum, ...]
    totals: tuple[CheckTotal, ...]
    sample: tuple[AuditedChange, ...]
    gaps: int
    ok: bool
