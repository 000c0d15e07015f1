"""The chain of evidence: each entry is checked for its place and for its bytes.

Pure: from files as (path, bytes), in the order of the branch's commits, to entries and findings.
Checks that need git or an earlier reading (commits, a branch set back) are in `repo.ledger_branch`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Any, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.ledger import envelope, statement
from changeflow.ledger.chain_rules import CREDIT_RULES, found_in_ledger
from changeflow.ledger.envelope import DsseEnvelope, Signature
from changeflow.model.canonical import digest_bytes
from changeflow.model.document_parts import parse_instant
from changeflow.model.evidence import ApprovalBody, HoldBody, LedgerEntry, ReleaseBody, SignedBy
from changeflow.model.findings import Finding
from changeflow.model.strictjson import MalformedError

# signatures of one entry
SIGNATURE_LIMIT: Final = 8

_PATH = re.compile(
    r"(CHG-[0-9]{8}-[a-z0-9][a-z0-9-]{0,46}|_)/([0-9]{6,9})-([a-z]{1,20})\.json", re.ASCII
)
_NO_DATA: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature to check: over `content`, claiming to be made with `signature.keyid`."""

    content: bytes
    signature: Signature


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking a signature.

    `person` holds the key; `problem` is a rule id where the signature proves nothing, and `data` is
    what its sentence names.
    """

    person: str | None
    keyid: str
    problem: str = ""
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RepositoryId:
    """The repository a ledger is read in.

    Attributes:
        id: `spec.repository` on the base, None where there is none.
        once_without_id: whether it had none before, so that entries without one may be its own.
            Asked only about those.
    """

    id: str | None = None
    once_without_id: Callable[[], bool] = lambda: True


WITHOUT_ID: Final = RepositoryId()

CheckSignatures = Callable[[Sequence[Signed]], Sequence[Verdict]]


@dataclass(slots=True)
class _Reading:
    """The state of reading the files in order."""

    findings: list[Finding] = field(default_factory=list)
    read: list[tuple[LedgerEntry, DsseEnvelope]] = field(default_factory=list)
    next_seq: int = 1
    previous: str | None = None
    payloads: dict[str, str] = field(default_factory=dict)
    committers: Mapping[str, str] = field(default_factory=dict)

    def say(self, rule: str, path: str, data: Mapping[str, Any] = _NO_DATA) -> None:
        self.findings.append(found_in_ledger(rule, path, **data))


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files of a chain as entries, each beside its envelope, before a signature is checked.

    `findings` are about their places and bytes.
    """

    entries: tuple[tuple[LedgerEntry, DsseEnvelope], ...]
    findings: tuple[Finding, ...]


def is_sound(findings: Sequence[Finding]) -> bool:
    """Return whether the chain holds.

    Entries that merely lack a signature they should have do not break it; they do not count.
    """
    return not breaches(findings)


