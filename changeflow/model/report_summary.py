"""What a report that CI made says, in numbers, and what conditions see of one on the ledger."""

from typing import Annotated, Final, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record

ReportKind = Literal["junit", "sarif", "sbom", "file"]
REPORT_KINDS: Final[tuple[ReportKind, ...]] = ("junit", "sarif", "sbom", "file")

EvidenceKind = Literal["check", "junit", "sarif", "sbom", "file"]
# a digest of a file, in one spelling: lower case
FileDigest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
Count = Annotated[int, Field(ge=0, strict=True)]


class ReportSummary(Record):
    """What a file that CI made says. Counts that a kind of file does not have are 0.

    `format` is the format and its version, such as `sarif-2.1.0`; empty for a plain file.
    `unreadable` says why the file cannot be judged; empty where it can. Then nothing else counts.

    `tests` to `skipped` are those of JUnit: `failures` and `errors` are tests that did not pass.
    `rules` are the rules of which SARIF has results; `error` to `none` are results by their level,
    without the `suppressed`. `components` are those of an SBOM.
    """

    format: str = ""
    unreadable: str = ""
    tests: Count = 0
    failures: Count = 0
    errors: Count = 0
    skipped: Count = 0
    rules: Count = 0
    error: Count = 0
    warning: Count = 0
    note: Count = 0
    none: Count = 0
    suppressed: Count = 0
    components: Count = 0


# why a record proves nothing
Doubted = Literal["", "unsigned", "human", "party"]


class EvidenceRecord(Record):
    """A file of CI, as it stands to the commit that is decided about.

    `at_head`: it was made of that commit, or of one with the same tree. `doubt` says why it proves
    nothing: it is not signed by an automation, a human signed it, or one who has a part in the
    change; empty where it counts. `roles` are those that `by`, who signed it, holds.
    """

    kind: ReportKind
    name: str
    path: str
    digest: str
    size: int
    check: str
    commit: str
    at_head: bool
    at: Instant
    by: str
    roles: tuple[str, ...]
    doubt: Doubted
    summary: ReportSummary
