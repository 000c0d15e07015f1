"""Keys that left the roster: whose they were when an entry was signed, told by the roster's own history on the main branch.

This is for reading what happened. A gate goes by the roster of today: a key that was lost or taken away proves nothing there,
whenever it is said to have signed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from changeflow.ledger import envelope
from changeflow.ledger.chain import Signed
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.people import Person
from changeflow.model.strictjson import MalformedError
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.repo.git import Git
from changeflow.repo.ledger import Chain
from changeflow.repo.source import Revision
from changeflow.repo.ssh import SshVerifier
from changeflow.usecases.evidence import people_of

RULE: Final = "ledger-unknown-key"


@dataclass(frozen=True)
class RosterHistory:
    """The people of the roster in every state it had on the main branch; `since` says when each began, oldest first."""

    since: tuple[datetime, ...]
    states: tuple[Mapping[str, Person], ...]

    def at(self, moment: datetime) -> Mapping[str, Person]:
        """The people then; nobody before there was a roster."""
        found = bisect_right(self.since, moment) - 1
        return self.states[found] if found >= 0 else {}


def with_former_keys(git: Git, main: str | None, chain: Chain, files: Mapping[str, bytes], today: Mapping[str, Person]) -> Chain:
    """The chain, with entries credited that were signed with a key whose holder the roster named then and does not name now.

    Args:
        git: the repository.
        main: the commit that configuration and keys come from.
        chain: the ledger as it was read with the keys of today.
        files: the bytes of its entries by path.
        today: the people of the roster now. A key that anybody of them lists is judged by today's roster alone.

    Raises:
        errors.HostFailed: when git fails.
    """
    strange = {finding.path for finding in chain.problems if finding.rule == RULE}
    if not strange or main is None or git.facts.shallow:
        return chain
    history = _history(git, main)
    listed = {keyid for name, person in today.items() for keyid in key_ring({name: person}).keys}
    signers = {
        entry.path: person
        for entry, moment in _moments(chain.entries)
        if entry.path in strange
        and (person := _signer(entry, files.get(entry.path, b""), history.at(moment), listed)) is not None
    }
    return replace(
        chain,
        entries=tuple(_credited(entry, signers.get(entry.path)) for entry in chain.entries),
        problems=tuple(found for found in chain.problems if found.rule != RULE or found.path not in signers),
    )


def _moments(entries: Sequence[LedgerEntry]) -> Iterable[tuple[LedgerEntry, datetime]]:
    """Every entry with the time from which it cannot be older: its own, or that of any entry before it.

    Without this, whoever kept a key that was taken away could date a new entry back.
    """
    latest = datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        latest = max(latest, entry.recorded_at)
        yield entry, latest


def _signer(entry: LedgerEntry, data: bytes, people: Mapping[str, Person], listed: set[str]) -> str | None:
    """Who signed an entry, when every signature that nobody of today made is by somebody of then; None where one is not."""
    try:
        wrapped = envelope.decode(data)
    except MalformedError:
        return None
    ring = key_ring(people)
    ring = KeyRing({keyid: key for keyid, key in ring.keys.items() if keyid not in listed})
    strange = [Signed(wrapped.signed_bytes, signature) for signature in wrapped.signatures if signature.keyid not in listed]
    verdicts = SshVerifier(ring)(strange)
    signers = [verdict.person for verdict in verdicts if verdict.person is not None and not verdict.problem]
    if not signers or len(signers) < len(strange):
        return None
    own = entry.body.by if isinstance(entry.body, ApprovalBody) else None
    return signers[0] if own is None or set(signers) == {own} else None


def _credited(entry: LedgerEntry, person: str | None) -> LedgerEntry:
    return entry if person is None or entry.signer is not None else entry.model_copy(update={"signer": person})


def _history(git: Git, tip: str) -> RosterHistory:
    """The roster after every commit of the main branch that touched the policies; a date set back counts as that before it."""
    since: list[datetime] = []
    states: list[Mapping[str, Person]] = []
    for line in reversed(git.log(tip, format_="%H %ct", paths=["policies"], extra=["--first-parent"])):
        commit, seconds = line.split()
        landed = commit_time(seconds, END_OF_TIME)
        since.append(max([landed, *since[-1:]]))
        states.append(people_of(Revision(git, commit)))
    return RosterHistory(tuple(since), tuple(states))
