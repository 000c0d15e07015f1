"""A blast radius folded into few boxes: how many items are affected, how far away, and of which kind.

Each box stands for the items of one distance that share a value: a tier, an environment, an owner,
or the service through which they are hit. Nothing is left out: every affected item of the answer is
counted in one box, and the boxes name the items through which most others are hit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import Affected, Impact, ImpactAnswer
from changeflow.model.config import SERVICE_TYPES
from changeflow.render.labels import Labels

FoldName = Literal["tier", "environment", "owner", "service"]
FOLDS: Final[tuple[FoldName, ...]] = ("tier", "environment", "owner", "service")
# what a person may ask for; "none": nothing is folded
Folding = Literal["tier", "environment", "owner", "service", "none"]
FOLDINGS: Final[tuple[Folding, ...]] = (*FOLDS, "none")

# distances with a column of their own; what is further away shares the last
_COLUMNS: Final = 5
# values with a row of their own; the items of the others share the last
_ROWS: Final = 6
# items that a box names
_NAMED: Final = 3
_TIERS: Final = ("tier1", "tier2", "tier3", "tier4")


@dataclass(frozen=True, slots=True)
class Row:
    """The items that share a value.

    Attributes:
        value: what they share; None: it is unknown.
        others: how many values share this row; 0: only `value`.
        count: affected items.
        failing: those of them with score 1.
    """

    value: str | None
    others: int
    count: int
    failing: int


@dataclass(frozen=True, slots=True)
class Box:
    """The items of one row and column.

    Attributes:
        column: the place of its distance, from 0 for those that are hit directly.
        row: the place of its row.
        count: affected items.
        failing: those of them with score 1.
        score: the largest score.
        biggest: ids of the items through which most others are hit.
    """

    column: int
    row: int
    count: int
    failing: int
    score: float
    biggest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """How many items of a box are hit through items of another.

    Attributes:
        before: the place of the box, or of the changed item where `changed` is set.
        box: the place of the box whose items are affected.
        count: items.
        changed: whether they are hit through a changed item directly.
    """

    before: int
    box: int
    count: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A folded blast radius.

    Attributes:
        fold: what the items of a row share.
        columns: for each column its first distance and how many items it has.
        deeper: whether the last column has greater distances, too.
        rows: from the most important tier, or the value with most items.
        boxes: column by column.
        flows: between boxes of different columns.
        count: affected items in all boxes.
        unlisted: affected items that the answer counts and does not list.
    """

    fold: FoldName
    columns: tuple[tuple[int, int], ...]
    deeper: bool
    rows: tuple[Row, ...]
    boxes: tuple[Box, ...]
    flows: tuple[Flow, ...]
    count: int
    unlisted: int

    @property
    def tells_apart(self) -> bool:
        """Return whether the rows say anything: one of unknown values does not."""
        return len(self.rows) > 1 or self.rows[0].value is not None

    def is_deepest(self, column: int) -> bool:
        """Return whether a column has several distances."""
        return self.deeper and column == len(self.columns) - 1


def overview(
    impact: Impact | ImpactAnswer, labels: Labels, fold: FoldName | None = None
) -> Overview:
    """Return a folded blast radius.

    Args:
        impact: the whole.
        labels: what the CMDB knows of items.
        fold: what the items of a row share; None: what tells most of them apart.
    """
    fold = fold or telling_fold(impact, labels)
    values = values_of(impact, labels, fold)
    row_of, rows = _rows(impact.affected, values, fold)
    places: dict[tuple[int, int], list[Affected]] = {}
    for hit in impact.affected:
        places.setdefault((_column(hit), row_of[values[hit.ci]]), []).append(hit)
    weight = followers(impact)
    boxes = []
    for (column, row), hits in sorted(places.items()):
        boxes.append(_box(column, row, hits, weight))
    hops = Counter(_column(hit) for hit in impact.affected)
    box_at = {place: at for at, place in enumerate(sorted(places))}
    row_of_item = {ci: row_of[value] for ci, value in values.items()}
    return Overview(
        fold=fold,
        columns=tuple((column + 1, hops[column]) for column in sorted(hops)),
        deeper=any(hit.hops > _COLUMNS for hit in impact.affected),
        rows=rows,
        boxes=tuple(boxes),
        flows=tuple(_flows(impact, box_at, row_of_item)),
        count=len(impact.affected),
        unlisted=impact.affected_total - len(impact.affected),
    )


