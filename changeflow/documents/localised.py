"""Templates in the reader's language: the structure stands once, the texts stand by language.

A template is English. Its texts in another language are a YAML file below `templates/chinese/texts`
with the same path: English text -> Chinese text. A text of several lines of comments is one text
there. A page of prose is translated as a whole, below `templates/chinese/whole`. What a rule of a policy
says stands there in both languages; the one that is asked for comes first.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final

from changeflow.model.characters import yaml_quoted
from changeflow.model.languages import ENGLISH, LanguageName

_FOLDERS: Final = {"zh": Path(__file__).parent.parent / "templates" / "chinese"}
# A blank of a text, or the line break of a comment that goes on.
_BLANK: Final = r"(?: |\n *# )"
# A text is a whole comment or value: before and after it stands what YAML or a shell puts there.
_BEFORE: Final = r"""(?<=[ "'])"""
# A text of a rule and the line below it that says the same in another language.
_IN_BOTH: Final = re.compile(r"(?m)^( +)(message|hint): (.+)\n +\2s: \{zh: \"(.+)\"\}$")
_AFTER: Final = r"""(?=["']?(?: *$| +#|[,}]| >&2|;| \$))"""


def localised(text: str, name: str, language: LanguageName) -> str:
    """Return a template with its texts in a language. What has no translation stays English.

    Args:
        text: the template, or a part of it.
        name: path of the file that is made from the template.
        language: of the texts.
    """
    texts = _texts(name, language)
    if not texts:
        return text
    text = _IN_BOTH.sub(_chinese_first, text)
    known = {" ".join(english.split()): other for english, other in texts.items()}

    def other(found: re.Match[str]) -> str:
        lines = known[re.sub(_BLANK, " ", found[0])].split("\n")
        start = found.string.rfind("\n", 0, found.start()) + 1
        return f"\n{found.string[start : found.start()]}".join(lines)

    return _pattern(name, language).sub(other, text)


def sentence(text: str, name: str, language: LanguageName) -> str:
    """Return a text that is shown, not written, in a language; English where it has no other.

    Args:
        text: the English text.
        name: of the file with its translation.
        language: of the reader.
    """
    return _texts(name, language).get(text, text)


def _chinese_first(found: re.Match[str]) -> str:
    """Return what a rule says in Chinese, and below it the same in English."""
    indent, key, english, chinese = found.groups()
    quoted = f"'{english}'" if '"' in english else yaml_quoted(english)
    return f"{indent}{key}: {chinese}\n{indent}{key}s: {{en: {quoted}}}"


def page(name: str, language: LanguageName) -> str | None:
    """Return a page of prose in a language; None where the English one is to be taken."""
    if language == ENGLISH:
        return None
    path = _FOLDERS[language] / "whole" / name.replace(".github/", "dot-github/")
    return path.read_text(encoding="utf-8") if path.is_file() else None


@functools.lru_cache
def _texts(name: str, language: LanguageName) -> dict[str, str]:
    """Return the texts of a template: English -> other language."""
    if language == ENGLISH:
        return {}
    import yaml

    path = (_FOLDERS[language] / "texts" / name.lstrip(".")).with_suffix(".yaml")
    if not path.is_file():
        return {}
    texts: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


@functools.lru_cache
def _pattern(name: str, language: LanguageName) -> re.Pattern[str]:
    """Return a pattern that finds every text of a template, the longest first."""
    texts = sorted(_texts(name, language), key=len, reverse=True)
    found = (_BLANK.join(map(re.escape, text.split())) for text in texts)
    return re.compile(rf"(?m){_BEFORE}(?:{'|'.join(found)}){_AFTER}")
