"""The values of `--format`: names of a table of renderers that is imported when it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast, overload

import click


def format_names(module: str, table: str) -> click.Choice[str]:
    """Return the names of a table of renderers as a type of option."""
    names = _FormatName(())
    # click asks for a sequence; a table may cost pydantic, so it is imported late
    names.choices = cast("tuple[str, ...]", _Names(module, table))
    return names


class _FormatName(click.Choice[str]):
    """A name that is looked up when a command runs, and not while the tab key waits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name.

        Raises:
            click.BadParameter: when the table has none like it.
        """
        if ctx is not None and ctx.resilient_parsing:
            return str(value)
        if param is not None and value == param.default:
            # A remembered answer needs no renderer.
            return str(value)
        return super().convert(value, param, ctx)


class _Names(Sequence[str]):
    """The names of a table that is not imported yet."""

    def __init__(self, module: str, table: str) -> None:
        self._module, self._table = module, table

    def _names(self) -> list[str]:
        return list(getattr(import_module(self._module), self._table))

    def __len__(self) -> int:
        return len(self._names())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._names()[index]
