"""`changeflow init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow.cli.context import clock, now_option

if TYPE_CHECKING:
    from changeflow.usecases.new_repository import Created
    from changeflow.usecases.scaffold import Newcomer


@click.command(name="init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path())
@click.option("--as", "person", metavar="PERSON", help="Your id in the roster (default: from git's user.name).")
@click.option("--key", metavar="FILE", help="Your public SSH key (default: the one git signs with, or the one in ~/.ssh).")
@click.option("--member", "members", metavar="PERSON[=KEYFILE]", multiple=True, help="Somebody on the CAB; may be repeated.")
@click.option("--git/--no-git", "with_git", default=True, help="Commit to a new git repository, unless DIR is inside one.")
@click.option("--skip-existing", is_flag=True, help="Leave files that exist as they are, and write the others.")
@now_option
def command(
    folder: str,
    person: str | None,
    key: str | None,
    members: tuple[str, ...],
    with_git: bool,
    skip_existing: bool,
    now: str | None,
) -> int:
    r"""Make a new change repository in DIR (default: here) that passes its own `changeflow check`.

    It holds settings, example configuration items, a roster, the default policies, a change model, JSON Schemas, and a README
    that says what to do next. Existing files are never overwritten: if one is in the way, nothing is written at all.

    \b
    Examples:
      changeflow init changes
      changeflow init --as alice --key ~/.ssh/id_ed25519.pub
      changeflow init changes --member carol=carol.pub --member dave
    """
    from changeflow.repo.git import Git
    from changeflow.usecases.new_repository import create, whoami

    me = _me(whoami(Git(Path.cwd())), person, key)
    today = clock(now).now.date()
    made = create(Path(folder), me, [_member(text) for text in members], today, with_git=with_git, skip_existing=skip_existing)
    click.echo("\n".join([*_report(made), "", *_next(folder)]))
    return 0


def _me(known: Newcomer | None, person: str | None, key: str | None) -> Newcomer | None:
    from dataclasses import replace

    from changeflow.usecases.scaffold import Newcomer

    if person is None and key is None:
        return known
    me = known or Newcomer(_roster_id(person or "me"))
    if person is not None:
        me = replace(me, id=_roster_id(person))
    return me if key is None else replace(me, key=_key(key))


def _member(text: str) -> Newcomer:
    from changeflow.usecases.scaffold import Newcomer

    name, given, file = text.partition("=")
    return Newcomer(_roster_id(name), key=_key(file) if given else "")


def _roster_id(text: str) -> str:
    import re

    from changeflow import errors
    from changeflow.model.base import ID_PATTERN

    if re.match(ID_PATTERN, text, re.ASCII) is None:
        raise errors.UsageError(f"`{text}` cannot be a person's id", "an id has letters, digits, `.`, `_`, `-`: `alice`")
    return text


def _key(file: str) -> str:
    from changeflow import errors
    from changeflow.usecases.new_repository import read_key

    found = read_key(Path(file).expanduser())
    if not found:
        make = f"ssh-keygen -t ed25519 -f {file.removesuffix('.pub')}"
        raise errors.UsageError(f"`{file}` is no public SSH key", f"`{make}` makes one")
    return found


def _report(made: Created) -> list[str]:
    lines = [f"Made a change repository in {made.folder}: {len(made.written)} files."]
    if made.kept:
        lines.append(f"Left as they were: {', '.join(made.kept)}.")
    return [*lines, _about_git(made), _about_you(made)]


def _about_git(made: Created) -> str:
    if made.committed:
        return "Committed to `main`: policies, roster and items judge from there."
    if made.inside_git:
        return "It lies inside a git repository: commit it to the main branch; policies, roster and items judge from there."
    return "It is not under git yet: `git init -b main`, add and commit; policies, roster and items judge from `main`."


def _about_you(made: Created) -> str:
    if made.me is None:
        return "git does not say who you are (user.name, user.email): the roster has example people. Replace them."
    if not made.me.key:
        return f"You are `{made.me.id}` in policies/roster.yaml, without a key yet: README.md says how to add one."
    return f"You are `{made.me.id}` in policies/roster.yaml, with your public SSH key."


def _next(folder: str) -> list[str]:
    import shlex

    enter = "" if folder == "." else f"cd {shlex.quote(folder)} && "
    return [f"Next: {enter}changeflow check", "Then: README.md says what to replace first."]
