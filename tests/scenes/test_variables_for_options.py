"""An option may be a variable; one that is misspelt is not passed over in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from changeflow.cli.main import COMMANDS, cli
from tests.register.office import BEFORE, CHANGE, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "shop")
    made.ask()
    return made


def options(command: click.Command, words: str) -> Iterator[tuple[str, click.Option]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield words, parameter
    for name, sub in getattr(command, "commands", {}).items():
        yield from options(sub, f"{words}_{name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_the_variable_that_is_documented(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for words, option in options(command, name):
        for spelling in option.opts:
            wanted = f"CHANGEFLOW_{words}_{spelling.lstrip('-')}".upper().replace("-", "_")
            assert not spelling.startswith("--") or wanted in (option.envvar or ()), wanted


def test_a_variable_does_what_its_option_does(office: Office) -> None:
    now = {"CHANGEFLOW_NOW": BEFORE}
    typed = office.say("list", "--from", "2026-11-01", "--owed", "--format", "json", **now)
    given = {"LIST_FROM": "2026-11-01", "LIST_OWED": "1", "LIST_FORMAT": "json"}
    said = office.say("list", **now, **{f"CHANGEFLOW_{key}": text for key, text in given.items()})
    assert said == typed
    assert [row["change"] for row in json.loads(said.out)["changes"]] == [CHANGE]
    assert office.say("list", **now, CHANGEFLOW_LIST_OWED="perhaps").code == 2


def test_the_option_on_the_command_line_goes_first(office: Office) -> None:
    said = office.say("list", "--format", "json", "--now", BEFORE, CHANGEFLOW_LIST_FORMAT="text")
    assert json.loads(said.out)["total"] == 1


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("CHANGEFLOW_LIST_FROMAT", "CHANGEFLOW_LIST_FORMAT"),
        ("CHANGEFLOW_NWO", "CHANGEFLOW_NOW"),
        ("CHANGEFLOW_RELEASE_RUN_PRECONDITIONS", "CHANGEFLOW_RELEASE_RUN_PRECONDITIONS_MET"),
    ],
)
def test_a_variable_that_nothing_reads_is_named_and_changes_nothing(
    office: Office, variable: str, meant: str
) -> None:
    plain = office.say("gate", "approve", CHANGE, "--now", BEFORE)
    said = office.say("gate", "approve", CHANGE, "--now", BEFORE, **{variable: "x"})
    assert (said.code, said.out) == (plain.code, plain.out)
    assert f"warning: the variable {variable} is not read\n" in said.err
    assert f"did you mean `{meant}`?" in said.err


def test_variables_of_other_commands_and_programs_are_no_mistakes(office: Office) -> None:
    said = office.say(
        "list", "--now", BEFORE,
        CHANGEFLOW_KEY="k", CHANGEFLOW_CHECK_FORMAT="json", CHANGEFLOW_FENCE="1", CHANGEFLOWISH="x",
    )  # fmt: skip
    assert "is not read" not in said.err
