"""Baselines of the CMDB on the ledger: found by name, and the state that one names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from changeflow import errors
from changeflow.model.evidence import NO_CHANGE, BaselineBody, LedgerEntry
from changeflow.model.phrases import meant, told
from changeflow.reading.evidence import Evidence
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.view import View

# the part of the rulebook whose digest a baseline keeps
CMDB: Final = "cmdb"


def baselines_in(entries: Iterable[LedgerEntry]) -> list[tuple[LedgerEntry, BaselineBody]]:
    """Return the baselines among entries, oldest first."""
    found = []
    for entry in entries:
        if isinstance(entry.body, BaselineBody):
            found.append((entry, entry.body))
    return found


def baselines(view: View) -> list[tuple[LedgerEntry, BaselineBody]]:
    """Return the baselines that count, oldest first.

    Raises:
        errors.Unreadable: when the ledger does not hold.
    """
    return baselines_in(_evidence(view).standing)


def baseline_named(view: View, name: str) -> BaselineBody:
    """Return the baseline of a name.

    Raises:
        errors.NothingToDo: when none that counts has it, with near misses in the hint.
        errors.Unreadable: when the ledger does not hold.
    """
    found = find_baseline(view, name)
    if found is not None:
        return found
    names = [body.name for _, body in baselines(view)]
    elsewhere = told("unknown.baseline_elsewhere") if _evidence(view).ledger.elsewhere() else None
    hint = elsewhere or meant(name, names) or told("unknown.list_baselines")
    raise errors.NothingToDo.of("unknown.baseline", name=name, hint=hint)


def find_baseline(view: View, name: str) -> BaselineBody | None:
    """Return the baseline of a name, None where none that counts has it.

    Raises:
        errors.Unreadable: when the ledger does not hold.
    """
    for _, body in baselines(view):
        if body.name == name:
            return body
    return None


def state_of_baseline(view: View, body: BaselineBody) -> State:
    """Return the state of the commit that a baseline names, if it reads as it did then.

    Raises:
        errors.HostFailed: when the commit is not in this clone.
        errors.Unreadable: when the files that the items are read from are not those of the
            baseline.
    """
    if view.git.resolve(body.commit) is None:
        raise errors.HostFailed.of("baseline.commit_missing", name=body.name, commit=body.commit)
    state = view.store.named(body.name, body.commit)
    if digest_of_cmdb(state.rulebook) != body.digest:
        outside = sorted(body.outside)
        case = "outside" if outside else None
        raise errors.Unreadable.of("baseline.differs", case=case, name=body.name, paths=outside)
    return state


def digest_of_cmdb(book: Rulebook) -> str:
    """Return the digest of all files that the items were read from, also those of sources."""
    return book.digests.get(CMDB, "")


def _evidence(view: View) -> Evidence:
    found = view.ledger.evidence(view.base, NO_CHANGE)
    if found.problems:
        raise errors.Unreadable.of("append.not_held", problem=found.problems[0].quoted_with_path)
    return found
