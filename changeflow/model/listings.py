"""JSON answers of the commands that list and explain: their shapes, for `schemas/answers`.

They are rendered from what the use cases return, without these records: a list should not wait for
pydantic. Tests hold every answer to its schema.
"""

from typing import Any, Literal

from pydantic import Field

from changeflow.model.answers.findings import AnswerFinding, FindingsAnswer
from changeflow.model.answers.table import ANSWERS
from changeflow.model.answers.when import WhenAnswer
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_parts import Instant, Record
from changeflow.model.policy import RequireEach, RequireEvidence, RequireRole, Translations
from changeflow.model.riskmodel import RiskLevel


class SchemaFile(Record):
    """A schema: of a kind of document, with where such documents live, or of an answer.

    `file` is below `schemas/`.
    """

    name: str
    home: str
    file: str


class SchemasAnswer(Record):
    """Answer of `schema list`."""

    schema_: Literal["changeflow/schemas/v1"] = Field(
        default="changeflow/schemas/v1", alias="schema"
    )
    schemas: tuple[SchemaFile, ...]


class NeededBy(Record):
    """An item that needs the one that is shown."""

    ci: str
    strength: str


class RowOrigin(Record):
    """A row that says something: `source` is null for YAML, `path` for a default of the source."""

    source: str | None
    path: str | None
    line: int | None


class NeedOrigin(Record):
    """A dependency, or the members of a group, with all rows that say it."""

    items: tuple[str, ...]
    origins: tuple[RowOrigin, ...]


class ItemProvenance(Record):
    """Where an item's attributes and dependencies come from."""

    attributes: dict[str, RowOrigin]
    depends_on: tuple[NeedOrigin, ...]


class ItemAnswer(Record):
    """Answer of `cmdb show ID`."""

    schema_: Literal["changeflow/item/v1"] = Field(default="changeflow/item/v1", alias="schema")
    item: ConfigurationItem
    needed_by: tuple[NeededBy, ...]
    provenance: ItemProvenance


class ItemsAnswer(Record):
    """Answer of `cmdb show`."""

    schema_: Literal["changeflow/items/v1"] = Field(default="changeflow/items/v1", alias="schema")
    items: tuple[ConfigurationItem, ...]


class ImportedValue(Record):
    """What a source says of an attribute; `source` is null for YAML that is not imported."""

    source: str | None
    value: str
    path: str | None
    line: int | None


class ImportConflict(Record):
    """An attribute that other YAML, whose value comes first and counts, describes otherwise."""

    ci: str
    attribute: str
    values: tuple[ImportedValue, ...]


class ImportedChange(Record):
    """An item whose YAML changes, with the values that differ, before and after, by their keys."""

    ci: str
    what: Literal["added", "changed", "removed"]
    before: dict[str, str]
    after: dict[str, str]


class CmdbImportAnswer(Record):
    """Answer of `cmdb import`: counts of items, what changes, and what is wrong with the files.

    Nothing is written where a finding is an error, nor with `--dry-run`.
    """

    schema_: Literal["changeflow/cmdb-import/v1"] = Field(
        default="changeflow/cmdb-import/v1", alias="schema"
    )
    into: str
    written: bool
    added: int
    changed: int
    removed: int
    unchanged: int
    items: int
    relations: int
    conflicts: tuple[ImportConflict, ...]
    changes: tuple[ImportedChange, ...]
    findings: tuple[AnswerFinding, ...]


class ImportedTable(Record):
    """What an import changes in a table: counts of records, and of rows afterwards."""

    table: str
    added: int
    changed: int
    unchanged: int
    removed: int
    rows: int


class HistoryImportAnswer(Record):
    """Answer of `history import`: what changes in each table, and what is wrong with the exports.

    Rows that were left out are findings that are errors; of many alike the first are listed. Rows
    that the mapping does not mean are skipped.
    """

    schema_: Literal["changeflow/history-import/v1"] = Field(
        default="changeflow/history-import/v1", alias="schema"
    )
    mapping: str
    source: str
    into: str
    written: bool
    rows: int
    left_out: int
    skipped: int
    tables: tuple[ImportedTable, ...]
    findings: tuple[AnswerFinding, ...]


