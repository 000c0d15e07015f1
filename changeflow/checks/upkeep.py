"""Rule about the CMDB after releases: the record of an item says what its last released change made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from changeflow.cmdb.upkeep import Outdated
from changeflow.documents.document import Document
from changeflow.model.change import Action
from changeflow.model.findings import Finding

_PAST = {Action.ADD: "added", Action.REMOVE: "removed"}


def not_updated(
    found: Iterable[Outdated],
    documents: Iterable[Document],
    main: str,
    mended: Collection[str] = (),
) -> Iterator[Finding]:
    """A finding for each outdated item, at its status.

    Args:
        found: the items.
        documents: the documents on the main branch.
        main: how the main branch is called.
        mended: items whose record is right already where the check looks, and not on the main
            branch.
    """
    of_item = {one.id: one for one in documents if one.kind == "ConfigurationItem"}
    for one in found:
        ci, status, wanted = one.done.ci, one.status.value, one.wanted.value
        message = (
            f"{one.done.change} {_PAST[one.done.action]} `{ci}` and is released, but the "
            f"CMDB on {main} still says `{status}`"
        )
        hint = f"set `spec.status` of `{ci}` to `{wanted}`, or propose a change if that is not so"
        if ci in mended:
            hint = f"the status is corrected here: merge it into {main}"
        yield of_item[ci].finding("cmdb-not-updated", ("spec", "status"), message, hint, "warning")


def unknown(reason: str, hint: str) -> Finding:
    """A finding that the releases cannot be read, so that nothing is known about records they left behind."""
    message = (
        f"what was released cannot be read, so records that are out of date are not named: {reason}"
    )
    return Finding("cmdb-releases-unknown", "warning", message, hint, "cmdb")
