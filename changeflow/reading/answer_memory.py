"""Answers that were given before, as they were written: equal questions about an equal repository.

An answer says for how long it holds (`model.watched_time`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.watched_time import Holding
from changeflow.reading.repository_memory import RepositoryMemory
from changeflow.repo.git import Git

if TYPE_CHECKING:
    from changeflow.reading.view import View

_KIND: Final = "answers"


@dataclass(frozen=True)
class Answer:
    """An answer as it is written.

    Attributes:
        text: for stdout.
        told: the lines for stderr.
        as_file: whether its line ends are its own.
    """

    text: str
    told: tuple[str, ...] = ()
    as_file: bool = False


class AnswerMemory:
    """The memory of the answer to one question.

    Args:
        memory: of the question.
    """

    def __init__(self, memory: RepositoryMemory) -> None:
        self._memory = memory

    @classmethod
    def of(cls, git: Git, asked: Sequence[str]) -> AnswerMemory | None:
        """Return the memory of a question; None where nothing is remembered."""
        memory = RepositoryMemory.of(git, _KIND, asked)
        return cls(memory) if memory is not None else None

    def recall(self, now: datetime) -> Answer | None:
        """Return the answer, if it was given before and holds."""
        found = self._memory.recall()
        if found is None:
            return None
        if not Holding.of_texts(found.facts["during"]).has(now):
            return None
        text = found.data.decode("utf-8", "surrogatepass")
        return Answer(text, tuple(found.facts["told"]), found.facts["as_file"])

    def keep(self, answer: Answer, during: Holding, view: View) -> None:
        """Keep an answer.

        Args:
            answer: as it was given.
            during: the time in which it holds.
            view: what it was made from.
        """
        facts = {
            "during": during.as_texts(),
            "told": answer.told,
            "as_file": answer.as_file,
        }
        self._memory.keep(facts, answer.text.encode("utf-8", "surrogatepass"), view)
