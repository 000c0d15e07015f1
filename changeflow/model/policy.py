"""Policies: rules with CEL conditions, and their test cases."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

from pydantic import ConfigDict, Field, model_validator

from changeflow.model.document_parts import (
    Day,
    Duration,
    Envelope,
    Id,
    Instant,
    Metadata,
    Prose,
    Record,
    RoleId,
    Text,
)
from changeflow.model.report_summary import EvidenceKind, FileDigest
from changeflow.model.time_fields import NominalLength

Cel = Annotated[str, Field(min_length=1, max_length=4_096)]
Seats = Annotated[int, Field(ge=1, le=50)]


class Gate(StrEnum):
    """The four gates a change passes."""

    SUBMIT = "submit"
    APPROVE = "approve"
    DEPLOY = "deploy"
    CLOSE = "close"


class RequireRole(Record):
    """`count` different people who hold `role`.

    With `tenure`, they must have held it that long when they approve.
    """

    role: RoleId
    count: Seats = 1
    tenure: Duration | None = None


class RequireEach(Record):
    """`count` people for each name in a list that a CEL expression yields.

    An example is the owners of the affected items. A name is a role or a person of the roster. With
    `tenure`, people must have held the role that long when they approve.
    """

    each: Cel
    count: Seats = 1
    tenure: Duration | None = None


class RequireEvidence(Record):
    """What CI must have proved of the very commit that is decided about.

    `check`: a check run of the code host that ended with success. `junit`: a report with at least
    one test that ran, and none that failed. `sarif`: a report without a result of level `error`
    that is not suppressed. `sbom`: a bill of materials with components. `file`: any file, by its
    digest. All but checks are recorded with `changeflow evidence record`.

    `name` is that of the check, or the one that the evidence was recorded under. Where `path`,
    `digest` or `check` is named, the file must have been this one, or have come from this check.
    `by` is an automation of the roster, or a role: it, or one that holds it, must have recorded it. `commit` is `head`: the
    commit that is decided about, or one with the same tree.
    """

    kind: EvidenceKind
    name: Text
    path: Text | None = None
    digest: FileDigest | None = None
    check: Text | None = None
    by: Id | None = None
    commit: Literal["head"] = "head"


# What conditions see of CI checks where the code host is not asked: none. They take plain dicts
# alone, so that this very one says it.
CHECKS_NOT_ASKED: Final[dict[str, str]] = {}


class Proof(NamedTuple):
    """What came of such a demand: the code of a reason, and the data that its sentence names.

    `holds`: it is proved.
    """

    code: str
    data: dict[str, Any]
    holds: bool = False


class Translations(Record):
    """A text of a rule in further languages. A reader of another language gets the text itself."""

    en: Prose | None = None
    zh: Prose | None = None


class Rule(Record):
    """One rule. It asks for approvals (`require`), evidence (`require_evidence`), a fact (`assert`).

    It asks for one of them at least.

    `message` and `hint` are recorded. `messages` and `hints` are the same in other languages, for
    readers of these.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "anyOf": [
                {"required": ["require"]},
                {"required": ["assert"]},
                {"required": ["require_evidence"]},
            ]
        },
    )

    id: Id
    when: Cel | None = None
    require: Annotated[tuple[RequireRole | RequireEach, ...], Field(min_length=1)] | None = None
    require_evidence: (
        Annotated[tuple[RequireEvidence, ...], Field(min_length=1, max_length=50)] | None
    ) = None
    assert_: Cel | None = Field(default=None, alias="assert")
    message: Prose
    messages: Translations | None = None
    hint: Prose | None = None
    hints: Translations | None = None
    clause: Text | None = None
    level: Literal["deny", "warn"] = "deny"
    code: (
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49}){0,3}$(?!\n)")]
        | None
    ) = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if self.require is None and self.assert_ is None and self.require_evidence is None:
            raise ValueError("a rule needs `require`, `require_evidence` or `assert`")
        return self

    @property
    def translations(self) -> dict[str, dict[str, str]]:
        """Return message and hint in other languages, by language."""
        found: dict[str, dict[str, str]] = {}
        for part, texts in (("message", self.messages), ("hint", self.hints)):
            for language, text in texts or ():
                if text is not None:
                    found.setdefault(language, {})[part] = text
        return found


# How a release went, in the words of a review, and what else a review is asked for.
ReviewedCourse = Literal[
    "successful", "successful-with-issues", "rolled-back", "failed", "overran", "incident"
]
ReviewedType = Literal["standard", "normal", "emergency"]
# parts in a change that policy may keep from reviewing it, beside those that always do
BarredReviewer = Literal["approver", "confirmer"]


class ReviewDeadline(Record):
    """Within which time a review is due: of changes of these types that went like this.

    Without `types` it is about all types, without `outcomes` about every end. Days are those of
    the calendar, by the clock of `spec.timezone`; hours are exact.
    """

    types: tuple[ReviewedType, ...] = ()
    outcomes: tuple[ReviewedCourse, ...] = ()
    within: NominalLength


class ReviewQuestion(Record):
    """A question that a review must answer where the change went like this.

    `id` is its key below `spec.answers` of the review. `ask` is the question, `asks` the same in
    other languages. Where `none` is true, `none` is an answer.
    """

    id: Id
    types: tuple[ReviewedType, ...] = ()
    outcomes: tuple[ReviewedCourse, ...] = ()
    ask: Text
    asks: Translations | None = None
    none: bool = False


class ReviewDuties(Record):
    """What reviews owe.

    The first row of `due` that fits is the deadline; without one there is none. `questions` are
    asked beside those that every review answers. `not_by` are parts in a change whose people do
    not review it; requester, implementer, authors of its commits and who ran its release never
    do. Releases that ended before the day `since` are reviewed as if there were no duties.
    """

    since: Day | None = None
    due: Annotated[tuple[ReviewDeadline, ...], Field(max_length=100)] = ()
    questions: Annotated[tuple[ReviewQuestion, ...], Field(max_length=100)] = ()
    not_by: tuple[BarredReviewer, ...] = ()


class PolicySpec(Record):
    """The rules of one gate. Rules that are not `enabled` are on file, and no gate asks them.

    `reviews`, at the gate `close`, says until when a review is due, and what it must answer.
    """

    gate: Gate
    enabled: bool = True
    reviews: ReviewDuties | None = None
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


class Policy(Envelope):
    """Rules for a gate: `policies/*.yaml`."""

    kind: Literal["Policy"]
    metadata: Metadata
    spec: PolicySpec


class PolicyCase(Record):
    """One case: facts laid over the defaults, and the expected outcome of each named rule.

    Outcomes are those before any approval.

    `seats`, where given, are all seats the policy asks for, by role. A fact set to null is taken
    away (as if the request left it out).
    """

    name: Text
    given: dict[str, Any] = {}
    now: Instant | None = None
    expect: Annotated[dict[Id, Literal["pass", "fail", "error", "skipped"]], Field(min_length=1)]
    seats: dict[Id, int] | None = None


class PolicyTestSpec(Record):
    """Cases for one policy."""

    policy: Id
    cases: Annotated[tuple[PolicyCase, ...], Field(min_length=1)]


class PolicyTest(Envelope):
    """Test cases of a policy: `policies/tests/*.yaml`."""

    kind: Literal["PolicyTest"]
    metadata: Metadata
    spec: PolicyTestSpec
