"""Facts for rules about the rest of the repository: items, people, roles, models, changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from changeflow.checks.any_shape import mapping, sequence, text
from changeflow.documents.document import Document
from changeflow.lazy_dataclass import dataclass
from changeflow.model.languages import ENGLISH, LANGUAGES, LanguageName
from changeflow.model.phrases import Told, meant, told
from changeflow.model.sshkeys import is_usable

if TYPE_CHECKING:
    from changeflow.cmdb.item_columns import ItemColumns

# how bad the configuration may say a rule is
LEVELS: Final = ("error", "warning", "ignore")
_NONE: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Item:
    """A configuration item, as far as rules about other documents need it."""

    type: str
    status: str
    environment: str
    criticality: str = ""
    owner: str = ""
    # whether it has a name or a description
    is_named: bool = False


class ItemFacts(Mapping[str, Item]):
    """What the CMDB says of items, looked up when it is asked for.

    Args:
        columns: all that items say.
        others: items of documents, of which those count that are not in the columns.
    """

    def __init__(self, columns: ItemColumns, others: Mapping[str, Item] = _NONE) -> None:
        self._columns, self._others = columns, others

    def with_others(self, others: Mapping[str, Item]) -> ItemFacts:
        """Return the same with items of documents that cannot be read in full."""
        return ItemFacts(self._columns, others)

    def __getitem__(self, ci: str) -> Item:
        graph = self._columns.graph
        number = graph.ids.number_of(ci)
        node = graph.node_at(number) if number is not None else None
        if number is None or node is None:
            return self._others[ci]
        return Item(
            type=node.type or "",
            status=node.status,
            environment=node.environment or "",
            criticality=node.criticality or "",
            owner=node.owner or "",
            is_named=node.name is not None or self._is_described(number),
        )

    def _is_described(self, number: int) -> bool:
        return "description" in self._columns.rest_of(number).get("spec", {})

    def __iter__(self) -> Iterator[str]:
        yield from self._others
        for ci in self._columns.graph.item_ids():
            if ci not in self._others:
                yield ci

    def __len__(self) -> int:
        return len(self._columns.graph) + len(self._alone())

    def __contains__(self, ci: object) -> bool:
        return ci in self._columns.graph or ci in self._others

    def _alone(self) -> list[Item]:
        """Return the items of documents that are not in the columns."""
        graph = self._columns.graph
        return [item for ci, item in self._others.items() if ci not in graph]

    def places_and_tiers(self) -> frozenset[tuple[str, str]]:
        """Return the environments and tiers that items have together."""
        facts, words = self._columns.graph.facts, self._columns.graph.words
        columns = (facts[name] for name in ("status", "environment", "criticality"))
        found = {(item.environment, item.criticality) for item in self._alone()}
        for status, place, tier in set(zip(*columns, strict=True)):
            if status:
                found.add((words[place], words[tier]))
        return frozenset(found)


@dataclass(frozen=True)
class RepositoryFacts:
    """The rest of the repository. What only rules about governing files ask is read when asked.

    Attributes:
        items: configuration items.
        people: people of the roster, to their kind.
        roles: roles, to their members.
        models: change models, to their `spec`.
        changes: changes that there are.
        reviewed: changes that have a review.
        improvements: improvements that there are.
        unread: files that could not be read: a missing document may be in there.
        configs: documents of the configuration.
        rosters: documents of the roster.
        policy_documents: documents of policies.
        calendar_documents: documents of calendars.
        with_accounts: hosts on which people give opinions with their accounts.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    models: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    changes: Collection[str] = frozenset()
    reviewed: frozenset[str] = frozenset()
    improvements: Collection[str] = frozenset()
    unread: tuple[str, ...] = ()
    configs: Sequence[Document] = ()
    rosters: Sequence[Document] = ()
    policy_documents: Sequence[Document] = ()
    calendar_documents: Sequence[Document] = ()
    with_accounts: Collection[str] = ()

    @cached_property
    def needs(self) -> Literal["key", "account"] | None:
        """Return the proof that an opinion must have to count.

        It is `key` (a signature by a key in the roster), `account` (a review by an account whose
        number is in the roster), or None. Where people review with their accounts, only the bot
        signs.
        """
        specs = [config.spec for config in self.configs]
        if any(text(spec.get("host")) in self.with_accounts for spec in specs):
            return "account"
        return "key" if any(spec.get("require_signatures") is True for spec in specs) else None

    @cached_property
    def equipped(self) -> frozenset[str]:
        """Return the people who have the proof that an opinion must have."""
        is_equipped = {"key": _has_key, "account": _has_account}.get(self.needs or "")
        found: set[str] = set()
        if is_equipped is not None:
            for roster in self.rosters:
                people = mapping(roster.spec.get("people")).items()
                found |= {name for name, person in people if is_equipped(mapping(person))}
        return frozenset(found)

    @cached_property
    def deputies(self) -> Mapping[str, frozenset[str]]:
        """Return the people to whom a role was delegated, at any time, by role."""
        found: dict[str, frozenset[str]] = {}
        for roster in self.rosters:
            for delegation in map(mapping, sequence(roster.spec.get("delegations"))):
                for role in map(text, sequence(delegation.get("roles"))):
                    found[role] = found.get(role, frozenset()) | {text(delegation.get("to"))}
        return found

    @cached_property
    def places_and_tiers(self) -> frozenset[tuple[str, str]]:
        """Return the environments and tiers that items have together; empty where they have none."""
        if isinstance(self.items, ItemFacts):
            return self.items.places_and_tiers()
        return frozenset((one.environment, one.criticality) for one in self.items.values())

    @cached_property
    def environments(self) -> frozenset[str]:
        """Return the environments that items have; an empty one for those without."""
        return frozenset(place for place, _ in self.places_and_tiers)

    @cached_property
    def tiers(self) -> frozenset[str]:
        """Return the tiers that items have; an empty one for those without."""
        return frozenset(tier for _, tier in self.places_and_tiers)

    @cached_property
    def policies(self) -> Mapping[str, frozenset[str]]:
        """Return policies, to the ids of their rules."""
        found: dict[str, frozenset[str]] = {}
        for document in self.policy_documents:
            rules = map(mapping, sequence(document.spec.get("rules")))
            found[document.id] = frozenset(text(rule.get("id")) for rule in rules)
        return found

    @cached_property
    def freezes(self) -> tuple[dict[str, Any], ...]:
        """Return the freezes of all calendars, as they are written."""
        found: list[dict[str, Any]] = []
        for calendar in self.calendar_documents:
            found += map(mapping, sequence(calendar.spec.get("freezes")))
        return tuple(found)

    @cached_property
    def calendar_config(self) -> dict[str, Any]:
        """Return what the configuration says of calendars."""
        found = (mapping(one.spec.get("calendars")) for one in self.configs)
        return next(found, {})

    def day_patterns(self, what: str) -> list[str]:
        """Return the ids of all `hours`, or all `holidays`, of calendars, in order."""
        found: list[str] = []
        for calendar in self.calendar_documents:
            for one in map(mapping, sequence(calendar.spec.get(what))):
                found.append(text(one.get("id")))
        return found

    @cached_property
    def exception_roles(self) -> tuple[str, ...]:
        """Return the roles whose members approve freeze exceptions."""
        roles = sequence(self._of_exceptions.get("roles"))
        cab = next((text(one.spec.get("cab")) for one in self.configs), "")
        return tuple(map(text, roles)) or (cab or "cab",)

    @cached_property
    def exception_count(self) -> int:
        """Return how many people approve a freeze exception."""
        count = self._of_exceptions.get("count")
        return count if isinstance(count, int) else 1

    @cached_property
    def _of_exceptions(self) -> dict[str, Any]:
        found = (mapping(one.spec.get("freeze_exceptions")) for one in self.configs)
        return next(found, {})

    @cached_property
    def ci_types(self) -> tuple[str, ...]:
        """Return the types that an item may have."""
        for config in self.configs:
            listed = sequence(config.spec.get("ci_types"))
            if listed:
                return tuple(map(text, listed))
        return CI_TYPES

    @cached_property
    def levels(self) -> Mapping[str, Any]:
        """Return how bad rules about items are here, as far as the configuration says it."""
        for config in self.configs:
            levels = mapping(mapping(config.spec.get("cmdb")).get("levels"))
            return {rule: level for rule, level in levels.items() if level in LEVELS}
        return {}

    @cached_property
    def timezone(self) -> str:
        """Return the zone of the team's wall clock.

        It is UTC if it is missing or not the name of a zone.
        """
        from changeflow.model.zones import zone_names

        for config in self.configs:
            name = text(config.spec.get("timezone"))
            if name and name in zone_names():
                return name
        return "UTC"

    @cached_property
    def language(self) -> LanguageName:
        """Return the language of the repository; English if it names none that there is."""
        named = (text(config.spec.get("language")) for config in self.configs)
        for name in named:
            for known in LANGUAGES:
                if name == known:
                    return known
        return ENGLISH

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

    def person_hint(self, name: str) -> Told:
        """Return what to do about a person who is not in the roster."""
        if not self.rosters:
            return self._unread("policies/") or told("hint.no_roster")
        return self._unread("policies/") or meant(name, self.people) or told("hint.add_person")

    def name_hint(self, name: str) -> Told:
        """Return what to do about a name that is neither role nor person."""
        return meant(name, [*self.roles, *self.people]) or self.person_hint(name)

    def role_hint(self, name: str) -> Told:
        """Return what to do about a role that does not exist."""
        return self._unread("policies/") or meant(name, self.roles) or told("hint.add_role")

    def item_hint(self, name: str) -> Told:
        """Return what to do about an item that is not in the CMDB."""
        return self.items_hint() or meant(name, self.items) or told("hint.add_item")

    def items_hint(self) -> Told | None:
        """Return what to do when items are missing because a file could not be read."""
        return self._unread("cmdb/")

    def change_hint(self, name: str) -> Told:
        """Return what to do about a change that does not exist."""
        return meant(name, self.changes) or told("hint.write_change")

    def improvement_hint(self, name: str) -> Told:
        """Return what to do about an improvement that does not exist."""
        known = self._unread("improvements/") or meant(name, self.improvements)
        return known or told("hint.write_improvement")

    def _unread(self, folder: str) -> Told | None:
        for path in self.unread:
            if path.startswith(folder):
                return told("hint.unread", path=path)
        return None


