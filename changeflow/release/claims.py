"""Claims of releases on environments, read from every release's journal."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from changeflow.model.evidence import LedgerEntry, ReleaseBody


def foreign_holder(held: Sequence[str], change: str, beside: Container[str]) -> str | None:
    """Return the change that holds an environment against another one; None where none does.

    Args:
        held: the changes that hold it, in the order of their claims.
        change: the one that asks.
        beside: changes of the same release that may run at the same time.
    """
    strangers = [one for one in held if one not in beside]
    return None if not strangers or strangers[0] == change else strangers[0]


def holders(entries: Iterable[LedgerEntry]) -> dict[str, tuple[str, ...]]:
    """Return environment -> ids of the changes whose releases hold it, in the order of claims.

    Several hold it where changes of one release run at the same time.

    `started` claims (so does `rolling_back` of a release that had already finished), `finished`
    frees unless the rollback failed, `resolved` frees after that. An entry that is not proven frees
    nothing that a proven entry holds.

    Args:
        entries: of all changes, in ledger order.
    """
    # environment -> change -> whether a proven entry claims it
    held: dict[str, dict[str, bool]] = {}
    for entry in entries:
        if isinstance(entry.body, ReleaseBody):
            _update_holders(held, entry, entry.body)
    return {environment: tuple(found) for environment, found in held.items() if found}


def _update_holders(
    held: dict[str, dict[str, bool]], entry: LedgerEntry, body: ReleaseBody
) -> None:
    if body.event in ("started", "rolling_back"):
        for environment in body.environments:
            found = held.setdefault(environment, {})
            found[entry.change] = found.get(entry.change, False) or entry.proven
    if body.event == "resolved" or (
        body.event == "finished" and body.state in ("implemented", "rolled_back")
    ):
        for found in held.values():
            if entry.proven or not found.get(entry.change, False):
                found.pop(entry.change, None)
