"""Options and output that `approve`, `reject` and `withdraw` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import click

from changeflow import errors
from changeflow.cli.context import (
    Invocation,
    change_argument,
    clock,
    format_option,
    located,
    now_option,
    revisions_options,
    which_change,
)
from changeflow.cli.presenting import presented
from changeflow.cli.telling import emit_done, tell_line
from changeflow.cli.terminal import tell
from changeflow.language.sentences import said_of


def opinion_command(
    decision: Literal["approve", "reject", "withdraw"], help_: str
) -> click.Command:
    """Build the click command for one kind of opinion."""

    def callback(invocation: Invocation, change: str | None, **options: Any) -> int:
        return _run(invocation, decision, change, **options)

    return _decorated(callback, decision, help_)


def _decorated(callback: Callable[..., int], decision: str, help_: str) -> click.Command:
    function: Any = click.pass_obj(callback)
    for option in reversed(
        (
            change_argument,
            click.option(
                "--as",
                "person",
                metavar="PERSON",
                required=True,
                help="Who says so: a name of the roster.",
            ),
            click.option(
                "--role",
                metavar="R",
                help="The role in which it is said (default: the gate finds the seat).",
            ),
            click.option(
                "--key",
                metavar="FILE",
                help="SSH key to sign with (default: CHANGEFLOW_KEY, then git's own signing key).",
            ),
            click.option("--comment", "-m", metavar="T", default="", help="Words for the record."),
            revisions_options,
            now_option,
            format_option("opinion"),
        )
    ):
        function = option(function)
    return click.command(decision, help=help_)(function)


def _run(
    invocation: Invocation,
    decision: Literal["approve", "reject", "withdraw"],
    change: str | None,
    *,
    person: str,
    role: str | None,
    key: str | None,
    comment: str,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    from changeflow.render.opinion import FORMATS
    from changeflow.usecases.gate.opinion import Wish, give

    view = located(invocation.root(), base, head, acts=True)
    wish = Wish(decision, person, role, key, comment)
    given = give(view, which_change(view, change), wish, clock(now))
    to = presented(invocation, view)
    emit_done(FORMATS[format_](given, to), to.says("recorded.opinion", seq=given.entry.seq))
    for warning in given.warnings:
        tell_line("warning", said_of(warning, to).text, to)
    if given.open:
        tell(to.says("opinion.open", change=given.entry.change))
    else:
        tell(to.says("opinion.still_shut", change=given.entry.change))
    return errors.OK
