"""Whose word an entry of the ledger is.

What it says in a person's name counts only when it comes from that person.

A person for whom the roster lists keys speaks by a signature with one of them. A person without
keys speaks by a commit from an address of theirs, and not at all where signatures are required.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.directory import Directory
from changeflow.model.evidence import LedgerEntry
from changeflow.model.people import Person

Code = Literal["unnamed", "unknown", "forged", "unsigned", "other_committer"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an entry is not the word of the person it names, with the data of a sentence about it."""

    code: Code
    data: dict[str, str]


def doubt(
    entry: LedgerEntry, people: Mapping[str, Person], *, signatures_required: bool
) -> Doubt | None:
    """Return why the entry is not the word of the person it names, None where it is.

    Args:
        entry: with the signer and the committer that were found.
        people: of the roster to go by.
        signatures_required: whether a word without a signature does not count.
    """
    name = entry.speaker
    if name is None:
        return Doubt("unnamed", {"case": "unnamed"})
    return doubt_of(
        name, entry.signer, entry.committer, people, signatures_required=signatures_required
    )


def doubt_of(  # noqa: PLR0911 - one line for each reason
    name: str,
    signer: str | None,
    committer: str,
    people: Mapping[str, Person],
    *,
    signatures_required: bool,
) -> Doubt | None:
    """Return why something is not the word of a person, None where it is.

    Args:
        name: the person.
        signer: whose key signed it; None: it has no signature.
        committer: the address in the commit that brought it.
        people: of the roster to go by.
        signatures_required: whether a word without a signature does not count.
    """
    if signer == name:
        return None
    if signer is not None:
        return Doubt("forged", {"signer": signer})
    if name not in people:
        return Doubt("unknown", {"case": "unknown"})
    if people[name].keys:
        return Doubt("unsigned", {"case": "unsigned"})
    if signatures_required:
        return Doubt("unsigned", {"case": "required"})
    if Directory(people).owners_of_address(committer) != {name}:
        whom = {"committer": committer} if committer else {"case": "unnamed"}
        return Doubt("other_committer", whom)
    return None


def needs_its_speaker(entry: LedgerEntry) -> bool:
    """Return whether an entry counts only as the word of a person.

    Those are opinions, reviews, baselines in a person's name, and what people say and order in a
    release.
    """
    return entry.body.is_word
