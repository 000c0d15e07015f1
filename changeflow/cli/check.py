"""`changeflow check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option
from changeflow.cli.terminal import emit, emit_exactly, shows_or_colours
from changeflow.model.document_paths import REVIEWS
from changeflow.render.findings import FORMATS, first_of_each, for_reader, text

if TYPE_CHECKING:
    from changeflow.repo.source import Source
    from changeflow.usecases.check.check import Checked


@click.command(name="check")
@click.argument(
    "paths",
    metavar="[PATH]...",
    nargs=-1,
    type=click.Path(),
    help="A file or folder (default: the whole change repository).",
)
@format_option("findings")
@click.option(
    "--rev",
    metavar="REV",
    envvar="CHANGEFLOW_REV",
    help="Check a git revision instead of the work tree; nothing is checked out.",
)
@click.option(
    "--strict", is_flag=True, envvar="CHANGEFLOW_STRICT", help="Let warnings fail the check, too."
)
@click.option(
    "--all",
    "lists_all",
    is_flag=True,
    help="List all findings; the text has the first 50 of each rule.",
)
@click.pass_obj
def command(
    invocation: Invocation,
    paths: tuple[str, ...],
    format_: str,
    rev: str | None,
    strict: bool,
    lists_all: bool,
) -> int:
    r"""Validate documents: schema, references, sense.

    Files outside of a change repository are judged by themselves. The same files give the same
    findings on any day: what depends on the clock is asked by the gates.

    Exit code: 0 no errors, 1 errors (with --strict: or warnings), 3 nothing to check, or a PATH
    does not exist, 4 a file from which no document could be read at all.

    \b
    Examples:
      changeflow check
      changeflow check changes/CHG-20261121-payments-db-upgrade --strict
      changeflow check --rev origin/main --format json
    """
    checked = _check(invocation, paths, rev)
    language = invocation.language or checked.language
    listed, left_out = first_of_each(checked, lists_all=lists_all or format_ != "text")
    told, to = for_reader(listed, format_, language), None
    if shows_or_colours():
        # what makes presentations is not even imported elsewhere
        from changeflow.cli.presenting import at_terminal

        to = at_terminal(invocation, language)
    if to is not None:
        emit(text(told, to, left_out))
    elif left_out:
        emit_exactly(text(told, None, left_out))
    else:
        emit_exactly(FORMATS[format_](told))
    if checked.unreadable:
        return errors.UNREADABLE
    failed = checked.findings.errors or (strict and checked.findings.warnings)
    return errors.NO if failed else errors.OK


def _check(invocation: Invocation, paths: tuple[str, ...], rev: str | None) -> Checked:
    from changeflow.usecases.check.check import check
    from changeflow.usecases.check.target import target

    here = Path.cwd()
    root = _root(invocation, paths, rev)
    source: Source | None = None
    if rev is not None:
        from changeflow.repo.git import Git
        from changeflow.repo.source import Revision

        root = root or here
        source = Revision(Git(root), rev)
    checked = check(target(root, paths, here, on_disk=rev is None), source)
    if root is not None and any(path.startswith(REVIEWS) for path in checked.paths):
        # most repositories have no review of a period
        from changeflow.usecases.report.review_findings import with_other_numbers

        return with_other_numbers(checked, root, rev)
    return checked


def _root(invocation: Invocation, paths: tuple[str, ...], rev: str | None) -> Path | None:
    """Return the repository: `--repo`, or the one around the first path.

    With `--rev` a bare repository is enough.
    """
    from changeflow.usecases.check.target import root_of

    if invocation.repo is None:
        found = root_of(paths, Path.cwd())
        return found if found is not None or paths or rev is not None else invocation.root()
    if rev is not None and Path(invocation.repo).is_dir():
        return Path(invocation.repo).resolve()
    return invocation.root()
