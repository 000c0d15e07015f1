"""Facts for rules about the rest of the repository: items, people, roles, models, changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from changeflow.checks.any_shape import mapping, sequence, text
from changeflow.documents.document import Document
from changeflow.model.phrases import near_hint
from changeflow.model.sshkeys import is_usable


@dataclass(frozen=True, slots=True)
class Item:
    """A configuration item, as far as rules about other documents need it."""

    type: str
    status: str
    environment: str
    criticality: str = ""


@dataclass(frozen=True)
class RepositoryFacts:
    """The rest of the repository.

    `unread` are files that could not be read: a missing document may be in there.

    `deputies` are people to whom a role was delegated, at any time. `needs` names the proof that an
    opinion must have to count: `key` (a signature by a key in the roster), `account` (a review by
    an account whose number is in the roster), or None; `equipped` are the people who have it.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    needs: Literal["key", "account"] | None = None
    equipped: frozenset[str] = frozenset()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deputies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    models: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    policies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ci_types: tuple[str, ...] = ()
    timezone: str = "UTC"
    changes: frozenset[str] = frozenset()
    reviewed: frozenset[str] = frozenset()
    has_roster: bool = False
    unread: tuple[str, ...] = ()

    def knows(self, name: str) -> bool:
        """Return whether a name is a role or a person."""
        return name in self.roles or name in self.people

    def approvers(self, role: str) -> frozenset[str]:
        """Return the people who could ever approve for a role: members and deputies.

        They are humans, and have the key or account that counts.
        """
        holders = {*self.roles.get(role, ()), *self.deputies.get(role, ())}
        human = {person for person in holders if self.people.get(person) != "agent"}
        return frozenset(human & self.equipped if self.needs else human)

    def person_hint(self, name: str) -> str:
        """Return what to do about a person who is not in the roster."""
        if not self.has_roster:
            return self._unread("policies/") or "there is no roster yet: write policies/roster.yaml"
        return (
            self._unread("policies/")
            or near_hint(name, self.people)
            or "add them to the roster, policies/roster.yaml"
        )

    def name_hint(self, name: str) -> str:
        """Return what to do about a name that is neither role nor person."""
        return near_hint(name, [*self.roles, *self.people]) or self.person_hint(name)

    def role_hint(self, name: str) -> str:
        """Return what to do about a role that does not exist."""
        return (
            self._unread("policies/")
            or near_hint(name, self.roles)
            or "add the role to the roster, policies/roster.yaml"
        )

    def item_hint(self, name: str) -> str:
        """Return what to do about an item that is not in the CMDB."""
        return (
            self._unread("cmdb/")
            or near_hint(name, self.items)
            or "add it to the CMDB, below cmdb/"
        )

    def items_hint(self) -> str:
        """Return what to do when items are missing because a file could not be read."""
        return self._unread("cmdb/")

    def change_hint(self, name: str) -> str:
        """Return what to do about a change that does not exist."""
        return near_hint(name, self.changes) or "write the id of a folder below changes/"

    def _unread(self, folder: str) -> str:
        for path in self.unread:
            if path.startswith(folder):
                return f"`{path}` could not be read; it may be in there"
        return ""


def gather(
    documents: Iterable[Document],
    changes: frozenset[str],
    reviewed: frozenset[str],
    unread: tuple[str, ...],
    with_accounts: Collection[str] = (),
) -> RepositoryFacts:
    """Gather the facts for rules from the documents of a repository, valid or not.

    A slip in one file must not make others look wrong.

    Args:
        documents: of the repository.
        changes: ids of the changes that there are.
        reviewed: ids of the changes that have a review.
        unread: paths that could not be read.
        with_accounts: names of the hosts on which people give opinions with their accounts.
    """
    by_kind: dict[str, list[Document]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, []).append(document)
    people: dict[str, str] = {}
    needs = _needs(by_kind.get("Config", ()), with_accounts)
    equipped: set[str] = set()
    roles: dict[str, tuple[str, ...]] = {}
    for roster in by_kind.get("Roster", ()):
        for name, person in mapping(roster.spec.get("people")).items():
            people[name] = text(mapping(person).get("kind")) or "human"
        equipped |= _equipped(roster, needs)
        for name, members in mapping(roster.spec.get("roles")).items():
            roles[name] = tuple(map(text, sequence(members)))
    return RepositoryFacts(
        items={document.id: _item(document) for document in by_kind.get("ConfigurationItem", ())},
        people=people,
        needs=needs,
        equipped=frozenset(equipped),
        roles=roles,
        deputies=_deputies(by_kind.get("Roster", ())),
        models={document.id: document.spec for document in by_kind.get("ChangeModel", ())},
        policies={document.id: _rules(document) for document in by_kind.get("Policy", ())},
        ci_types=_ci_types(by_kind.get("Config", ())),
        timezone=_timezone(by_kind.get("Config", ())),
        changes=changes,
        reviewed=reviewed,
        has_roster="Roster" in by_kind,
        unread=unread,
    )


def _needs(
    configs: Iterable[Document], with_accounts: Collection[str]
) -> Literal["key", "account"] | None:
    """Return the proof that an opinion must have.

    Where people review with their accounts, only the bot signs.
    """
    specs = [config.spec for config in configs]
    if any(text(spec.get("host")) in with_accounts for spec in specs):
        return "account"
    return "key" if any(spec.get("require_signatures") is True for spec in specs) else None


def _equipped(roster: Document, needs: str | None) -> set[str]:
    is_equipped = {"key": _has_key, "account": _has_account}.get(needs or "")
    if is_equipped is None:
        return set()
    people = mapping(roster.spec.get("people")).items()
    return {name for name, person in people if is_equipped(mapping(person))}


def _has_key(person: dict[str, Any]) -> bool:
    return any(is_usable(text(line)) for line in sequence(person.get("keys")))


def _has_account(person: dict[str, Any]) -> bool:
    accounts = [person, *map(mapping, sequence(person.get("accounts")))]
    return any(type(account.get("github_id")) is int for account in accounts)


def _timezone(configs: Iterable[Document]) -> str:
    """Return the zone of the team's wall clock; UTC if it is missing or not the name of a zone."""
    from changeflow.model.zones import zone_names

    for config in configs:
        name = text(config.spec.get("timezone"))
        if name and name in zone_names():
            return name
    return "UTC"


def _deputies(rosters: Iterable[Document]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for roster in rosters:
        for delegation in map(mapping, sequence(roster.spec.get("delegations"))):
            for role in map(text, sequence(delegation.get("roles"))):
                found[role] = found.get(role, frozenset()) | {text(delegation.get("to"))}
    return found


def _item(document: Document) -> Item:
    spec = document.spec
    place, tier = text(spec.get("environment")), text(spec.get("criticality"))
    return Item(text(spec.get("type")), text(spec.get("status")) or "live", place, tier)


def _rules(document: Document) -> frozenset[str]:
    return frozenset(text(mapping(rule).get("id")) for rule in sequence(document.spec.get("rules")))


# The defaults of `model.config`, which would cost an import of pydantic; a test keeps the two
# together.
CI_TYPES = (
    "service", "application", "database", "cache", "queue", "storage", "network", "server",
    "cluster", "device", "platform", "library", "external", "business-service", "component",
    "other",
)  # fmt: skip


def _ci_types(configs: Iterable[Document]) -> tuple[str, ...]:
    for config in configs:
        listed = sequence(config.spec.get("ci_types"))
        if listed:
            return tuple(map(text, listed))
    return CI_TYPES
