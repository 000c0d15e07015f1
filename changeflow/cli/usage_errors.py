"""What click says of a wrong call, in another language than English.

The class of the error and its fields say what is wrong; the English text of click is not read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

import click

from changeflow.cli.help_page import usage_of
from changeflow.cli.numbers import AtLeast
from changeflow.cli.telling import tell_failure
from changeflow.cli.terminal import tell
from changeflow.cli.text import Utf8
from changeflow.language.reader import Reader
from changeflow.language.sentences import Said, say
from changeflow.model.phrases import Told, did_you_mean, told

# class of a type of parameter to the case of `usage.value`
_CASES: Final[tuple[tuple[type[click.ParamType[Any]], str], ...]] = (
    (click.Choice, "choice"),
    (AtLeast, "at_least"),
    (click.Path, "path"),
    (Utf8, "utf8"),
)


class UnknownCommand(click.UsageError):
    """There is no command of this name.

    Attributes:
        name: what was typed.
        near: the command that was probably meant; None where none is near.
    """

    def __init__(self, name: str, near: str | None, context: click.Context) -> None:
        hint = did_you_mean(near) if near else "`changeflow --help` lists the commands"
        super().__init__(f"no such command `{name}`\nhint: {hint}", context)
        self.name = name
        self.near = near


def tell_usage(error: click.ClickException, arguments: Sequence[str], reader: Reader) -> None:
    """Write how the command is called, and what is wrong with the call."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    if context is not None:
        pieces = " ".join(usage_of(context, reader.language))
        tell(say("usage.line", {"command": context.command_path, "rest": pieces}, reader).text)
        tell(say("usage.help", {"command": context.command_path}, reader).text + "\n")
    tell_failure(_said(error, arguments, reader), reader)


def _said(error: click.ClickException, arguments: Sequence[str], reader: Reader) -> Said:
    code, data, hint = _sentence(error, arguments)
    said = say(code, data, reader)
    return said if hint is None else said._replace(hint=say(hint["code"], hint, reader).text)


def _sentence(
    error: click.ClickException, arguments: Sequence[str]
) -> tuple[str, dict[str, Any], Told | None]:
    """Return code and data of the sentence, and the hint."""
    match error:
        case UnknownCommand():
            hint = told("hint.near", name=error.near) if error.near else told("usage.commands")
            return "usage.no_command", {"name": error.name}, hint
        case click.NoSuchOption():
            return "usage.no_option", {"name": error.option_name}, _near(error.possibilities)
        case click.MissingParameter():
            kind = error.param_type or getattr(error.param, "param_type_name", "parameter")
            data = {"case": kind, "name": _name(error)}
            return "usage.missing", data, _choices(error.param)
        case click.BadParameter():
            return "usage.value", _case_of(error), _choices(error.param)
        case click.BadOptionUsage():
            return "usage.option", _option_data(error, arguments), None
    return _other_sentence(error, arguments)


def _other_sentence(
    error: click.ClickException, arguments: Sequence[str]
) -> tuple[str, dict[str, Any], Told | None]:
    if type(error) is click.UsageError and error.ctx is not None:
        left = _left_over(error.ctx, arguments)
        if left:
            return "usage.too_many", {"names": left}, None
        if isinstance(error.ctx.command, click.Group):
            return "usage.command_missing", {"command": error.ctx.command_path}, None
    # of click 8.4 and newer
    if hasattr(error, "command_name"):
        near = getattr(error, "possibilities", None)
        return "usage.no_command", {"name": error.command_name}, _near(near)
    return "failure.text", {"text": error.format_message()}, None


def _near(names: Sequence[str] | None) -> Told | None:
    return told("hint.near_one_of", names=sorted(names)) if names else None


def _name(error: click.BadParameter) -> Told:
    """Return the parameter as it is written, with the variable that may have set it."""
    one = error.param
    if one is None:
        hint = error.param_hint or ""
        return told("usage.name", name=hint if isinstance(hint, str) else " / ".join(hint))
    if not isinstance(one, click.Option):
        return told("usage.name", name=one.human_readable_name)
    name = " / ".join(one.opts)
    variables = [one.envvar] if isinstance(one.envvar, str) else list(one.envvar or ())
    named = [variable for variable in variables if os.environ.get(variable)]
    if named:
        return told("usage.name", case="variable", name=name, variable=named[0])
    return told("usage.name", name=name)


def _case_of(error: click.BadParameter) -> dict[str, Any]:
    """Return what the type of a parameter asks for; click's own words where it is another type."""
    data: dict[str, Any] = {"name": _name(error), "case": "other", "why": error.message}
    if error.param is None:
        return data
    kind = error.param.type
    for known, case in _CASES:
        if isinstance(kind, known):
            data["case"] = case
    if isinstance(kind, AtLeast):
        data["least"] = kind.least
    return data


def _choices(parameter: click.Parameter | None) -> Told | None:
    """Return the values that a parameter may have, where they are listed."""
    if parameter is None or not isinstance(parameter.type, click.Choice):
        return None
    return told("usage.choices", names=[str(one) for one in parameter.type.choices])


def _option_data(error: click.BadOptionUsage, arguments: Sequence[str]) -> dict[str, Any]:
    """Return whether the option takes a value: it was given one, or it was given none."""
    given = any(one.startswith(f"{error.option_name}=") for one in arguments)
    return {"case": "takes_none" if given else "needs_value", "name": error.option_name}


def _left_over(context: click.Context, arguments: Sequence[str]) -> list[str]:
    """Return the arguments that a command has no place for."""
    if context.info_name not in arguments or context.parent is None:
        return []
    rest = list(arguments[arguments.index(context.info_name) + 1 :])
    again = context.command.make_context(
        context.info_name,
        rest,
        parent=context.parent,
        resilient_parsing=True,
        allow_extra_args=True,
    )
    return [] if isinstance(context.command, click.Group) else list(again.args)
