"""Evidence that counts: what of the ledger may be relied on, and how to add to it."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from changeflow import errors
from changeflow.ledger.chain import CREDIT_RULES, WITHOUT_ID, Repository
from changeflow.ledger.clocks import Clocks, Newest, newest
from changeflow.ledger.envelope import Signature
from changeflow.ledger.keyring import KeyRing, key_ring
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import ApprovalBody, LedgerEntry, ReleaseBody
from changeflow.model.evidence import Evidence as ChangeEvidence
from changeflow.model.findings import Finding
from changeflow.release.claims import claims
from changeflow.repo.git import Git
from changeflow.repo.ledger import Chain, LedgerBranch, Signer
from changeflow.repo.source import Revision, Source
from changeflow.usecases.happened import Journals
from changeflow.usecases.load import CONFIG, Base, Places, config_of, named_in, people_of


@dataclass(frozen=True)
class Evidence:
    """The ledger as one reading found it.

    Attributes:
        entries: entries of all changes that count, in order, and every opinion (`hosts.local` says which of those count).
        problems: what is wrong with the chain; anything here shuts every gate.
        head: the commit it was read from.
        ledger: where to append.
        signer: looks for who signs what is appended; None where there is no key.
        newest: the latest moments of the chain, with which a decision's own time is compared.
    """

    entries: tuple[LedgerEntry, ...]
    problems: tuple[Finding, ...]
    head: str | None
    ledger: LedgerBranch
    signer: Callable[[], Signer | None]
    newest: Newest


EvidenceOf = Callable[[Places, str, Base | None], Evidence]


def open_ledger(git: Git, config: ConfigSpec, ring: KeyRing, main: str | None) -> LedgerBranch:
    """The ledger that the configuration names. `main` is the commit it was read from."""
    return LedgerBranch(
        git,
        config.ledger.branch,
        config.ledger.remote,
        ring=ring,
        require_signatures=config.require_signatures,
        repository=repository_of(git, config, main),
        clocks=clocks_of(config),
        patience=config.ledger.timeout.total_seconds(),
    )


def clocks_of(config: ConfigSpec) -> Clocks:
    """What the configuration says about the clocks of those who append."""
    return Clocks(config.ledger.skew, frozenset(config.ledger.wrong_clocks))


def repository_of(git: Git, config: ConfigSpec, main: str | None) -> Repository:
    """The repository that evidence is recorded for. Where it has an id, its history says whether it always had one."""
    if config.repository is None:
        return WITHOUT_ID
    return Repository(config.repository, functools.cache(functools.partial(_once_without_id, git, main)))


def _once_without_id(git: Git, main: str | None) -> bool:
    """Whether the main branch ever had a configuration without `spec.repository`."""
    commits = git.log(main, format_="%H", paths=[CONFIG], extra=["--first-parent"]) if main else ()
    return any(_is_without_id(Revision(git, commit.strip())) for commit in reversed(commits))


def _is_without_id(source: Source) -> bool:
    try:
        return source.exists(CONFIG) and config_of(source).repository is None
    except errors.Unreadable:
        return False


def read_evidence(places: Places, argument: str, base: Base | None = None) -> Evidence:
    """Read the ledger for a decision about one change.

    Args:
        places: roster and configuration come from the base.
        argument: the change; only its signatures are checked, unless signatures are required everywhere.
        base: what judges, where it was read already.

    Raises:
        errors.Unreadable: when the configuration cannot be read.
        errors.HostFailed: when git fails.
    """
    config = base.config if base else config_of(places.base)
    people = base.roster.spec.people if base else people_of(places.base)
    ring = key_ring(people)
    ledger = open_ledger(places.git, config, ring, places.base.commit)
    change = named_in(places.head, argument)
    chain = ledger.read(only=change)
    entries = Journals(ledger, places.base.commit, config, people).weighed(chain, change)
    problems = tuple(finding for finding in chain.problems if finding.rule not in CREDIT_RULES)
    latest = newest_of(chain.entries, config)
    return Evidence(
        for_a_gate(entries, config), problems, chain.head, ledger, lambda: default_signer(places.git, ring), latest
    )


def newest_of(entries: Iterable[LedgerEntry], config: ConfigSpec) -> Newest:
    """The latest moments among entries; those under a fixed clock only where they count for something."""
    return newest([one for one in entries if config.allow_simulated_clock or not one.simulated])


def for_a_gate(entries: Iterable[LedgerEntry], config: ConfigSpec) -> tuple[LedgerEntry, ...]:
    """Entries a gate hears: those that count, and every opinion (`hosts.local` says which of those count).

    Args:
        entries: with the journals of releases weighed (see `usecases.happened`).
        config: settings at the base.
    """
    return tuple(entry for entry in entries if isinstance(entry.body, ApprovalBody | ReleaseBody) or _counts(entry, config))


def collect(chain: Chain, change_id: str, config: ConfigSpec) -> ChangeEvidence:
    """The entries of one change that count, and which environments are held by any release.

    Raises:
        errors.Unreadable: when the chain does not hold.
    """
    counted = [entry for entry in chain.require_sound().entries if _counts(entry, config)]
    return ChangeEvidence(entries=tuple(entry for entry in counted if entry.change == change_id), claims=claims(counted))


def counting(entries: Iterable[LedgerEntry], config: ConfigSpec) -> tuple[LedgerEntry, ...]:
    """Entries that count: for this repository, not under a simulated clock, and signed where signatures are required.

    Journals of releases are facts and count as they were weighed (see `usecases.happened`).
    """
    return tuple(entry for entry in entries if isinstance(entry.body, ReleaseBody) or _counts(entry, config))


def _counts(entry: LedgerEntry, config: ConfigSpec) -> bool:
    if entry.elsewhere or (entry.simulated and not config.allow_simulated_clock):
        return False
    return entry.signer is not None or not config.require_signatures


def default_key(git: Git) -> str | None:
    """The key to sign with where none is named: `CHANGEFLOW_KEY`, then the key git signs with, when it signs with SSH.

    Raises:
        errors.Refused: when git is told to ask a command for its key, and gets none.
    """
    from changeflow.repo.signing import git_key

    return os.environ.get("CHANGEFLOW_KEY") or git_key(git)


def machine_key(git: Git) -> str | None:
    """The same for what a machine records in nobody's name: where git has no key, it is not signed."""
    try:
        return default_key(git)
    except errors.Refused:
        return None


