"""Checkpoints of the ledger, and cosignatures of them: C2SP signed notes.

Formats: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint and
https://c2sp.org/tlog-cosignature (version 1, Ed25519). One thing is ours: the ledger is a chain and
no tree, so the root hash of a checkpoint is the digest of the newest entry's file. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from changeflow.model.sshkeys import kind_of, strings

ORIGIN: Final = "changeflow.dev/ledger"
# the type of a cosignature with a time, by an Ed25519 key
COSIGNATURE: Final = b"\x04"
# bytes of a note that is read
NOTE_LIMIT: Final = 64 * 1024
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+){0,8}", re.ASCII)
_LONGEST_NAME: Final = 100
_ID: Final = 4
_TIME: Final = 8
_SIGNATURE: Final = 64
_PUBLIC: Final = 32
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_LINE: Final = re.compile("\N{EM DASH} ([^ +\n]+) ([A-Za-z0-9+/=]+)")
_LAST_SECOND: Final = 253_402_300_799


class NoteError(ValueError):
    """Text that is no cosigned checkpoint."""


class Checkpoint(NamedTuple):
    """What a ledger was at some moment.

    Attributes:
        origin: the ledger, by its repository's id.
        size: how many entries it had.
        root: SHA-256 of the file of the last of them.
        commit: name of the commit that added it.
    """

    origin: str
    size: int
    root: bytes
    commit: str

    @property
    def digest(self) -> str:
        """Return the digest of the last entry, as the ledger spells it."""
        return f"sha256:{self.root.hex()}"

    @property
    def text(self) -> str:
        """Return the text of the note, which is what is signed."""
        root = base64.b64encode(self.root).decode("ascii")
        return f"{self.origin}\n{self.size}\n{root}\ncommit {self.commit}\n"


class WitnessKey(NamedTuple):
    """The public key of a witness.

    Attributes:
        name: of the witness.
        public: the Ed25519 key, 32 bytes.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a cosignature names its key."""
        named = self.name.encode("utf-8") + b"\n" + COSIGNATURE + self.public
        return hashlib.sha256(named).digest()[:_ID]

    @property
    def text(self) -> str:
        """Return the verifier key as other tools take it: name, id and key."""
        packed = base64.b64encode(COSIGNATURE + self.public).decode("ascii")
        return f"{self.name}+{self.id.hex()}+{packed}"


class Cosignature(NamedTuple):
    """A line of signature below a checkpoint.

    Attributes:
        name: the witness that it names.
        key: the id of the key that it names.
        seconds: when it was made, since 1970.
        proof: the bytes of the Ed25519 signature.
    """

    name: str
    key: bytes
    seconds: int
    proof: bytes

    @property
    def at(self) -> datetime:
        """Return when it was made, as it says."""
        return datetime.fromtimestamp(self.seconds, UTC)

    @property
    def line(self) -> str:
        """Return the line."""
        packed = self.key + self.seconds.to_bytes(_TIME, "big") + self.proof
        return f"\N{EM DASH} {self.name} {base64.b64encode(packed).decode('ascii')}\n"


class Note(NamedTuple):
    """A checkpoint with the cosignatures below it."""

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]

    @property
    def data(self) -> bytes:
        """Return the bytes of the note."""
        lines = "".join(one.line for one in self.cosignatures)
        return f"{self.checkpoint.text}\n{lines}".encode()


def origin_of(repository: str | None) -> str:
    """Return the name of the ledger of a repository, by its id; None: it has none."""
    return f"{ORIGIN}/{repository}" if repository else ORIGIN


def is_name(text: str) -> bool:
    """Return whether a witness may have this name: it is part of a branch's name, too."""
    if len(text) > _LONGEST_NAME or NAME.fullmatch(text) is None:
        return False
    return not any(part.endswith(".lock") for part in text.split("/"))


def signed_message(checkpoint: Checkpoint, seconds: int) -> bytes:
    """Return the bytes that a witness signs to say that it saw a checkpoint at a time."""
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def read_note(data: bytes) -> Note:
    """Return the checkpoint and the cosignatures in the bytes of a note.

    Raises:
        NoteError: when it is none, or spelt otherwise than `Note.data` would.
    """
    if len(data) > NOTE_LIMIT:
        raise NoteError(f"longer than {NOTE_LIMIT} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("not UTF-8") from error
    if _CONTROL.search(text):
        raise NoteError("contains a control character")
    said, between, below = text.rpartition("\n\n")
    if not between or not below.endswith("\n"):
        raise NoteError("no signature below a text and an empty line")
    note = Note(_read_text(said), tuple(map(_read_line, below.removesuffix("\n").split("\n"))))
    if note.data != data:
        raise NoteError("not spelt as a checkpoint of changeflow is")
    return note


def _read_text(said: str) -> Checkpoint:
    lines = said.split("\n")
    try:
        origin, size, packed, commit = lines
    except ValueError:
        commit = ""
    if not commit.startswith("commit "):
        raise NoteError("not four lines: origin, size, root hash and commit")
    root = _unpacked(packed)
    if _SIZE.fullmatch(size) is None or len(root) != hashlib.sha256().digest_size:
        raise NoteError("the size is no number, or the root hash no SHA-256")
    return Checkpoint(origin, int(size), root, commit.removeprefix("commit "))


def _read_line(line: str) -> Cosignature:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NoteError("a line below the text is no signature")
    packed = _unpacked(found[2])
    if len(packed) != _ID + _TIME + _SIGNATURE:
        raise NoteError("a signature that is no cosignature with a time")
    seconds = int.from_bytes(packed[_ID : _ID + _TIME], "big")
    if seconds > _LAST_SECOND:
        raise NoteError("a time after the year 9999")
    return Cosignature(found[1], packed[:_ID], seconds, packed[_ID + _TIME :])


def read_key(text: str) -> WitnessKey:
    """Return the key in a verifier key: `name+id+base64`.

    Raises:
        NoteError: when it is none.
    """
    name, _, rest = text.strip().partition("+")
    packed = _unpacked(rest.partition("+")[2])
    if packed[:1] != COSIGNATURE or len(packed) != 1 + _PUBLIC:
        raise NoteError("not a verifier key for cosignatures: `name+id+key`")
    key = WitnessKey(name, packed[1:])
    if key.text != text.strip():
        raise NoteError("the id does not fit name and key")
    return key


def key_of_blob(name: str, blob: bytes) -> WitnessKey | None:
    """Return an SSH public key as the key of a witness; None for one of another kind.

    Args:
        name: of the witness.
        blob: the key, as a roster's line has it behind its kind.
    """
    if kind_of(blob) != "ssh-ed25519":
        return None
    return WitnessKey(name, strings(blob, 2)[1])


def by_id(keys: Iterable[WitnessKey]) -> Mapping[tuple[str, bytes], WitnessKey]:
    """Return keys by the name and the id that a cosignature names."""
    return {(key.name, key.id): key for key in keys}


def _unpacked(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error
