"""Variables of the environment that stand for options: which there are, and which one is misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import click

PREFIX: Final = "CHANGEFLOW_"
# What is read beside options, what is set for the programs of a release, what options of several
# commands share, and what the tests of this program read.
OTHERS: Final = frozenset(
    PREFIX + name
    for name in (
        "APP_ID", "APP_KEY", "CHANGE", "DEBUG", "FENCE", "GATE", "INDEX", "KEY", "LEDGER_KEY",
        "MASK", "STEP_KEY",
        "BASE", "FORMAT", "HEAD", "LANG", "NOW", "REPO", "REV", "STRICT", "VERBOSE",
        "FAULTS", "SHARED_DATA",
    )
)  # fmt: skip


def unread(
    names: Iterable[str], program: click.Group, context: click.Context
) -> Iterator[tuple[str, list[str]]]:
    """Yield names of variables that nothing reads, each with all names that are read."""
    strange = [name for name in sorted(names) if name.startswith(PREFIX) and name not in OTHERS]
    if not strange:
        return
    known = set(OTHERS)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        if command is not None:
            known.update(read_by(command))
    known.update(read_by(program))
    for name in strange:
        if name not in known:
            yield name, sorted(known)


def read_by(command: click.Command) -> Iterator[str]:
    """Yield the variables that stand for the options of a command and its subcommands."""
    for parameter in command.params:
        names = parameter.envvar or ()
        yield from (names,) if isinstance(names, str) else names
    subcommands: Mapping[str, click.Command] = getattr(command, "commands", {})
    for sub in subcommands.values():
        yield from read_by(sub)
