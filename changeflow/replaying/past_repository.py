"""The repository as it was when a decision was made: its rulebook, and the evidence until then.

Read from git's objects alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from changeflow.hosts.table import host_named
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import LedgerEntry
from changeflow.reading.authors import Speakers
from changeflow.reading.binding_entries import Journals
from changeflow.reading.evidence import Evidence
from changeflow.reading.ledger_reader import (
    clocks_of,
    for_a_gate,
    newest_of,
    repository_of,
)
from changeflow.reading.past_rules import PastRules
from changeflow.reading.repository_store import Store
from changeflow.reading.state import State
from changeflow.replaying.recorded_decision import Unknowable
from changeflow.repo.git import is_oid
from changeflow.repo.ledger_branch import Chain, LedgerBranch
from changeflow.usecases.ledger.log import Opened


class Then:
    """Earlier states of a repository.

    Args:
        opened: its ledger and its main branch.
        chain: the ledger as it was read and found sound.
        only: the one change whose decisions are computed again, None for all.
    """

    def __init__(self, opened: Opened, chain: Chain, only: str | None = None) -> None:
        # Decisions are computed again from documents alone.
        self.store = Store(opened.git, recalls=False)
        self.git, self.chain = opened.git, chain
        self._opened, self._only = opened, only
        self._past: dict[str | None, PastRules] = {}
        self._readings: dict[tuple[object, ...], Chain] = {}

    # -- the main branch -----------------------------------------------------------------------

    @cached_property
    def _main(self) -> frozenset[str]:
        """Return the commits of the main branch's own line, without what was merged into it."""
        return frozenset(self._log(self._opened.main.commit, "--first-parent"))

    @cached_property
    def _merged_by_hand(self) -> bool:
        return not host_named(self._opened.main.config.host).takes_reviews

    def _log(self, tip: str | None, *extra: str) -> list[str]:
        if not tip:
            return []
        return [line.strip() for line in self.git.log(tip, format_="%H", extra=extra)]

    def of_main(self, commit: str, what: str) -> State:
        """Return a commit that was once the tip of main.

        Where people merge by hand, any commit that main contains is accepted: its line is not kept.

        Raises:
            Unknowable: when main does not contain it. A branch must not choose its own judge.
        """
        found = self.commit(commit, what)
        tip = self._opened.main.commit
        if commit not in self._main and not (
            self._merged_by_hand and tip and self.git.is_ancestor(commit, tip)
        ):
            raise Unknowable(
                f"{what} {commit[:12]} is none that the main branch stood at (it is at "
                f"{(tip or 'nothing')[:12]} here)",
                "fetch the main branch; if it has everything, the decision had another rulebook",
            )
        return found

    def commit(self, oid: object, what: str) -> State:
        """Return a commit by its full name.

        Raises:
            Unknowable: when it is not here, or no such name.
        """
        if not isinstance(oid, str) or not is_oid(oid):
            raise Unknowable(f"the entry names no commit for {what}")
        if self.git.resolve(oid) is None:
            raise Unknowable(
                f"{what} {oid[:12]} is not in this clone", f"fetch it: `git fetch origin {oid}`"
            )
        return self.store.named(oid, oid)

    # -- the ledger ----------------------------------------------------------------------------

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Return the commits of the ledger, oldest first: entry n was appended by number n."""
        return tuple(reversed(self._log(self.chain.head)))

    def position(self, commit: object) -> int:
        """Count the entries at a state of the ledger; None stands for an empty one.

        Raises:
            Unknowable: when the ledger never was in that state.
        """
        if commit is None:
            return 0
        if not isinstance(commit, str) or commit not in self._positions:
            raise Unknowable(
                f"the ledger was never in the state that this was decided on: {str(commit)[:12]}"
            )
        return self._positions[commit]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {commit: number for number, commit in enumerate(self.states, 1)}

    def ledger(self, position: int) -> PastLedger:
        """Return the ledger as it was with so many entries."""
        return PastLedger(self, position)

    def evidence(self, position: int, base: State, change: str) -> Evidence:
        """Return the evidence as it was with so many entries, verified with the base's keys."""
        config, people = base.rulebook.config, base.rulebook.roster.spec.people
        # Other changes that it runs into are asked about, too.
        only = None
        if self._only is not None:
            only = change
        chain = self._heard(key_ring(people), config, only)
        upto = replace(chain, entries=chain.entries[:position])
        if base.commit not in self._past:
            self._past[base.commit] = PastRules(self.git, base.commit)
        past = self._past[base.commit]
        entries = Journals(self._opened.ledger, past, config, people).weighed(upto, only)
        paths = {entry.path for entry in upto.entries}
        problems = []
        for one in chain.breaches:
            if one.path in paths:
                problems.append(one)
        state = None
        if position:
            state = self.states[position - 1]
        speakers = Speakers(self._opened.past, people, config)
        heard = for_a_gate(speakers.heard(entries, self._only), config)
        return Evidence(
            lambda: heard,
            tuple(problems),
            state,
            lambda: self._opened.ledger,
            lambda: None,
            newest_of(upto.entries, config),
            lambda: upto.changes,
        )

    def _heard(self, ring: KeyRing, config: ConfigSpec, only: str | None) -> Chain:
        """Return the ledger with signatures checked against a ring.

        Rosters seldom change, so each ring's result is kept.
        """
        required, clocks = config.require_signatures, clocks_of(config)
        keys = sorted((keyid, held.person) for keyid, held in ring.keys.items())
        key = (only, required, config.repository, clocks, *keys)
        if key not in self._readings:
            here = self._opened.ledger
            ledger = LedgerBranch(
                self.git,
                here.branch,
                here.remote,
                ring=ring,
                require_signatures=required,
                repository=repository_of(self.git, config, self._opened.main.commit),
                clocks=clocks,
            )
            self._readings[key] = ledger.read(only=only)
        return self._readings[key]

    def state_before(self, entry: LedgerEntry) -> str | None:
        """Return the commit of the ledger that an entry was appended to; None for the first one."""
        if entry.seq <= 1:
            return None
        return self.states[entry.seq - 2]

    def before(self, entry: LedgerEntry) -> Sequence[LedgerEntry]:
        """Return the entries before this one."""
        return self.chain.entries[: entry.seq - 1]


@dataclass(frozen=True)
class PastLedger:
    """Ledger as it was with so many entries. It is a `LedgerView`."""

    then: Then
    position: int

    def evidence(self, base: State, change: str) -> Evidence:
        """See `LedgerView.evidence`."""
        return self.then.evidence(self.position, base, change)
