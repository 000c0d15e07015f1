"""What happened: which entries of release journals bind, and which of them are proven.

A review is weighed like them.

Facts never lose their force. An entry of a sound chain binds for ever, with any signature or none:
what was started stays started. Only what it opens or frees depends on its proof. It is proven when
it is what the main branch asks for today, or what it asked for when the entry was recorded: the key
may have left the roster since, or signatures were not required yet. A claim that is not proven
holds its environment all the same; what frees a proven claim must be proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from changeflow.ledger.chain import concerns_every_change
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import LedgerEntry, ReleaseBody, ReviewBody, SignedBy
from changeflow.model.people import Person
from changeflow.reading.past_rules import (
    AskedThen,
    PastRules,
    keys_of,
    moments,
    signer_then,
)
from changeflow.repo.ledger_branch import Chain, LedgerBranch

# what people say and order, when they are named
WORDS: Final = (
    "confirmed",
    "resolved",
    "rolling_back",
)


class Journals:
    """Weighs entries of release journals.

    Args:
        ledger: where they were read.
        past: what the main branch asked for before.
        config: settings of the base.
        people: the roster there.
    """

    def __init__(
        self,
        ledger: LedgerBranch,
        past: PastRules,
        config: ConfigSpec,
        people: Mapping[str, Person],
    ) -> None:
        self.ledger = ledger
        self._past = past
        self.today = AskedThen(people, config.require_signatures, config.allow_simulated_clock)
        # path -> the person who signed it, by the roster of its time
        self._signed: dict[str, SignedBy | None] = {}

    def weighed(self, chain: Chain, only: str | None) -> tuple[LedgerEntry, ...]:
        """Return the entries of a chain, journals with their proof.

        Left out are lines for another repository, and those under a fixed clock that was never
        allowed.

        Args:
            chain: as it was read.
            only: the change whose signatures were checked; None for all.

        Raises:
            errors.HostFailed: when git fails.
        """
        asked = None if self.today.require_signatures else only
        odd = {entry.path for entry in chain.entries if not _meets(entry, self.today, asked)}
        if not odd:
            return chain.entries
        files = dict(self.ledger.files(chain, odd - self._signed.keys()))
        kept: list[LedgerEntry] = []
        for entry, moment in moments(chain.entries):
            found: LedgerEntry | None = entry
            if entry.path in odd:
                found = self._weighed(entry, self._past.history.around(moment), files)
            if found is not None:
                kept.append(found)
        return tuple(kept)

    def _weighed(
        self, entry: LedgerEntry, then: tuple[AskedThen, ...], files: Mapping[str, bytes]
    ) -> LedgerEntry | None:
        if entry.elsewhere:
            return None
        states = (self.today, *then)
        if entry.simulated and not any(state.allow_simulated_clock for state in states):
            return None
        credited = entry
        if entry.signer is None:
            credited = entry.signed(self._signer(entry, then, files))
        proven = any(_is_proven(credited, state) for state in states)
        return credited.model_copy(update={"proven": proven})

    def _signer(
        self, entry: LedgerEntry, then: tuple[AskedThen, ...], files: Mapping[str, bytes]
    ) -> SignedBy | None:
        if entry.path not in self._signed:
            listed = keys_of(self.today.people)
            self._signed[entry.path] = signer_then(entry, files.get(entry.path, b""), then, listed)
        return self._signed[entry.path]


def _meets(entry: LedgerEntry, today: AskedThen, only: str | None) -> bool:
    """Return whether an entry needs no weighing: it is in no journal, or proven as of today."""
    body = entry.body
    if not isinstance(body, ReleaseBody | ReviewBody):
        return True
    if entry.elsewhere or (entry.simulated and not today.allow_simulated_clock):
        return False
    unchecked = only not in (None, entry.change) and not concerns_every_change(entry)
    return _is_proven(entry, today) or (unchecked and not today.require_signatures)


def _is_proven(entry: LedgerEntry, asked: AskedThen) -> bool:
    """Return whether an entry is signed as required.

    Any person of the roster may have signed it, unless it names one: then that person.
    """
    body = entry.body
    if not isinstance(body, ReleaseBody | ReviewBody):
        return True
    if entry.signer is None and asked.require_signatures:
        return False
    is_word = isinstance(body, ReviewBody) or body.event in WORDS
    person = asked.people.get(body.by) if body.by and is_word else None
    return person is None or not person.keys or entry.signer == body.by
