"""Whole numbers of the command line."""

from __future__ import annotations

from typing import Any

import click


class AtLeast(click.ParamType[int]):
    """A whole number within limits. What is wrong is said in words, not as `x>=0`."""

    name = "integer"

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number.

        Raises:
            click.BadParameter: when it is no whole number, too small or too large.
        """
        number = click.INT.convert(value, param, ctx)
        if number < self.least:
            self.fail(f"{number} is less than {self.least}.", param, ctx)
        if self.most is not None and number > self.most:
            self.fail(f"{number} is more than {self.most}.", param, ctx)
        return number
