"""The directory of a roster: whose account, and whose e-mail address, something is.

Whose key it is, `ledger.keyring` says.

Two questions are kept apart. What grants something (an approval, a deployment) must come from
exactly one person: `owner_of_account`. What excludes somebody (a contribution) counts for everybody
it may belong to: `owners_of_account`, `owners_of_address`.
"""

from __future__ import annotations

from collections.abc import Mapping

from changeflow.model.addresses import account_of
from changeflow.model.people import Person


class Directory:
    """People by account and by address.

    Args:
        people: of a roster.
    """

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._accounts: dict[int, set[str]] = {}
        self._noreply: dict[int, set[str]] = {}
        self._addresses: dict[str, set[str]] = {}
        self._logins: dict[str, tuple[str, int | None]] = {}
        for name, person in people.items():
            self._add(name, person)

    def _add(self, name: str, person: Person) -> None:
        for number in person.github_ids:
            self._accounts.setdefault(number, set()).add(name)
        for login, listed in person.logins:
            self._logins[login.casefold()] = (name, listed)
        for address in person.emails:
            self._addresses.setdefault(address.casefold(), set()).add(name)
            account = account_of(address)
            if account is not None:
                self._noreply.setdefault(account, set()).add(name)

    @property
    def shares_an_account(self) -> bool:
        """Whether two people list the same account: a mistake of the roster that nothing may be built on."""
        return any(len(names) > 1 for names in self._accounts.values())

    def owners_of_account(self, number: int | None) -> frozenset[str]:
        """People who list an account by its number."""
        return frozenset() if number is None else frozenset(self._accounts.get(number, ()))

    def owner_of_account(self, number: int | None) -> str | None:
        """The one person who lists an account; None where it is listed by none, or by two."""
        owners = self.owners_of_account(number)
        return next(iter(owners)) if len(owners) == 1 else None

    def listed_login(self, login: str) -> tuple[str | None, int | None]:
        """The person for whom the roster lists a login, and the number beside it.

        A login changes hands, so this proves nothing.
        """
        return self._logins.get(login.casefold(), (None, None))

    def owners_of_address(self, address: str) -> frozenset[str]:
        """People who list an address, in any case of its letters, or the account it belongs to.

        More than one is a mistake of the roster.
        """
        number = account_of(address)
        owners = self.owners_of_account(number) | self._addresses.get(address.casefold(), set())
        return owners if number is None else owners | self._noreply.get(number, set())
