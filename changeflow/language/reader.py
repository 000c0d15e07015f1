"""Who a sentence is made for: language, time zone, and the names that are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

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


# The reader of everything that is recorded or part of a JSON answer.
MACHINE: Final = Reader()
