"""Whether the person whom an improvement names as its verifier has said so.

They did by an entry of theirs on the ledger, or by the commit that brought what the improvement
says now: signed with a key of theirs or, of a person without keys, from an address of theirs. What
others wrote in their name is claimed, and not proved.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from changeflow.gate.who_speaks import doubt_of
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.document_paths import IMPROVEMENTS
from changeflow.model.evidence import NO_CHANGE, VerificationBody
from changeflow.model.improvement import Improvement
from changeflow.reading.commit_times import commits_touching
from changeflow.reading.evidence import Evidence
from changeflow.reading.parsed import parse
from changeflow.reading.state import State
from changeflow.repo.commit_signatures import signer_of_commit
from changeflow.repo.git import Git

# commits of one document that are looked at
_MOST: Final = 50
_FIELD: Final = "\x1f"


class VerificationProofs:
    """Finds out who said that improvements are verified.

    Args:
        git: the repository.
        base: the main branch.
        evidence: the ledger.
    """

    def __init__(self, git: Git, base: State, evidence: Evidence) -> None:
        self._git, self._base = git, base
        self._roster = base.rulebook.roster.spec.people
        self._required = base.config.require_signatures
        self._on_ledger = frozenset(_recorded(evidence))
        self._history: Mapping[str, Sequence[tuple[str, str]]] | None = None

    @cached_property
    def _keys(self) -> KeyRing:
        return key_ring(self._roster)

    def is_proved(self, one: Improvement, path: str) -> bool:
        """Return whether its verifier has said so; no where it names none.

        Raises:
            errors.HostFailed: when git fails.
        """
        verified = one.spec.verified
        if verified is None:
            return False
        if (one.metadata.id, verified.by, one.verified_content) in self._on_ledger:
            return True
        brought = self._brought(one, path)
        return brought is not None and self._is_word_of(verified.by, *brought)

    def _brought(self, one: Improvement, path: str) -> tuple[str, str] | None:
        """Return the commit, and its committer, that brought what is verified; None: not known."""
        found = None
        for commit, committer in self._commits_of(path)[:_MOST]:
            then = self._at(commit, path)
            if then is None or then.verified_content != one.verified_content:
                return found
            found = commit, committer
        # the oldest commit of a document that has more is not known to be the one
        return found if len(self._commits_of(path)) <= _MOST else None

    def _commits_of(self, path: str) -> Sequence[tuple[str, str]]:
        if self._history is None:
            self._history = self._read_history()
        return self._history.get(path, ())

    def _read_history(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return the commits of each improvement with their committers, newest first.

        A shallow clone has none: the first commit there brings everything before it.
        """
        found: dict[str, list[tuple[str, str]]] = {}
        tip = self._base.commit
        if tip is None or self._git.facts.shallow:
            return found
        form = f"%H{_FIELD}%ce"
        for told, path in commits_touching(self._git, tip, IMPROVEMENTS, form):
            commit, _, committer = told.strip().partition(_FIELD)
            found.setdefault(path, []).append((commit, committer))
        return found

    def _at(self, commit: str, path: str) -> Improvement | None:
        prefix = self._git.facts.prefix
        folder, name = posixpath.split(posixpath.join(prefix, path))
        for entry in self._git.folder_at(commit, folder):
            if entry.path == name and entry.kind == "blob":
                (blob,) = self._git.cat_file_batch([entry.oid])
                return parse(blob.data or b"", path).first(Improvement)
        return None

    def _is_word_of(self, person: str, commit: str, committer: str) -> bool:
        (blob,) = self._git.cat_file_batch([commit])
        signer = signer_of_commit(blob.data or b"", self._keys)
        found = doubt_of(
            person, signer, committer, self._roster, signatures_required=self._required
        )
        return found is None


def _recorded(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """Yield which improvements who verified, by entries of the ledger that count."""
    if evidence.problems or evidence.head is None:
        return
    for entry in evidence.of_change(NO_CHANGE):
        body = entry.body
        if isinstance(body, VerificationBody):
            yield body.improvement, body.by, body.digest
