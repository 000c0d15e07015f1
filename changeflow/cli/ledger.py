"""`changeflow ledger log|show|verify|replay|witness`."""

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
    r"""List, show and verify the evidence, compute decisions again, and bear witness to it.

    Needs a clone, bare or not, and nothing else.

    \b
    Examples:
      changeflow ledger log CHG-20261121-payments-db-upgrade
      changeflow ledger verify
      changeflow --repo changes.git ledger verify --format json
      changeflow ledger replay CHG-20261121-payments-db-upgrade
      changeflow --repo changes.git ledger witness --name audit --key audit_key
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
@click.option(
    "--checkpoint",
    "checkpoints",
    metavar="FILE",
    multiple=True,
    help="A checkpoint that a witness cosigned: the ledger must still have what it saw.",
)
@click.option(
    "--witness-key",
    "keys",
    metavar="KEY",
    multiple=True,
    help="Key of a witness: a verifier key, or a file with one or with an SSH public key.",
)
@format_option("ledger", "VERIFY_FORMATS")
@click.pass_obj
def verify_command(
    invocation: Invocation, checkpoints: tuple[str, ...], keys: tuple[str, ...], format_: str
) -> int:
    r"""Find edited, deleted, reordered, forged, replayed and cut-off entries.

    Exit 0 when the chain holds, 1 when it does not.

    Entries whose dates run backwards, or lie in the future of this clock, are named, too. Witnesses
    are named with what they saw and when: a ledger that lacks it was set back or rewritten.

    \b
    Examples:
      changeflow ledger verify
      changeflow ledger verify --checkpoint seen.note --witness-key audit_key.pub
      git clone --bare https://git.example.com/changes.git
      changeflow --repo changes.git ledger verify
    """
    from changeflow.render.ledger import VERIFY_FORMATS
    from changeflow.usecases.ledger.witness import Expected, verify_with_witnesses

    root = _root(invocation)
    expected = Expected(tuple(map(Path, checkpoints)), keys)
    # a sentence needs none of the entries
    lists = format_ == "json"
    answer = verify_with_witnesses(root, datetime.now(UTC), expected, lists=lists)
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


@command.command("witness")
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the witness (default: the person of the roster who holds the key).",
)
@click.option(
    "--key",
    metavar="FILE",
    help="Ed25519 SSH key without a passphrase (default: CHANGEFLOW_KEY, then git's own signing key).",
)
@click.option(
    "--to",
    metavar="FILE",
    help="File that keeps the newest checkpoint (default: the branch changeflow/witness/NAME).",
)
@format_option("ledger", "WITNESS_FORMATS")
@click.pass_obj
def witness_command(
    invocation: Invocation, name: str | None, key: str | None, to: str | None, format_: str
) -> int:
    r"""Cosign the ledger as it is now, unless it lacks something that this witness saw before.

    A witness is anybody with a clone of their own: an auditor's laptop, another team's server, a job of
    cron. What it cosigned is a C2SP signed note. Everybody who has one finds a ledger that was set back,
    rewritten or forked since, with `ledger verify --checkpoint FILE`.

    Exit 0 when the ledger is cosigned, also when it was before; 1 when it contradicts what was seen.

    \b
    Examples:
      ssh-keygen -q -t ed25519 -N '' -f audit_key
      changeflow --repo changes.git ledger witness --name audit --key audit_key
      changeflow --repo changes.git ledger witness --name audit --key audit_key --to seen.note
    """
    from changeflow.render.ledger import WITNESS_FORMATS
    from changeflow.usecases.ledger.witness import WitnessOptions, witness

    root = _root(invocation)
    options = WitnessOptions(name, key, Path(to) if to else None)
    answer = witness(root, options, datetime.now(UTC))
    emit(WITNESS_FORMATS[format_](answer, _presented(invocation, root)))
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
