"""Reads the ledger's branch by a rulebook: the evidence in it that counts."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence

from changeflow import errors
from changeflow.ledger.chain import WITHOUT_ID, RepositoryId
from changeflow.ledger.clocks import Clocks, newest
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.clock import Newest
from changeflow.model.config import ConfigSpec
from changeflow.model.document_paths import CONFIG
from changeflow.model.evidence import NO_CHANGE, ApprovalBody, LedgerEntry, ReleaseBody
from changeflow.reading.authors import Speakers
from changeflow.reading.binding_entries import Journals
from changeflow.reading.evidence import Evidence
from changeflow.reading.ledger_memory import LedgerMemory, Recalled
from changeflow.reading.past_rules import PastRules
from changeflow.reading.signers import default_signer
from changeflow.reading.state import State
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import Chain, LedgerBranch
from changeflow.repo.ledger_traces import LedgerTraces
from changeflow.repo.source import Revision


def open_ledger(
    git: Git,
    config: ConfigSpec,
    ring: KeyRing,
    main: str | None,
    traces: LedgerTraces | None = None,
) -> LedgerBranch:
    """Return the ledger that the configuration names.

    Args:
        git: the repository.
        config: settings of the base.
        ring: keys of the roster there.
        main: the commit they were read from.
        traces: of the ledger, where they were looked at already.
    """
    return LedgerBranch(
        git,
        config.ledger.branch,
        config.ledger.remote,
        ring=ring,
        require_signatures=config.require_signatures,
        repository=repository_of(git, config, main),
        clocks=clocks_of(config),
        patience=config.ledger.timeout.total_seconds(),
        former=functools.partial(_former_branches, git, config, main),
        traces=traces,
    )


def clocks_of(config: ConfigSpec) -> Clocks:
    """Return the configuration of the clocks of appending machines."""
    return Clocks(config.ledger.skew, frozenset(config.ledger.wrong_clocks))


def repository_of(git: Git, config: ConfigSpec, main: str | None) -> RepositoryId:
    """Return the repository that evidence is recorded for.

    Where it has an id, its history says whether it always had one.
    """
    if config.repository is None:
        return WITHOUT_ID
    return RepositoryId(
        config.repository, functools.cache(functools.partial(_once_without_id, git, main))
    )


def _once_without_id(git: Git, main: str | None) -> bool:
    """Return whether the main branch ever had a configuration without `spec.repository`."""
    return any(config.repository is None for config in _former_settings(git, main))


def _former_branches(git: Git, config: ConfigSpec, main: str | None) -> tuple[str, ...]:
    """Other names that the main branch's configuration had for the ledger's branch."""
    names = dict.fromkeys(former.ledger.branch for former in _former_settings(git, main))
    return tuple(name for name in names if name != config.ledger.branch)


def _former_settings(git: Git, main: str | None) -> Iterator[ConfigSpec]:
    """Yield every readable configuration that the main branch had, oldest first."""
    commits = git.log(main, format_="%H", paths=[CONFIG], extra=["--first-parent"]) if main else ()
    for commit in reversed(commits):
        state = State(Revision(git, commit.strip()))
        with contextlib.suppress(errors.Unreadable):
            if state.exists(CONFIG):
                yield state.config


class LedgerReader:
    """Reads the ledger as it is now, by the rulebook of one base.

    Args:
        git: the repository.
        base: the state with the rulebook.
        traces: of the ledger, where they were looked at already.
        together: whether many changes are asked about: all signatures are checked at once then.
        about: these changes, where only some of many are asked about.
    """

    def __init__(
        self,
        git: Git,
        base: State,
        traces: LedgerTraces | None = None,
        *,
        together: bool = False,
        about: frozenset[str] = frozenset(),
    ) -> None:
        self._together, self._about = together, about
        self._git, self._config = git, base.rulebook.config
        people = base.rulebook.roster.spec.people
        self._ring = key_ring(people)
        self._ledger = open_ledger(git, self._config, self._ring, base.commit, traces)
        self._past = past = PastRules(git, base.commit)
        self._journals = Journals(self._ledger, past, self._config, people)
        self._speakers = Speakers(past, people, self._config)
        self._memory = LedgerMemory(self._ledger, self._config, people, self._count_as_they_stand)
        self._ledger.memory = self._memory
        self._traces = traces
        self._kept: dict[str | None, Evidence] = {}

    @property
    def ledger(self) -> LedgerBranch:
        """Return the branch, to append to as an earlier reading found it."""
        return self._ledger

    def evidence(self, change: str) -> Evidence:
        """Return what the ledger holds about a change."""
        checked = None if self._together else change
        if checked in self._kept:
            return self._kept[checked]
        recalled = None
        about = self._about if checked is None else {change}
        if about and self._traces is not None:
            recalled = self._memory.recall(self._traces, about, checked)
        found = self._read(checked) if recalled is None else self._recalled(recalled, checked)
        self._kept[checked] = found
        return found

    def _read(self, checked: str | None) -> Evidence:
        """Read all of it."""
        chain = self._ledger.read(only=checked, again=False)
        heard = self._heard(chain, checked)
        self._memory.keep(chain, checked)
        return Evidence(
            lambda: heard,
            chain.breaches,
            chain.head,
            lambda: self._ledger,
            functools.partial(default_signer, self._git, self._ring),
            newest_of(chain.entries, self._config),
            lambda: chain.changes,
        )

    def _recalled(self, known: Recalled, checked: str | None) -> Evidence:
        """Return what is known of it; all of it is read when more is asked."""

        def read() -> tuple[LedgerEntry, ...]:
            return self._heard(self._ledger.read(only=checked, again=False), checked)

        return Evidence(
            read,
            (),
            known.head,
            lambda: self._ledger,
            functools.partial(default_signer, self._git, self._ring),
            known.newest,
            lambda: frozenset(one.path for one in self._git.ls_level(known.head)) - {NO_CHANGE},
            known.remembered,
        )

    def _heard(self, chain: Chain, checked: str | None) -> tuple[LedgerEntry, ...]:
        """Return the entries of a chain that count, and every opinion."""
        entries = self._journals.weighed(chain, checked)
        return for_a_gate(self._speakers.heard(entries, checked), self._config)

    def _count_as_they_stand(self, entries: tuple[LedgerEntry, ...], checked: str | None) -> bool:
        """Return whether entries count unchanged, without a look at earlier rules."""
        heard = self._heard(Chain(entries, (), None), checked)
        return heard == entries and not self._past.asked


def newest_of(entries: Sequence[LedgerEntry], config: ConfigSpec) -> Newest:
    """Return the latest moments among entries.

    Entries under a fixed clock are left out unless the configuration allows them.
    """
    if config.allow_simulated_clock:
        return newest(entries)
    return newest([entry for entry in entries if not entry.simulated])


def for_a_gate(entries: Sequence[LedgerEntry], config: ConfigSpec) -> tuple[LedgerEntry, ...]:
    """Return the entries that a gate is given: those that count, and every opinion.

    `gate.ledger_opinions` says which opinions count.

    Args:
        entries: with the journals of releases weighed (see `reading.binding_entries`), and without
            those that are not by the person they name (see `reading.authors`).
        config: settings at the base.
    """
    heard = []
    for entry in entries:
        if isinstance(entry.body, ApprovalBody | ReleaseBody) or _counts(entry, config):
            heard.append(entry)
    return tuple(heard)


def counting(entries: Sequence[LedgerEntry], config: ConfigSpec) -> tuple[LedgerEntry, ...]:
    """Return the entries that count.

    They are for this repository, not under a simulated clock, and signed where signatures are
    required. Journals of releases are facts and count as they were weighed (see
    `reading.binding_entries`).
    """
    counted = []
    for entry in entries:
        if isinstance(entry.body, ReleaseBody) or _counts(entry, config):
            counted.append(entry)
    return tuple(counted)


def _counts(entry: LedgerEntry, config: ConfigSpec) -> bool:
    if entry.elsewhere or (entry.simulated and not config.allow_simulated_clock):
        return False
    return entry.signer is not None or not config.require_signatures
