"""What witnesses saw, compared with the ledger as it is: who saw what when, and what is gone.

Pure. A checkpoint that does not fit is reported, by any key; `key` says what the signature below it is
worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from changeflow.ledger.chain_rules import found_in_ledger
from changeflow.ledger.checkpoint import Cosignature, Note, NoteError, WitnessKey, read_note
from changeflow.ledger.cosigning import holds
from changeflow.model.evidence import LedgerEntry
from changeflow.model.findings import Finding
from changeflow.model.times import format_instant

RULE: Final = "ledger-witness"
Worth = Literal["holds", "unknown", "wrong"]


class Seen(NamedTuple):
    """What one witness saw.

    Attributes:
        by: the name of the witness.
        at: when, by its clock.
        size: how many entries there were.
        digest: of the last of them.
        key: whether the signature `holds`, is `wrong`, or is by a key that is `unknown` here.
        place: the file or branch that says so.
        agrees: whether the ledger has that entry in that place.
    """

    by: str
    at: datetime
    size: int
    digest: str
    key: Worth
    place: str
    agrees: bool


def compared(
    notes: Iterable[tuple[str, bytes]],
    entries: Sequence[LedgerEntry],
    origin: str,
    keys: Mapping[tuple[str, bytes], WitnessKey],
    branch: str,
) -> tuple[tuple[Seen, ...], tuple[Finding, ...]]:
    """Return what witnesses saw, and what does not fit the ledger.

    Args:
        notes: place and bytes of each checkpoint.
        entries: the ledger as it is now.
        origin: its name (`checkpoint.origin_of`).
        keys: known keys of witnesses, by name and id.
        branch: of the ledger.
    """
    digests = {entry.seq: entry.digest for entry in entries}
    seen: list[Seen] = []
    findings: list[Finding] = []
    for place, data in notes:
        try:
            note = read_note(data)
        except NoteError as error:
            findings.append(found_in_ledger(RULE, place, case="unreadable", why=str(error)))
            continue
        if note.checkpoint.origin != origin:
            told = {"origin": note.checkpoint.origin, "here": origin}
            findings.append(found_in_ledger(RULE, place, case="origin", **told))
            continue
        found = digests.get(note.checkpoint.size)
        for one in note.cosignatures:
            this = _seen(place, note, one, keys, agrees=found == note.checkpoint.digest)
            seen.append(this)
            findings += _problems(this, branch, gone=found is None)
    return tuple(sorted(seen, key=lambda one: (one.at, one.by))), tuple(findings)


def _seen(
    place: str,
    note: Note,
    one: Cosignature,
    keys: Mapping[tuple[str, bytes], WitnessKey],
    *,
    agrees: bool,
) -> Seen:
    key = keys.get((one.name, one.key))
    worth: Worth = "unknown"
    if key is not None:
        worth = "holds" if holds(note.checkpoint, one, key) else "wrong"
    said = note.checkpoint
    return Seen(one.name, one.at, said.size, said.digest, worth, place, agrees)


def _problems(seen: Seen, branch: str, *, gone: bool) -> Iterable[Finding]:
    if seen.key == "wrong":
        yield found_in_ledger(RULE, seen.place, case="signature", by=seen.by)
    if not seen.agrees:
        rule = "ledger-truncated" if gone else "ledger-rewritten"
        told = {"by": seen.by, "at": format_instant(seen.at), "seq": seen.size, "branch": branch}
        case = "unknown_witness" if seen.key == "unknown" else "witness"
        yield found_in_ledger(rule, seen.place, case=case, **told)
