"""`changeflow init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from changeflow.cli.context import Invocation, clock, now_option
from changeflow.cli.terminal import emit
from changeflow.hosts.table import HOSTS
from changeflow.model.languages import ENGLISH

if TYPE_CHECKING:
    from changeflow.documents.starter import HostStarter, Newcomer
    from changeflow.language.reader import Reader
    from changeflow.model.config import HostName
    from changeflow.model.languages import LanguageName
    from changeflow.usecases.start.init import Created


@click.command(name="init")
@click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(), help="Where to (default: here)."
)
@click.option(
    "--as",
    "person",
    metavar="PERSON",
    help="Your id in the roster (default: from git's user.name).",
)
@click.option(
    "--key",
    metavar="FILE",
    help="Your public SSH key (default: the one git signs with, or the one in ~/.ssh).",
)
@click.option(
    "--member",
    "members",
    metavar="PERSON[:EMAIL][=KEYFILE]",
    multiple=True,
    help="A person on the CAB; may be repeated. Without EMAIL, an address in the key's comment is "
    "taken.",
)
@click.option(
    "--host",
    type=click.Choice(list(HOSTS)),
    default="local",
    show_default=True,
    help="Where approvals are given: signed in git, or as reviews on GitHub. For GitHub the bot's "
    "workflows are written, too.",
)
@click.option(
    "--action",
    metavar="OWNER/REPO@COMMIT",
    help="For GitHub: your copy of changeflow, and the full commit to run.",
)
@click.option(
    "--timezone",
    metavar="ZONE",
    help="The team's time zone, e.g. Asia/Shanghai (default: this machine's).",
)
@click.option(
    "--git/--no-git",
    "with_git",
    default=True,
    help="Commit to a new git repository, unless DIR is inside one.",
)
@click.option(
    "--skip-existing",
    is_flag=True,
    help="Leave files that exist as they are, and write the others.",
)
@now_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    folder: str,
    person: str | None,
    key: str | None,
    members: tuple[str, ...],
    host: HostName,
    action: str | None,
    timezone: str | None,
    with_git: bool,
    skip_existing: bool,
    now: str | None,
) -> int:
    r"""Make a new change repository that passes its own `changeflow check`.

    It holds settings, example configuration items, a roster, the default policies, a change model,
    JSON Schemas, and a README that says what to do next. With --lang zh comments, messages and
    names are Chinese, and so is every answer that people read later. Existing files are never
    overwritten: if one is in the way, nothing is written at all.

    \b
    Examples:
      changeflow init changes
      changeflow init --as alice --key ~/.ssh/id_ed25519.pub
      changeflow init changes --member carol:carol@example.com=carol.pub
      changeflow init changes --timezone Asia/Shanghai --lang zh
      changeflow init changes --host github \
        --action acme/changeflow@08c6903cd8c0fde910a37f88322edcfb5dd907a8
    """
    import os

    from changeflow.documents.starter import NO_ACTION
    from changeflow.hosts.table import host_named
    from changeflow.language.reader import Reader
    from changeflow.model.times import local_day
    from changeflow.model.zones import time_zone
    from changeflow.repo.git import Git
    from changeflow.usecases.start.init import create, whoami

    language = invocation.language or ENGLISH
    starter = host_named(host).starter()
    uses = NO_ACTION if action is None else _action(action, starter)
    me = _me(whoami(Git(Path.cwd()), os.environ), person, key)
    zone = _zone(timezone)
    today = local_day(clock(now).now, time_zone(zone))
    others = list(map(_member, members))
    made = create(
        Path(folder),
        me,
        others,
        today,
        with_git=with_git,
        skip_existing=skip_existing,
        host=host,
        action=uses,
        timezone=zone,
        language=language,
    )
    to = Reader(language)
    report = [*_report(made, starter, to), "", *_next(folder, to)]
    emit("\n".join([*report, *_last_words(starter, action, language)]))
    return 0


def _zone(named: str | None) -> str:
    import os

    from changeflow import errors
    from changeflow.model.phrases import told_by
    from changeflow.model.zones import zone_name
    from changeflow.usecases.start.init import machine_zone

    if named is None:
        return machine_zone(os.environ)
    try:
        return zone_name(named)
    except ValueError as error:
        raise errors.UsageError.of("option.timezone", why=told_by(error)) from error


def _me(known: Newcomer | None, person: str | None, key: str | None) -> Newcomer | None:
    from dataclasses import replace

    from changeflow.documents.starter import Newcomer

    if person is None and key is None:
        return known
    me = known or Newcomer(_roster_id(person or "me"))
    if person is not None:
        me = replace(me, id=_roster_id(person))
    if key is not None:
        me = replace(me, key=_public_key(key))
    return me


def _member(text: str) -> Newcomer:
    from changeflow import errors
    from changeflow.documents.starter import Newcomer, fits_email
    from changeflow.usecases.start.init import address_in

    address = ""
    person, colon, rest = text.partition(":")
    if colon and "=" not in person:
        address, given, file = rest.partition("=")
        name = person
        if not fits_email(address):
            raise errors.UsageError.of("option.email", address=address)
    else:
        name, given, file = text.partition("=")
    key = _public_key(file) if given else ""
    return Newcomer(_roster_id(name), email=address or address_in(key), key=key)


def _action(text: str, starter: HostStarter) -> str:
    """Return the action that a workflow uses: a copy of changeflow, at a commit.

    A branch or tag could be moved to other content.
    """
    import re

    from changeflow import errors
    from changeflow.documents.starter import ACTION_FOLDER

    found = re.fullmatch(
        r"([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})@([0-9a-f]{40})", text, re.ASCII
    )
    if found is None:
        example = "--action acme/changeflow@08c6903cd8c0fde910a37f88322edcfb5dd907a8"
        raise errors.UsageError.of("option.action", text=text, example=example)
    if not starter.without_action:
        raise errors.UsageError.of("option.action_host", host=starter.host)
    return f"{found[1]}/{ACTION_FOLDER}@{found[2]}"


def _roster_id(text: str) -> str:
    import re

    from changeflow import errors
    from changeflow.model.document_parts import ID_PATTERN

    if re.match(ID_PATTERN, text, re.ASCII) is None:
        raise errors.UsageError.of("option.person_id", name=text)
    return text


def _public_key(file: str) -> str:
    from changeflow import errors
    from changeflow.usecases.start.init import read_key

    found = read_key(Path(file).expanduser())
    if not found:
        make = f"ssh-keygen -t ed25519 -f {file.removesuffix('.pub')}"
        raise errors.UsageError.of("option.public_key", file=file, command=make)
    return found


def _report(made: Created, starter: HostStarter, to: Reader) -> list[str]:
    """Return what was made, and where it stands."""
    from changeflow.language.sentences import say

    told: list[dict[str, Any]] = [
        {"code": "init.made", "folder": str(made.folder), "count": len(made.written)}
    ]
    if made.kept:
        told.append({"code": "init.kept", "names": made.kept})
    told += [_about_git(made), _about_you(made, starter, to.language), *_about_addresses(made)]
    return [say(one["code"], one, to).text for one in told]


def _about_git(made: Created) -> dict[str, Any]:
    case = "inside" if made.inside_git else "none"
    return {"code": "init.git", "case": "committed" if made.committed else case}


def _about_you(made: Created, starter: HostStarter, language: LanguageName) -> dict[str, Any]:
    if made.me is None:
        return {"code": "init.you", "case": "unknown"}
    told = {"code": "init.you", "who": made.me.id}
    if starter.about_you:
        return told | {"case": "host", "about": starter.says(starter.about_you, language)}
    return told | {"case": "key" if made.me.key else "no_key"}


def _about_addresses(made: Created) -> list[dict[str, Any]]:
    if not made.without_address:
        return []
    names = list(made.without_address)
    return [{"code": "init.addresses", "names": names}, {"code": "init.without_address"}]


def _next(folder: str, to: Reader) -> list[str]:
    import shlex

    from changeflow.language.sentences import say

    enter = "" if folder == "." else f"cd {shlex.quote(folder)} && "
    return [say("init.next", {"enter": enter}, to).text, say("init.then", {}, to).text]


def _last_words(starter: HostStarter, action: str | None, language: LanguageName) -> list[str]:
    missing = starter.without_action if action is None else ()
    return [starter.says(text, language) for text in (*missing, *starter.last_words)]
