"""The files that prove what is told of a change, so that they can be checked without this program.

Entries of the ledger as they lie on its branch, their statements and signatures, the keys of the
roster of their time, the request in each version that an entry names, its review, and the policies
that judged it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Final, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.ledger import envelope
from changeflow.ledger.assessments import assessment_in
from changeflow.ledger.keyring import Key, key_ring
from changeflow.ledger.ssh_signature import NAMESPACE, armour
from changeflow.model.canonical import digest_bytes
from changeflow.model.document_paths import CONFIG, change_folder, rfc_path
from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.model.people import Person
from changeflow.model.strictjson import MalformedError
from changeflow.reading.past_rules import PastRules
from changeflow.reading.state import State
from changeflow.reading.view import View

LEDGER: Final = "ledger/"
REQUEST: Final = "request/"
POLICIES: Final = "policies-then/"
SIGNERS: Final = "allowed_signers"
# digits of a digest in the name of a file
_SHORT: Final = 12
_LONGEST_PART: Final = 100
# characters and names that Windows refuses, and bytes that are no UTF-8
_REFUSED: Final = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f%\ud800-\udfff]')
_BYTE: Final = 0xFF
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


class SignatureFile(NamedTuple):
    """A signature in a file of its own, and the person whose key made it by the roster of that time.

    `person` is None where no roster lists the key; then nothing can be checked.
    """

    file: str
    keyid: str
    person: str | None


class EntryFiles(NamedTuple):
    """The files of an entry of the ledger.

    `statement` is what is signed, None where the entry cannot be read.
    """

    file: str
    sha256: str
    statement: str | None
    signatures: tuple[SignatureFile, ...]


class RequestVersion(NamedTuple):
    """A request as entries of the ledger name it, by its digest."""

    file: str
    sha256: str
    entries: tuple[str, ...]


@dataclass
class ChangeEvidence:
    """The files that prove what is told of a change.

    Attributes:
        files: bytes by their path in the pack.
        entries: those of the ledger, in order.
        versions: of the request.
        missing: versions of the request that the ledger names and that are not in this clone.
        policies_at: the commit of the policies that judged it; None where none is named or here.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    entries: list[EntryFiles] = field(default_factory=list)
    versions: list[RequestVersion] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    policies_at: str | None = None

    def add(self, folder: str, path: str, data: bytes) -> str:
        """Add a file under a name that every system takes, and return it."""
        name = folder + safe_name(path)
        taken = {one.casefold() for one in self.files}
        if name.casefold() in taken:
            name = f"{name}.{digest_bytes(path.encode())[-_SHORT:]}"
        self.files[name] = data
        return name


