"""Answer of `risk backtest`: how well scores told trouble beforehand."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record


class BackTestPart(Record):
    """Changes of one part: when the first and the last started, and how many had trouble."""

    from_: Instant = Field(alias="from")
    to: Instant
    changes: int
    positive: int


class CalibrationBand(Record):
    """Changes of about the same chance: predicted and observed share of trouble, 0 to 1."""

    predicted: float
    observed: float
    changes: int


class ScoreAnswer(Record):
    """A score, judged on the later changes.

    `auc` is the share of pairs, a change with trouble and one without, that it orders rightly.
    `recall_at` says which share of the trouble lies among the riskiest 5, 10 and 20 % of the
    changes. `calibration_error` is the mean distance between predicted and observed share of ten
    bands. Intervals are 95 %, by drawing blocks of changes (an item in a week) again. All are null where `missing` says why:
    `few` changes with trouble to fit to, `unrecorded` what the score is made of, or the `extra`
    that is not installed.
    """

    name: str
    auc: float | None
    auc_interval: tuple[float, float] | None
    recall_at: dict[str, float] | None
    recall_interval: dict[str, tuple[float, float]] | None
    brier: float | None
    calibration: tuple[CalibrationBand, ...]
    calibration_error: float | None
    missing: Literal["few", "unrecorded", "extra"] | None = None


class PlaceboAnswer(Record):
    """The same count before the changes, which they cannot have caused.

    Share of the judged changes that had an incident on their items in as long a time before, and
    share of those with trouble. Of `incident-excess` it is the share that had more in as long a time
    before than in the time before that.
    """

    positive: float
    after: float


class NotJudged(Record):
    """Changes that were left out, counted.

    `not_started` have no actual start, the time after those of `open` was not over when the records
    end, and how those of `unknown` ended is not recorded. Nothing is learned from those of
    `overlapping`: it was not known before the first judged change how they would end.
    """

    not_started: int
    open: int
    unknown: int
    overlapping: int


class BackTestAnswer(Record):
    """Answer of `risk backtest`."""

    schema_: Literal["changeflow/backtest/v1"] = Field(
        default="changeflow/backtest/v1", alias="schema"
    )
    label: str
    history: str
    risk_model: Literal["committed", "built-in"]
    train: BackTestPart
    test: BackTestPart
    models: tuple[ScoreAnswer, ...]
    placebo: PlaceboAnswer | None
    left_out: NotJudged
    warnings: tuple[Literal["proximity", "few", "related"], ...]
