"""Answer of `risk fit`: a scorecard that is proposed, and what it would have told."""

from typing import Literal

from pydantic import Field

from changeflow.model.document_parts import Record
from changeflow.model.phrases import Told


class FitPart(Record):
    """A part of the changes of the past, by their actual start (half-open)."""

    from_: str = Field(alias="from")
    to: str
    changes: int
    positive: int


class FitLine(Record):
    """A line that is proposed, and how sure it is.

    `total` is what the fact gives in sum to a change that just reaches the line; `interval` is where
    this lies in nine of ten cards of changes drawn anew, and `chosen` in how many of these cards
    the fact has a line.
    """

    fact: str
    at_least: float
    points: int
    total: int
    interval: tuple[int, int]
    chosen: int


class FitBand(Record):
    """Changes with about the same chance: the chance that was predicted, and what came."""

    predicted: float
    observed: float
    changes: int


class FitModel(Record):
    """How well a model tells the changes that it was not fitted to.

    `recall_at`: the share of the trouble among the riskiest 5, 10 and 20 percent. Chances of both
    models come from one regression on their total, over the training part.
    """

    name: Literal["committed", "proposed"]
    auc: float | None
    auc_interval: tuple[float, float] | None
    recall_at: dict[str, float]
    recall_interval: tuple[float, float] | None
    brier: float | None
    calibration_error: float | None
    calibration: tuple[FitBand, ...]


class FitTotals(Record):
    """Changes with a total of points (both ends included), and their mean chance of trouble."""

    from_: int = Field(alias="from")
    to: int
    changes: int
    positive: int
    chance: float


class FitLevel(Record):
    """How many changes have a level, before and after."""

    level: str
    before: int
    after: int


class FitMoves(Record):
    """How many changes of a class (or type) would have another level."""

    kind: str
    changes: int
    higher: int
    lower: int


class FitUnknown(Record):
    """For how many changes a fact is not known."""

    fact: str
    changes: int


class FitAnswer(Record):
    """Answer of `risk fit`.

    `diff` is what changes in the file `path`; empty if nothing does. `written`: it was written.
    `blind` is what `blind_told` is made into, which is no part of the answer.
    """

    schema_: Literal["changeflow/fit/v1"] = Field(default="changeflow/fit/v1", alias="schema")
    label: str
    train: FitPart
    test: FitPart
    open: int
    lines: tuple[FitLine, ...]
    intercept: float
    slope: float
    most_points: int
    resamples: int
    models: tuple[FitModel, ...]
    totals: tuple[FitTotals, ...]
    other_points: int
    levels: tuple[FitLevel, ...]
    moved_by: Literal["class", "type"]
    moved: tuple[FitMoves, ...]
    unknown: tuple[FitUnknown, ...]
    placebo: float | None
    blind: tuple[str, ...]
    blind_told: tuple[Told, ...] = Field(exclude=True, default=())
    path: str
    written: bool
    diff: str
