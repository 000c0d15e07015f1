"""The error tree: what went wrong, what to do next, and the exit code a script sees.

Everything the program knows how to say raises one of these. `cli.main` is the one door that turns
them into a message on stderr and an exit code; anything else that escapes is a bug (70).
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from changeflow.language.reader import Reader
    from changeflow.language.sentences import Said
    from changeflow.model.phrases import Told


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

# a full or broken disk, too many open files
_MACHINE: Final = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENFILE, errno.EMFILE,
})  # fmt: skip


class ChangeflowError(Exception):
    """A failure with a sentence for people, and a hint that says what to do next.

    It is raised with a code of the catalogue, `UsageError.of("option.period", since=...)`. The
    sentences are made when they are read: `message` and `hint` in English, for logs and JSON
    answers, `said` for a reader.

    Args:
        what: a sentence as data, or text that is no sentence of ours.
        hint: to a text; empty when there is nothing sensible to advise.

    Attributes:
        others: what else is wrong, to be said with it. The exit code is that of the first.
    """

    exit_code: int = BUG
    others: tuple[ChangeflowError, ...] = ()

    def __init__(self, what: str | Told, hint: str = "") -> None:
        super().__init__(what)
        self._what = what
        self._hint = hint
        self._cleaned: tuple[Callable[[str], str], ...] = ()

    @classmethod
    def of(cls, code: str, /, **data: Any) -> Self:
        """Return the failure of a code.

        Args:
            code: of the catalogue, with a sentence and perhaps a hint.
            data: what the sentence names. `case` chooses among the sentences of the code; `hint` is
                a hint of its own, as data, or several.
        """
        return cls({"code": code, **data})

    @property
    def code(self) -> str:
        """Return the code of the sentence; empty where the failure is text."""
        return "" if isinstance(self._what, str) else self._what["code"]

    @property
    def told(self) -> str | Told:
        """Return the sentence as data, for a sentence that quotes it. Cleaned, it is text."""
        return self.message if self._cleaned else self._what

    @property
    def message(self) -> str:
        """Return what happened, in English."""
        return self._in_english().text

    @property
    def hint(self) -> str:
        """Return what to do next, in English; empty when there is nothing sensible to advise."""
        return self._in_english().hint

    def said(self, reader: Reader) -> Said:
        """Return what happened and what to do next, for a reader."""
        # only where a failure is read
        from changeflow.language.sentences import said_of

        found = said_of(self._what, reader, self._hint)
        for clean in self._cleaned:
            found = found._replace(text=clean(found.text), hint=clean(found.hint))
        return found

    def clean(self, clean: Callable[[str], str]) -> None:
        """Pass sentence and hint through a function, in every language: it hides what is secret."""
        self._cleaned = (*self._cleaned, clean)
        self.args = ()

    def advise(self, *hints: str | Told) -> None:
        """Replace the hint, where it is known only later what to do."""
        if isinstance(self._what, str):
            self._what = {"code": "failure.text", "text": self._what}
        self._what = {**self._what, "hint": list(hints)}

    def __str__(self) -> str:
        """Return what happened, in English."""
        return self.message

    def _in_english(self) -> Said:
        from changeflow.language.reader import MACHINE

        return self.said(MACHINE)


def refusal(error: OSError) -> dict[str, Any]:
    """Return what the operating system said, for a field of the format `system`."""
    return {"number": error.errno, "text": error.strerror or str(error)}


def unwritten(code: str, error: OSError, **data: Any) -> HostFailed | UsageError:
    """Return the failure of a file that could not be written, under a code of the catalogue.

    It is the machine's where another place on it would hardly be better, such as on a full disk,
    and else that of the call, which named the place.
    """
    kind = HostFailed if error.errno in _MACHINE else UsageError
    return kind.of(code, why=refusal(error), **data)


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