class EvidenceReader:
    """Collects the files of one change after the other.

    Args:
        view: the repository; its base is the main branch.
        moments: of each entry, by its path.
    """

    def __init__(self, view: View, moments: Mapping[str, datetime]) -> None:
        self._view, self._moments = view, moments
        self._past = PastRules(view.git, view.base.commit)
        self._today = view.base.people

    def collect(
        self, change: str, state: State, mine: Sequence[LedgerEntry], raw: Mapping[str, bytes]
    ) -> ChangeEvidence:
        """Return the files about a change.

        Args:
            change: the change.
            state: where its request is read.
            mine: all entries about it, in order.
            raw: the bytes of their files by path.
        """
        found = ChangeEvidence()
        keys: dict[str, Key] = {}
        for path in sorted(raw):
            self._add_entry(found, path, raw[path], keys)
        self._add_request(found, change, state)
        self._add_versions(found, change, mine)
        self._add_policies(found, mine)
        if keys:
            found.files[SIGNERS] = _allowed_signers(keys).encode()
        return found

    def _add_entry(
        self, found: ChangeEvidence, path: str, data: bytes, keys: dict[str, Key]
    ) -> None:
        name = path.rpartition("/")[2]
        file = found.add(LEDGER, name, data)
        sha256 = digest_bytes(data).removeprefix("sha256:")
        try:
            wrapped = envelope.decode(data)
        except MalformedError:
            found.entries.append(EntryFiles(file, sha256, None, ()))
            return
        stem = name.removesuffix(".json")
        statement = found.add(LEDGER, f"{stem}.statement.json", wrapped.payload)
        signatures = []
        for number, signature in enumerate(wrapped.signatures, start=1):
            text = armour(signature.sig).encode("ascii")
            made = found.add(LEDGER, f"{stem}.{number}.sig", text)
            key = self._key(signature.keyid, self._moments.get(path))
            if key is not None:
                keys[signature.keyid] = key
            person = key.person if key is not None else None
            signatures.append(SignatureFile(made, signature.keyid, person))
        found.entries.append(EntryFiles(file, sha256, statement, tuple(signatures)))

    def _key(self, keyid: str, moment: datetime | None) -> Key | None:
        """Return the key by the roster of a moment, or else by that of today."""
        for people in self._rosters(moment):
            key = key_ring(people).keys.get(keyid)
            if key is not None:
                return key
        return None

    def _rosters(self, moment: datetime | None) -> Iterator[Mapping[str, Person]]:
        if moment is not None and self._past.history.states:
            for state in self._past.history.around(moment):
                yield state.people
        yield self._today

    def _add_request(self, found: ChangeEvidence, change: str, state: State) -> None:
        """Add every file of the folder of a change, as it is at its place."""
        folder = change_folder(change)
        wanted = []
        for path, entry in state.entries().items():
            if path.startswith(folder) and entry.regular:
                wanted.append(path)
        for path, data in state.read_many(sorted(wanted), problems=[]):
            found.add(REQUEST, path.removeprefix(folder), data)

    def _add_versions(
        self, found: ChangeEvidence, change: str, mine: Sequence[LedgerEntry]
    ) -> None:
        """Add the request in each version that entries name."""
        named: dict[str, list[LedgerEntry]] = {}
        for entry in mine:
            for subject in entry.subject:
                if subject.name == rfc_path(change):
                    named.setdefault(subject.sha256, []).append(entry)
        for sha256, entries in named.items():
            data = self._version(change, sha256, entries)
            if data is None:
                found.missing.append(sha256)
                continue
            file = found.add(REQUEST, f"rfc-{sha256[:_SHORT]}.yaml", data)
            paths = tuple(LEDGER + entry.path.rpartition("/")[2] for entry in entries)
            found.versions.append(RequestVersion(file, sha256, paths))

    def _version(self, change: str, sha256: str, entries: Iterable[LedgerEntry]) -> bytes | None:
        commits = []
        for entry in entries:
            commits += [one.commit for one in entry.subject if one.commit]
        for commit in dict.fromkeys(commits):
            state = self._state(commit)
            if state is None or not state.exists(rfc_path(change)):
                continue
            data = state.read(rfc_path(change))
            if digest_bytes(data) == f"sha256:{sha256}":
                return data
        return None

    def _state(self, commit: str) -> State | None:
        if self._view.git.resolve(commit) is None:
            return None
        return self._view.store.named(commit, commit)

    def _add_policies(self, found: ChangeEvidence, mine: Sequence[LedgerEntry]) -> None:
        """Add policies and configuration as they were when it was decided about last."""
        commit = _judged_at(mine)
        state = self._state(commit) if commit is not None else None
        if state is None:
            return
        found.policies_at = commit
        wanted = []
        for path, entry in state.entries().items():
            if entry.regular and (path.startswith("policies/") or path == CONFIG):
                wanted.append(path)
        for path, data in state.read_many(sorted(wanted), problems=[]):
            found.add(POLICIES, path, data)


def _judged_at(mine: Sequence[LedgerEntry]) -> str | None:
    """Return the commit of the rulebook of the last decision before the release, or of all."""
    found: str | None = None
    for entry in mine:
        if entry.kind == "release":
            break
        body = entry.body
        assessed = assessment_in(entry)
        inputs = body.decision.get("inputs") if isinstance(body, DecisionBody) else None
        if assessed is not None:
            inputs = assessed.inputs
        base = inputs.get("base") if isinstance(inputs, Mapping) else None
        found = base if isinstance(base, str) else found
    return found


def _allowed_signers(keys: Mapping[str, Key]) -> str:
    """Return keys as `ssh-keygen -Y verify` reads them."""
    lines = set()
    for key in keys.values():
        blob = base64.b64encode(key.blob).decode("ascii")
        lines.add(f'{key.person} namespaces="{NAMESPACE}" {key.kind} {blob}\n')
    return "".join(sorted(lines))


def safe_name(path: str) -> str:
    """Return a path that every system takes; what Windows refuses is written as `%3A`."""
    parts = []
    for part in path.split("/"):
        name = _REFUSED.sub(lambda sign: f"%{ord(sign[0]) & _BYTE:02X}", part)
        if name.endswith((".", " ")):
            name += "_"
        if _RESERVED.fullmatch(name) or not name:
            name = f"_{name}"
        if len(name) > _LONGEST_PART:
            name = (
                f"{name[:_LONGEST_PART]}-{digest_bytes(part.encode('utf-8', 'replace'))[-_SHORT:]}"
            )
        parts.append(name)
    return "/".join(parts)