def breaches(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that break the chain."""
    return tuple(finding for finding in findings if finding.rule not in CREDIT_RULES)


def verify(
    files: Sequence[tuple[str, bytes]],
    check_signatures: CheckSignatures,
    *,
    require_signatures: bool = False,
    only: str | None = None,
    after: LedgerEntry | None = None,
    repository: RepositoryId = WITHOUT_ID,
    committers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[tuple[LedgerEntry, ...], tuple[Finding, ...]]:
    """Read every entry and check its place, its spelling and its signatures.

    Args:
        files: (path, bytes) in the order they were appended.
        check_signatures: judges signatures, in the order given; asked once.
        require_signatures: an entry without a signature of a person of the roster is a finding.
        only: check the signatures of this change's entries, and of people's entries that claim or
            free environments. The other entries are returned without a signer.
        after: the last entry of a chain that was verified already and that these files continue.
        repository: this repository; an entry that was recorded for another one is a finding, and is
            marked.
        committers: address in the commit that added a file, by the file's path.

    Returns:
        The entries that could be read, and the findings. Entries are only to be relied on where
        `is_sound(findings)`.
    """
    found = read(files, after=after, repository=repository, committers=committers)
    return credited(found, check_signatures, require_signatures=require_signatures, only=only)


def read(
    files: Sequence[tuple[str, bytes]],
    *,
    after: LedgerEntry | None = None,
    repository: RepositoryId = WITHOUT_ID,
    committers: Mapping[str, str] = MappingProxyType({}),
) -> ReadFiles:
    """Read every entry and check its place and its spelling (see `verify`)."""
    reading, named = _Reading(committers=committers), False
    if after is not None:
        reading.next_seq, reading.previous = after.seq + 1, after.digest
        named = after.repository is not None
    for path, data in files:
        _read_file(reading, path, data)
    strangers = _recorded_elsewhere(reading, repository, named=named)
    entries = []
    for entry, wrapped in reading.read:
        if entry.seq in strangers:
            entries.append((entry.model_copy(update={"elsewhere": True}), wrapped))
        else:
            entries.append((entry, wrapped))
    return ReadFiles(tuple(entries), tuple(reading.findings))


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """An entry's place in a chain that was found sound: what its bytes alone do not say."""

    path: str
    digest: str
    committer: str
    counts_from: str | None


def reread(files: Sequence[tuple[KnownPlace, bytes]]) -> ReadFiles | None:
    """Read some entries of a chain that was found sound; None if one is not as it was then."""
    entries: list[tuple[LedgerEntry, DsseEnvelope]] = []
    for place, data in files:
        if digest_bytes(data) != place.digest:
            return None
        try:
            wrapped = _open_envelope(data)
            said = statement.decode(wrapped.payload)
            entry = _entry_of_statement(place.path, place.digest, said, place.committer)
        except MalformedError:
            return None
        since = parse_instant(place.counts_from) if place.counts_from else None
        entries.append((entry.model_copy(update={"counts_from": since}), wrapped))
    return ReadFiles(tuple(entries), ())


def credited(
    chain: ReadFiles,
    check_signatures: CheckSignatures,
    *,
    require_signatures: bool = False,
    only: str | None = None,
) -> tuple[tuple[LedgerEntry, ...], tuple[Finding, ...]]:
    """Return the entries that were read with their signers, and all findings (see `verify`)."""
    reading = _Reading(findings=list(chain.findings))
    wanted = chain.entries
    if only is not None:
        wanted = tuple(pair for pair in wanted if _concerns_change(pair[0], only))
    signers = _signers_of_entries(
        reading, wanted, check_signatures, require_signatures=require_signatures
    )
    entries = []
    for entry, _ in chain.entries:
        entries.append(entry.signed(signers.get(entry.seq)))
    return tuple(entries), tuple(reading.findings)


def _concerns_change(entry: LedgerEntry, change: str) -> bool:
    return entry.change == change or concerns_every_change(entry)


def _read_file(reading: _Reading, path: str, data: bytes) -> None:
    """Read one file and move on.

    A file that cannot be read still has its place, so that the next one is judged fairly.
    """
    seq, previous = reading.next_seq, reading.previous
    digest = digest_bytes(data)
    reading.next_seq, reading.previous = seq + 1, digest
    place = _PATH.fullmatch(path)
    if place is None:
        reading.say("ledger-extra-file", path)
        return
    try:
        wrapped = _open_envelope(data)
        found = statement.decode(wrapped.payload)
    except statement.UnknownVersionError as error:
        reading.say("ledger-version", path, {"why": str(error)})
        return
    except MalformedError as error:
        reading.say("ledger-unreadable", path, {"why": str(error)})
        return
    entry = _entry_of_statement(path, digest, found, reading.committers.get(path, ""))
    _check_place(reading, entry, seq, previous)
    _check_replay(reading, entry, digest_bytes(wrapped.payload))
    reading.read.append((entry, wrapped))


def _open_envelope(data: bytes) -> DsseEnvelope:
    wrapped = envelope.decode(data)
    if wrapped.payload_type != envelope.PAYLOAD_TYPE:
        raise MalformedError(
            f"payload type `{wrapped.payload_type}` is not {envelope.PAYLOAD_TYPE}"
        )
    if len(wrapped.signatures) > SIGNATURE_LIMIT:
        raise MalformedError(f"more than {SIGNATURE_LIMIT} signatures")
    return wrapped


def _entry_of_statement(
    path: str, digest: str, found: statement.Statement, committer: str
) -> LedgerEntry:
    header = found.header
    return LedgerEntry(
        seq=header.seq,
        previous=header.previous,
        digest=digest,
        path=path,
        change=header.change,
        at=header.at,
        recorded_at=header.recorded_at,
        simulated=header.simulated,
        signer=None,
        subject=found.subject,
        body=found.body,
        tool=header.tool,
        repository=header.repository,
        committer=committer,
    )


def _check_place(reading: _Reading, entry: LedgerEntry, seq: int, previous: str | None) -> None:
    named = statement.file_name(entry.change, entry.seq, entry.kind)
    if named != entry.path:
        reading.say("ledger-misplaced", entry.path, {"named": named})
    if entry.seq != seq:
        case = {} if entry.seq > seq else {"case": "used"}
        reading.say("ledger-sequence", entry.path, {"seq": entry.seq, "place": seq, **case})
        reading.next_seq = max(seq, entry.seq) + 1
    if entry.previous != previous:
        reading.say("ledger-predecessor", entry.path, _predecessors(entry.previous, previous))


def _predecessors(named: str | None, found: str | None) -> dict[str, Any]:
    """Return the predecessor that an entry names and the one that it has, as data."""
    if named is None:
        return {"case": "none", "found": found}
    if found is None:
        return {"case": "first", "named": named}
    return {"named": named, "found": found}


def _check_replay(reading: _Reading, entry: LedgerEntry, payload: str) -> None:
    first = reading.payloads.setdefault(payload, entry.path)
    if first != entry.path:
        reading.say("ledger-replayed", entry.path, {"first": first})


def concerns_every_change(entry: LedgerEntry) -> bool:
    """Return whether a person's entry claims or frees an environment, or is about a hold.

    Such an entry matters for every change.
    """
    body = entry.body
    if isinstance(body, HoldBody):
        return True
    if not isinstance(body, ReleaseBody):
        return False
    return body.event == "resolved" or (body.event == "rolling_back" and body.by is not None)


def _recorded_elsewhere(
    reading: _Reading, repository: RepositoryId, *, named: bool
) -> frozenset[int]:
    """Return the numbers of the entries that were recorded for another repository.

    An entry without an id belongs here where this repository once had none and no entry before it
    names one.
    """
    found = set()
    for entry, _ in reading.read:
        named = named or entry.repository is not None
        early = entry.repository is None and not named and repository.once_without_id()
        if entry.repository == repository.id or early:
            continue
        found.add(entry.seq)
        repositories = _repositories(entry.repository, repository.id)
        reading.say("ledger-repository", entry.path, repositories)
    return frozenset(found)


def _repositories(recorded: str | None, here: str | None) -> dict[str, Any]:
    """Return the repository that an entry was recorded for and this one, as data."""
    if not recorded:
        return {"case": "unnamed", "here": here}
    if not here:
        return {"case": "unnamed_here", "recorded": recorded}
    return {"recorded": recorded, "here": here}


def _signers_of_entries(
    reading: _Reading,
    wanted: Sequence[tuple[LedgerEntry, DsseEnvelope]],
    check_signatures: CheckSignatures,
    *,
    require_signatures: bool,
) -> dict[int, SignedBy]:
    """Return the signer of each entry, by number; report signatures that prove nothing."""
    asked: list[Signed] = []
    for _, wrapped in wanted:
        asked += (Signed(wrapped.signed_bytes, signature) for signature in wrapped.signatures)
    verdicts = iter(check_signatures(asked) if asked else ())
    signers: dict[int, SignedBy] = {}
    for entry, wrapped in wanted:
        signer = _signer_of_entry(reading, entry, [next(verdicts) for _ in wrapped.signatures])
        if signer is not None:
            signers[entry.seq] = signer
        elif require_signatures and not wrapped.signatures:
            reading.say("ledger-unsigned", entry.path)
    return signers


def _signer_of_entry(
    reading: _Reading, entry: LedgerEntry, verdicts: Sequence[Verdict]
) -> SignedBy | None:
    for verdict in verdicts:
        if verdict.problem:
            reading.say(verdict.problem, entry.path, verdict.data or _NO_DATA)
    if len({verdict.keyid for verdict in verdicts}) < len(verdicts):
        reading.say("ledger-signature", entry.path, {"case": "twice"})
    people = []
    for verdict in verdicts:
        if verdict.person is not None and not verdict.problem:
            people.append(SignedBy(verdict.person, verdict.keyid))
    if isinstance(entry.body, ApprovalBody):
        others = [one.person for one in people if one.person != entry.body.by]
        if others:
            told = {"by": entry.body.by, "signers": others}
            reading.say("ledger-forged", entry.path, told)
            return None
    return people[0] if people else None
