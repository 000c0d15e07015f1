"""What commands of `changeflow report` share: the period, the engine, the view, how a paper is printed."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    bom_option,
    clock,
    format_option,
    if_repository,
    located,
    marked,
    now_option,
)
from changeflow.cli.presenting import presented, zone_of
from changeflow.cli.terminal import emit, emit_file
from changeflow.cli.typed_periods import from_to
from changeflow.model.characters import visible
from changeflow.model.clock import Clock
from changeflow.model.measuring_engines import ENGINES
from changeflow.repo.durable_writes import replace_file

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
        help="End of the period, which does not belong to it, "
        "e.g. 2027-01-01 or +3mo; a named period such as 2026-12 ends it.",
    )(function)
    return click.option(
        "--from",
        "since",
        metavar="T",
        help="Begin of the period, e.g. 2026-10-01, or the period: 2026, 2026-Q4, 2026-10, 2026-W48, "
        "last quarter (default: the first record).",
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


def out_option(function: F) -> F:
    """Add `--out FILE`."""
    return click.option(
        "--out",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the paper to this file, in place of what it held.",
    )(function)


def history_option(function: F) -> F:
    """Add `--history DIR`, which may be given several times."""
    return click.option(
        "--history",
        "folders",
        multiple=True,
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="A folder of records instead of those of this repository; several times for several.",
    )(function)


def folders_named(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders of `--history`, where there is no repository.

    Raises:
        errors.NothingToDo: when none is named.
    """
    if not folders:
        raise errors.NothingToDo.of("report.no_records")
    return folders


def view_if_any(invocation: Invocation) -> View | None:
    """Return the repository where the command runs, or that was named; None where none is."""
    return if_repository(invocation, lambda: located(invocation.readable(), None))


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


# how a paper is written in each format, and the paper
Made = tuple[Mapping[str, Callable[[Any, "Presentation"], str | bytes]], Any]


def list_paper(name: str) -> Callable[[Callable[[Asked], Made]], Callable[..., int]]:
    """Make a command that prints a list about a period, with `--bom` and `--out`.

    Args:
        name: of the paper, by which its formats are known.
    """

    def decorate(make: Callable[[Asked], Made]) -> Callable[..., int]:
        @functools.wraps(make)
        def printed(
            invocation: Invocation,
            since: str | None,
            until: str | None,
            now: str | None,
            bom: bool,
            out: Path | None,
            format_: str,
        ) -> int:
            asked = asked_of(invocation, now, since, until)
            formats, paper = make(asked)
            write_paper(formats[format_](paper, asked.to), format_, bom=bom, out=out)
            return errors.OK

        decorated = click.pass_obj(printed)
        for option in (format_option(name), out_option, bom_option, now_option, period_options):
            decorated = option(decorated)
        return decorated

    return decorate


def period_of(to: Presentation, at: Clock, since: str | None, until: str | None) -> Period:
    """Return the period that `--from` and `--to` name, in the zone of the reader.

    Raises:
        errors.UsageError: when a time is none, or the period is empty.
    """
    from changeflow.insight.period import Period

    start, end = from_to(since, until, at.now, to)
    if start is not None and end is not None and end <= start:
        raise errors.UsageError.of("option.period")
    return Period(start, end, zone_of(to))


def write_paper(
    made: str | bytes, format_: str, *, bom: bool = False, out: Path | None = None
) -> None:
    """Print a paper, or write it to a file.

    Args:
        made: the paper; bytes where it is a workbook.
        format_: its format; csv has the line ends of a spreadsheet's files.
        bom: whether csv begins with a byte order mark.
        out: the file; None: standard output.

    Raises:
        errors.UsageError: for a workbook at a terminal, or a byte order mark in another format.
        errors.HostFailed: when it cannot be written.
    """
    said = made if isinstance(made, bytes) else marked(made, format_, bom=bom)
    if isinstance(said, bytes) and bom:
        raise errors.UsageError.of("option.bom", format=format_)
    if out is not None:
        replace_file(out, _bytes_of(said, format_))
    elif isinstance(said, bytes):
        if sys.stdout is not None and sys.stdout.isatty():
            raise errors.UsageError.of("option.binary", format=format_)
        emit_file(said)
    elif format_ == "csv":
        emit_file(said)
    else:
        emit(said)


def _bytes_of(said: str | bytes, format_: str) -> bytes:
    """Return what a file holds: what would be printed, in UTF-8."""
    if isinstance(said, bytes):
        return said
    if format_ == "csv":
        return said.encode("utf-8")
    return (visible(said).rstrip("\n") + "\n").encode("utf-8")
