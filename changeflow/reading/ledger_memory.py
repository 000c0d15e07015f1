"""What an earlier reading of the ledger found, so that most answers need not read all of it again.

Only a plain ledger is remembered: without a single finding, in which every entry counts as it
stands by the rules of today, and no earlier rules had to be asked. What is kept is where each entry
stands, and how the releases ended. The entries of the change in question are read again each time,
compared with their digests, and their signatures are checked again: none counts because it
once did. Of the entries about no change the notices are read where an answer asks for them. Whenever
anything is not as it was, nothing is remembered.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import filterfalse
from typing import Any, Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger import clocks
from changeflow.ledger.chain import KnownPlace
from changeflow.model.canonical import digest
from changeflow.model.clock import Newest
from changeflow.model.config import ConfigSpec
from changeflow.model.document_parts import parse_instant
from changeflow.model.evidence import NO_CHANGE, NOTICE, LedgerEntry
from changeflow.model.people import Person
from changeflow.model.times import format_instant
from changeflow.reading.evidence import Remembered
from changeflow.release.ending import ReleaseTimes, finished_changes, release_times
from changeflow.repo.index_store import IndexStore
from changeflow.repo.ledger_branch import Chain, Continuation, LedgerBranch, place_of
from changeflow.repo.ledger_traces import LedgerTraces

_SPACE: Final = "ledger"

# a place, and the name of its object
Placed = tuple[KnownPlace, str]
# when a release started and ended; the first is always there
TimesAsText = Sequence[str]
Counts = Callable[[tuple[LedgerEntry, ...], "str | None"], bool]


@dataclass(frozen=True, slots=True)
class Summary:
    """A plain chain up to a commit.

    Attributes:
        head: the commit.
        series: the space of the records about its changes.
        latest: the last entry, and those with the latest dates of each kind of clock, in order.
        newest: the latest moments.
        finished: change -> state in which its release ended.
        times: change -> when its release started and ended, as texts.
    """

    head: str
    series: str
    latest: tuple[Placed, ...]
    newest: Newest
    finished: Mapping[str, str]
    times: Mapping[str, TimesAsText]

    def release_times(self) -> dict[str, ReleaseTimes]:
        """Return when releases started and ended."""
        found: dict[str, ReleaseTimes] = {}
        for change, (started, ended) in self.times.items():
            found[change] = ReleaseTimes(parse_instant(started), _moment(ended or None))
        return found


@dataclass(frozen=True, slots=True)
class Recalled:
    """The ledger as far as it is known: its head, the entries in question, and the latest moments.

    `latest` are the newest entry, and those with the latest dates of each kind of clock.
    """

    head: str
    newest: Newest
    remembered: Remembered
    latest: tuple[LedgerEntry, ...]


class LedgerMemory:
    """What is remembered of one ledger, by the rules of today.

    Args:
        ledger: reads the branch.
        config: settings of the base.
        people: the roster there.
        counts: whether entries count as they stand, asked about one change or all of them.
    """

    def __init__(
        self,
        ledger: LedgerBranch,
        config: ConfigSpec,
        people: Mapping[str, Person],
        counts: Counts,
    ) -> None:
        self._ledger, self._config, self._counts = ledger, config, counts
        facts = ledger.git.facts
        # Where history is cut off, git lacks what a reading would have to see.
        self._store = None if facts.shallow else IndexStore.of(facts.common_dir)
        told = {name: person.model_dump(mode="json") for name, person in people.items()}
        rules = {"config": config.model_dump(mode="json"), "people": told}
        self._rules = digest(rules | {"format": facts.object_format, "branch": ledger.branch})

    # -- recalling -----------------------------------------------------------------------------

    def recall(
        self, traces: LedgerTraces, changes: Collection[str], checked: str | None
    ) -> Recalled | None:
        """Return what is known for answers about some changes; None: read all of it.

        Args:
            traces: of the ledger.
            changes: which.
            checked: the change whose signatures are checked; None for all that are read.
        """
        if self._store is None:
            return None
        try:
            return self._recalled(traces, changes, checked)
        except errors.HostFailed:
            # Reading all of it says what is missing.
            return None

    def recall_chain(self, traces: LedgerTraces, change: str) -> Chain | None:
        """Return what appending an entry about a change needs; None: read all of the ledger."""
        known = self.recall(traces, {change}, change)
        if known is None:
            return None
        mine = known.remembered.entries.get(change)
        if mine is None:
            mine = known.remembered.more(change)
        if mine is None:
            return None
        found = {entry.seq: entry for entry in (*known.latest, *mine, *known.remembered.standing)}
        return Chain(tuple(found[seq] for seq in sorted(found)), (), known.head)

    def _recalled(
        self, traces: LedgerTraces, changes: Collection[str], checked: str | None
    ) -> Recalled | None:
        head, summary = self._ledger.head_of(traces), self._summary()
        if head is None or summary is None:
            return None
        latest = self._ledger.reread(summary.latest, checked)
        if latest is None:
            return None
        more: tuple[LedgerEntry, ...] = ()
        if head != summary.head:
            known = Chain(latest, (), summary.head)
            found = self._ledger.after(known, head, checked)
            if found is None or not self._is_plain(found.entries, checked):
                return None
            more = found.entries
            summary = self._continued(summary, head, latest, found)
        if traces.missing((*latest, *more)):
            return None
        mine = self._entries(summary, {*changes, NO_CHANGE}, checked, notices=False)
        if mine is None:
            return None
        standing, more_of = mine.pop(NO_CHANGE), partial(self._more, summary, checked)
        known_of_releases = Remembered(
            mine,
            standing,
            summary.finished,
            summary.release_times,
            more_of,
            partial(self._having, head),
        )
        return Recalled(head, summary.newest, known_of_releases, tuple(_latest((*latest, *more))))

    def _more(
        self, summary: Summary, checked: str | None, change: str
    ) -> tuple[LedgerEntry, ...] | None:
        """Return the entries about one more change; None if they are not as they were."""
        try:
            found = self._entries(summary, [change], checked)
        except errors.HostFailed:
            # Reading all of it says what is missing.
            return None
        return None if found is None else found[change]

    def _having(self, head: str, kind: str) -> frozenset[str]:
        """Return the changes with an entry of a kind.

        Every entry of a plain ledger counts, and the name of its file was compared with its content.
        """
        ending, found = f"-{kind}.json", set[str]()
        for one in self._ledger.git.ls_tree(head, full=True):
            if one.path.endswith(ending):
                found.add(one.path.partition("/")[0])
        return frozenset(found)

    def _entries(
        self,
        summary: Summary,
        changes: Collection[str],
        checked: str | None,
        *,
        notices: bool = True,
    ) -> dict[str, tuple[LedgerEntry, ...]] | None:
        """Return the entries about some changes, read again; None if they are not as they were.

        Args:
            summary: of the chain.
            changes: which.
            checked: see `recall`.
            notices: whether notices are read, too. The kind stands in the name of a file, which was
                compared with its content when all of the ledger was read.
        """
        places: list[Placed] = []
        for change in changes:
            mine = self._places(summary.series, change)
            if {place.path: oid for place, oid in mine} != self._listed(summary.head, change):
                return None
            places += mine if notices else filterfalse(_is_notice, mine)
        read = self._ledger.reread(places, checked)
        if read is None or not self._is_plain(read, checked):
            return None
        found: dict[str, list[LedgerEntry]] = {change: [] for change in changes}
        for entry in read:
            found[entry.change].append(entry)
        return {change: tuple(entries) for change, entries in found.items()}

    def _listed(self, head: str, change: str) -> dict[str, str]:
        """Return the entries about a change on the branch: path -> name of the object."""
        found = self._ledger.git.folder_at(head, change)
        return {f"{change}/{one.path}": one.oid for one in found}

    def _summary(self) -> Summary | None:
        data = self._store.get(_SPACE, self._ledger.branch) if self._store is not None else None
        if data is None:
            return None
        plain = json.loads(data)
        if plain["rules"] != self._rules or "times" not in plain:
            return None
        real, fixed = map(_moment, plain["newest"])
        return Summary(
            plain["head"],
            plain["series"],
            tuple(map(_placed, plain["latest"])),
            Newest(real, fixed),
            plain["finished"],
            plain["times"],
        )

    def _places(self, series: str, change: str) -> list[Placed]:
        """Return the places of the entries about a change; none where it has no record."""
        data = self._store.get(series, change) if self._store is not None else None
        return list(map(_placed, json.loads(data))) if data is not None else []

    # -- remembering ---------------------------------------------------------------------------

    def keep(self, chain: Chain, checked: str | None) -> None:
        """Remember a chain that was read as a whole, if it is plain.

        Args:
            chain: as it was read.
            checked: the change whose signatures were checked; None for all.
        """
        if self._store is None or chain.head is None or chain.problems:
            return
        if not self._is_plain(chain.entries, checked):
            return
        placed = self._ledger.places_of(chain)
        if not placed:
            return
        by_change: dict[str, list[Any]] = {}
        for entry, place in zip(chain.entries, placed, strict=True):
            by_change.setdefault(entry.change, []).append(_plain(place))
        before, series = self._summary(), f"{_SPACE} {secrets.token_hex(8)}"
        if before is not None:
            self._store.put_many(before.series, {}, alone=True)
        self._store.put_many(
            series, {name: json.dumps(rows).encode() for name, rows in by_change.items()}
        )
        oids = {place.path: oid for place, oid in placed}
        latest = [(place_of(one), oids[one.path]) for one in _latest(chain.entries)]
        finished = finished_changes(chain.entries)
        newest = self._newest(chain.entries)
        times = _as_text(release_times(chain.entries))
        self._write(Summary(chain.head, series, tuple(latest), newest, finished, times))

    def _continued(
        self,
        before: Summary,
        head: str,
        latest: Sequence[LedgerEntry],
        found: Continuation,
    ) -> Summary:
        """Remember entries that follow those that were."""
        more, oids = found.entries, found.oids
        assert self._store is not None  # noqa: S101 - it was read from there
        rows: dict[str, list[Placed]] = {}
        for entry in more:
            if entry.change not in rows:
                rows[entry.change] = self._places(before.series, entry.change)
            known = {place.path for place, _ in rows[entry.change]}
            if entry.path not in known:
                rows[entry.change].append((place_of(entry), oids[entry.path]))
        records = {
            name: json.dumps(list(map(_plain, placed))).encode() for name, placed in rows.items()
        }
        self._store.put_many(before.series, records)
        all_oids = {place.path: oid for place, oid in before.latest} | dict(oids)
        chosen = [(place_of(one), all_oids[one.path]) for one in _latest((*latest, *more))]
        after = Summary(
            head,
            before.series,
            tuple(chosen),
            _later(before.newest, self._newest(more)),
            finished_changes(more, before.finished),
            _as_text(release_times(more, before.release_times())),
        )
        self._write(after)
        return after

    def _write(self, summary: Summary) -> None:
        assert self._store is not None  # noqa: S101 - its callers asked
        plain = {
            "rules": self._rules,
            "head": summary.head,
            "series": summary.series,
            "latest": list(map(_plain, summary.latest)),
            "newest": [format_instant(at) if at else None for at in summary.newest],
            "finished": dict(summary.finished),
            "times": dict(summary.times),
        }
        self._store.put(_SPACE, self._ledger.branch, json.dumps(plain).encode())

    # -- what is plain -------------------------------------------------------------------------

    def _is_plain(self, entries: tuple[LedgerEntry, ...], checked: str | None) -> bool:
        """Return whether all entries count as they stand, whatever the rules were before today."""
        for entry in entries:
            if entry.elsewhere or entry.clock or entry.repository != self._config.repository:
                return False
        return self._counts(entries, checked)

    def _newest(self, entries: Iterable[LedgerEntry]) -> Newest:
        """Return the latest moments; see `ledger_reader.newest_of`."""
        found = clocks.newest(tuple(entries))
        return found if self._config.allow_simulated_clock else Newest(found.real)


def _as_text(times: Mapping[str, ReleaseTimes]) -> dict[str, TimesAsText]:
    found: dict[str, TimesAsText] = {}
    for change, (started, ended) in times.items():
        found[change] = (
            format_instant(started),
            format_instant(ended) if ended is not None else "",
        )
    return found


def _latest(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Return the last entry, and those with the latest dates of each kind of clock, in order."""
    found = [clocks.latest(entries, simulated=simulated) for simulated in (False, True)]
    chosen = {one.seq: one for one in (*found, *entries[-1:]) if one is not None}
    return [chosen[seq] for seq in sorted(chosen)]


def _later(one: Newest, other: Newest) -> Newest:
    pairs = zip(one, other, strict=True)
    return Newest(*(max(filter(None, pair), default=None) for pair in pairs))


def _is_notice(placed: Placed) -> bool:
    return placed[0].path.endswith(f"-{NOTICE}.json")


def _plain(placed: Placed) -> list[str | None]:
    place, oid = placed
    return [place.path, place.digest, place.committer, place.counts_from, oid]


def _placed(row: Sequence[Any]) -> Placed:
    path, entry_digest, committer, since, oid = row
    return KnownPlace(path, entry_digest, committer, since), oid


def _moment(text: str | None) -> datetime | None:
    return parse_instant(text) if text is not None else None
