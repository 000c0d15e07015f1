"""`changeflow impact`."""

from __future__ import annotations

import click

from changeflow import errors
from changeflow.cli.context import Invocation, all_option, format_option
from changeflow.cli.numbers import AtLeast
from changeflow.cli.presenting import presented_by
from changeflow.cli.terminal import emit


@click.command()
@click.argument(
    "ci",
    metavar="CI...",
    nargs=-1,
    required=True,
    help="A configuration item that changes, by its id.",
)
@click.option(
    "--depth",
    type=AtLeast(0),
    metavar="N",
    help="Leave out what is more than N steps away; N is 0 or more.",
)
@click.option(
    "--rev",
    metavar="REV",
    envvar="CHANGEFLOW_REV",
    help="Read the CMDB from this revision (default: the work tree).",
)
@all_option
@format_option("impact")
@click.pass_obj
def command(
    invocation: Invocation,
    ci: tuple[str, ...],
    depth: int | None,
    rev: str | None,
    all_: bool,
    format_: str,
) -> int:
    r"""Show what can break when configuration items change.

    Each item has a score and its distance along the strongest path. Score 1 means an item fails;
    0.5 that it degrades. A redundancy group that still has enough members passes on a fifth of the
    score. The first 1,000 affected items are listed, and all of them are counted.

    \b
    Examples:
      changeflow impact payments-db
      changeflow impact payments-db cache-1 --depth 1
      changeflow impact payments-db --rev origin/main --format svg > impact.svg
    """
    from changeflow.language.reader import Names
    from changeflow.model.answers.assessment import MOST_AFFECTED
    from changeflow.render.impact import FORMATS
    from changeflow.render.labels import Labels, names_in
    from changeflow.usecases.cmdb.impact import impact_of

    most = None if all_ else MOST_AFFECTED
    answer, base = impact_of(invocation.readable(), ci, depth, rev, most)
    names = Names(
        people=base.people,
        roles=base.roles,
        items=names_in(base.graph),
        environments=base.config.environment_names,
    )
    to = presented_by(invocation, base.config, names)
    if base.is_rebuilt and invocation.verbose:
        from changeflow.cli.telling import tell_sentence

        tell_sentence("note", "impact.rebuilt", to)
    emit(FORMATS[format_](answer, Labels.of(base.graph), to))
    return errors.OK
