"""What a gap analysis looks at: the main branch, the ledger, the changes and measures of a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from changeflow import errors
from changeflow.gate_cases.told_changes import ToldChange, ToldChanges
from changeflow.insight.period import Period
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.gap import EvidenceNote
from changeflow.model.answers.report import KpiAnswer
from changeflow.model.answers.report_lists import ImprovementRow
from changeflow.model.clock import Clock
from changeflow.model.document_parts import Envelope
from changeflow.model.objectives import Objective
from changeflow.model.placeholders import is_hollow, is_praise
from changeflow.model.standard import Probe
from changeflow.reading.evidence import Evidence
from changeflow.reading.objectives import objectives_of
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View

T = TypeVar("T", bound=Envelope)
_YAML: Final = (".yaml", ".yml")


class Seen(NamedTuple):
    """What a probe found.

    Attributes:
        found: what there is: ids, paths or entries.
        missing: what there should be and is not.
        expected: how many there should be; None: any number will do.
        note: why something was not counted, or could not be.
        whole: whether nothing is missing; None: where `expected` were found and nothing is missing.
    """

    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    expected: int | None = None
    note: EvidenceNote = ""
    whole: bool | None = None


NO_OCCASION: Final = Seen(expected=0, note="no_occasion")


def is_said(text: str | None) -> bool:
    """Return whether a text says more than that nothing is said, or that all is well."""
    return bool(text) and not (is_hollow(text or "") or is_praise(text or ""))


def share_of(asked: Iterable[tuple[str, bool]]) -> Seen:
    """Return which of those that were asked have what is looked for; all are expected to."""
    told = tuple(asked)
    if not told:
        return NO_OCCASION
    found = tuple(name for name, has in told if has)
    missing = tuple(name for name, has in told if not has)
    return Seen(found, missing, len(told))


@dataclass(frozen=True)
class GapFacts:
    """What probes look at.

    Attributes:
        view: the main branch.
        told: the changes of the period.
        improvements: improvements, and follow-ups of reviews.
        kpis: measures of the period by id; none where nothing can be measured.
        unauthorised: what was delivered in the period without a request.
        period: with both ends.
        clock: the time.
        ledger_holds: whether the ledger holds; None: there is none.
    """

    view: View
    told: ToldChanges
    improvements: tuple[ImprovementRow, ...]
    kpis: Mapping[str, KpiAnswer]
    unauthorised: tuple[str, ...]
    period: Period
    clock: Clock
    ledger_holds: bool | None

    @property
    def state(self) -> State:
        """Return the main branch."""
        return self.view.base

    @property
    def rulebook(self) -> Rulebook:
        """Return the rulebook of the main branch."""
        return self.view.base.rulebook

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self.clock.now

    @property
    def today(self) -> date:
        """Return the day, in the zone of the repository."""
        return self.clock.now.astimezone(self.period.zone).date()

    @cached_property
    def evidence(self) -> Evidence:
        """Return the ledger."""
        return self.view.ledger.evidence(self.view.base, "")

    @cached_property
    def changes(self) -> tuple[ToldChange, ...]:
        """Return the changes of the period that are on the main branch, or were released."""
        found = []
        for one in self.told.changes:
            if one.listed.row.at == "main" or self.has_started(one):
                found.append(one)
        return tuple(found)

    @cached_property
    def started(self) -> tuple[ToldChange, ...]:
        """Return those whose release has started."""
        return tuple(filter(self.has_started, self.changes))

    @cached_property
    def ended(self) -> tuple[ToldChange, ...]:
        """Return those whose release has ended."""
        return tuple(filter(self.has_ended, self.changes))

    @staticmethod
    def has_started(one: ToldChange) -> bool:
        """Return whether the release of a change has started."""
        return one.record.get("actual_start") is not None

    @staticmethod
    def has_ended(one: ToldChange) -> bool:
        """Return whether the release of a change has ended."""
        return one.record.get("actual_end") is not None

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """Return the targets; none where they cannot be read."""
        try:
            return objectives_of(self.state)
        except errors.Unreadable:
            return ()

    def ended_in(self, end: datetime) -> bool:
        """Return whether something that ended then ended in the period."""
        start = self.period.start
        return (start is None or end > start) and end <= self.now

    def doubt_about(self, row: ImprovementRow) -> EvidenceNote | None:
        """Return why an improvement or a follow-up does not count; None where it does.

        It says what was found and what is done, who sees to it and until when. It is not
        verified on a day that lies ahead, nor by its owner.
        """
        if row.verified_on is not None and row.verified_on > self.today:
            return "future"
        if not is_said(row.action) or not is_said(row.finding):
            return "empty"
        is_whole = row.owner is not None and row.due is not None
        if not is_whole or row.verified_by == row.owner:
            return ""
        return None

    def documents(self, folder: str, kind: type[T]) -> Iterator[tuple[str, T | None]]:
        """Yield the files below a folder with their document, None where it cannot be read."""
        for path in sorted(self.state.paths):
            if not (path.startswith(folder) and path.endswith(_YAML)):
                continue
            try:
                yield path, self.state.document(path, kind)
            except errors.ChangeflowError:
                yield path, None

    def times_expected(self, probe: Probe) -> int:
        """Return how many whole quarters or years lie in the period, at least one."""
        start, end = self.period.start, self.period.end
        months = {"quarter": 3, "year": 12}.get(probe.every or "", 0)
        if start is None or end is None or not months:
            return 1
        first, last = start.astimezone(self.period.zone), end.astimezone(self.period.zone)
        whole = (last.year - first.year) * 12 + last.month - first.month
        if last.day < first.day:
            whole -= 1
        return max(1, whole // months)
