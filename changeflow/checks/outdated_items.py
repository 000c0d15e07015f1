"""Rule about the CMDB after releases: an item's record shows its last released change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding

# records cost more to load than `check` may
if TYPE_CHECKING:
    from changeflow.cmdb.outdated_items import Outdated

_PAST: Final = {"add": "added", "remove": "removed"}

NOT_UPDATED: Final = FindingRule(
    "cmdb-not-updated",
    "warning",
    "An item is `live` on the main branch after a released change removed it, or "
    "`planned` after one added it. The last of them counts. Only `cmdb check` looks, "
    "because it reads the ledger.",
)
RELEASES_UNKNOWN: Final = FindingRule(
    "cmdb-releases-unknown",
    "warning",
    "The ledger or the main branch cannot be read, so `cmdb check` cannot tell what was released.",
)
RULES: Final = (NOT_UPDATED, RELEASES_UNKNOWN)


def not_updated(
    found: Iterable[Outdated],
    documents: Iterable[Document],
    main: str,
    mended: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield a finding for each outdated item, at its status.

    Args:
        found: the items.
        documents: the documents on the main branch.
        main: the name of the main branch.
        mended: items whose record is right already where the check looks, and not on the main
            branch.
    """
    of_item = {one.id: one for one in documents if one.kind == "ConfigurationItem"}
    for one in found:
        ci, status, wanted = one.done.ci, one.status.value, one.wanted.value
        message = (
            f"{one.done.change} {_PAST[one.done.action.value]} `{ci}` and is released, but the "
            f"CMDB on {main} still says `{status}`"
        )
        hint = f"set `spec.status` of `{ci}` to `{wanted}`, or propose a change if that is not so"
        if ci in mended:
            hint = f"the status is corrected here: merge it into {main}"
        route = ("spec", "status")
        yield of_item[ci].finding(NOT_UPDATED.id, route, message, hint, NOT_UPDATED.level)


def unknown(reason: str, hint: str) -> Finding:
    """Return the finding that the releases cannot be read, so that records cannot be compared."""
    message = (
        f"what was released cannot be read, so records that are out of date are not named: {reason}"
    )
    return Finding(RELEASES_UNKNOWN.id, RELEASES_UNKNOWN.level, message, hint, "cmdb")
