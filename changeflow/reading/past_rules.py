"""The rules of the main branch for evidence when an entry was recorded: keys and signatures.

This is for reading what happened. Credit goes by the roster of today: an approval with a key that
was lost or taken away proves nothing at a gate, whenever it is said to have been given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger import envelope
from changeflow.ledger.chain import Signed
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.document_paths import CONFIG
from changeflow.model.evidence import ApprovalBody, LedgerEntry, SignedBy
from changeflow.model.people import Person
from changeflow.model.strictjson import MalformedError
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.state import Shared, State
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import Chain
from changeflow.repo.signature_verifier import SshVerifier
from changeflow.repo.source import Revision

RULE: Final = "ledger-unknown-key"


# what a commit's time is exact to
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class AskedThen:
    """The rules of the main branch for evidence in one of its states."""

    people: Mapping[str, Person]
    require_signatures: bool
    allow_simulated_clock: bool


@dataclass(frozen=True)
class SettingsHistory:
    """The states of roster and configuration on the main branch, oldest first.

    `since` holds the time at which each began.
    """

    since: tuple[datetime, ...] = ()
    states: tuple[AskedThen, ...] = ()

    def around(self, moment: datetime) -> tuple[AskedThen, ...]:
        """Return the states at a moment, the newest first; two if one ended within that second."""
        last = bisect_right(self.since, moment) - 1
        first = bisect_right(self.since, moment - _SECOND) - 1
        return tuple(self.states[place] for place in range(last, max(first, 0) - 1, -1))


class PastRules:
    """Earlier rules of the main branch for evidence, read when they are first needed.

    Args:
        git: the repository.
        main: the commit that configuration and keys come from; None if no earlier state is known.
    """

    def __init__(self, git: Git, main: str | None) -> None:
        self._git, self._main = git, main

    @property
    def asked(self) -> bool:
        """Return whether any earlier state was asked for."""
        return "history" in vars(self)

    @cached_property
    def history(self) -> SettingsHistory:
        """Return every state. A clone without the history of main knows and proves none."""
        if self._main is None or self._git.facts.shallow:
            return SettingsHistory()
        return history_of(self._git, self._main)


def with_former_keys(
    past: PastRules,
    chain: Chain,
    files: Mapping[str, bytes],
    today: Mapping[str, Person],
) -> Chain:
    """Return the chain with entries credited that were signed with a former key.

    A former key had a holder in the roster of its time, and has none today.

    Args:
        past: earlier rules of the main branch.
        chain: the ledger as it was read with the keys of today.
        files: the bytes of its entries by path.
        today: the people of the roster now. A key that one of them lists is judged by today's
            roster alone.

    Raises:
        errors.HostFailed: when git fails.
    """
    strange = {finding.path for finding in chain.problems if finding.rule == RULE}
    if not strange or not past.history.states:
        return chain
    history, listed = past.history, keys_of(today)
    signers: dict[str, SignedBy] = {}
    for entry, moment in moments(chain.entries):
        if entry.path in strange:
            data = files.get(entry.path, b"")
            signer = signer_then(entry, data, history.around(moment), listed)
            if signer is not None:
                signers[entry.path] = signer
    entries = [_credited(entry, signers.get(entry.path)) for entry in chain.entries]
    left = [found for found in chain.problems if found.rule != RULE or found.path not in signers]
    return replace(chain, entries=tuple(entries), problems=tuple(left))


def moments(entries: Sequence[LedgerEntry]) -> Iterable[tuple[LedgerEntry, datetime]]:
    """Yield every entry with its earliest possible time: its own, or that of any entry before it.

    Without this, the holder of a key that was taken away could date a new entry back.
    """
    latest = datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        latest = max(latest, entry.recorded_at)
        yield entry, latest


def keys_of(people: Mapping[str, Person]) -> frozenset[str]:
    """Return every key that a person lists, also one that two people list."""
    found: set[str] = set()
    for name, person in people.items():
        found.update(key_ring({name: person}).keys)
    return frozenset(found)


def signer_then(
    entry: LedgerEntry, data: bytes, states: Sequence[AskedThen], listed: AbstractSet[str]
) -> SignedBy | None:
    """Return the signer of an entry by the roster of its time, or None.

    Args:
        entry: the signed entry.
        data: its bytes.
        states: the rules of the main branch when it was recorded.
        listed: keys of today's roster, which alone judges them.
    """
    for state in states:
        signer = _signer(entry, data, state.people, listed)
        if signer is not None:
            return signer
    return None


def _signer(
    entry: LedgerEntry, data: bytes, people: Mapping[str, Person], listed: AbstractSet[str]
) -> SignedBy | None:
    """Return the person whose former key signed this entry.

    None if a signature by a key that today's roster does not list cannot be attributed.
    """
    try:
        wrapped = envelope.decode(data)
    except MalformedError:
        return None
    ring = key_ring(people)
    ring = KeyRing({keyid: key for keyid, key in ring.keys.items() if keyid not in listed})
    strange = [one for one in wrapped.signatures if one.keyid not in listed]
    verdicts = SshVerifier(ring)([Signed(wrapped.signed_bytes, one) for one in strange])
    signers: list[SignedBy] = []
    for verdict in verdicts:
        if verdict.person is None or verdict.problem:
            return None
        signers.append(SignedBy(verdict.person, verdict.keyid))
    if not signers:
        return None
    if isinstance(entry.body, ApprovalBody) and {one.person for one in signers} != {
        entry.body.by
    }:
        return None
    return signers[0]


def _credited(entry: LedgerEntry, signer: SignedBy | None) -> LedgerEntry:
    return entry if entry.signer is not None else entry.signed(signer)


def history_of(git: Git, tip: str) -> SettingsHistory:
    """Roster and configuration after every commit of the main branch that touched them.

    A commit whose date was set back counts as dated like the one before it.
    """
    shared = Shared()
    since: list[datetime] = []
    states: list[AskedThen] = []
    extra = ["--first-parent"]
    commits = git.log(tip, format_="%H %ct", paths=["policies", CONFIG], extra=extra)
    for line in reversed(commits):
        commit, seconds = line.split()
        landed = commit_time(seconds, END_OF_TIME)
        since.append(max([landed, *since[-1:]]))
        states.append(_state(State(Revision(git, commit, commit), shared)))
    return SettingsHistory(tuple(since), tuple(states))


def _state(source: State) -> AskedThen:
    try:
        config = source.config
    except errors.Unreadable:
        # what cannot be read allowed nothing
        return AskedThen(source.people, require_signatures=True, allow_simulated_clock=False)
    return AskedThen(source.people, config.require_signatures, config.allow_simulated_clock)
