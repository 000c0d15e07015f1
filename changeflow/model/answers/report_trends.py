"""Paper of `report trends`: a period beside earlier ones, and what moved."""

from typing import Literal

from pydantic import Field

from changeflow.model.answers.policy_backtest import StandardCandidate
from changeflow.model.answers.report import Paper, ReportPeriod
from changeflow.model.document_parts import Day, Instant, Record

RuleOfCharts = Literal[
    "beyond_3_sigma", "nine_on_one_side", "six_trending", "two_of_three_beyond_2_sigma"
]


class ComparedMeasure(Record):
    """A measure of the period, of the one before, and of the same period a year earlier.

    Values are null where there is nothing to measure. A share has its numerator and denominator in
    the period.
    """

    id: str
    definition: str
    unit: Literal["%", "count", "h", "min", "per day", "per person"]
    better: Literal["up", "down", "none"]
    value: float | int | None
    numerator: int | None
    denominator: int | None
    previous: float | int | None
    year_before: float | int | None


class BreakdownRow(Record):
    """Changes that have something in common.

    `value` is null where it is not recorded. `failed` counts those that failed, were rolled back or
    caused an incident, among those that `ended`. `previous` and `year_before` count the changes of
    the other periods, null where those have no records.
    """

    value: str | None
    changes: int
    ended: int
    failed: int
    rolled_back: int
    previous: int | None
    year_before: int | None


class Breakdown(Record):
    """The changes of the period by type, class, service, team, category or origin.

    Those with most changes are listed; `others` counts the values that are not. A change may
    belong to several services.
    """

    by: Literal["type", "class", "service", "team", "category", "origin"]
    rows: tuple[BreakdownRow, ...]
    others: int


class FailingItem(Record):
    """An item on which changes failed; `records` has the first of them, `failed` counts all."""

    item: str
    changes: int
    failed: int
    rolled_back: int
    with_incident: int
    records: tuple[str, ...]


class ChartedPoint(Record):
    """A point of a control chart: a day, week, month or quarter.

    `value` is in the unit of the chart; `in_period` says whether the point ends in the period of the
    paper, and `rules` which rules found a signal in which it takes part.
    """

    name: str
    from_: Instant = Field(alias="from")
    to: Instant
    value: float | int
    numerator: int | None
    denominator: int | None
    lower: float | None
    upper: float | None
    in_period: bool
    rules: tuple[RuleOfCharts, ...]


class ChartedSignal(Record):
    """What a rule found: where, from which point to which, and how many points take part."""

    rule: RuleOfCharts
    side: Literal["above", "below", "up", "down"]
    first: str
    last: str
    points: int
    in_period: bool


class ChartAnswer(Record):
    """A control chart of a measure.

    `chart` is the kind of chart. `factor` is by how much the limits are wider than chance alone asks
    for. `why` says why there are no limits: `few` points, too little is counted in a point (`rare`),
    or all points are alike (`steady`). `firm` is whether there are enough points for limits that will
    hardly move. `left_out` counts the parts in which nothing could be measured.
    """

    id: str
    unit: Literal["%", "count", "h", "min", "per day", "per person"]
    by: Literal["day", "week", "month", "quarter"]
    chart: Literal["p", "p'", "c", "c'", "u", "u'", "XmR"]
    centre: float | None
    factor: float
    firm: bool
    why: Literal["few", "rare", "steady"] | None
    points: tuple[ChartedPoint, ...]
    left_out: int
    signals: tuple[ChartedSignal, ...]


class ConcludedTrend(Record):
    """What people concluded about a measure; null while they have not."""

    measure: str
    conclusion: str | None


class DecidedInReview(Record):
    """What was decided, who sees to it, and until when."""

    decision: str
    owner: str
    due: Day | None


class ReviewOfPeriod(Record):
    """The review of the period: who took part, what they concluded and decided.

    `agrees` says whether it looked at these numbers; null where it looked at another report.
    """

    path: str
    analysed_by: str | None
    reviewed: Day | None
    reviewers: tuple[str, ...]
    conclusion: str | None
    trends: tuple[ConcludedTrend, ...]
    decisions: tuple[DecidedInReview, ...]
    improvements: tuple[str, ...]
    agrees: bool | None


class TrendsPaper(Paper):
    """Answer of `report trends`.

    `previous` and `year_before` are the periods that it is compared with, null where the records do
    not reach back so far. `charts` are of the measures that are always looked at, and of those with a
    target. `failing` are the items on which most changes failed, `failed` counts all changes that
    did. `recurring` are kinds of normal changes that always went well, at least `recurring_from` of
    them. `numbers` is the SHA-256 of everything that was measured: the same records give it again.
    `review` is what people made of it, null where no review of the period is on the main branch.
    """

    kind: Literal["trends"] = "trends"
    previous: ReportPeriod | None
    year_before: ReportPeriod | None
    measures: tuple[ComparedMeasure, ...]
    breakdowns: tuple[Breakdown, ...]
    failing: tuple[FailingItem, ...]
    failed: int
    charts: tuple[ChartAnswer, ...]
    recurring: tuple[StandardCandidate, ...]
    recurring_from: int
    numbers: str
    review: ReviewOfPeriod | None
