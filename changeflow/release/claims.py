"""Who holds which environment, read from every release's journal."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.model.evidence import LedgerEntry, ReleaseBody


def claims(entries: Iterable[LedgerEntry]) -> dict[str, str]:
    """Environment -> id of the change whose release holds it.

    `started` claims (so does `rolling_back` of a release that had already finished), `finished` frees unless the rollback
    failed, `resolved` frees after that.

    Args:
        entries: of all changes, in ledger order.
    """
    held: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.body, ReleaseBody):
            _apply(held, entry.change, entry.body)
    return held


def _apply(held: dict[str, str], change: str, body: ReleaseBody) -> None:
    if body.event in ("started", "rolling_back"):
        for environment in body.environments:
            held.setdefault(environment, change)
    if body.event == "resolved" or (body.event == "finished" and body.state in ("implemented", "rolled_back")):
        for environment in [name for name, holder in held.items() if holder == change]:
            del held[environment]