def default_signer(git: Git, ring: KeyRing) -> Signer | None:
    """Signs what machines record, with a key the roster lists.

    git's own key is passed over where the roster does not list it: a signature nobody can place would only raise questions.

    Raises:
        errors.Refused: (on signing) when `CHANGEFLOW_KEY` names a key that the roster does not list.
    """
    key = machine_key(git)
    if key is None:
        return None
    from changeflow.repo.ssh import own_key

    keyid = own_key(key)
    if not os.environ.get("CHANGEFLOW_KEY") and (keyid is None or ring.person(keyid) is None):
        return None
    return signer(git, key, ring)


def signer(git: Git, key: str, ring: KeyRing, person: str | None = None) -> Signer:
    """Signs with a key, and refuses a signature that would prove nothing.

    Args:
        git: knows the program that the user's git signs with.
        key: key file, or public key whose private half an agent holds.
        ring: keys of the roster.
        person: who must hold the key; None: anybody in the roster.
    """

    def sign_listed(payload: bytes) -> Signature:
        from changeflow.repo.signing import git_program, passed_over
        from changeflow.repo.ssh import own_key, sign

        keyid = own_key(key)
        if keyid is not None:  # where the public half is readable, say no before a passphrase is asked for
            _require_listed(key, keyid, ring, person)
        signature = sign(payload, key, git_program(git), passed_over(git))
        _require_listed(key, signature.keyid, ring, person)
        return signature

    return sign_listed


def _require_listed(key: str, keyid: str, ring: KeyRing, person: str | None) -> None:
    holder = ring.person(keyid)
    if holder is None or person not in (None, holder):
        whose = f"{person}" if person else "anybody"
        held = f"; it is {holder}'s" if holder else ""
        raise errors.Refused(
            f"the roster does not list the key `{key}` ({keyid}) for {whose}{held}",
            "nothing was written; keys live under `keys` in the roster, and count once they are on the base",
        )
