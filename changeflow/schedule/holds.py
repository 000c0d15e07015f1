"""Holds told by the ledger: who agreed, since when they are in force, and what they stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import HoldBody, LedgerEntry
from changeflow.model.holds import ALL, Hold
from changeflow.model.people import Roster
from changeflow.schedule.coverage import UNKNOWN, environment_of

# the roster and the settings of the main branch around a time; None: that is not known
Then = Callable[[datetime], Sequence[tuple[Roster, ConfigSpec]] | None]
# the role that may always stop the line, beside the CAB
ECAB: Final = "ecab"


@dataclass(frozen=True, slots=True)
class _Word:
    """A person's word about a hold: when it counts from."""

    person: str
    at: datetime


def roles_for_holds(config: ConfigSpec) -> tuple[str, ...]:
    """Return the roles whose members place and lift holds."""
    return config.hold.roles or tuple(dict.fromkeys((config.cab, ECAB)))


def may_hold(person: str, at: datetime, roster: Roster, config: ConfigSpec) -> bool:
    """Return whether a person's word counts: a human of the roles, or their delegate at that time."""
    roles = roles_for_holds(config)
    if not roster.is_human(person):
        return False
    if any(person in roster.members(role) for role in roles):
        return True
    for one in roster.spec.delegations:
        theirs = [role for role in one.roles if role in roles and one.from_ in roster.members(role)]
        if theirs and one.to == person and one.start <= at < one.end:
            return True
    return False


def holds(
    entries: Iterable[LedgerEntry],
    roster: Roster,
    config: ConfigSpec,
    then: Then = lambda _: None,
) -> tuple[Hold, ...]:
    """Return the holds on record, oldest first.

    What a person stopped stays stopped when they leave the roster or lose their role, and when more
    people are asked for later. What they lifted is lifted no longer, as no opinion of theirs opens a
    gate.

    Args:
        entries: those about no change that count, in order.
        roster: whose word counts.
        config: which roles, and how many people.
        then: tells what the main branch said of both when a word was given that does not count today.
    """
    told: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        body = entry.body
        if not isinstance(body, HoldBody):
            continue
        if body.event == "placed":
            # named by its own number, whatever it says: no one takes the name of a later one
            told[hold_id(entry.seq)] = [entry]
        elif body.hold in told:
            told[body.hold].append(entry)
    return tuple(_hold(name, found, roster, config, then) for name, found in told.items())


def hold_id(seq: int) -> str:
    """Return the id of the hold that an entry of the ledger places."""
    return f"hold-{seq}"


def _hold(
    name: str, entries: Sequence[LedgerEntry], roster: Roster, config: ConfigSpec, then: Then
) -> Hold:
    first = entries[0].body
    assert isinstance(first, HoldBody)  # noqa: S101 - `holds` chose it
    agreed, lifting, others = [], [], []
    for entry in entries:
        body = entry.body
        assert isinstance(body, HoldBody)  # noqa: S101 - `holds` chose it
        word, lifts = _Word(body.by, entry.moment), body.event == "lifted"
        counts = may_hold(body.by, entry.moment, roster, config)
        if not counts and not (not lifts and _counted_then(word, roster, then)):
            others.append(word)
        elif lifts:
            lifting.append(word)
        else:
            agreed.append(word)
    needed = config.hold.count
    return Hold(
        id=name,
        scope=first.scope,
        reason=first.reason,
        by=first.by,
        placed=entries[0].moment,
        since=_since(agreed, needed) or _since_then(agreed, then),
        until=first.until,
        lifted=_since(lifting, needed),
        agreed=_people(agreed),
        lifting=_people(lifting),
        others=_people(others),
        needed=needed,
    )


def _counted_then(word: _Word, roster: Roster, then: Then) -> bool:
    """Return whether a word that stops counted when it was given; so does one of which that is not known."""
    if word.person not in roster.spec.people:
        return True
    states = then(word.at)
    return states is None or any(may_hold(word.person, word.at, *state) for state in states)


def _since_then(words: Sequence[_Word], then: Then) -> datetime | None:
    """Return when enough people had said so by what was asked for at that time.

    Where it was changed in that very second, the greater number counts.
    """
    people: set[str] = set()
    for word in words:
        people.add(word.person)
        asked = [config.hold.count for _, config in then(word.at) or ()]
        if asked and len(people) >= max(asked):
            return word.at
    return None


def _people(words: Iterable[_Word]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.person for word in words))


def _since(words: Iterable[_Word], needed: int) -> datetime | None:
    """Return when enough people had said so."""
    people: set[str] = set()
    for word in words:
        people.add(word.person)
        if len(people) >= needed:
            return word.at
    return None


def stops(
    scope: str, kind: str, changed: Iterable[str], items: Mapping[str, ConfigurationItem]
) -> bool:
    """Return whether a hold covers a change. An item of an unknown environment may be in any.

    Args:
        scope: of the hold.
        kind: the type of the change, as declared.
        changed: the items that it changes.
        items: the CMDB by id.
    """
    if scope == ALL:
        return True
    what, _, name = scope.partition(":")
    if what == "type":
        return kind == name
    if what == "item":
        return name in changed
    if what == "environment":
        return any(environment_of(ci, items) in (name, UNKNOWN) for ci in changed)
    # written by another version of this program: it stops what it may mean
    return True
