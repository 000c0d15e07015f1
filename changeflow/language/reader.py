"""Who a sentence is made for: language, time zone, and the names that are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import tzinfo
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.languages import ENGLISH, LanguageName


@dataclass(frozen=True)
class Names:
    """What people call what has an id. What is not listed is shown by its id alone."""

    people: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    environments: Mapping[str, str] = field(default_factory=dict)


IDS: Final = Names()


@dataclass(frozen=True)
class Reader:
    """The reader of a sentence.

    Attributes:
        language: of the sentence.
        zone: in which times are shown; None: as RFC 3339 in UTC.
        names: of people, roles, items and environments.
    """

    language: LanguageName = ENGLISH
    zone: tzinfo | None = None
    names: Names = IDS

    @property
    def exact(self) -> bool:
        """Return whether values are shown as they are stored: the reader is a program."""
        return self.zone is None

    def painted(self, word: str, said: str) -> str:  # noqa: ARG002 - a terminal has colours
        """Return what a word of the data is called, with the colour that it has for the reader."""
        return said

    def unpainted(self, said: str) -> str:
        """Return a text without colours."""
        return said


# The reader of everything that is recorded or part of a JSON answer.
MACHINE: Final = Reader()
