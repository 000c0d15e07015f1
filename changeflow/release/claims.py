"""Claims of releases on environments, read from every release's journal."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.model.evidence import LedgerEntry, ReleaseBody


def claims(entries: Iterable[LedgerEntry]) -> dict[str, str]:
    """Return environment -> id of the change whose release holds it, the earliest one.

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
    return {environment: next(iter(holders)) for environment, holders in held.items() if holders}


def _update_holders(
    held: dict[str, dict[str, bool]], entry: LedgerEntry, body: ReleaseBody
) -> None:
    if body.event in ("started", "rolling_back"):
        for environment in body.environments:
            holders = held.setdefault(environment, {})
            holders[entry.change] = holders.get(entry.change, False) or entry.proven
    if body.event == "resolved" or (
        body.event == "finished" and body.state in ("implemented", "rolled_back")
    ):
        for holders in held.values():
            if entry.proven or not holders.get(entry.change, False):
                holders.pop(entry.change, None)
