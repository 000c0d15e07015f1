"""Rule about the CMDB after releases: an item's record shows its last released change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from changeflow.documents.document import Document, found_in_file
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.phrases import Told, told

# records cost more to load than `check` may
if TYPE_CHECKING:
    from changeflow.cmdb.origins import Place
    from changeflow.cmdb.outdated_items import Outdated

NOT_UPDATED: Final = FindingRule(
    "cmdb-not-updated",
    "warning",
    "An item is `live` on the main branch after a released change removed it, `planned` or missing "
    "after one added it, or its record is the same after one transferred it. The last of them "
    "counts. Only `cmdb check` looks, because it reads the ledger.",
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
    rows: Mapping[str, Place],
    main: str,
    mended: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield a finding for each outdated item, at its status.

    Args:
        found: the items.
        documents: those of the items that native YAML describes, on the main branch.
        rows: for an item of a source alone, the row that describes it.
        main: the name of the main branch.
        mended: items whose record is right already where the check looks, and not on the main
            branch.
    """
    of_item = {one.id: one for one in documents if one.kind == "ConfigurationItem"}
    for one in found:
        ci, status = one.done.ci, one.status.value if one.status is not None else ""
        hint = told("hint.merge_status", main=main) if ci in mended else _hint(one)
        data: dict[str, Any] = {
            "case": one.done.action.value if status else "absent",
            "change": one.done.change,
            "ci": ci,
            "main": main,
            "status": status,
            "what_now": [hint],
        }
        level, document = NOT_UPDATED.level, of_item.get(ci)
        if document is not None:
            yield document.found(NOT_UPDATED.id, ("spec", "status"), level=level, **data)
        else:
            path, line = rows.get(ci, ("cmdb", 0))
            at = (line, 1 if line else 0)
            yield found_in_file(NOT_UPDATED.id, path, level=level, place=at, **data)


def _hint(one: Outdated) -> Told:
    if one.wanted is None:
        return told("hint.set_owner", ci=one.done.ci)
    if one.status is None:
        return told("hint.describe_item", ci=one.done.ci)
    return told("hint.set_status", ci=one.done.ci, wanted=one.wanted.value)


def unknown(reason: str, hint: str) -> Finding:
    """Return the finding that the releases cannot be read, so that records cannot be compared."""
    return found_in_file(
        RELEASES_UNKNOWN.id, "cmdb", level=RELEASES_UNKNOWN.level, reason=reason, hint=hint
    )
