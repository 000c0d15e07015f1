"""Who starts a deployment, and how that is known."""

from __future__ import annotations

from typing import Final, Literal

from changeflow.model.base import Record
from changeflow.model.directory import Directory
from changeflow.model.people import Roster


class Deployer(Record):
    """Whoever starts a deployment.

    `source` says how they are known: by nothing (empty), because they said so (`stated`), because
    they said so and sign the release with a key that the roster lists for them (`signed`), or
    because GitHub names their account (`github`). `account` is its number, None where GitHub does
    not tell it; `login` is shown and never looked up: of the account, or the name that was stated
    and that nothing proves. `person` is of the roster: as stated by a commit or a key of theirs, or
    whoever lists the account.
    """

    source: Literal["", "stated", "signed", "github"] = ""
    person: str | None = None
    account: int | None = None
    login: str = ""


NOBODY: Final = Deployer()


def known_to(roster: Roster, deployer: Deployer) -> Deployer:
    """The deployer with the person of the roster who lists the account.

    Only the number says who it is, and only where exactly one person lists it (attacks A27, A79).
    """
    if deployer.source != "github":
        return deployer
    owner = Directory(roster.spec.people).owner_of_account(deployer.account)
    return deployer.model_copy(update={"person": owner})
