"""The roster: people, their keys and accounts, roles and delegations."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from changeflow.model.document_parts import (
    Envelope,
    Instant,
    Metadata,
    PersonId,
    Prose,
    Record,
    RoleId,
    Text,
)
from changeflow.model.phrases import Told, meant
from changeflow.model.sshkeys import is_usable

KEY_PATTERN: Final = r"^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [^\s]+( [^\n]*)?$(?!\n)"
KEY_LENGTH: Final = 4_096
EMAIL_PATTERN: Final = r"^[^@\s]+@[^@\s]+$(?!\n)"
EMAIL_LENGTH: Final = 254

SshKey = Annotated[str, Field(pattern=KEY_PATTERN, max_length=KEY_LENGTH)]
Email = Annotated[str, Field(pattern=EMAIL_PATTERN, max_length=EMAIL_LENGTH)]


class Account(Record):
    """A further account on GitHub. Its number counts, because a login may get a new owner."""

    github_id: Annotated[int, Field(ge=1)]
    github: Text | None = None


class Person(Record):
    """A person, or an automation. Agents act, they never count as approvers.

    Whatever `accounts` lists beside the first account is the same person: one principal, one
    opinion, one seat.
    """

    name: Text | None = None
    kind: Literal["human", "agent"] = "human"
    emails: tuple[Email, ...] = ()
    github: Text | None = None
    github_id: Annotated[int, Field(ge=1)] | None = None
    accounts: tuple[Account, ...] = ()
    keys: tuple[SshKey, ...] = ()

    @property
    def github_ids(self) -> tuple[int, ...]:
        """Return the numbers of all accounts, the first one first."""
        further = tuple(account.github_id for account in self.accounts)
        if self.github_id is None:
            return further
        return (self.github_id, *further)

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """Return the keys that can verify a signature; a damaged line or a certificate is none."""
        return tuple(filter(is_usable, self.keys))

    @property
    def logins(self) -> Iterator[tuple[str, int | None]]:
        """Yield the listed logins, each with the account's number (None if it is not listed)."""
        if self.github is not None:
            yield self.github, self.github_id
        for account in self.accounts:
            if account.github is not None:
                yield account.github, account.github_id


class Delegation(Record):
    """`to` may fill the seats of `from` in these roles, from `start` until before `end`."""

    from_: PersonId = Field(alias="from")
    to: PersonId
    roles: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    start: Instant
    end: Instant
    reason: Prose | None = None


class RoleHistory(Record):
    """Since when people hold roles, as the main branch tells.

    `since[role][person]` is when a person came to a role, for those who did after `known_from`.
    A person who holds a role and is not listed had it then already. A person's own name counts as
    a role.
    """

    known_from: Instant
    since: dict[RoleId, dict[PersonId, Instant]] = {}

    def held_since(self, role: str, person: str) -> datetime:
        """Return when the person came to the role, or since when they are known to hold it."""
        return self.since.get(role, {}).get(person, self.known_from)


class RosterSpec(Record):
    """The people, their roles and their delegations.

    `role_names` are what people call the roles. A role without a name is shown by its id.
    `role_duties` say what each answers for.
    """

    people: dict[PersonId, Person]
    roles: dict[RoleId, tuple[PersonId, ...]] = {}
    role_names: dict[RoleId, Text] = {}
    role_duties: dict[RoleId, Prose] = {}
    delegations: tuple[Delegation, ...] = ()


class Roster(Envelope):
    """`policies/roster.yaml`: who may do what, versioned and reviewed like everything else."""

    kind: Literal["Roster"]
    metadata: Metadata
    spec: RosterSpec

    def is_human(self, person: str) -> bool:
        """Return whether the roster lists this person as a human."""
        known = self.spec.people.get(person)
        return known is not None and known.kind == "human"

    def meant(self, name: str, option: str = "") -> Told | None:
        """Return "did you mean `ID`?" for a person's name, or for an id that is misspelt."""
        ids = sorted(self.spec.people)
        called = [one for one in ids if self.spec.people[one].name == name]
        return meant(called[0] if len(called) == 1 else name, ids, option=option)

    def members(self, name: str) -> tuple[str, ...]:
        """Return the people behind a name: the members of a role, or the person of that name.

        Empty when there is neither.
        """
        if name in self.spec.roles:
            return self.spec.roles[name]
        if name in self.spec.people:
            return (name,)
        return ()
