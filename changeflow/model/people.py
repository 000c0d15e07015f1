"""The roster: people, their keys and accounts, roles and delegations."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from changeflow.model.base import Envelope, Instant, Metadata, PersonId, Prose, Record, RoleId, Text

KEY_PATTERN: Final = r"^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [^\s]+( [^\n]*)?$(?!\n)"
KEY_LENGTH: Final = 4_096
EMAIL_PATTERN: Final = r"^[^@\s]+@[^@\s]+$(?!\n)"
EMAIL_LENGTH: Final = 254

SshKey = Annotated[str, Field(pattern=KEY_PATTERN, max_length=KEY_LENGTH)]
Email = Annotated[str, Field(pattern=EMAIL_PATTERN, max_length=EMAIL_LENGTH)]


class Person(Record):
    """Somebody, or an automation. Agents act, they never count as approvers."""

    name: Text | None = None
    kind: Literal["human", "agent"] = "human"
    emails: tuple[Email, ...] = ()
    github: Text | None = None
    github_id: Annotated[int, Field(ge=1)] | None = None
    keys: tuple[SshKey, ...] = ()


class Delegation(Record):
    """`to` may fill the seats of `from` in these roles, from `start` until before `end`."""

    from_: PersonId = Field(alias="from")
    to: PersonId
    roles: Annotated[tuple[RoleId, ...], Field(min_length=1)]
    start: Instant
    end: Instant
    reason: Prose | None = None


class RosterSpec(Record):
    """Who there is and who may do what."""

    people: dict[PersonId, Person]
    roles: dict[RoleId, tuple[PersonId, ...]] = {}
    delegations: tuple[Delegation, ...] = ()


class Roster(Envelope[Metadata, RosterSpec]):
    """`policies/roster.yaml`: who may do what, versioned and reviewed like everything else."""

    kind: Literal["Roster"]

    def is_human(self, person: str) -> bool:
        """Whether the roster knows this person and it is no automation."""
        known = self.spec.people.get(person)
        return known is not None and known.kind == "human"

    def members(self, name: str) -> tuple[str, ...]:
        """People behind a name: the members of a role, or the person of that name. Empty when there is neither."""
        if name in self.spec.roles:
            return self.spec.roles[name]
        return (name,) if name in self.spec.people else ()
