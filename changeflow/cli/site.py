"""`changeflow site`."""

from __future__ import annotations

from pathlib import Path

import click

from changeflow import errors
from changeflow.cli.context import Invocation, clock, located, now_option
from changeflow.cli.presenting import presented, warn_of_ledger, zone_of
from changeflow.cli.terminal import emit


@click.command()
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder of the site: a new one, an empty one, or that of an earlier build.",
)
@now_option
@click.pass_obj
def command(invocation: Invocation, out: Path, now: str | None) -> int:
    r"""Build a static site of the register, for GitHub Pages, GitLab Pages or a folder.

    It has the register with a search and filters, the schedule, a page for each change from its
    request to its review, a page for each item of the CMDB, and the measures. It is made from what
    is committed, in English and Chinese unless one language is asked for. It asks no other machine
    for anything. A later build writes only what has changed, and removes what is gone.

    Exit code: 0 the site was built; 1 the folder holds something else; 4 policies, roster or CMDB
    cannot be read.

    \b
    Examples:
      changeflow site --out public
      changeflow --lang zh site --out public
      changeflow --repo ../webshop site --out /tmp/site --now 2026-12-01T09:00:00Z
    """
    from changeflow.model.languages import LANGUAGES
    from changeflow.site.build import build_site

    at = clock(now)
    view = located(invocation.readable(), None)
    to = presented(invocation, view)
    languages = [to.language]
    if invocation.language is None:
        languages += [one for one in LANGUAGES if one != to.language]
    built = build_site(view, out, at, zone_of(to), languages)
    counts = {"pages": built.pages, "written": built.written, "removed": built.removed}
    start = str(out / "index.html")
    emit(to.says("site.made", folder=str(out), start=start, **counts) + "\n")
    warn_of_ledger(built.problems, to)
    return errors.OK