class HistoryExportAnswer(Record):
    """Answer of `history export`: what came to each table.

    `unreadable` has the paths of requests and incidents that were left out. `findings` are links of
    incidents that times contradict: they became `related`.
    """

    schema_: Literal["changeflow/history-export/v1"] = Field(
        default="changeflow/history-export/v1", alias="schema"
    )
    source: str
    into: str
    tables: tuple[ImportedTable, ...]
    unreadable: tuple[str, ...]
    findings: tuple[AnswerFinding, ...]


class HistorySource(Record):
    """What a table holds of one source. The times are null where none is known."""

    source: str
    records: int
    rows: int
    from_: Instant | None = Field(alias="from")
    to: Instant | None


class HistoryTable(Record):
    """What a table holds; `unknown` has the number of rows in which a column is not known."""

    table: str
    rows: int
    records: int
    sources: tuple[HistorySource, ...]
    unknown: dict[str, int]


class HistoryAnswer(Record):
    """Answer of `history show`: the tables that have rows."""

    schema_: Literal["changeflow/history/v1"] = Field(
        default="changeflow/history/v1", alias="schema"
    )
    folder: str
    tables: tuple[HistoryTable, ...]


class ExportedFile(Record):
    """A file of an export. Its digest is what `sha256` of a `ConfigurationSource` asks for."""

    name: str
    size: int
    sha256: str


class ExportLoss(Record):
    """What does not come back when the export is read again.

    `what` is a field of items, `id`, `groups`, `strength`, or `alone`: items without dependencies.
    """

    what: str
    items: int
    first: tuple[str, ...]


class CmdbExportAnswer(Record):
    """Answer of `cmdb export`: the files, and what their format leaves behind."""

    schema_: Literal["changeflow/cmdb-export/v1"] = Field(
        default="changeflow/cmdb-export/v1", alias="schema"
    )
    target: str
    out: str
    items: int
    relations: int
    files: tuple[ExportedFile, ...]
    losses: tuple[ExportLoss, ...]


class SinglePointAnswer(Record):
    """An item whose failure alone takes down `count` live items of tier 1 and 2.

    `items` are the nearest of them. `behind` live items matter only by way of this one, and take
    down the same; `ring` others fail with it and it with them. `only_link`: the CMDB would fall
    apart without it, by its hard dependencies.
    """

    ci: str
    count: int
    items: tuple[str, ...]
    behind: int
    ring: int
    only_link: bool


class SinglePointsAnswer(Record):
    """Single points of failure, those that take most down first.

    In a very large CMDB not all can be followed: then `is_exact` is false, `total` is an estimate,
    and other items may belong into the list. `unfollowed` redundancy groups count as holding.
    """

    points: tuple[SinglePointAnswer, ...]
    total: int
    is_exact: bool
    unfollowed: int


class SurveyTotals(Record):
    """How many there are; lists in the survey end after 1,000."""

    no_owner: int
    no_criticality: int
    no_environment: int
    isolated: int
    rings: int


class SurveyAnswer(Record):
    """A summary of the CMDB as a whole.

    `rings` need each other; `foundations` take that many items down with them.
    """

    items: int
    dependencies: int
    groups: int
    no_owner: tuple[str, ...]
    no_criticality: tuple[str, ...]
    no_environment: tuple[str, ...]
    isolated: tuple[str, ...]
    rings: tuple[tuple[str, ...], ...]
    totals: SurveyTotals
    foundations: tuple[tuple[str, int], ...]
    single_points: SinglePointsAnswer


class CmdbCheckAnswer(FindingsAnswer):
    """Answer of `cmdb check`: the findings, and the survey.

    `survey` is null if an error keeps the items from being read.
    """

    schema_: Literal["changeflow/cmdb-check/v1"] = Field(
        default="changeflow/cmdb-check/v1", alias="schema"
    )  # type: ignore[assignment]  # an answer of its own
    survey: SurveyAnswer | None


