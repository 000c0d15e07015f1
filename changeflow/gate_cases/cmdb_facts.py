"""What the CMDB says of a change's items once it is released: records that were not updated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from changeflow.gate.case import NOTHING_BEHIND, CmdbFacts
from changeflow.model.change import Action, ChangeRequest
from changeflow.model.cmdb import Status
from changeflow.model.evidence import LedgerEntry
from changeflow.reading.other_changes import records_before
from changeflow.reading.rulebook import Rulebook
from changeflow.release.ending import finished_changes


def cmdb_facts(change: ChangeRequest, mine: Sequence[LedgerEntry], base: Rulebook) -> CmdbFacts:
    """Return which items of a released change the CMDB has not caught up with.

    Args:
        change: the request.
        mine: the entries about the change that count.
        base: the CMDB of the base.
    """
    items = [item for item in change.spec.items or () if item.action is not Action.MODIFY]
    if not items or finished_changes(mine).get(change.id) != "implemented":
        return NOTHING_BEHIND
    # most changes add, remove and transfer nothing
    from changeflow.cmdb.outdated_items import Done, outdated

    before = records_before(mine).get(change.id, {})
    done = []
    for item in items:
        done.append(Done(change.id, item.ci, item.action, before.get(f"cmdb/{item.ci}")))
    behind = dict.fromkeys(one.done.ci for one in outdated(done, base.items))
    removed = (item.ci for item in items if item.action is Action.REMOVE)
    return CmdbFacts(behind=tuple(behind), needed=tuple(_still_needed(removed, base)))


def _still_needed(removed: Iterator[str], base: Rulebook) -> Iterator[str]:
    """Yield the retired ones of these items that live items depend on."""
    for ci in sorted(set(removed)):
        if base.graph.status(ci) != Status.RETIRED:
            continue
        dependents = (dependent for dependent, _ in base.graph.needed_by(ci))
        if any(base.graph.status(dependent) == Status.LIVE for dependent in dependents):
            yield ci
