"""`changeflow new`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from changeflow.cli.context import clock, moment, now_option
from changeflow.cli.terminal import emit, tell

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from changeflow.cli.context import Invocation
    from changeflow.language.reader import Reader
    from changeflow.usecases.start.new_change import NewChange


@click.command(name="new")
@click.argument(
    "slug",
    help="What the id of the change ends with: small letters, digits and hyphens.",
)
@click.option(
    "--type",
    "type_",
    type=click.Choice(["standard", "normal", "emergency"]),
    help="Kind of change (default: normal; standard with --model).",
)
@click.option(
    "--model", metavar="MODEL", help="Fill it in from this change model (a standard change)."
)
@click.option(
    "--ci",
    "items",
    metavar="ID",
    multiple=True,
    help="A configuration item that is changed; may be repeated.",
)
@click.option(
    "--from-diff",
    metavar="REV",
    help="Fill in the items that the branch touches since it left REV, also by what is not committed.",
)
@click.option(
    "--retrospective",
    metavar="COMMIT|TAG|DEPLOYMENT",
    help="Write it after the fact: for what came to the main branch, was tagged or deployed without one.",
)
@click.option(
    "--title", metavar="TEXT", help="Title, in any script (default: from the slug or the model)."
)
@click.option("--reason", metavar="TEXT", help="Why the change is needed.")
@click.option(
    "--requester",
    metavar="PERSON",
    help="Who asks for it (default: who git says you are, by e-mail in the roster).",
)
@click.option("--implementer", metavar="PERSON", help="Who makes it (default: the requester).")
@click.option(
    "--start",
    metavar="T",
    help="Start of the window, e.g. 2026-11-25T22:00:00+08:00 or `friday 22:00`; the model says how long it is.",
)
@click.option(
    "--draft/--no-draft",
    default=None,
    help="Mark it as a draft, or refuse to write an incomplete one (default: a draft where "
    "something is missing).",
)
@now_option
@click.pass_context
def command(
    ctx: click.Context,
    slug: str,
    type_: str | None,
    model: str | None,
    items: tuple[str, ...],
    from_diff: str | None,
    retrospective: str | None,
    title: str | None,
    reason: str | None,
    requester: str | None,
    implementer: str | None,
    start: str | None,
    draft: bool | None,
    now: str | None,
) -> int:
    r"""Write a request for change: changes/CHG-<today>-SLUG/rfc.yaml, with comments on what to fill in.

    With `--retrospective` it is written after the change was made: items, people and times are those
    of the commit, the tag or the deployment. It is approved and reviewed like any other, by people
    who had no part in it, and is never released. `changeflow report unauthorised` names what needs
    one.

    At night `changeflow emergency` is quicker: it writes a complete request for an emergency.

    \b
    Examples:
      changeflow new payments-db-upgrade --ci payments-db --title "Upgrade to PostgreSQL 17"
      changeflow new payments-fix --from-diff main
      changeflow new quick-fix --retrospective 4f0c1d2
      changeflow new restart-website --model service-restart --ci website \
        --start "wednesday 22:00"
      changeflow new stop-the-leak --type emergency --ci website --implementer bob
    """
    from changeflow.language.reader import Reader
    from changeflow.usecases.start.new_change import NewChangeOptions, create

    root, at = ctx.obj.root(), clock(now).now
    begins = _instant(ctx.obj, root, start, at)
    asked = NewChangeOptions(
        slug,
        type_,
        model,
        items,
        from_diff,
        retrospective,
        title,
        reason,
        requester,
        implementer,
        begins,
        draft,
        ctx.obj.language,
        os.environ,
    )
    made = create(root, asked, at)
    emit(made.path)
    for line in _advice(made, Reader(made.language, made.zone)):
        tell(line)
    return 0


def _instant(
    invocation: Invocation, root: Path, text: str | None, now: datetime
) -> datetime | None:
    """Return a time with its offset: people read their own time in the file."""
    if text is None:
        return None
    from datetime import timedelta, timezone

    from changeflow.cli.presenting import presented_by
    from changeflow.reading.view import state_at

    reader = presented_by(invocation, state_at(root).config)
    found = moment(text, "--start", now, reader)
    return found and found.astimezone(timezone(found.utcoffset() or timedelta()))


def _advice(made: NewChange, to: Reader) -> list[str]:
    from changeflow.language.sentences import say

    told: list[dict[str, Any]] = []
    if made.afterwards is not None:
        told.append(made.afterwards)
    for one in made.found:
        told.append(one.shown)
    for line in made.warnings:
        told.append({"code": "new.warning", "why": line})
    if made.late is not None:
        told.append(made.late)
    missing = list(made.written.missing)
    if not made.written.draft:
        told.append({"code": "new.complete"})
    elif missing:
        told += [{"code": "new.missing", "fields": missing}, {"code": "new.edit"}]
    else:
        told.append({"code": "new.draft"})
    return [say(one["code"], one, to).text for one in told]
