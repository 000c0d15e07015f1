r"""Text from documents made harmless for where it is shown: Markdown on a code host, HTML, SVG.

A request for change holds text that a bot posts under its own name. Such text must never format,
link, mention, close an issue, load an image or hide anything. `cli.terminal.visible` does the same
for terminals.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from changeflow.model.characters import one_line
from changeflow.model.late_pattern import LatePattern

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_ENTITIES: Final = {code: f"&#{code};" for code in map(ord, "\\`*_{}[]<>#|~@&$^")}
# Signs that mean something only where a line may begin: a list, a heading's underline, a fence,
# `1.` or `1)`.
_LEADING: Final = re.compile(r"^([0-9]{0,9})([-+=:.!()])")

# Signs that end a part of a sentence and belong to no word before them.
_CLOSING: Final = ",;)"

# Between words: blanks, and signs of Chinese text that no reference of a code host goes across.
_BETWEEN: Final = LatePattern("([ ，。、；：？！（）《》“”]+)")

# Words that a code host turns into mentions, references, links, commits, emoji or formulas: it
# looks for them after the Markdown is rendered, so entities do not help, and it leaves code alone.
_REFERENCE: Final = LatePattern(
    r"@|#|://|www\.|(?<![a-z])gh-[0-9]|(?<![a-z])cve-[0-9]|\$|:[a-z0-9_+-]+:"
    r"|(?:^|[^0-9a-z])[0-9a-f]{7,64}(?:$|[^0-9a-z])",
    re.IGNORECASE,
)


def spelled(text: str) -> str:
    r"""Return one line of text with every hidden character written out (`\u202e`).

    White space becomes a space.
    """
    return one_line(text)


def markdown(text: str) -> str:
    """Escape text for the middle of Markdown or a table cell.

    Words that would become references are put into `<code>`.
    """
    return "".join(map(_inert_word, _BETWEEN.compiled.split(spelled(text))))


def _inert_word(word: str) -> str:
    if _REFERENCE.search(word):
        inner = word.rstrip(_CLOSING)
        if _REFERENCE.search(inner):
            return _code(inner) + word[len(inner) :]
        return _code(word)
    return _LEADING.sub(lambda found: f"{found[1]}&#{ord(found[2])};", word.translate(_ENTITIES))


def prose(text: str) -> str:
    """Escape a sentence of the program and show the parts between backticks as code.

    Nothing between or around them can format.
    """
    shown = ""
    for index, part in enumerate(re.split(r"`([^`]+)`", text)):
        quoted = index % 2 == 1
        shown += _code(spelled(part)) if quoted else markdown(part)
    return shown


def _code(text: str) -> str:
    return f"<code>{text.translate(_ENTITIES)}</code>"


def html_prose(text: str) -> Markup:
    """Escape a sentence for HTML and show the parts between backticks as code."""
    if "`" not in text:
        return html(text)
    from changeflow.render.markup import Markup

    shown = Markup("")
    for index, part in enumerate(re.split(r"`([^`]+)`", text)):
        quoted = index % 2 == 1
        shown += Markup("<code>{}</code>").format(spelled(part)) if quoted else html(part)
    return shown


def code_span(text: str) -> str:
    """Render text as a code span, for prose and table cells.

    The fence is longer than any run of backticks inside.
    """
    line = spelled(text).strip(" ") or " "
    # a table would split a code span at a pipe, and a blank one would not be a span
    if "|" in line or line == " ":
        return _code(line)
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


# Pages say the same words many times. Text and text that is marked safe are told apart.
@lru_cache(maxsize=8_192, typed=True)
def html(text: str) -> Markup:
    """Escape text for HTML, SVG and attributes in double quotes, marked safe for `markupsafe`."""
    from changeflow.render.markup import escaped

    return escaped(spelled(text))
