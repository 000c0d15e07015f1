"""The evidence a use case works with: read once, judged, and with what does not count left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from changeflow.ledger.keyring import key_ring
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import LedgerEntry
from changeflow.model.findings import Finding
from changeflow.repo.ledger import LedgerBranch, Signer
from changeflow.usecases.load import Base, Places, load_base


@dataclass(frozen=True)
class Evidence:
    """The ledger as it was read. `entries` are those that count, of all changes; `problems` break it."""

    ledger: LedgerBranch
    entries: tuple[LedgerEntry, ...]
    problems: tuple[Finding, ...]
    head: str | None
    signer: Signer | None = None


def open_ledger(places: Places, base: Base) -> LedgerBranch:
    """The ledger of a repository, with the keys of the roster on the base."""
    config = base.config
    return LedgerBranch(
        places.git,
        config.ledger.branch,
        config.ledger.remote,
        ring=key_ring(base.roster.spec.people),
        require_signatures=config.require_signatures,
    )


def read_evidence(places: Places, argument: str, base: Base | None = None) -> Evidence:
    """Read the ledger for a decision about one change.

    Args:
        places: where the base and the head are.
        argument: the change; only its entries' signatures are checked.
        base: what judges, where it was read already.
    """
    from changeflow.usecases.load import change_id_of

    base = base or load_base(places.base)
    ledger = open_ledger(places, base)
    chain = ledger.read(only=change_id_of(argument))
    broken = () if chain.sound else chain.problems
    return Evidence(ledger, counting(chain.entries, base.config), broken, chain.head)


def counting(entries: Iterable[LedgerEntry], config: ConfigSpec) -> tuple[LedgerEntry, ...]:
    """Entries that count: what was recorded under a simulated clock counts only where the configuration allows it."""
    return tuple(entry for entry in entries if config.allow_simulated_clock or not entry.simulated)
