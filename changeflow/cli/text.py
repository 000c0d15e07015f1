"""Text of the command line and of the environment, which must be UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from changeflow.model.paths import not_utf8, shown

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Utf8(click.types.StringParamType):
    """Text for records, names and messages.

    Names of files are `click.Path` and may have any bytes.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text.

        Raises:
            click.BadParameter: when it has bytes that are no UTF-8, as text of another encoding has
                that was pasted.
        """
        text = super().convert(value, param, ctx)
        if isinstance(text, str) and not_utf8(text):
            self.fail(
                f"`{shown(text)}` is not UTF-8; write or convert it as UTF-8 (`iconv -t UTF-8`)",
                param,
                ctx,
            )
        return text

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return what the tab key offers."""
        from changeflow.cli.completion import completed

        return completed(ctx, param, incomplete)


UTF8 = Utf8()
