"""What the main branch asked of evidence when an entry was recorded: whose its key was, and whether it had to be signed.

This is for reading what happened. Credit goes by the roster of today: an approval with a key that
was lost or taken away proves nothing at a gate, whenever it is said to have been given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from changeflow import errors
from changeflow.ledger import envelope
from changeflow.ledger.chain import Signed
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.document_paths import CONFIG
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.people import Person
from changeflow.model.strictjson import MalformedError
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.state import Shared, State
from changeflow.repo.git import Git
from changeflow.repo.ledger import Chain
from changeflow.repo.source import Revision
from changeflow.repo.ssh import SshVerifier

RULE: Final = "ledger-unknown-key"


# what a commit's time is exact to
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class AskedThen:
    """What the main branch asked of evidence in one of its states."""

    people: Mapping[str, Person]
    require_signatures: bool
    allow_simulated_clock: bool


@dataclass(frozen=True)
class History:
    """The states of roster and configuration on the main branch; `since` says when each began, oldest first."""

    since: tuple[datetime, ...] = ()
    states: tuple[AskedThen, ...] = ()

    def around(self, moment: datetime) -> tuple[AskedThen, ...]:
        """What was asked then, the newest first; two states where one ended within that second."""
        last, first = (bisect_right(self.since, at) - 1 for at in (moment, moment - _SECOND))
        return tuple(self.states[place] for place in range(last, max(first, 0) - 1, -1))


class PastRules:
    """What the main branch asked of evidence before, read when it is first needed.

    Args:
        git: the repository.
        main: the commit that configuration and keys come from; None: nothing is known of before.
    """

    def __init__(self, git: Git, main: str | None) -> None:
        self._git, self._main = git, main

    @cached_property
    def history(self) -> History:
        """Every state. A clone without the history of main knows none, and proves nothing with it."""
        if self._main is None or self._git.facts.shallow:
            return History()
        return history_of(self._git, self._main)


def with_former_keys(
    past: PastRules,
    chain: Chain,
    files: Mapping[str, bytes],
    today: Mapping[str, Person],
) -> Chain:
    """The chain, with entries credited that were signed with a key whose holder the roster named then and does not name now.

    Args:
        past: what the main branch asked for before.
        chain: the ledger as it was read with the keys of today.
        files: the bytes of its entries by path.
        today: the people of the roster now. A key that anybody of them lists is judged by today's
            roster alone.

    Raises:
        errors.HostFailed: when git fails.
    """
    strange = {finding.path for finding in chain.problems if finding.rule == RULE}
    if not strange or not past.history.states:
        return chain
    history, listed = past.history, keys_of(today)
    signers = {
        entry.path: person
        for entry, moment in moments(chain.entries)
        if entry.path in strange
        and (
            person := signer_then(entry, files.get(entry.path, b""), history.around(moment), listed)
        )
        is not None
    }
    return replace(
        chain,
        entries=tuple(_credited(entry, signers.get(entry.path)) for entry in chain.entries),
        problems=tuple(
            found for found in chain.problems if found.rule != RULE or found.path not in signers
        ),
    )


def moments(entries: Sequence[LedgerEntry]) -> Iterable[tuple[LedgerEntry, datetime]]:
    """Every entry with the time from which it cannot be older: its own, or that of any entry before it.

    Without this, whoever kept a key that was taken away could date a new entry back.
    """
    latest = datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        latest = max(latest, entry.recorded_at)
        yield entry, latest


def keys_of(people: Mapping[str, Person]) -> frozenset[str]:
    """Every key that anybody of them lists, a key of two people too."""
    return frozenset(
        keyid for name, person in people.items() for keyid in key_ring({name: person}).keys
    )


def signer_then(
    entry: LedgerEntry, data: bytes, states: Sequence[AskedThen], listed: AbstractSet[str]
) -> str | None:
    """Who signed an entry, by the roster of its time; None where nobody of then did.

    Args:
        entry: what was signed.
        data: its bytes.
        states: what the main branch asked for when it was recorded.
        listed: keys of today's roster, which is the one to judge those.
    """
    found = (_signer(entry, data, state.people, listed) for state in states)
    return next((person for person in found if person is not None), None)


def _signer(
    entry: LedgerEntry, data: bytes, people: Mapping[str, Person], listed: AbstractSet[str]
) -> str | None:
    """Who signed an entry, when every signature that nobody of today made is by somebody of then; None where one is not."""
    try:
        wrapped = envelope.decode(data)
    except MalformedError:
        return None
    ring = key_ring(people)
    ring = KeyRing({keyid: key for keyid, key in ring.keys.items() if keyid not in listed})
    strange = [
        Signed(wrapped.signed_bytes, signature)
        for signature in wrapped.signatures
        if signature.keyid not in listed
    ]
    verdicts = SshVerifier(ring)(strange)
    signers = [
        verdict.person for verdict in verdicts if verdict.person is not None and not verdict.problem
    ]
    if not signers or len(signers) < len(strange):
        return None
    own = entry.body.by if isinstance(entry.body, ApprovalBody) else None
    return signers[0] if own is None or set(signers) == {own} else None


def _credited(entry: LedgerEntry, person: str | None) -> LedgerEntry:
    return (
        entry
        if person is None or entry.signer is not None
        else entry.model_copy(update={"signer": person})
    )


def history_of(git: Git, tip: str) -> History:
    """Roster and configuration after every commit of the main branch that touched them.

    A commit whose date was set back counts as dated like the one before it.
    """
    shared = Shared()
    since: list[datetime] = []
    states: list[AskedThen] = []
    for line in reversed(
        git.log(tip, format_="%H %ct", paths=["policies", CONFIG], extra=["--first-parent"])
    ):
        commit, seconds = line.split()
        landed = commit_time(seconds, END_OF_TIME)
        since.append(max([landed, *since[-1:]]))
        states.append(_state(State(Revision(git, commit, commit), shared)))
    return History(tuple(since), tuple(states))


def _state(source: State) -> AskedThen:
    try:
        config = source.config
    except errors.Unreadable:
        # what cannot be read allowed nothing
        return AskedThen(source.people, require_signatures=True, allow_simulated_clock=False)
    return AskedThen(source.people, config.require_signatures, config.allow_simulated_clock)
