"""The rows of the forward schedule that were computed before, each with the time in which it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.schedule import ScheduledChange, UnscheduledChange
from changeflow.model.document_parts import Instant, Record
from changeflow.model.watched_time import Holding
from changeflow.reading.repository_memory import RepositoryMemory
from changeflow.reading.view import View
from changeflow.schedule.open_changes import OpenChange
from changeflow.schedule.told_conflicts import Collision

_KIND: Final = "schedule"


class ScheduleRow(NamedTuple):
    """A row without its conflicts, and how long it holds.

    `collisions` is what `written_collisions` returns. Most of them are never asked for.
    """

    row: ScheduledChange | UnscheduledChange
    during: Holding
    collisions: str = "[]"


@dataclass(frozen=True)
class PlannedChanges:
    """What is planned on the main branch.

    Attributes:
        open: the changes that have a window and are no drafts, in order.
        drafts: drafts that have a window, in order.
        unplanned: changes without a window.
        unreadable: changes whose request cannot be read.
        levels: whether a service promises a level.
        rows: those that were computed.
    """

    open: Mapping[str, OpenChange]
    drafts: Mapping[str, OpenChange]
    unplanned: tuple[str, ...]
    unreadable: tuple[str, ...]
    levels: bool
    rows: Mapping[str, ScheduleRow]

    @property
    def with_window(self) -> Mapping[str, OpenChange]:
        """Return the changes that have a window, drafts included."""
        return {**self.open, **self.drafts}


class _Row(Record):
    row: ScheduledChange | UnscheduledChange
    collisions: str
    since: Instant
    until: Instant


class _Planned(Record):
    open: tuple[OpenChange, ...]
    drafts: tuple[OpenChange, ...]
    unplanned: tuple[str, ...]
    unreadable: tuple[str, ...]
    levels: bool
    rows: tuple[_Row, ...]


class ScheduleMemory:
    """The memory of what is planned.

    Args:
        view: what it is read from.
        memory: of the question.
    """

    def __init__(self, view: View, memory: RepositoryMemory) -> None:
        self._view, self._memory = view, memory

    @classmethod
    def of(cls, view: View) -> ScheduleMemory | None:
        """Return the memory of the schedule; None where nothing is remembered."""
        asked = (repr(view.base.label), repr(view.base.commit))
        memory = RepositoryMemory.of(view.git, _KIND, asked)
        return cls(view, memory) if memory is not None else None

    def recall(self) -> PlannedChanges | None:
        """Return what was planned, whether the rows still hold or not."""
        found = self._memory.recall()
        if found is None:
            return None
        try:
            plain = _Planned.model_validate_json(found.data)
        except ValidationError:
            return None
        rows: dict[str, ScheduleRow] = {}
        for one in plain.rows:
            during = Holding(one.since, one.until)
            rows[one.row.change] = ScheduleRow(one.row, during, one.collisions)
        return PlannedChanges(
            {one.id: one for one in plain.open},
            {one.id: one for one in plain.drafts},
            plain.unplanned,
            plain.unreadable,
            plain.levels,
            rows,
        )

    def keep(self, planned: PlannedChanges) -> None:
        """Keep what is planned."""
        rows: list[_Row] = []
        for row, during, collisions in planned.rows.values():
            kept = {"row": row, "since": during.since, "until": during.until}
            rows.append(_Row.model_validate({**kept, "collisions": collisions}))
        plain = _Planned(
            open=tuple(planned.open.values()),
            drafts=tuple(planned.drafts.values()),
            unplanned=planned.unplanned,
            unreadable=planned.unreadable,
            levels=planned.levels,
            rows=tuple(rows),
        )
        self._memory.keep({}, plain.model_dump_json(by_alias=True).encode(), self._view)


def written_collisions(found: Iterable[tuple[OpenChange, Collision]]) -> str:
    """Return collisions as JSON: each the other change with kind, items, start, end and data."""
    plain: list[list[Any]] = []
    for other, one in found:
        times = one.start.isoformat(), one.end.isoformat()
        plain.append([other.id, one.kind, one.items, *times, one.data])
    return json.dumps(plain, separators=(",", ":"))


def read_collisions(written: str, most: int) -> Iterator[tuple[str, Collision]]:
    """Yield the first collisions that were written, each with the id of the other change."""
    for other, kind, items, start, end, data in json.loads(written)[:most]:
        times = datetime.fromisoformat(start), datetime.fromisoformat(end)
        yield other, Collision(kind, tuple(items), *times, data)