def gather(
    documents: Iterable[Document],
    changes: frozenset[str],
    reviewed: frozenset[str],
    unread: tuple[str, ...],
    with_accounts: Collection[str] = (),
    sourced: ItemFacts | None = None,
) -> RepositoryFacts:
    """Gather the facts for rules from the documents of a repository, valid or not.

    A slip in one file must not make others look wrong.

    Args:
        documents: of the repository.
        changes: ids of the changes that there are.
        reviewed: ids of the changes that have a review.
        unread: paths that could not be read.
        with_accounts: names of the hosts on which people give opinions with their accounts.
        sourced: items that no document describes alone, because a source has them.
    """
    by_kind: dict[str, list[Document]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, []).append(document)
    people: dict[str, str] = {}
    roles: dict[str, tuple[str, ...]] = {}
    for roster in by_kind.get("Roster", ()):
        for name, person in mapping(roster.spec.get("people")).items():
            people[name] = text(mapping(person).get("kind")) or "human"
        for name, members in mapping(roster.spec.get("roles")).items():
            roles[name] = tuple(map(text, sequence(members)))
    return RepositoryFacts(
        items=_items(by_kind.get("ConfigurationItem", ()), sourced),
        people=people,
        roles=roles,
        models={document.id: document.spec for document in by_kind.get("ChangeModel", ())},
        changes=changes,
        reviewed=reviewed,
        improvements=[document.id for document in by_kind.get("Improvement", ())],
        unread=unread,
        configs=by_kind.get("Config", ()),
        rosters=by_kind.get("Roster", ()),
        policy_documents=by_kind.get("Policy", ()),
        calendar_documents=by_kind.get("Calendar", ()),
        with_accounts=with_accounts,
    )


def _items(documents: Iterable[Document], sourced: ItemFacts | None) -> Mapping[str, Item]:
    found = {document.id: _item(document) for document in documents}
    return sourced.with_others(found) if sourced is not None else found


def _has_key(person: dict[str, Any]) -> bool:
    return any(is_usable(text(line)) for line in sequence(person.get("keys")))


def _has_account(person: dict[str, Any]) -> bool:
    accounts = [person, *map(mapping, sequence(person.get("accounts")))]
    return any(type(account.get("github_id")) is int for account in accounts)


def _item(document: Document) -> Item:
    spec = document.spec
    return Item(
        type=text(spec.get("type")),
        status=text(spec.get("status")) or "live",
        environment=text(spec.get("environment")),
        criticality=text(spec.get("criticality")),
        owner=text(spec.get("owner")),
        is_named=bool(
            mapping(document.data.get("metadata")).get("name") or spec.get("description")
        ),
    )


# The defaults of `model.config`, which would cost an import of pydantic; a test keeps the two
# together.
CI_TYPES = (
    "service", "application", "database", "cache", "queue", "storage", "network", "server",
    "cluster", "device", "platform", "library", "external", "business-service", "component",
    "other",
)  # fmt: skip
