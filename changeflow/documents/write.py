"""Write small pieces of YAML by hand, because a dumper would lose the comments around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from changeflow.model.characters import yaml_quoted

_PLAIN: Final = re.compile(r"[./]{0,3}[A-Za-z][A-Za-z0-9_./-]*", re.ASCII)
# what YAML reads as something else than text
_RESERVED: Final = frozenset(
    ("true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan")
)


def scalar(text: str) -> str:
    """Return text as a scalar: plain if it can be read as text only, quoted otherwise."""
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return yaml_quoted(text)


def flow_list(words: Sequence[str]) -> str:
    """Return a list on one line."""
    return f"[{', '.join(map(scalar, words))}]"
