"""Directory of a roster: the owners of accounts and e-mail addresses.

Owners of keys are found by `ledger.keyring`.

Two questions are kept apart. A grant (an approval, a deployment) must come from exactly one person:
`owner_of_account`. An exclusion (of a contributor) applies to all people to whom the contribution
may belong: `owners_of_account`, `owners_of_address`.
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
            self._add_person(name, person)

    def _add_person(self, name: str, person: Person) -> None:
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
        """Return whether two people list the same account, a mistake that nothing may rest on."""
        return any(len(names) > 1 for names in self._accounts.values())

    def owners_of_account(self, number: int | None) -> frozenset[str]:
        """Return the people who list an account by its number."""
        if number is None:
            return frozenset()
        return frozenset(self._accounts.get(number, ()))

    def owner_of_account(self, number: int | None) -> str | None:
        """Return the one person who lists an account, or None if no one or several do."""
        owners = self.owners_of_account(number)
        if len(owners) != 1:
            return None
        (owner,) = owners
        return owner

    def listed_login(self, login: str) -> tuple[str | None, int | None]:
        """Return the person for whom the roster lists a login, and the number beside it.

        A login may get a new owner, so this proves nothing.
        """
        return self._logins.get(login.casefold(), (None, None))

    def owners_of_address(self, address: str) -> frozenset[str]:
        """Return the people who list an address, or the account that the address belongs to.

        The case of letters makes no difference.

        More than one is a mistake of the roster.
        """
        number = account_of(address)
        owners = self.owners_of_account(number) | self._addresses.get(address.casefold(), set())
        if number is not None:
            owners |= self._noreply.get(number, set())
        return owners
