"""How an answer is shown to its reader: language, time zone, names, width and colour.

It is made once for each command (`cli.presenting`). Formats for programs take none: JSON, CSV and
iCalendar are the same for every reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from changeflow.language.formats import FORMATS, time_text
from changeflow.language.reader import Names, Reader
from changeflow.language.sentences import say
from changeflow.lazy_dataclass import dataclass
from changeflow.model.languages import LanguageName
from changeflow.render.labels import names_in

if TYPE_CHECKING:
    from changeflow.reading.rulebook import Rulebook

T = TypeVar("T")


@dataclass(frozen=True)
class Presentation(Reader):
    """The reader of an answer, and where they read it.

    Attributes:
        width: cells of a line; None: lines are not broken.
        colour: whether words have the colours of `render.colours`.
        verbose: whether ids and codes are asked for.
    """

    width: int | None = None
    colour: bool = False
    verbose: bool = False

    @property
    def shows_codes(self) -> bool:
        """Return whether reason codes and ids of rules stand beside sentences.

        They do where it is asked for, and where no terminal is: there a script may look for them.
        """
        return self.verbose or self.width is None

    def painted(self, word: str, said: str) -> str:
        """Return a text in the colour of a word of the data; the text itself says it, too."""
        if not self.colour:
            return said
        from changeflow.render.colours import painted

        return painted(word, said)

    def unpainted(self, said: str) -> str:
        """Return a text without colours."""
        if not self.colour:
            return said
        from changeflow.render.table import unpainted

        return unpainted(said)

    def says(self, key: str, **data: Any) -> str:
        """Return the sentence of a key of the catalogue."""
        return say(key, data, self).text

    def headings(self, key: str, cases: Iterable[str]) -> tuple[str, ...]:
        """Return the headings of the columns of a table: cases of one sentence."""
        return tuple(self.says(key, case=case) for case in cases)

    def shows(self, format_: str, value: Any) -> str:
        """Return a value in a format of `language.formats`: an owner, a role, an environment."""
        return FORMATS[format_](value, self)

    def time(self, value: datetime, *, seconds: bool = True) -> str:
        """Return an instant by the reader's clock; seconds only where they are not 0."""
        return time_text(value, self, seconds=seconds)


# English, RFC 3339 in UTC, ids.
MACHINE: Final = Presentation()


def for_programs(render: Callable[[T], str]) -> Callable[[T, Presentation], str]:
    """Return a renderer that shows every reader the same."""

    def shown(answer: T, _: Presentation) -> str:
        return render(answer)

    return shown


def presentation_of(rulebook: Rulebook, language: LanguageName | None = None) -> Presentation:
    """Return how answers are shown to everybody who reads what a repository publishes.

    Args:
        rulebook: with language, zone and names.
        language: that was asked for; None: that of the rulebook.
    """
    config = rulebook.config
    return Presentation(language or config.language, config.zone, names_of(rulebook))


def fitted(render: Callable[[T, Presentation], str]) -> Callable[[T, Presentation], str]:
    """Return a renderer whose long lines are broken at words, where it is read at a terminal."""

    def shown(answer: T, to: Presentation) -> str:
        text = render(answer, to)
        if to.width is None:
            return text
        from changeflow.render.table import folded

        return folded(text, to.width)

    return shown


def names_of(rulebook: Rulebook) -> Names:
    """Return the names of people, roles, items and environments in a rulebook."""
    roster = rulebook.roster.spec
    people: Mapping[str, str | None]
    people = {who: person.name for who, person in roster.people.items()}
    return Names(
        people=_given(people),
        roles=roster.role_names,
        items=names_in(rulebook.graph),
        environments=rulebook.config.environment_names,
    )


def _given(names: Mapping[str, str | None]) -> dict[str, str]:
    return {identifier: name for identifier, name in names.items() if name}
