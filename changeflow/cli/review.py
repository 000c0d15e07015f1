"""`changeflow review`."""

from __future__ import annotations

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
from changeflow.cli.telling import emit_done
from changeflow.cli.terminal import emit, tell


@click.command()
@change_argument
@click.option(
    "--as",
    "person",
    metavar="PERSON",
    help="Who reviews: fills in a new review, puts a complete one on record.",
)
@click.option(
    "--key",
    metavar="FILE",
    help="SSH key to sign with (default: CHANGEFLOW_KEY, then git's own signing key).",
)
@revisions_options
@now_option
@format_option("review")
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    change: str | None,
    person: str | None,
    key: str | None,
    base: str | None,
    head: str | None,
    now: str | None,
    format_: str,
) -> int:
    r"""Start the post-implementation review of a change, or check the one that is there.

    A new one is filled in from the ledger; an independent person answers its questions. A review
    that is there is checked: is it complete, does it agree with the ledger, is its reviewer
    independent. With --as its reviewer puts a complete one on the ledger, signed with a key of
    theirs where the roster lists one. A change is closed by a review that is committed and that its
    reviewer has put on record.

    Exit 0 when a review was started, or is complete; 1 when it is not complete.

    \b
    Examples:
      changeflow review CHG-20261121-payments-db-upgrade
      changeflow review CHG-20261121-payments-db-upgrade --as carol
    """
    from changeflow.render.review import FORMATS
    from changeflow.usecases.release.review import review

    view = located(invocation.root(), base, head, acts=person is not None)
    reviewed = review(
        view, which_change(view, change), clock(now), person, key, invocation.language
    )
    to = presented(invocation, view)
    shown = FORMATS[format_](reviewed, to)
    if reviewed.what == "recorded":
        emit_done(shown, to.says("pir.on_record", change=reviewed.change))
    else:
        emit(shown)
    if reviewed.what == "written":
        tell(to.says("pir.next", change=reviewed.change))
    elif reviewed.what == "checked" and reviewed.complete:
        tell(to.says("pir.next", case="record", change=reviewed.change))
    return errors.OK if reviewed.what == "written" or reviewed.complete else errors.NO
