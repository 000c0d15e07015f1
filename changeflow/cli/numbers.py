"""Whole numbers of the command line."""

from __future__ import annotations

from typing import Any

import click


class AtLeast(click.ParamType[int]):
    """A whole number that is not too small. What is wrong is said in words, not as `x>=0`."""

    name = "integer"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number.

        Raises:
            click.BadParameter: when it is no whole number, or too small.
        """
        number = click.INT.convert(value, param, ctx)
        if number < self.least:
            self.fail(f"{number} is less than {self.least}.", param, ctx)
        return number
