"""Reviews of a period: what people concluded from a report, and what they decided.

ISO/IEC 20000-1 asks for such reviews in 8.5.1.3, 8.5.3, 9.1 and 9.3.
"""

from typing import Annotated, Literal

from pydantic import Field

from changeflow.model.document_parts import (
    Day,
    Envelope,
    Id,
    Instant,
    Metadata,
    PersonId,
    Prose,
    Record,
    Text,
)

ReviewPurpose = Literal["trend", "release", "process", "management"]
_Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
_Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$(?!\n)")]


class ReviewedPeriod(Record):
    """The period, half-open, and the zone in which its days begin."""

    from_: Instant = Field(alias="from")
    to: Instant
    zone: Text


class LookedAt(Record):
    """A report that was looked at. From these the tool makes it again and compares the digest."""

    report: Literal["trends", "management"]
    numbers: _Digest
    main: _Commit
    ledger: _Commit | None = None
    made: Instant
    by: Literal["day", "week", "month", "quarter"] | None = None
    inputs: _Digest | None = None


class PeriodReviewer(Record):
    """A person who took part, and the role in which they did."""

    person: PersonId
    role: Id


class ConcludedSignal(Record):
    """A signal of a control chart, as the report has it."""

    rule: Literal[
        "beyond_3_sigma", "nine_on_one_side", "six_trending", "two_of_three_beyond_2_sigma"
    ]
    side: Literal["above", "below", "up", "down"]
    first: Text
    last: Text


class TrendConclusion(Record):
    """A measure that was looked at, its signals in the period, and what people concluded."""

    measure: Text
    signals: Annotated[tuple[ConcludedSignal, ...], Field(max_length=200)] = ()
    conclusion: Prose | None = None


class PeriodDecision(Record):
    """What was decided, who sees to it, and until when."""

    decision: Prose
    owner: Id
    due: Day | None = None


class PeriodReviewSpec(Record):
    """The review. The tool fills in what was looked at; people answer the rest."""

    purpose: ReviewPurpose
    period: ReviewedPeriod
    looked_at: Annotated[tuple[LookedAt, ...], Field(min_length=1, max_length=20)]
    analysed_by: PersonId | None = None
    reviewed: Day | None = None
    reviewers: Annotated[tuple[PeriodReviewer, ...], Field(max_length=50)] = ()
    trends: Annotated[tuple[TrendConclusion, ...], Field(max_length=200)] = ()
    conclusion: Prose | None = None
    decisions: Annotated[tuple[PeriodDecision, ...], Field(max_length=200)] = ()
    improvements: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class PeriodReview(Envelope):
    """The review of a period: `reviews/<period>/review.yaml`.

    `changeflow report trends --start-review` and `changeflow report management --start-review` write
    its skeleton; people fill it in.
    """

    kind: Literal["PeriodReview"]
    metadata: Metadata
    spec: PeriodReviewSpec
