"""Markup as markupsafe has it, whose templates are taken apart once.

`Markup("<p>{}</p>").format(text)` escapes what it is given. A site of many pages asks for it a million
times, and `string.Formatter`, which markupsafe goes by, reads the template anew each time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import markupsafe

_FIELD: Final = "{}"
# templates that are kept; those of the program are some hundreds
_MOST: Final = 2_048


class Markup(markupsafe.Markup):
    """Text that is HTML, and a template of it."""

    __slots__ = ()

    def format(self, *args: Any, **kwargs: Any) -> Markup:
        """Return the template with values in the place of its fields; text is escaped."""
        parts = None if kwargs else _parts(str(self))
        if parts is None or len(parts) != len(args) + 1:
            # with names, or with anything that `string.Formatter` may refuse
            return _marked(super().format(*args, **kwargs))
        found = [parts[0]]
        for value, part in zip(args, parts[1:], strict=True):
            found.append(markupsafe.escape(value))
            found.append(part)
        return _marked("".join(found))


def escaped(text: object) -> Markup:
    """Return text escaped, and what is marked already as it is."""
    return _marked(markupsafe.escape(text))


def _marked(text: str) -> Markup:
    return str.__new__(Markup, text)


@lru_cache(maxsize=_MOST)
def _parts(template: str) -> tuple[str, ...] | None:
    """Return a template without its fields; None where it has others than `{}`, or a brace as text."""
    parts = tuple(template.split(_FIELD))
    if any("{" in part or "}" in part for part in parts):
        return None
    return parts
