r"""Text from documents made harmless for where it is shown: Markdown on a code host, HTML, SVG.

Whoever writes a request for change writes text that a bot posts under its own name, so such text
must never format, link, mention, close an issue, load an image or hide anything. Terminals have
`cli.terminal.visible`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from changeflow.model.characters import one_line

if TYPE_CHECKING:
    from markupsafe import Markup

_ENTITIES: Final = {code: f"&#{code};" for code in map(ord, "\\`*_{}[]<>#|~@&$^")}
# Signs that mean something only where a line may begin: a list, a heading's underline, a fence,
# `1.` or `1)`.
_LEADING: Final = re.compile(r"^([0-9]{0,9})([-+=:.!()])")

# Words that a code host turns into mentions, references, links, commits, emoji or formulas: it
# looks for them after the Markdown is rendered, so entities do not help, and it leaves code alone.
_REFERENCE: Final = re.compile(
    r"@|#|://|www\.|(?<![a-z])gh-[0-9]|(?<![a-z])cve-[0-9]|\$|:[a-z0-9_+-]+:|(?:^|[^0-9a-z])[0-9a-f]{7,64}(?:$|[^0-9a-z])",
    re.IGNORECASE,
)


def spelled(text: str) -> str:
    r"""Return one line of text with every hidden character written out (`\u202e`); white space becomes a space."""
    return one_line(text)


def markdown(text: str) -> str:
    """Text as it is, in the middle of Markdown or a table cell; words that would become references stand in `<code>`."""
    return "".join(
        _code(word) if _REFERENCE.search(word) else _plain(word)
        for word in re.split(r"( +)", spelled(text))
    )


def prose(text: str) -> str:
    """A sentence of ours: what stands between backticks in it is shown as code.

    Nothing between or around them can format.
    """
    parts = re.split(r"`([^`]+)`", text)
    return "".join(
        _code(spelled(part)) if index % 2 else markdown(part) for index, part in enumerate(parts)
    )


def _plain(word: str) -> str:
    return _LEADING.sub(lambda found: f"{found[1]}&#{ord(found[2])};", word.translate(_ENTITIES))


def _code(text: str) -> str:
    return f"<code>{text.translate(_ENTITIES)}</code>"


def code_span(text: str) -> str:
    """Text as a code span, for prose and table cells.

    The fence is longer than any run of backticks inside.
    """
    line = spelled(text).strip(" ") or " "
    if (
        "|" in line or line == " "
        # a table would split a code span at a pipe, and a blank one would not be a span
    ):
        return _code(line)
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def html(text: str) -> Markup:
    """Text for HTML, SVG and attributes in double quotes, marked as safe for `markupsafe`."""
    from markupsafe import escape

    return escape(spelled(text))
