"""Witness the ledger: cosign a checkpoint of it, where it continues what the witness saw before."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.ledger.checkpoint import (
    NOTE_LIMIT,
    Checkpoint,
    Note,
    NoteError,
    WitnessKey,
    by_id,
    is_name,
    key_of_blob,
    origin_of,
    read_key,
)
from changeflow.ledger.cosigning import KeyFileError, cosigned, private_key, public_of
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.seen_earlier import RULE, Seen, compared
from changeflow.model.answers.ledger import LedgerAnswer, SeenAnswer, WitnessAnswer
from changeflow.model.findings import Finding
from changeflow.model.sshkeys import decoded
from changeflow.reading.signers import default_key
from changeflow.repo.durable_writes import sync_folder
from changeflow.repo.ledger_branch import Chain
from changeflow.repo.witness_branch import branch_of, notes_in, notes_of, store
from changeflow.usecases.ledger.log import (
    Opened,
    finding_answers,
    ledger_answer,
    nothing_about,
    open_at,
    verify_opened,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

# bytes of a key file
_KEY_LIMIT: Final = 64 * 1024


@dataclass(frozen=True)
class WitnessOptions:
    """How a witness is to speak.

    Attributes:
        name: of the witness; None: the person of the roster who holds the key.
        key: file of its private key; None: `CHANGEFLOW_KEY`, then git's own signing key.
        to: the file that its newest checkpoint is kept in; None: its branch.
    """

    name: str | None = None
    key: str | None = None
    to: Path | None = None


class Expected(NamedTuple):
    """What a reader has beside the clone: files of checkpoints, and keys of witnesses."""

    checkpoints: Sequence[Path] = ()
    keys: Sequence[str] = ()


def witness(root: Path, options: WitnessOptions, now: datetime) -> WitnessAnswer:
    """Cosign the ledger as it is, unless it contradicts what this witness saw before.

    Nothing is written where this witness has cosigned the same already.

    Args:
        root: the repository, bare or not.
        options: name, key and place.
        now: the time.

    Raises:
        errors.NothingToDo: when there is no ledger.
        errors.Refused: when there is no key to sign with.
        errors.UsageError: when the witness has no name.
        errors.HostFailed: when git fails or a file cannot be written.
    """
    opened = open_at(root)
    key = _private(options, opened)
    name = options.name or _holder(opened, public_of(key))
    if name is None or not is_name(name):
        raise errors.UsageError.of("witness.name", case=None if name is None else "form", name=name)
    chain = opened.read()
    if not chain.entries and not chain.problems:
        raise nothing_about(opened.ledger, None)
    own = WitnessKey(name, public_of(key))
    earlier = tuple(_earlier(opened, name, options.to))
    seen, contradictions = _compared(opened, chain, earlier, by_id([own]))
    problems = (*chain.breaches, *contradictions)
    last = chain.last
    if problems or last is None or chain.head is None:
        return WitnessAnswer(
            ok=False, new=False, by=name, key=own.text, problems=finding_answers(problems)
        )
    is_known = any(one.digest == last.digest and one.key == "holds" for one in seen)
    place = str(options.to) if options.to else f"refs/heads/{branch_of(name)}"
    checkpoint = Checkpoint(
        origin_of(opened.main.config.repository),
        last.seq,
        bytes.fromhex(last.digest.removeprefix("sha256:")),
        chain.head,
    )
    if not is_known:
        note = Note(checkpoint, (cosigned(checkpoint, name, key, int(now.timestamp())),))
        if options.to:
            _write(options.to, note.data)
        else:
            store(opened.git, name, last.seq, note.data)
    return WitnessAnswer(
        ok=True,
        new=not is_known,
        by=name,
        key=own.text,
        size=last.seq,
        digest=last.digest,
        place=place,
        problems=(),
    )


def verify_with_witnesses(
    root: Path, now: datetime, expected: Expected, *, lists: bool = True
) -> LedgerAnswer:
    """Check every entry, commit, signature and date, and what witnesses saw.

    Args:
        root: the repository, bare or not.
        now: the time by this clock, which names entries that lie in the future.
        expected: checkpoints and keys that the reader has beside it.
        lists: whether the answer has the entries, or only counts them.

    Raises:
        errors.NothingToDo: when the ledger is empty and nothing says that it should not be.
        errors.UsageError: when a key of a witness cannot be read.
        errors.Unreadable: when a file cannot be read.
    """
    opened = open_at(root)
    found = verify_opened(opened, now)
    seen, missing = _seen_earlier(opened, found.chain, expected)
    problems = (*found.problems, *missing)
    answer = ledger_answer(found.chain, found.chain.entries, problems, lists=lists)
    return answer.model_copy(update={"witnesses": seen})


def _seen_earlier(
    opened: Opened, chain: Chain, expected: Expected
) -> tuple[tuple[SeenAnswer, ...], tuple[Finding, ...]]:
    """Return what witnesses saw of a ledger, and what of it is not so any more."""
    notes = [*notes_in(opened.git), *map(_file, expected.checkpoints)]
    if not notes:
        return (), ()
    known = (*_known_keys(opened), *map(_given_key, expected.keys))
    seen, problems = _compared(opened, chain, notes, by_id(known))
    if expected.keys:
        problems += tuple(_unproven(expected.checkpoints, seen, problems))
    return tuple(SeenAnswer(**one._asdict()) for one in seen), problems


def _unproven(
    checkpoints: Iterable[Path], seen: Sequence[Seen], problems: Sequence[Finding]
) -> Iterator[Finding]:
    """Yield a finding for each given checkpoint that no known key signed, where keys were given."""
    proven = {one.place for one in seen if one.key == "holds"}
    named = {problem.path for problem in problems}
    for path in map(str, checkpoints):
        if path not in proven | named:
            yield found_in_ledger(RULE, path, case="unproven")


def _compared(
    opened: Opened,
    chain: Chain,
    notes: Iterable[tuple[str, bytes]],
    keys: Mapping[tuple[str, bytes], WitnessKey],
) -> tuple[tuple[Seen, ...], tuple[Finding, ...]]:
    origin = origin_of(opened.main.config.repository)
    return compared(notes, chain.entries, origin, keys, opened.ledger.branch)


def _earlier(opened: Opened, name: str, to: Path | None) -> Iterator[tuple[str, bytes]]:
    yield from notes_of(opened.git, name)
    if to is not None and to.exists():
        yield _file(to)


def _known_keys(opened: Opened) -> Iterator[WitnessKey]:
    """Yield the keys of witnesses in the settings, and those of people of the roster."""
    for text in opened.main.config.ledger.witnesses:
        try:
            yield read_key(text)
        except NoteError as error:
            raise errors.UsageError.of("witness.verifier", key=text, why=str(error)) from error
    for key in key_ring(opened.main.people).keys.values():
        found = key_of_blob(key.person, key.blob)
        if found is not None:
            yield found


def _given_key(text: str) -> WitnessKey:
    """Return a key that was given: a verifier key, or a file with one or with an SSH key."""
    said = text
    if "+" not in text or os.path.lexists(text):
        said = _file(Path(text))[1].decode("utf-8", "replace").strip()
    kind, _, rest = said.partition(" ")
    packed, _, comment = rest.partition(" ")
    try:
        if kind == "ssh-ed25519":
            found = key_of_blob(comment.strip(), decoded(packed))
            if found is not None:
                return found
        return read_key(said)
    except ValueError as error:
        raise errors.UsageError.of("witness.verifier", key=text, why=str(error)) from error


def _holder(opened: Opened, public: bytes) -> str | None:
    """Return the person of the roster who holds a key."""
    for key in _known_keys(opened):
        if key.public == public:
            return key.name
    return None


def _private(options: WitnessOptions, opened: Opened) -> Ed25519PrivateKey:
    named = options.key or default_key(opened.git)
    if not named:
        raise errors.Refused.of("witness.key", case="missing")
    path = Path(named).expanduser()
    try:
        data = path.read_bytes()[:_KEY_LIMIT]
    except OSError as error:
        why = errors.refusal(error)
        raise errors.Refused.of("witness.key", case="unreadable", key=named, why=why) from error
    try:
        return private_key(data)
    except KeyFileError as error:
        raise errors.Refused.of("witness.key", case=str(error), key=named) from error


def _file(path: Path) -> tuple[str, bytes]:
    try:
        with path.open("rb") as file:
            return str(path), file.read(NOTE_LIMIT + 1)
    except OSError as error:
        why = errors.refusal(error)
        raise errors.Unreadable.of("witness.file", file=str(path), why=why) from error


def _write(path: Path, data: bytes) -> None:
    """Replace a file durably: after a power cut it is the old or the new one."""
    import tempfile

    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".note-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        sync_folder(path.parent)
    except OSError as error:
        why = errors.refusal(error)
        raise errors.HostFailed.of("witness.file", case="write", file=str(path), why=why) from error
