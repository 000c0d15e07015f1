"""Makes the presentation of an answer: from the configuration, the command line and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

import click

from changeflow.cli.terminal import colour_wanted, shows_or_colours, tell, terminal_width

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from changeflow.cli.context import Invocation
    from changeflow.language.reader import Names
    from changeflow.model.config import ConfigSpec
    from changeflow.model.languages import LanguageName
    from changeflow.model.phrases import Told
    from changeflow.reading.impact_memory import KnownConfig
    from changeflow.reading.state import State
    from changeflow.reading.view import View
    from changeflow.render.presentation import Presentation


def presented(invocation: Invocation, view: View) -> Presentation:
    """Return how answers about a view are shown: with the names of its base."""
    from changeflow.render.presentation import names_of

    rulebook = view.base.rulebook
    return presented_by(invocation, rulebook.config, names_of(rulebook))


def presented_at(invocation: Invocation, state: State) -> Presentation:
    """Return how answers about one place are shown: with the names that stand there."""
    from changeflow.render.presentation import names_of

    rulebook = state.rulebook
    return presented_by(invocation, rulebook.config, names_of(rulebook))


def presented_by(
    invocation: Invocation, config: ConfigSpec | KnownConfig, names: Names | None = None
) -> Presentation:
    """Return how answers are shown with a configuration.

    Args:
        invocation: whose `--lang` comes before the configuration's language.
        config: language and time zone.
        names: of people and items; None: ids stand alone.
    """
    from changeflow.language.reader import IDS

    language = invocation.language or config.language
    return _presentation(invocation, language, config.zone, names or IDS)


def presented_anywhere(invocation: Invocation, zone: tzinfo) -> Presentation:
    """Return how answers are shown where there is no repository: by ids, in a given zone."""
    from changeflow.language.reader import IDS
    from changeflow.model.languages import ENGLISH

    return _presentation(invocation, invocation.language or ENGLISH, zone, IDS)


def zone_of(to: Presentation) -> ZoneInfo:
    """Return the zone whose days and hours count for a reader: UTC where none is known."""
    # Most answers need no zones.
    from zoneinfo import ZoneInfo

    return to.zone if isinstance(to.zone, ZoneInfo) else ZoneInfo("UTC")


def _presentation(
    invocation: Invocation, language: LanguageName, zone: tzinfo, names: Names
) -> Presentation:
    from changeflow.render.presentation import Presentation

    read = _is_read_here()
    return Presentation(
        language=language,
        zone=zone,
        names=names,
        width=terminal_width() if read else None,
        verbose=invocation.verbose,
        colour=read and colour_wanted(),
    )


def at_terminal(invocation: Invocation, language: LanguageName) -> Presentation | None:
    """Return how findings are shown at a terminal.

    None where the answer goes elsewhere.
    """
    if not _is_read_here() or not shows_or_colours():
        return None
    from changeflow.language.reader import IDS

    return _presentation(invocation, language, UTC, IDS)


def _is_read_here() -> bool:
    """Return whether the answer is text; all other formats are the same wherever they go."""
    context = click.get_current_context(silent=True)
    return context is None or context.params.get("format_", "text") == "text"


def warn_of_ledger(problems: Sequence[str | Told], to: Presentation) -> None:
    """Warn that the ledger does not hold, where it does not: what it says counts no more."""
    if problems:
        tell(to.says("list.broken_ledger", problem=problems[0]))
        tell(to.says("list.verify"))


def warn_of_notices(view: View, now: datetime, to: Presentation) -> None:
    """Warn that people could not be told of changes, where they could not."""
    if not view.base.config.notify.channels:
        return
    from changeflow.cli.telling import tell_sentence
    from changeflow.usecases.notify.failing import failing_channels

    found = failing_channels(view, now)
    if found is not None:
        why = to.says("notify.why", case=found.why)
        said = {"count": found.messages, "channels": list(found.channels), "why": why}
        tell_sentence("warning", "notify.failing", to, **said)