class ListedRule(Record):
    """A rule in full, with its place and a sentence about what it asks for.

    `enabled` is false where its policy is switched off.
    """

    policy: str
    gate: Literal["submit", "approve", "deploy", "close"]
    enabled: bool
    id: str
    when: str | None
    require: tuple[RequireRole | RequireEach, ...] | None
    require_evidence: tuple[RequireEvidence, ...] | None
    assert_: str | None = Field(alias="assert")
    message: str
    messages: Translations | None
    hint: str | None
    hints: Translations | None
    clause: str | None
    code: str | None
    level: Literal["deny", "warn"]
    asks: str


class PoliciesAnswer(Record):
    """Answer of `policy list` and `policy explain`."""

    schema_: Literal["changeflow/policies/v1"] = Field(
        default="changeflow/policies/v1", alias="schema"
    )
    rules: tuple[ListedRule, ...]


class PolicyCaseAnswer(Record):
    """A test case of a policy. Without `differences` it passed."""

    policy: str
    case: str
    differences: tuple[str, ...]


class PolicyTestsAnswer(Record):
    """Answer of `policy test`.

    `untested` are rules no case names, `broken` are files that hold no cases.
    """

    schema_: Literal["changeflow/policy-tests/v1"] = Field(
        default="changeflow/policy-tests/v1", alias="schema"
    )
    cases: tuple[PolicyCaseAnswer, ...]
    untested: tuple[str, ...]
    broken: tuple[str, ...]
    passed: bool


class RiskFactorAnswer(Record):
    """Points of a risk score, and on which side of the matrix they count.

    `values` are what was found, by name.
    """

    id: str
    points: int
    source: Literal["declared", "computed", "history"]
    reason: str
    values: dict[str, Any]
    side: Literal["", "likelihood", "impact"]


class WorkAnswer(Record):
    """A piece of work that lowers a risk.

    `to` is what it leads to: the answer, the longest outage, the start of the window, or how many
    steps or items it is about. `items` are the first of them.
    """

    what: Literal[
        "verify",
        "plan-rollback",
        "state-outage",
        "fill-owner",
        "test",
        "automate",
        "move-window",
        "take-out",
        "split",
    ]
    to: str
    items: tuple[str, ...]
    message: str


class LowerRiskAnswer(Record):
    """Work that brings a risk at least one level down, and the score that it leads to."""

    work: tuple[WorkAnswer, ...]
    score: int
    level: RiskLevel


class RiskAnswer(Record):
    """Answer of `risk explain`.

    `lower` are the smallest sets of work that bring it one level down; no smaller set does.

    A band is where 2, 3, 4 and 5 begin; the matrix has a row for each likelihood, lowest first.
    """

    schema_: Literal["changeflow/risk/v1"] = Field(default="changeflow/risk/v1", alias="schema")
    change: str
    score: int
    level: RiskLevel
    likelihood: int
    impact: int
    factors: tuple[RiskFactorAnswer, ...]
    likelihood_bands: tuple[int, int, int, int]
    impact_bands: tuple[int, int, int, int]
    matrix: tuple[tuple[RiskLevel, ...], ...]
    lower: tuple[LowerRiskAnswer, ...]


EVERY_ANSWER: dict[str, Any] = {
    **ANSWERS,
    "schemas": SchemasAnswer,
    "when": WhenAnswer,
    "item": ItemAnswer,
    "items": ItemsAnswer,
    "cmdb-check": CmdbCheckAnswer,
    "cmdb-export": CmdbExportAnswer,
    "cmdb-import": CmdbImportAnswer,
    "history": HistoryAnswer,
    "history-import": HistoryImportAnswer,
    "history-export": HistoryExportAnswer,
    "policies": PoliciesAnswer,
    "policy-tests": PolicyTestsAnswer,
    "risk": RiskAnswer,
}
