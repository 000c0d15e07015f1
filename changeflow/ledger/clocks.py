"""Time along the ledger: it never runs backwards, although clocks of contributors differ.

Real time is compared with real time, and the time of fixed clocks (`--now`) with the time of fixed
clocks. An entry counts from its moment: its own date, or the latest date before it in the chain.
Nothing is gained by a clock that was set back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.model.clock import Newest
from changeflow.model.evidence import Body, LedgerEntry
from changeflow.model.findings import Finding
from changeflow.model.times import format_instant

RULE: Final = "ledger-time"
AHEAD: Final = "ledger-ahead"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The largest difference between clocks, and the entries that a wrong clock dated.

    `wrong` are digests of those entries, as the team lists them.
    """

    skew: timedelta = timedelta(minutes=5)
    wrong: frozenset[str] = frozenset()


TRUSTED: Final = Clocks()


def along(
    entries: Sequence[LedgerEntry], clocks: Clocks
) -> tuple[tuple[LedgerEntry, ...], tuple[Finding, ...]]:
    """Return the entries with the moments from which they count, and what is dated too early.

    An entry that is listed as dated by a wrong clock sets no date for those after it, and is no
    finding.
    """
    judged: list[LedgerEntry] = []
    findings: list[Finding] = []
    latest: dict[bool, LedgerEntry] = {}
    for entry in entries:
        before = latest.get(entry.simulated)
        if entry.digest in clocks.wrong:
            moment = before.at if before is not None else entry.at
            judged.append(entry.model_copy(update={"counts_from": moment, "clock": "wrong"}))
        elif before is None or entry.at >= before.at:
            latest[entry.simulated] = entry
            judged.append(entry)
        else:
            clock = ""
            if before.at - entry.at > clocks.skew:
                clock = "behind"
                findings.append(_finding_too_early(entry, before))
            judged.append(entry.model_copy(update={"counts_from": before.at, "clock": clock}))
    return tuple(judged), tuple(findings)


def newest(entries: Sequence[LedgerEntry]) -> Newest:
    """Return the latest moments among entries that were judged by `along`."""
    real, fixed = latest(entries, simulated=False), latest(entries, simulated=True)
    return Newest(real.at if real else None, fixed.at if fixed else None)


def latest(entries: Iterable[LedgerEntry], *, simulated: bool) -> LedgerEntry | None:
    """Return the entry with the latest date of a kind of clock, without wrongly dated ones."""
    dated = (one for one in entries if one.simulated is simulated and one.clock != "wrong")
    return max(dated, key=lambda entry: entry.at, default=None)


def happened(body: Body) -> bool:
    """Return whether an entry reports an event of a release under way.

    It is recorded under any clock.
    """
    return body.kind == "release" and body.event != "started"


def ahead(entries: Iterable[LedgerEntry], now: datetime, clocks: Clocks) -> Iterator[Finding]:
    """Yield a finding for each entry that lies in the future of a clock.

    Entries under a fixed clock are left out.
    """
    for entry in entries:
        if not entry.simulated and entry.clock != "wrong" and entry.at - now > clocks.skew:
            yield found_in_ledger(
                AHEAD,
                entry.path,
                span=(entry.at - now).total_seconds(),
                at=format_instant(entry.at),
                seq=entry.seq,
                digest=entry.digest,
            )


def _finding_too_early(entry: LedgerEntry, before: LedgerEntry) -> Finding:
    """Return a finding that names both: the chain does not show which a wrong clock dated."""
    return found_in_ledger(
        RULE,
        entry.path,
        span=(before.at - entry.at).total_seconds(),
        seq=entry.seq,
        digest=entry.digest,
        before=before.seq,
        before_digest=before.digest,
    )
