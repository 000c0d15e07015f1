"""Count requests, merges, entries and releases, and name entries whose request is gone.

What was delivered is matched one by one in `usecases.report.completeness`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from changeflow.insight.period import Period
from changeflow.language.sentences import in_english
from changeflow.model.answers.report_audit import RecordMismatch, RecordsCompared
from changeflow.model.evidence import NO_CHANGE, LedgerEntry
from changeflow.reading.places import MAIN, places
from changeflow.reading.view import View


class ChangeOnRecord(NamedTuple):
    """A change of the period: its place (`RegisteredChange.row.at`), and whether it was started."""

    change: str
    at: str
    released: bool


class Compared(NamedTuple):
    """The counts of each place, and what one place has and another lacks."""

    counts: RecordsCompared
    mismatches: tuple[RecordMismatch, ...]


def compare(
    view: View,
    changes: Sequence[ChangeOnRecord],
    entries: Sequence[LedgerEntry],
    period: Period,
) -> Compared:
    """Compare the records of a period.

    Args:
        view: the main branch.
        changes: those of the period, wherever their requests are.
        entries: all entries of the ledger.
        period: what the audit is about.
    """
    first: dict[str, LedgerEntry] = {}
    for entry in entries:
        if entry.change != NO_CHANGE:
            first.setdefault(entry.change, entry)
    known = {one.change for one in changes}
    counts = RecordsCompared(
        requests=len(changes),
        merged=sum(one.at == MAIN for one in changes),
        in_ledger=sum(one.change in first for one in changes),
        released=sum(one.released for one in changes),
        ledger_changes=len(first),
        entries=len(entries),
    )
    found = []
    anywhere = set(known)
    for place in places(view, everywhere=True):
        anywhere.update(place.changes)
    for name, entry in sorted(first.items()):
        if name not in known and name not in anywhere and period.has(entry.moment):
            found.append(_mismatch("no_request", name, seq=entry.seq))
    return Compared(counts, tuple(found))


def _mismatch(what: str, name: str, **data: Any) -> RecordMismatch:
    told = {"code": "audit_paper.mismatch", "case": what, "change": name, **data}
    return RecordMismatch(what=what, name=name, message=in_english(told), told=told)