def telling_fold(impact: Impact | ImpactAnswer, labels: Labels) -> FoldName:
    """Return the first fold with at least two known values; the tier where none has."""
    for fold in FOLDS:
        known = set(values_of(impact, labels, fold).values()) - {None}
        if len(known) > 1:
            return fold
    return "tier"


def values_of(
    impact: Impact | ImpactAnswer, labels: Labels, fold: FoldName
) -> Mapping[str, str | None]:
    """Return for each affected item the value by which it is folded."""
    match fold:
        case "tier":
            return {hit.ci: hit.criticality for hit in impact.affected}
        case "environment":
            return {hit.ci: labels.environments.get(hit.ci) for hit in impact.affected}
        case "owner":
            return {hit.ci: hit.owner for hit in impact.affected}
        case "service":
            return _services(impact, labels)


def _services(impact: Impact | ImpactAnswer, labels: Labels) -> dict[str, str | None]:
    """Return for each item the last service on its strongest path; it may be the item itself.

    An answer of `impact` names the services that are hit; elsewhere the usual types tell them.
    """
    services: set[str] = set()
    if isinstance(impact, ImpactAnswer) and impact.services:
        services = {service.ci for service in impact.services}
    else:
        services = {hit.ci for hit in impact.affected if labels.types.get(hit.ci) in SERVICE_TYPES}
    found: dict[str, str | None] = {}
    for hit in impact.affected:
        # an item comes after the one it is hit through
        found[hit.ci] = hit.ci if hit.ci in services else found.get(hit.path[-2])
    return found


def followers(impact: Impact | ImpactAnswer) -> Counter[str]:
    """Count for each item the affected ones whose strongest path leads through it."""
    found: Counter[str] = Counter()
    for hit in impact.affected:
        found.update(hit.path[1:-1])
    return found


def _column(hit: Affected) -> int:
    return min(hit.hops, _COLUMNS) - 1


def _rows(
    hits: Sequence[Affected], values: Mapping[str, str | None], fold: FoldName
) -> tuple[dict[str | None, int], tuple[Row, ...]]:
    """Return the row of each value, and the rows."""
    count = Counter(values[hit.ci] for hit in hits)
    failing = Counter(values[hit.ci] for hit in hits if hit.score == 1)
    ordered = sorted(count, key=lambda value: _rank(value, count, fold))
    own = ordered if len(ordered) <= _ROWS else ordered[: _ROWS - 1]
    rows = [Row(value, 0, count[value], failing[value]) for value in own]
    row_of = {value: place for place, value in enumerate(own)}
    rest = ordered[len(own) :]
    if rest:
        row_of |= dict.fromkeys(rest, len(own))
        total = sum(count[value] for value in rest)
        rows.append(Row(None, len(rest), total, sum(failing[value] for value in rest)))
    return row_of, tuple(rows)


def _rank(value: str | None, count: Mapping[str | None, int], fold: FoldName) -> tuple[Any, ...]:
    if fold == "tier":
        return (value is None, value or "")
    return (value is None, -count[value], value or "")


def _box(column: int, row: int, hits: Sequence[Affected], weight: Mapping[str, int]) -> Box:
    biggest = sorted(hits, key=lambda hit: (-weight.get(hit.ci, 0), -hit.score, hit.ci))
    return Box(
        column=column,
        row=row,
        count=len(hits),
        failing=sum(hit.score == 1 for hit in hits),
        score=max(hit.score for hit in hits),
        biggest=tuple(hit.ci for hit in biggest[:_NAMED]),
    )


def _flows(
    impact: Impact | ImpactAnswer,
    places: Mapping[tuple[int, int], int],
    row_of: Mapping[str, int],
) -> Iterator[Flow]:
    changed = {ci: place for place, ci in enumerate(impact.changed)}
    column_of = {hit.ci: _column(hit) for hit in impact.affected}
    count: Counter[tuple[int, int, bool]] = Counter()
    for hit in impact.affected:
        before, box = hit.path[-2], places[column_of[hit.ci], row_of[hit.ci]]
        if before in changed:
            count[changed[before], box, True] += 1
        elif column_of[before] != column_of[hit.ci]:
            count[places[column_of[before], row_of[before]], box, False] += 1
    for (start, box, direct), number in sorted(count.items()):
        yield Flow(start, box, number, direct)
