"""Audits of the CMDB: the sample of a state, and the audits that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from changeflow import errors
from changeflow.cmdb.attributes import attributes_of
from changeflow.cmdb.audit_sample import UNKNOWN, Candidate, DrawnSample, Stratum
from changeflow.documents.audit_draft import DrawnItem
from changeflow.model.cmdb import ConfigurationItem, Status
from changeflow.model.configuration_audit import AuditedItem, ConfigurationAudit
from changeflow.model.document_paths import AUDITS
from changeflow.model.people import Roster
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State

# what an auditor is asked about every item, also where nothing is recorded
_ASKED: Final = ("name", "type", "status", "criticality", "owner", "environment")
# what can only be seen in the repository itself
_NOT_ASKED: Final = ("description", "labels.", "maps.")


def responsible(book: Rulebook, owner: str | None) -> Sequence[str]:
    """Return the people who answer for items of an owner: the CAB where it is not known."""
    roster: Roster = book.roster
    found = roster.members(owner) if owner else ()
    return found or roster.members(book.config.cab)


def candidates(book: Rulebook, without_items_of: str | None) -> tuple[list[Candidate], int]:
    """Return the items that may be drawn, and how many are left out.

    Retired items are not counted. Left out are the items that a person answers for.

    Args:
        book: with the items and the roster.
        without_items_of: that person, if any.
    """
    graph = book.graph
    words, facts = graph.words, graph.facts
    own: dict[int, bool] = {}
    found, left_out = [], 0
    for number, ci in enumerate(graph.ids):
        status, owner = facts["status"][number], facts["owner"][number]
        if not status or words[status] == Status.RETIRED.value:
            continue
        if owner not in own:
            people = responsible(book, words[owner] or None)
            own[owner] = without_items_of in people
        if own[owner]:
            left_out += 1
            continue
        tier = words[facts["criticality"][number]] or UNKNOWN
        kind = words[facts["type"][number]] or UNKNOWN
        found.append(Candidate(ci, Stratum(tier, kind)))
    return found, left_out


def drawn_items(book: Rulebook, sample: DrawnSample) -> Iterator[DrawnItem]:
    """Yield the items of a sample with what is recorded of them, by stratum and id."""
    for stratum, ids in sample.drawn.items():
        for ci in sorted(ids):
            asked = tuple(recorded_of(book.items[ci]))
            yield DrawnItem(ci, stratum.tier, stratum.type, asked)


def recorded_of(item: ConfigurationItem) -> Iterator[tuple[str, str | None]]:
    """Yield the attributes that an auditor is asked about, with what is recorded."""
    known = attributes_of(item)
    for name in _ASKED:
        yield name, known.get(name)
    for name, value in known.items():
        if name not in _ASKED and not name.startswith(_NOT_ASKED):
            yield name, value


def audits_in(state: State) -> list[str]:
    """Return the paths of the audits of a state, the newest last."""
    return sorted(filter(_is_audit, state.paths), key=_in_order)


def _is_audit(path: str) -> bool:
    return path.startswith(AUDITS) and path.endswith((".yaml", ".yml"))


def _in_order(path: str) -> tuple[str, int, str]:
    """Order `2026-11-27-10` after `2026-11-27-2`."""
    return path[: len(AUDITS) + 10], len(path), path


def audit_names(taken: Iterable[str], day: str) -> str:
    """Return the first free id for an audit of a day."""
    names = set(taken)
    name, number = day, 1
    while f"{AUDITS}{name}.yaml" in names:
        number += 1
        name = f"{day}-{number}"
    return name


def found_right(state: State, book: Rulebook) -> dict[str, date]:
    """Return the newest day on which an audit found each item as it is recorded.

    It is the day on which the sample was drawn, in the zone of the repository. What an audit does
    not say, or cannot be read, confirms nothing, and neither does a person who answers for the item.

    Args:
        state: where the audits are.
        book: with the items and the roster.
    """
    zone, found = state.config.zone, dict[str, date]()
    for path in audits_in(state):
        try:
            spec = state.document(path, ConfigurationAudit).spec
        except errors.ChangeflowError:
            # `check` says what is wrong with it
            continue
        day = spec.sample.drawn.astimezone(zone).date()
        for item in spec.items if spec.auditor is not None else ():
            if _agrees(item) and spec.auditor not in _answering(book, item.ci):
                found[item.ci] = max(day, found.get(item.ci, day))
    return found


def _answering(book: Rulebook, ci: str) -> Sequence[str]:
    known = book.items.get(ci)
    return responsible(book, known.spec.owner) if known is not None else ()


def _agrees(item: AuditedItem) -> bool:
    """Return whether nothing but agreement was found of an item."""
    others = {attribute.found for attribute in item.attributes} - {None, "agrees"}
    return item.found == "agrees" and not others
