"""What commands of `changeflow report` share: the period, the engine, the view, how a paper is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    clock,
    located,
    marked,
    moment,
)
from changeflow.cli.presenting import presented, zone_of
from changeflow.cli.terminal import emit, emit_file
from changeflow.model.clock import Clock
from changeflow.model.measuring_engines import ENGINES

if TYPE_CHECKING:
    from changeflow.insight.period import Period
    from changeflow.reading.view import View
    from changeflow.render.presentation import Presentation

F = TypeVar("F", bound=Callable[..., Any])


def period_options(function: F) -> F:
    """Add `--from T` and `--to T`."""
    function = click.option(
        "--to",
        "until",
        metavar="T",
        help="End of the period, which does not belong to it, e.g. 2027-01-01 or +3mo.",
    )(function)
    return click.option(
        "--from",
        "since",
        metavar="T",
        help="Begin of the period, e.g. 2026-10-01 (default: the first record).",
    )(function)


def engine_option(function: F) -> F:
    """Add `--engine NAME`."""
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="duckdb",
        show_default=True,
        help="What computes: DuckDB in this process, or Apache Spark (extra `spark`).",
    )(function)


class Asked(NamedTuple):
    """What a paper about this repository is made from.

    Attributes:
        view: the main branch.
        to: who reads.
        period: what it is about.
        clock: the time.
    """

    view: View
    to: Presentation
    period: Period
    clock: Clock


def asked_of(
    invocation: Invocation, now: str | None, since: str | None = None, until: str | None = None
) -> Asked:
    """Return what a paper about the repository where the command runs is made from.

    Raises:
        errors.UsageError: when a time is none, or the period is empty.
        errors.NothingToDo: when there is no repository.
    """
    at = clock(now)
    view = located(invocation.readable(), None)
    to = presented(invocation, view)
    return Asked(view, to, period_of(to, at, since, until), at)


def period_of(to: Presentation, at: Clock, since: str | None, until: str | None) -> Period:
    """Return the period that `--from` and `--to` name, in the zone of the reader.

    Raises:
        errors.UsageError: when a time is none, or the period is empty.
    """
    from changeflow.insight.period import Period

    start = moment(since, "--from", at.now, to)
    end = moment(until, "--to", at.now, to, since=start)
    if start is not None and end is not None and end <= start:
        raise errors.UsageError.of("option.period")
    return Period(start, end, zone_of(to))


def write_paper(text: str, format_: str, *, bom: bool = False) -> None:
    """Print a paper; csv as a file of Windows wants it, with a byte order mark where asked."""
    said = marked(text, format_, bom=bom)
    if format_ == "csv":
        emit_file(said)
    else:
        emit(said)
