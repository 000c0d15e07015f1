"""`changeflow ledger log|show|verify|replay`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from changeflow import errors
from changeflow.cli.context import Invocation, format_option, which_change
from changeflow.cli.presenting import presented
from changeflow.cli.terminal import emit, tell

if TYPE_CHECKING:
    from changeflow.render.presentation import Presentation


@click.group()
def command() -> None:
    r"""List, show and verify the evidence, and compute decisions again.

    Needs a clone, bare or not, and nothing else.

    \b
    Examples:
      changeflow ledger log CHG-20261121-payments-db-upgrade
      changeflow ledger verify
      changeflow --repo changes.git ledger verify --format json
      changeflow ledger replay CHG-20261121-payments-db-upgrade
    """


@command.command("log")
@click.argument(
    "change",
    metavar="[CHANGE]",
    required=False,
    help="A change, whose entries alone are listed (default: all entries).",
)
@format_option("ledger", "LOG_FORMATS")
@click.pass_obj
def log_command(invocation: Invocation, change: str | None, format_: str) -> int:
    r"""List the entries, oldest first.

    \b
    Examples:
      changeflow ledger log
      changeflow ledger log CHG-20261121-payments-db-upgrade --format json
    """
    from changeflow.ledger.chain_rules import UNREADABLE_RULES
    from changeflow.reading.change import change_id_of
    from changeflow.reading.view import locate
    from changeflow.render.ledger import LOG_FORMATS
    from changeflow.usecases.ledger.log import log

    view = locate(_root(invocation))
    about = change_id_of(which_change(view, change, everywhere=True)) if change else None
    answer = log(view, about)
    to = presented(invocation, view)
    emit(LOG_FORMATS[format_](answer, to))
    if answer.problems:
        tell(to.says("log.does_not_hold"))
    for problem in answer.problems:
        if problem.rule in UNREADABLE_RULES:
            return errors.UNREADABLE
    return errors.OK


@command.command("show")
@click.argument(
    "entry", metavar="SEQ|PATH", help="An entry: its number, or its path on the ledger's branch."
)
@format_option("ledger", "SHOW_FORMATS")
@click.pass_obj
def show_command(invocation: Invocation, entry: str, format_: str) -> int:
    r"""Show one entry: what it says, and what that is worth.

    json is the in-toto Statement, raw the DSSE envelope.

    \b
    Examples:
      changeflow ledger show 12
      changeflow ledger show 12 --format json | jq .predicate
    """
    from changeflow.render.ledger import SHOW_FORMATS
    from changeflow.usecases.ledger.log import show

    root = _root(invocation)
    shown = show(root, entry)
    emit(SHOW_FORMATS[format_](shown, _presented(invocation, root)))
    return errors.UNREADABLE if shown.statement is None else errors.OK


@command.command("verify")
@format_option("ledger", "VERIFY_FORMATS")
@click.pass_obj
def verify_command(invocation: Invocation, format_: str) -> int:
    r"""Find edited, deleted, reordered, forged, replayed and cut-off entries.

    Exit 0 when the chain holds, 1 when it does not.

    Entries whose dates run backwards, or lie in the future of this clock, are named, too.

    \b
    Examples:
      changeflow ledger verify
      git clone --bare https://git.example.com/changes.git
      changeflow --repo changes.git ledger verify
    """
    from changeflow.render.ledger import VERIFY_FORMATS
    from changeflow.usecases.ledger.log import verify

    root = _root(invocation)
    answer = verify(root, datetime.now(UTC))
    emit(VERIFY_FORMATS[format_](answer, _presented(invocation, root)))
    return errors.OK if answer.ok else errors.NO


@command.command("replay")
@click.argument(
    "wanted",
    metavar="[CHANGE|SEQ]",
    required=False,
    help="A change, or the number of one entry (default: every decision).",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Fail for every decision that cannot be computed, also where the gate was shut.",
)
@format_option("ledger_replay", "REPLAY_FORMATS")
@click.pass_obj
def replay_command(
    invocation: Invocation, wanted: str | None, format_: str, *, strict: bool
) -> int:
    r"""Compute recorded decisions again from their recorded inputs, and compare byte for byte.

    Exit 0 when all agree, 1 when one differs, or when a gate recorded as open cannot be computed from this clone:
    there is no proof that it was. A shut one that cannot be computed is listed, and fails with
    --strict. A ledger that does not hold is not computed from: exit 4.

    \b
    Examples:
      changeflow ledger replay
      changeflow ledger replay CHG-20261121-payments-db-upgrade --format json
      git clone --bare https://git.example.com/changes.git
      changeflow --repo changes.git ledger replay --strict
    """
    from changeflow.reading.view import locate
    from changeflow.render.ledger_replay import REPLAY_FORMATS
    from changeflow.replaying.replay import replay

    root = _root(invocation)
    if wanted is not None and not wanted.isdecimal():
        wanted = which_change(locate(root), wanted, everywhere=True)
    answer = replay(root, wanted, strict=strict)
    emit(REPLAY_FORMATS[format_](answer, _presented(invocation, root)))
    return errors.OK if answer.ok else errors.NO


def _presented(invocation: Invocation, root: Path) -> Presentation:
    from changeflow.reading.view import locate

    return presented(invocation, locate(root))


def _root(invocation: Invocation) -> Path:
    """Return the change repository, or the bare repository of `--repo` or of the current folder."""
    folder = Path(invocation.repo or ".")
    if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
        return folder.resolve()
    return invocation.root()
