"""`changeflow emergency`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from changeflow.cli.context import clock, now_option, which_change
from changeflow.cli.terminal import emit, tell

if TYPE_CHECKING:
    from pathlib import Path

    from changeflow.cli.context import Invocation
    from changeflow.reading.view import View


@click.command(name="emergency")
@click.argument(
    "slug",
    help="What the id of the change ends with: small letters, digits and hyphens.",
)
@click.option(
    "--ci",
    "items",
    metavar="ID",
    multiple=True,
    help="A configuration item that is changed; may be repeated.",
)
@click.option("--incident", metavar="ID", required=True, help="The incident, by its number.")
@click.option(
    "--because",
    metavar="TEXT",
    required=True,
    help="What is broken, and why it cannot wait. Without --revert and --step it is also what is "
    "done, by hand.",
)
@click.option(
    "--revert",
    metavar="CHANGE",
    help="Take a change back: with the steps of its approved rollback, and with its items.",
)
@click.option(
    "--step",
    "steps",
    metavar="NAME=COMMAND",
    multiple=True,
    help="A program that makes the change, and its arguments; may be repeated.",
)
@click.option(
    "--undo",
    metavar="NAME=COMMAND",
    multiple=True,
    help="A program that undoes it (default: by hand); may be repeated.",
)
@click.option("--title", metavar="TEXT", help="Title, in any script (default: from the slug).")
@click.option(
    "--requester",
    "--as",
    "requester",
    metavar="PERSON",
    help="Who asks for it (default: who git says you are, by e-mail in the roster).",
)
@click.option("--implementer", metavar="PERSON", help="Who makes it (default: the requester).")
@click.option(
    "--commit", is_flag=True, help="Commit the request and nothing else; hooks are not run."
)
@now_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    slug: str,
    items: tuple[str, ...],
    incident: str,
    because: str,
    revert: str | None,
    steps: tuple[str, ...],
    undo: tuple[str, ...],
    title: str | None,
    requester: str | None,
    implementer: str | None,
    commit: bool,
    now: str | None,
) -> int:
    r"""Write a complete request for an emergency: changes/CHG-<today>-SLUG/rfc.yaml.

    It passes `check`, needs no window, and can be approved at once by one member of the emergency
    CAB. stderr says what to type next, and who can approve. An approval in retrospect and a review
    are owed afterwards.

    --revert reads the other change as it was released, or as it was approved on the main branch:
    never from the work tree. The steps of its rollback are to be done, and its own steps are the
    way back.

    \b
    Examples:
      changeflow emergency stop-the-leak --ci website --incident INC-4711 \
        --because "The website shows people the baskets of others" \
        --revert CHG-20261121-website-2-0 --commit
      changeflow emergency free-the-disk --ci website-db --incident INC-4712 \
        --because "The disk is full: move the logs to the second one" --implementer bob
      changeflow emergency website-back --ci website --incident INC-4711 --because "2.0 leaks" \
        --step "Put 1.9 live=./scripts/set-version website 1.9" \
        --undo "Put 2.0 live=./scripts/set-version website 2.0"
    """
    from changeflow.cli.presenting import presented_by
    from changeflow.reading.state import State
    from changeflow.reading.view import locate
    from changeflow.render.emergency import told
    from changeflow.render.presentation import names_of
    from changeflow.repo.git import Git
    from changeflow.repo.source import WorkTree
    from changeflow.usecases.start.emergency import EmergencyOptions, create_emergency
    from changeflow.usecases.start.emergency_next import (
        commit_request,
        next_steps,
        require_identity,
    )

    root, time = invocation.root(), clock(now)
    if revert is not None:
        revert = which_change(locate(root), revert)
    rulebook = State(WorkTree(root)).rulebook
    to = presented_by(invocation, rulebook.config, names_of(rulebook))
    if commit:
        require_identity(Git(root))
    asked = EmergencyOptions(
        slug=slug,
        incident=incident,
        because=because,
        items=items,
        revert=revert,
        title=title,
        requester=requester,
        implementer=implementer,
        steps=steps,
        undo=undo,
    )
    made = create_emergency(root, asked, time.now, to)
    if commit:
        commit_request(Git(root), made)
    emit(made.path)
    for line in told(made, next_steps(_view(root), made, time, committed=commit), to):
        tell(line)
    return 0


def _view(root: Path) -> View | None:
    """Return the view that gates judge by, or None where no main branch is here."""
    from changeflow import errors
    from changeflow.reading.view import locate

    try:
        return locate(root)
    except errors.ChangeflowError:
        return None
