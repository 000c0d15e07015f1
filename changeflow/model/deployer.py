"""Who starts a deployment, and how that is known."""

from __future__ import annotations

from typing import Final, Literal

from changeflow.model.base import Record
from changeflow.model.config import HostName
from changeflow.model.directory import Directory
from changeflow.model.people import Roster


class Deployer(Record):
    """Whoever starts a deployment.

    `source` says how they are known: by nothing (empty), because they said so (`stated`), because
    they said so and sign the release with a key that the roster lists for them (`signed`), or
    because a host names their account (its name). `account` is its number, None where the host does
    not tell it; `login` is shown and never looked up: of the account, or the name that was stated
    and that nothing proves. `person` is of the roster: as stated by a commit or a key of theirs, or
    whoever lists the account.
    """

    source: Literal["", "stated", "signed"] | HostName = ""
    person: str | None = None
    account: int | None = None
    login: str = ""

    @property
    def named_by_host(self) -> bool:
        """Whether the host says who it is, by the number of an account."""
        return self.source not in ("", "stated", "signed")


NOBODY: Final = Deployer()


def known_to(roster: Roster, deployer: Deployer) -> Deployer:
    """The deployer with the person of the roster who lists the account.

    Only the number says who it is, and only where exactly one person lists it (attacks A27, A79).
    """
    if not deployer.named_by_host:
        return deployer
    owner = Directory(roster.spec.people).owner_of_account(deployer.account)
    return deployer.model_copy(update={"person": owner})
