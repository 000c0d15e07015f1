"""`changeflow hold`: stop the line, and let it go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, format_option, located, moment, now_option
from changeflow.cli.help_language import HelpContext
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit

F = TypeVar("F", bound=Callable[..., Any])


class HoldGroup(click.Group):
    """A group whose command is `place` where none is named: `changeflow hold production ...`."""

    context_class = HelpContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `place` before what names no command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["place", *args]
        return super().parse_args(ctx, args)


@click.group(cls=HoldGroup)
def command() -> None:
    r"""Stop the line: hold the changes of an environment, an item, a type, or all.

    A hold shuts the gates `approve` and `deploy` of the changes that it covers, at the next time
    they are asked, on every host. An emergency goes on with one approval more. Releases that run
    end their step and stop, unless `spec.hold.running` says otherwise.

    `changeflow hold SCOPE` is short for `changeflow hold place SCOPE`.

    \b
    Examples:
      changeflow hold production --reason "Payments are failing" --as carol
      changeflow hold type:normal --reason "Audit week" --as carol --until friday
      changeflow hold list
      changeflow hold lift hold-12 --reason "The cause is mended" --as carol
    """


def _spoken(function: F) -> F:
    """Add who says it, and the key that proves it."""
    function = click.option(
        "--key",
        metavar="FILE",
        help="SSH key to sign with (default: CHANGEFLOW_KEY, then git's own signing key).",
    )(function)
    return click.option(
        "--as", "person", metavar="PERSON", required=True, help="Who says so: a name of the roster."
    )(function)


@command.command()
@click.argument(
    "scope",
    metavar="SCOPE",
    help="What is stopped: an environment, an item, `type:normal` or `all`. "
    "`environment:NAME` and `item:NAME` say which where a name is both.",
)
@click.option("--reason", "-m", metavar="TEXT", required=True, help="Why, in words.")
@_spoken
@click.option("--until", metavar="T", help="When it ends by itself (default: when it is lifted).")
@click.option("--dry-run", is_flag=True, help="Show what it would stop, and record nothing.")
@now_option
@format_option("holds")
@click.pass_obj
def place(
    invocation: Invocation,
    scope: str,
    reason: str,
    person: str,
    key: str | None,
    until: str | None,
    dry_run: bool,
    now: str | None,
    format_: str,
) -> int:
    r"""Place a hold, and show what it stops.

    Who may is said by `spec.hold` in `changeflow.yaml`: one member of the CAB or of `ecab`, unless
    it asks for others or more. Nothing is asked.

    Exit code: 0 in force; 1 proposed (approvals are missing) or refused; 2 a scope that may mean
    several things; 3 a scope that names nothing.

    \b
    Examples:
      changeflow hold place payments-db --reason "Restore is running" --as carol
      changeflow hold place all --reason "Major incident" --as carol --dry-run
    """
    from changeflow.model.answers.holds import HoldsAnswer
    from changeflow.render.holds import FORMATS
    from changeflow.usecases.schedule.hold import HoldWish, preview
    from changeflow.usecases.schedule.hold import place as place_hold

    view = located(invocation.root(), None, acts=not dry_run)
    to, times = presented(invocation, view), clock(now)
    ends = moment(until, "--until", times.now, to)
    wish = HoldWish(person, reason, key, ends)
    found = (preview if dry_run else place_hold)(view, scope, wish, times)
    emit(FORMATS[format_](HoldsAnswer(holds=(found,)), to))
    return errors.NO if found.state == "proposed" else errors.OK


_hold_argument = click.argument("hold", metavar="ID", help="The hold, as `hold list` names it.")


@command.command()
@_hold_argument
@click.option("--reason", "-m", metavar="TEXT", default="agreed", help="Words for the record.")
@_spoken
@now_option
@format_option("holds")
@click.pass_obj
def approve(
    invocation: Invocation,
    hold: str,
    reason: str,
    person: str,
    key: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Agree to a hold that is proposed.

    Exit code: 0 in force; 1 still proposed, or refused; 3 no such hold, or it is over.

    \b
    Example:
      changeflow hold approve hold-12 --as carol
    """
    from changeflow.usecases.schedule.hold import agree

    return _said(agree, ("in force",), invocation, (hold, reason, person, key, now, format_))


@command.command()
@_hold_argument
@click.option("--reason", "-m", metavar="TEXT", required=True, help="Why, in words.")
@_spoken
@now_option
@format_option("holds")
@click.pass_obj
def lift(
    invocation: Invocation,
    hold: str,
    reason: str,
    person: str,
    key: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Lift a hold: what it stopped may go on.

    It takes the people that placing one takes. The hold and its end stay on the ledger.

    Exit code: 0 lifted; 1 approvals are missing, or refused; 3 no such hold, or it is over.

    \b
    Example:
      changeflow hold lift hold-12 --reason "The cause is mended" --as carol
    """
    from changeflow.usecases.schedule.hold import lift as lift_hold

    return _said(lift_hold, ("lifted",), invocation, (hold, reason, person, key, now, format_))


def _said(
    say: Callable[..., Any],
    done: tuple[str, ...],
    invocation: Invocation,
    given: tuple[str, str, str, str | None, str | None, str],
) -> int:
    """Record a person's word about a hold, and show how it stands then."""
    from changeflow.model.answers.holds import HoldsAnswer
    from changeflow.render.holds import FORMATS
    from changeflow.usecases.schedule.hold import HoldWish

    hold, reason, person, key, now, format_ = given
    view = located(invocation.root(), None, acts=True)
    found = say(view, hold, HoldWish(person, reason, key), clock(now))
    emit(FORMATS[format_](HoldsAnswer(holds=(found,)), presented(invocation, view)))
    return errors.OK if found.state in done else errors.NO


@command.command("list")
@click.option("--all", "all_", is_flag=True, help="List those that are over, too.")
@now_option
@format_option("holds")
@click.pass_obj
def list_(invocation: Invocation, all_: bool, now: str | None, format_: str) -> int:
    r"""List the holds that are in force or proposed, oldest first.

    \b
    Example:
      changeflow hold list --all
    """
    from changeflow.render.holds import FORMATS
    from changeflow.usecases.schedule.hold import list_holds

    view = located(invocation.readable(), None)
    found = list_holds(view, clock(now), everything=all_)
    emit(FORMATS[format_](found, presented(invocation, view)))
    return errors.OK
