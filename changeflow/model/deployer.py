"""Who starts a deployment, and how that is known."""

from typing import Final, Literal

from changeflow.model.config import HostName
from changeflow.model.directory import Directory
from changeflow.model.document_parts import Record
from changeflow.model.people import Roster


class Deployer(Record):
    """The person or automation that starts a deployment.

    `source` says how the deployer is known. Empty: not at all. `stated`: by their own statement.
    `signed`: by their own statement, and a signature on the release by a key that the roster lists
    for them. The name of a host: by the account that this host names.

    `account` is the account's number, None if the host does not report it. `login` is only shown
    and never looked up: the account's login, or an unproven name that was stated. `person` is the
    person of the roster: as stated through a commit or key of theirs, or the one who lists the
    account.
    """

    source: Literal["", "stated", "signed"] | HostName = ""
    person: str | None = None
    account: int | None = None
    login: str = ""

    @property
    def named_by_host(self) -> bool:
        """Return whether a host identifies the deployer, by the number of an account."""
        return self.source not in ("", "stated", "signed")


NOBODY: Final = Deployer.model_construct()


def known_to(roster: Roster, deployer: Deployer) -> Deployer:
    """Return the deployer with the person of the roster who lists the account.

    Only the number says who it is, and only where exactly one person lists it (attacks A27, A79).
    """
    if not deployer.named_by_host:
        return deployer
    owner = Directory(roster.spec.people).owner_of_account(deployer.account)
    return deployer.model_copy(update={"person": owner})
