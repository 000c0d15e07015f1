"""Whom a change concerns, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest
from changeflow.model.notify_settings import Channel, Concern, NotifyConfig
from changeflow.model.people import Roster

ADDRESS_MARK = "@"


class Hit(NamedTuple):
    """An item that a change touches or can hurt.

    `hops` counts the dependencies between them: 0 for what is changed itself.
    """

    ci: str
    owner: str | None
    hops: int


@dataclass(frozen=True)
class Concerned:
    """Who is told of a change, and why.

    Attributes:
        why: person or role to the reasons, each with the items it is about.
        addresses: addresses that are in no roster, by what they are recorded as.
    """

    why: Mapping[str, tuple[tuple[Concern, tuple[str, ...]], ...]]
    addresses: Mapping[str, str]

    def names(self, roster: Roster) -> tuple[str, ...]:
        """Return the people, and what stands for addresses. Automations are left out."""
        found: dict[str, None] = {}
        for name in self.why:
            found |= dict.fromkeys(filter(roster.is_human, roster.members(name)))
        return (*found, *self.addresses)


class ChangeParties(NamedTuple):
    """Who a request names."""

    requester: str
    implementer: str | None
    named: Sequence[str]


def concerned(
    channel: Channel,
    settings: NotifyConfig,
    parties: ChangeParties,
    hits: Sequence[Hit],
    repository: str,
) -> Concerned:
    """Return whom a change concerns on a channel.

    Args:
        channel: says who, and whom else it reaches.
        settings: who subscribes to which items.
        parties: who the request names.
        hits: the items that it touches or can hurt, these first.
        repository: its id, part of the digests of addresses.
    """
    why: dict[str, list[tuple[Concern, tuple[str, ...]]]] = {}
    for concern in channel.who:
        for name, items in _of(concern, settings, parties, hits):
            why.setdefault(name, []).append((concern, items))
    addresses: dict[str, str] = {}
    for other in channel.to:
        if ADDRESS_MARK in other:
            addresses[recorded_address(other, settings, repository)] = other
        else:
            why.setdefault(other, [])
    return Concerned({name: tuple(found) for name, found in why.items()}, addresses)


def recorded_address(address: str, settings: NotifyConfig, repository: str) -> str:
    """Return what stands on the ledger for an address that is in no roster."""
    if settings.clear_addresses:
        return address
    return digest({"address": address.casefold(), "repository": repository})


def _of(
    concern: Concern, settings: NotifyConfig, parties: ChangeParties, hits: Sequence[Hit]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    match concern:
        case "owners":
            return _owners(hits)
        case "direct_owners":
            return _owners([hit for hit in hits if hit.hops <= 1])
        case "subscribers":
            return _subscribers(settings, hits)
        case "requester":
            return ((parties.requester, ()),)
        case "implementer":
            return ((parties.implementer or parties.requester, ()),)
        case "named_in_request":
            return ((name, ()) for name in parties.named)


def _owners(hits: Iterable[Hit]) -> Iterable[tuple[str, tuple[str, ...]]]:
    found: dict[str, list[str]] = {}
    for hit in hits:
        if hit.owner:
            found.setdefault(hit.owner, []).append(hit.ci)
    return ((owner, tuple(items)) for owner, items in found.items())


def _subscribers(
    settings: NotifyConfig, hits: Sequence[Hit]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    hit_items = frozenset(hit.ci for hit in hits)
    for name, wanted in settings.subscribers.items():
        items = tuple(item for item in wanted if item in hit_items)
        if items:
            yield name, items
