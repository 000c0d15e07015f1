"""The rows of the forward schedule that were computed before, each with the time in which it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from changeflow.model.answers.schedule import ScheduledChange, UnscheduledChange
from changeflow.model.change import Window
from changeflow.model.document_parts import Instant, Record
from changeflow.model.watched_time import Holding
from changeflow.reading.repository_memory import RepositoryMemory
from changeflow.reading.view import View

_KIND: Final = "schedule"


class ScheduleRow(NamedTuple):
    """A row, and how long it holds."""

    row: ScheduledChange | UnscheduledChange
    during: Holding


@dataclass(frozen=True)
class PlannedChanges:
    """What is planned on the main branch.

    Attributes:
        windows: of all changes that have one and are no drafts, in order.
        unplanned: changes without a window.
        unreadable: changes whose request cannot be read.
        rows: those that were computed.
    """

    windows: Mapping[str, Window]
    unplanned: tuple[str, ...]
    unreadable: tuple[str, ...]
    rows: Mapping[str, ScheduleRow]


class _Row(Record):
    """A row; `told` is what the sentences of its conflicts are made from."""

    row: ScheduledChange | UnscheduledChange
    told: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    since: Instant
    until: Instant


class _Planned(Record):
    windows: dict[str, Window]
    unplanned: tuple[str, ...]
    unreadable: tuple[str, ...]
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
            rows[one.row.change] = ScheduleRow(_with_sentences(one), Holding(one.since, one.until))
        return PlannedChanges(plain.windows, plain.unplanned, plain.unreadable, rows)

    def keep(self, planned: PlannedChanges) -> None:
        """Keep what is planned."""
        rows: list[_Row] = []
        for row, during in planned.rows.values():
            told = tuple((one.data, one.advice) for one in row.conflicts)
            rows.append(_Row(row=row, told=told, since=during.since, until=during.until))
        plain = _Planned(
            windows=dict(planned.windows),
            unplanned=planned.unplanned,
            unreadable=planned.unreadable,
            rows=tuple(rows),
        )
        self._memory.keep({}, plain.model_dump_json(by_alias=True).encode(), self._view)


def _with_sentences(kept: _Row) -> ScheduledChange | UnscheduledChange:
    """Return a row whose conflicts can be told in any language."""
    conflicts = tuple(
        one.model_copy(update={"data": data, "advice": advice})
        for one, (data, advice) in zip(kept.row.conflicts, kept.told, strict=True)
    )
    return kept.row.model_copy(update={"conflicts": conflicts})
