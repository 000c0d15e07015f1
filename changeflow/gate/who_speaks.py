"""Whose word an entry of the ledger is.

What it says in a person's name counts only when it comes from that person.

A person for whom the roster lists keys speaks by a signature with one of them. A person without
keys speaks by a commit from an address of theirs, and not at all where signatures are required.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from changeflow.model.directory import Directory
from changeflow.model.evidence import LedgerEntry
from changeflow.model.people import Person

Code = Literal["unnamed", "unknown", "forged", "unsigned", "other_committer"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an entry is not the word of the person it names, with the data of a sentence about it."""

    code: Code
    data: dict[str, str]


def doubt(  # noqa: PLR0911 - one line for each reason
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
    if entry.signer == name:
        return None
    if entry.signer is not None:
        return Doubt("forged", {"signer": entry.signer})
    if name not in people:
        return Doubt("unknown", {"case": "unknown"})
    if people[name].keys:
        return Doubt("unsigned", {"case": "unsigned"})
    if signatures_required:
        return Doubt("unsigned", {"case": "required"})
    if Directory(people).owners_of_address(entry.committer) != {name}:
        whom = {"committer": entry.committer} if entry.committer else {"case": "unnamed"}
        return Doubt("other_committer", whom)
    return None


def needs_its_speaker(entry: LedgerEntry) -> bool:
    """Return whether an entry counts only as the word of a person.

    Those are opinions, reviews, baselines in a person's name, and what people say and order in a
    release.
    """
    return entry.body.is_word
