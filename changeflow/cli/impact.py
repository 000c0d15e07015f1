"""`changeflow impact`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from changeflow import errors
from changeflow.cli.context import Invocation, all_option, clock, format_option, now_option
from changeflow.cli.format_names import format_names
from changeflow.cli.numbers import AtLeast
from changeflow.cli.presenting import presented_by
from changeflow.cli.terminal import emit

if TYPE_CHECKING:
    from changeflow.render.overview import Folding

# formats that fold items
DRAWN: Final = ("mermaid", "dot", "svg", "html")
# formats that count items and list none, and how many they count where not all are asked for
COUNTED: Final = ("mermaid", "svg")
MOST_COUNTED: Final = 50_000


# days whose changes are looked at, and the formats that show them
DAYS: Final = 7
SHOWN_UPSTREAM: Final = ("text", "json", "markdown", "html")


def _require_fitting(
    format_: str, days: int | None, fail_together: bool | None, *, upstream: bool
) -> None:
    """Refuse options that do not go together.

    Raises:
        errors.UsageError: when they do not.
    """
    if days is not None and not upstream:
        raise errors.UsageError.of("option.days")
    if upstream and format_ not in SHOWN_UPSTREAM:
        raise errors.UsageError.of("option.upstream", format=format_)
    if upstream and fail_together is not None:
        option = "--fail-together" if fail_together else "--one-by-one"
        raise errors.UsageError.of("option.upstream_alone", option=option)


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
@click.option(
    "--fold",
    type=format_names("changeflow.render.overview", "FOLDINGS"),
    help="Fold the items of a picture by this (default: where there are too many to be read).",
)
@click.option(
    "--fail-together/--one-by-one",
    default=None,
    help="Several items: name what they affect only because they fail at the same time; or let them"
    " fail one after the other (default: at the same time).",
)
@click.option(
    "--upstream",
    is_flag=True,
    help="Show what could have caused trouble on the items: what they rest on, and its changes.",
)
@click.option(
    "--days",
    type=AtLeast(1),
    metavar="N",
    help="With --upstream, list the changes of the last N days (default: 7).",
)
@now_option
@all_option
@format_option("impact")
@click.pass_obj
def command(
    invocation: Invocation,
    ci: tuple[str, ...],
    depth: int | None,
    rev: str | None,
    fold: Folding | None,
    fail_together: bool | None,
    upstream: bool,
    days: int | None,
    now: str | None,
    all_: bool,
    format_: str,
) -> int:
    r"""Show what can break when configuration items change.

    Each item has a score and its distance along the strongest path. Score 1 means an item fails;
    0.5 that it degrades. A redundancy group that still has enough members passes on a fifth of the
    score. Items that are named together fail at the same time, so that a group may have too few
    members left. The first 1,000 affected items are listed, and all of them are counted: by
    environment, tier and owner, with the services among them.

    With --upstream it shows the other direction: everything that the items rest on, and the
    changes of the last days that touched any of it, those of the items themselves first, then by
    score and recency.

    \b
    Examples:
      changeflow impact payments-db
      changeflow impact payments-db cache-1 --depth 1
      changeflow impact cache-1 cache-2 --fail-together
      changeflow impact payments-api --upstream
      changeflow impact payments-api --upstream --days 2
      changeflow impact payments-db --rev origin/main --format svg > impact.svg
      changeflow impact payments-db --all --format html > impact.html
      changeflow impact payments-db --format mermaid --fold owner
    """
    _require_fitting(format_, days, fail_together, upstream=upstream)
    at = clock(now)
    if fold is not None and format_ not in DRAWN:
        raise errors.UsageError.of("option.fold", format=format_)
    from changeflow.model.answers.impact import MOST_AFFECTED
    from changeflow.model.lately import Lately
    from changeflow.render.impact import FORMATS, PICTURES
    from changeflow.usecases.cmdb.impact import ImpactQuestion, impact_of

    most: int | None = MOST_COUNTED if format_ in COUNTED else MOST_AFFECTED
    if all_:
        most = None
    lately = Lately(at, days or DAYS) if upstream else None
    question = ImpactQuestion(ci, depth, most, fail_together, lately)
    found = impact_of(invocation.readable(), question, rev)
    answer, base = found.answer, found.base
    if format_ == "json" and not upstream:
        # It shows no names and no times.
        emit(FORMATS[format_](answer))
        return errors.OK
    from changeflow.language.reader import Names
    from changeflow.render.labels import Labels, names_in

    names = Names(
        people=base.people,
        roles=base.roles,
        items=names_in(base.graph),
        environments=base.config.environment_names,
    )
    to = presented_by(invocation, base.config, names)
    if upstream:
        from changeflow.render.upstream import FORMATS as UPSTREAM

        emit(UPSTREAM[format_](answer, to))
        return found.failure.exit_code if found.failure is not None else errors.OK
    labels = Labels.of(base.graph)
    if format_ in PICTURES:
        emit(PICTURES[format_](answer, labels, to, fold))
    else:
        emit(FORMATS[format_](answer, labels, to))
    return errors.OK
