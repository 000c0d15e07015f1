"""What stands on stderr about the call itself, and the labels of its lines."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "line.error": "error: {text}",
    "line.hint": "hint: {text}",
    "line.note": "note: {text}",
    "line.warning": "warning: {text}",
    "failure.text": "{text}",
    "failure.hint": "{what:hint}",
    "failure.more": "and {count} more",
    # -- what click finds; in English it says so itself
    "usage.line": "Usage: {command} {rest}",
    "usage.help": "Try '{command} --help' for help.",
    "usage.no_command": "no such command `{name}`",
    "usage.commands": "`changeflow --help` lists the commands",
    "usage.no_option": "No such option '{name}'.",
    "usage.name": "`{name}`",
    "usage.name:variable": "`{name}` (variable {variable})",
    "usage.missing:argument": "Missing argument {name:sentence}.",
    "usage.missing:option": "Missing option {name:sentence}.",
    "usage.missing:parameter": "Missing parameter {name:sentence}.",
    "usage.choices": "one of {names:list}",
    "usage.value:choice": "Invalid value for {name:sentence}.",
    "usage.value:at_least": "Invalid value for {name:sentence}: not a whole number of {least} or more.",
    "usage.value:path": "Invalid value for {name:sentence}: not a path that can be used.",
    "usage.value:utf8": (
        "Invalid value for {name:sentence}: not UTF-8",
        "write or convert it as UTF-8 (`iconv -t UTF-8`)",
    ),
    "usage.value:other": "Invalid value for {name:sentence}: {why}",
    "usage.option:takes_none": "Option '{name}' does not take a value.",
    "usage.option:needs_value": "Option '{name}' requires an argument.",
    "usage.too_many": "Got unexpected extra arguments ({names:list})",
    "usage.command_missing": (
        "Missing command.",
        "`{command} --help` lists the commands",
    ),
    # -- variables
    "variable.unread": "the variable {name} is not read",
    "variable.pattern": "variables are named CHANGEFLOW_<COMMAND>_<OPTION>",
    # -- the machine, and ourselves
    "machine.interrupted": "interrupted",
    "machine.memory": (
        "there is not enough memory for this",
        "free some, or raise the limit of the container or job",
    ),
    "machine.process": (
        "the machine ended a process of this command ({signal}); without its part there is no answer",
        (
            "most often memory ran out: free some, raise the limit of the container or job, or run the "
            "command in one process, which takes less: `taskset -c 0 changeflow ...`"
        ),
    ),
    "machine.refuses": (
        "the machine refuses: {why:system}",
        "CHANGEFLOW_DEBUG=1 shows where it happened",
    ),
    "machine.refuses:file": (
        "the machine refuses: {file}: {why:system}",
        (
            "is there room, and may this user read and write there? CHANGEFLOW_DEBUG=1 shows where it "
            "happened"
        ),
    ),
    "machine.unwritten": "something cannot be written: {why:system}",
    "machine.bug": (
        "this is a bug in changeflow: {what} ({place}, line {number})",
        (
            "run it again with CHANGEFLOW_DEBUG=1 for the trace, and report it with the command you "
            "ran"
        ),
    ),
    "answer.closed": "the answer cannot be written: standard output is closed",
    "answer.unwritten": "the answer cannot be written: {why:system}",
}
