"""Papers about a repository that were made before, with the time in which they hold.

A paper is kept as its answer, without when it was made. It holds while nothing changed that it may
depend on (`reading.repository_memory`), and while no moment has come at which a change that it tells
of stands otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from pydantic import ValidationError

from changeflow.model.answers.report import Paper
from changeflow.model.watched_time import Holding, unnoted
from changeflow.reading.repository_memory import RepositoryMemory

if TYPE_CHECKING:
    from changeflow.model.clock import Clock
    from changeflow.reading.view import View

P = TypeVar("P", bound=Paper)

_KIND: Final = "papers"


class PaperMemory(Generic[P]):
    """The memory of a paper.

    Args:
        kind: of paper.
        view: what it is made from.
        memory: of the question.
    """

    def __init__(self, kind: type[P], view: View, memory: RepositoryMemory) -> None:
        self._kind, self._view, self._memory = kind, view, memory

    @classmethod
    def of(
        cls, kind: type[P], view: View, clock: Clock, asked: Sequence[str]
    ) -> PaperMemory[P] | None:
        """Return the memory of a paper about a view's base; None where nothing is remembered.

        A paper by the machine's clock is none by one that is fixed.

        Args:
            kind: of paper.
            view: whose base it is about.
            clock: the time.
            asked: what it depends on beside the repository and the time.
        """
        is_fixed = unnoted(clock.now) != unnoted(clock.real)
        whole = (kind.__name__, view.base.label, view.base.commit, is_fixed, *asked)
        memory = RepositoryMemory.of(view.git, _KIND, tuple(map(repr, whole)))
        return cls(kind, view, memory) if memory is not None else None

    def recall(self, now: datetime) -> P | None:
        """Return the paper as if it had been made at a moment; None where none holds."""
        found = self._memory.recall()
        if found is None:
            return None
        if not Holding.of_texts(found.facts["during"]).has(now):
            return None
        try:
            paper = self._kind.model_validate_json(found.data)
        except ValidationError:
            return None
        return paper.model_copy(update={"made": now})

    def keep(self, paper: P, during: Holding) -> None:
        """Keep a paper.

        One that tells of a ledger that does not hold is not kept: its words are not part of it.
        """
        if paper.ledger_problem or paper.told:
            return
        facts = {"during": during.as_texts()}
        self._memory.keep(facts, paper.model_dump_json(by_alias=True).encode(), self._view)
