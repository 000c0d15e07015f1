"""The rows of the register that were computed before, each with the time in which it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from changeflow.gate_cases.endings import ConcernedEnding
from changeflow.gate_cases.register_rows import RegisteredChange
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import Ending, ListedChange
from changeflow.model.clock import Clock
from changeflow.model.document_parts import Instant, Record
from changeflow.model.holds import Hold
from changeflow.model.phrases import Told
from changeflow.model.watched_time import Holding, unnoted
from changeflow.reading.repository_memory import RepositoryMemory
from changeflow.reading.view import View

_KIND: Final = "register"


@dataclass(frozen=True)
class Found:
    """What was found in a repository for its register.

    Attributes:
        rows: in the order in which they were made.
        unreadable: changes whose request cannot be read.
        problems: what is wrong with the ledger, as sentences.
        elsewhere: see `register.Register`.
        fixed: what implemented changes say that they fix.
        holds: all on record.
    """

    rows: tuple[RegisteredChange, ...]
    unreadable: tuple[str, ...]
    problems: tuple[str | Told, ...]
    elsewhere: Mapping[tuple[str, str], str]
    fixed: frozenset[str]
    holds: tuple[Hold, ...]


class _Ending(Record):
    ending: Ending
    people: tuple[str, ...]


class _Row(Record):
    row: ListedChange
    moment: Instant
    approvers: tuple[str, ...]
    ending: tuple[_Ending, ...]
    since: Instant
    until: Instant


class _Register(Record):
    rows: tuple[_Row, ...]
    unreadable: tuple[str, ...]
    problems: tuple[str | Told, ...]
    elsewhere: tuple[tuple[str, str, str], ...]
    fixed: tuple[str, ...]
    holds: tuple[Hold, ...]


class RegisterMemory:
    """The memory of a register.

    Args:
        view: what it is made from.
        memory: of the question.
    """

    def __init__(self, view: View, memory: RepositoryMemory) -> None:
        self._view, self._memory = view, memory

    @classmethod
    def of(cls, view: View, clock: Clock, *, everywhere: bool) -> RegisterMemory | None:
        """Return the memory of the register; None where nothing is remembered.

        Rows by the machine's clock are none by one that is fixed: then both count.
        """
        states = (view.base.label, view.base.commit, view.head.label, view.head.commit)
        is_fixed = unnoted(clock.now) != unnoted(clock.real)
        asked = tuple(map(repr, (*states, view.head is view.base, everywhere, is_fixed)))
        memory = RepositoryMemory.of(view.git, _KIND, asked)
        return cls(view, memory) if memory is not None else None

    def recall(self) -> Found | None:
        """Return what was found before, whether its rows still hold or not."""
        found = self._memory.recall()
        if found is None:
            return None
        try:
            plain = _Register.model_validate_json(found.data)
        except ValidationError:
            return None
        return Found(
            tuple(map(_from_plain, plain.rows)),
            plain.unreadable,
            plain.problems,
            {(change, at): revision for change, at, revision in plain.elsewhere},
            frozenset(plain.fixed),
            plain.holds,
        )

    def keep(self, found: Found) -> None:
        """Keep what was found."""
        elsewhere = tuple((*where, revision) for where, revision in found.elsewhere.items())
        plain = _Register(
            rows=tuple(map(_as_plain, found.rows)),
            unreadable=found.unreadable,
            problems=found.problems,
            elsewhere=elsewhere,
            fixed=tuple(sorted(found.fixed)),
            holds=found.holds,
        )
        self._memory.keep({}, plain.model_dump_json(by_alias=True).encode(), self._view)


def _as_plain(one: RegisteredChange) -> _Row:
    ending = [_Ending(ending=end.ending, people=tuple(sorted(end.people))) for end in one.ending]
    return _Row(
        row=one.row,
        moment=one.moment,
        approvers=tuple(sorted(one.approvers)),
        ending=tuple(ending),
        since=one.during.since,
        until=one.during.until,
    )


def _from_plain(one: _Row) -> RegisteredChange:
    ending = tuple(ConcernedEnding(end.ending, frozenset(end.people)) for end in one.ending)
    during = Holding(one.since, one.until)
    return RegisteredChange(one.row, one.moment, frozenset(one.approvers), ending, during)


def row_as_json(one: RegisteredChange) -> str:
    """Return a row as text, with the time in which it holds."""
    return _as_plain(one).model_dump_json(by_alias=True)


def row_of_json(text: str) -> RegisteredChange | None:
    """Return the row of a text; None where the text is none."""
    try:
        return _from_plain(_Row.model_validate_json(text))
    except ValidationError:
        return None
