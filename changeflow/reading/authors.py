"""The author of an entry, and the proof that a person needs to record one.

The proof is a signature by a key that the roster lists, or without one the author of the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from changeflow import errors
from changeflow.gate.who_speaks import Doubt, doubt, needs_its_speaker
from changeflow.hosts.table import host_named
from changeflow.ledger.chain import concerns_every_change
from changeflow.ledger.keyring import KeyRing
from changeflow.model.config import ConfigSpec
from changeflow.model.directory import Directory
from changeflow.model.evidence import ApprovalBody, LedgerEntry, ReviewBody
from changeflow.model.people import Person, Roster
from changeflow.model.phrases import Told, told
from changeflow.reading.past_rules import AskedThen, PastRules, moments
from changeflow.reading.signers import default_key, default_signer, signer
from changeflow.repo.git import Git
from changeflow.repo.ledger_branch import Signer


def require_known(roster: Roster, person: str) -> None:
    """Refuse to record anything for a name that the roster does not have.

    Raises:
        errors.Refused: with the name that was meant, or those there are.
    """
    names = sorted(roster.spec.people)
    if person in names:
        return
    listed = told("unknown.roster_has", case=None if names else "empty", names=names)
    hint = roster.meant(person, "--as") or listed
    raise errors.Refused.of("unknown.person", case="unrecorded", name=person, hint=hint)


class Speakers:
    """Whose word the entries of a ledger are, by the roster on the base.

    What people said and ordered in a release happened, and binds for ever: where the roster of
    today does not bear it out, the roster of that time does. An opinion counts by the roster of
    today alone, because it can be given again.

    Args:
        past: what the main branch asked for before.
        people: of the roster.
        config: from where the roster comes, too.
    """

    def __init__(self, past: PastRules, people: Mapping[str, Person], config: ConfigSpec) -> None:
        self._past = past
        self._today = AskedThen(people, config.require_signatures, config.allow_simulated_clock)
        self._takes_reviews = host_named(config.host).takes_reviews

    def heard(self, entries: Sequence[LedgerEntry], only: str | None) -> tuple[LedgerEntry, ...]:
        """Return the entries without those recorded in the name of a person who did not.

        Opinions are left to the host.

        Args:
            entries: in order, with the journals of releases weighed.
            only: the change whose signatures were checked; None for all.
        """
        checked = None if self._today.require_signatures else only
        wanted = []
        for entry in entries:
            concerned = checked in (None, entry.change) or concerns_every_change(entry)
            if concerned and not isinstance(entry.body, ApprovalBody):
                wanted.append(entry)
        doubtful = self.doubts(entries, wanted)
        return tuple(entry for entry in entries if entry.seq not in doubtful)

    def doubts(
        self, chain: Sequence[LedgerEntry], wanted: Sequence[LedgerEntry]
    ) -> Mapping[int, Doubt]:
        """Return the reasons to doubt that entries are by the person they name, by their number.

        Args:
            chain: all entries in order: they date each other.
            wanted: the entries in question. Those that need no person are passed over.
        """
        today: dict[int, Doubt] = {}
        for entry in wanted:
            found = self._doubt(entry, self._today) if needs_its_speaker(entry) else None
            if found:
                today[entry.seq] = found
        if not today:
            return today
        confirmed: set[int] = set()
        for entry, moment in moments(chain):
            if entry.seq in today and self._was_beyond_doubt(entry, moment):
                confirmed.add(entry.seq)
        return {seq: found for seq, found in today.items() if seq not in confirmed}

    def _was_beyond_doubt(self, entry: LedgerEntry, moment: datetime) -> bool:
        states = self._past.history.around(moment)
        return not all(self._doubt(entry, state) for state in states)

    def _doubt(self, entry: LedgerEntry, asked: AskedThen) -> Doubt | None:
        is_hosts = self._takes_reviews and isinstance(entry.body, ReviewBody)
        if is_hosts and _is_machines(entry, asked.people):
            # The bot records that a reviewer agreed on the host.
            return None
        return doubt(entry, asked.people, signatures_required=asked.require_signatures)


def _is_machines(entry: LedgerEntry, people: Mapping[str, Person]) -> bool:
    """Return whether the bot may have recorded it: an automation's key, or none, signed it."""
    return entry.signer is None or is_agent(people, entry.signer)


def is_agent(people: Mapping[str, Person], name: str) -> bool:
    """Return whether a name of the roster is an automation's."""
    return name in people and people[name].kind == "agent"


def signer_of(
    git: Git,
    ring: KeyRing,
    people: Mapping[str, Person],
    config: ConfigSpec,
    person: str | None,
    key: str | None,
) -> Signer | None:
    """Return the signer for entries that a person, an automation or no one is named in.

    What an automation says is recorded, too, and never counts as a person's word.

    Args:
        git: commits to the ledger, and may know a key to sign with.
        ring: keys of the roster.
        people: of the roster, which lists the person.
        config: whether signatures are required.
        person: the one in whose name something is to be recorded, if any.
        key: the key that was named, if any.

    Raises:
        errors.Refused: as `voice`.
    """
    if person is not None and not is_agent(people, person):
        return voice(git, ring, people, config, person, key)
    if key:
        return signer(git, key, ring, person)
    return default_signer(git, ring)


def voice(
    git: Git,
    ring: KeyRing,
    people: Mapping[str, Person],
    config: ConfigSpec,
    person: str,
    key: str | None,
) -> Signer | None:
    """Return the signer for entries of a person, or None if their commit is enough.

    Args:
        git: commits to the ledger, and may know a key to sign with.
        ring: keys of the roster.
        people: of the roster.
        config: whether signatures are required.
        person: the person in whose name something is to be recorded.
        key: the key that was named, if any.

    Raises:
        errors.Refused: when what would be recorded would not be the word of this person.
    """
    if key is not None:
        return signer(git, key, ring, person)
    if people[person].keys:
        found = default_key(git)
        if found is None or not _is_of(ring, person, found):
            raise errors.Refused.of(
                "key.not_at_hand",
                case="other" if found else None,
                person=person,
                found=found,
                ending=[told("key.not_recorded")],
                hint=_held_keys(ring, person),
            )
        return signer(git, found, ring, person)
    if config.require_signatures:
        raise errors.Refused.of("key.none_required", person=person)
    _require_commit_of(git, people, person)
    return None


def _is_of(ring: KeyRing, person: str, key: str) -> bool:
    from changeflow.repo.signature_verifier import own_key

    keyid = own_key(key)
    return keyid is not None and ring.person(keyid) == person


def _held_keys(ring: KeyRing, person: str) -> Told:
    keys = list(ring.held_by(person))
    return told("key.lists", case=None if keys else "none", keys=keys)


def _require_commit_of(git: Git, people: Mapping[str, Person], person: str) -> None:
    """Refuse to record for a person without a key by a commit of another author."""
    address = git.committer()
    directory = Directory(people)
    owners = directory.owners_of_address(address)
    if owners == {person}:
        return
    mend = told("key.own_address", case="none", person=person)
    for email in people[person].emails:
        if directory.owners_of_address(email) == {person}:
            mend = told("key.own_address", email=email)
            break
    raise errors.Refused.of(
        "key.other_committer",
        case="owned" if owners else None,
        person=person,
        address=address,
        owners=sorted(owners),
        ending=[told("key.not_recorded")],
        hint=mend,
    )
