"""The period that `--from` and `--to` name: one way for all commands that have both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from changeflow import errors
from changeflow.cli.context import moment

if TYPE_CHECKING:
    from changeflow.language.reader import Reader
    from changeflow.language.typed_periods import TypedPeriod


class FromTo(NamedTuple):
    """What `--from` and `--to` name, half-open.

    Attributes:
        start: the first moment; None: not given.
        end: the first moment after it; None: not given.
    """

    start: datetime | None
    end: datetime | None


def from_to(since: str | None, until: str | None, now: datetime, reader: Reader) -> FromTo:
    """Return the moments that were typed after `--from` and `--to`.

    Either may be the name of a period, such as `2026-Q4`: `--from` begins with it and `--to` ends
    with it. After `--from` alone it is that period. How it was understood is said on stderr.

    Args:
        since: what was typed after `--from`; None: nothing.
        until: what was typed after `--to`; None: nothing. `+2w` counts from the start.
        now: the time of the command.
        reader: whose clocks are meant.

    Raises:
        errors.UsageError: when it is no moment and no period, or may be several.
    """
    first = _named(since, "--from", now, reader)
    last = _named(until, "--to", now, reader)
    start = moment(since, "--from", now, reader) if first is None else first.start
    end = moment(until, "--to", now, reader, since=start) if last is None else last.end
    if first is not None and until is None:
        _tell("option.understood_period", "--from", reader, since=first.start, until=first.end)
        return FromTo(first.start, first.end)
    if first is not None:
        _tell("option.understood", "--from", reader, moment=first.start)
    if last is not None:
        _tell("option.understood", "--to", reader, moment=last.end)
    return FromTo(start, end)


def _named(text: str | None, option: str, now: datetime, reader: Reader) -> TypedPeriod | None:
    if text is None:
        return None
    from changeflow.language.typed_days import UnclearTimeError
    from changeflow.language.typed_periods import typed_period

    try:
        return typed_period(text, now, reader.zone or UTC)
    except UnclearTimeError as error:
        raise errors.UsageError.of("option.moment", option=option, why=error.told) from error


def _tell(code: str, option: str, reader: Reader, **moments: datetime) -> None:
    from changeflow.cli.telling import tell_sentence
    from changeflow.language.formats import time_text

    shown = {name: time_text(one, reader) for name, one in moments.items()}
    tell_sentence("note", code, reader, option=option, **shown)
