"""The list of changes of a release, as an acceptance is bound to it."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.model.canonical import digest


def of_other_changes(
    accepted_changes: str | None, changes: Iterable[str]
) -> dict[str, str | list[str]]:
    """Return that an acceptance is of no list of changes, or of another one than this, as data.

    Nothing where it is of this one.

    Args:
        accepted_changes: the digest that the acceptance names.
        changes: those of the release.
    """
    now = digest_of_list(changes)
    if accepted_changes == now:
        return {}
    return {"case": "unbound" if accepted_changes is None else "stale", "digest": now}


def digest_of_list(changes: Iterable[str]) -> str:
    """Return the digest of the changes of a release, whatever their order."""
    return digest(sorted(set(changes)))
