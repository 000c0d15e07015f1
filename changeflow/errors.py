"""The error tree: what went wrong, what to do next, and the exit code a script sees.

Everything the program knows how to say raises one of these. `cli.main` is the one door that turns
them into a message on stderr and an exit code; anything else that escapes is a bug (70).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

OK: Final = 0
# errors found, gate shut, release refused or rolled back
NO: Final = 1
USAGE: Final = 2
# no such change, no documents
NOTHING: Final = 3
# a document, policy or ledger entry that cannot be read
UNREADABLE: Final = 4
# git, network or code host
HOST_FAILED: Final = 5
BUG: Final = 70
INTERRUPTED: Final = 130


class ChangeflowError(Exception):
    """A failure with a sentence for people.

    Args:
        message: what happened, naming the file, change or person.
        hint: what to do next; empty when there is nothing sensible to advise.

    Attributes:
        others: what else is wrong, to be said with it. The exit code is that of the first.
    """

    exit_code: int = BUG
    others: tuple[ChangeflowError, ...] = ()

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Refused(ChangeflowError):
    """The answer is no: a gate is shut, a person may not do this."""

    exit_code = NO


class CannotSign(Refused):
    """A key did not sign.

    It may the next time: an agent was gone, a touch was missed, a passphrase mistyped.
    """


class UsageError(ChangeflowError):
    """The call itself is wrong."""

    exit_code = USAGE


class NothingToDo(ChangeflowError):
    """There is no such change, item or document."""

    exit_code = NOTHING


class Unreadable(ChangeflowError):
    """A document, policy or ledger entry cannot be read, so nothing may be concluded from it."""

    exit_code = UNREADABLE


class HostFailed(ChangeflowError):
    """git, the network or the code host failed."""

    exit_code = HOST_FAILED


class Interrupted(HostFailed):
    """The user asked to end, and what was under way was ended."""

    exit_code = INTERRUPTED


class CannotJudge(HostFailed):
    """What has to judge, such as ssh-keygen, did not work here.

    That is neither a yes nor a no, on any way.
    """


class LostRace(HostFailed):
    """Somebody else appended to the ledger first: re-read, decide again, then append."""


def require_all(conditions: Iterable[Callable[[], object]]) -> None:
    """Call functions that refuse what is wrong, so that everything wrong is said at once.

    Raises:
        ChangeflowError: what the first refusal was, with the others beside it.
    """
    found: list[ChangeflowError] = []
    for refuse in conditions:
        try:
            refuse()
        except ChangeflowError as error:
            found.append(error)
    if found:
        first, *rest = found
        first.others = tuple(rest)
        raise first
