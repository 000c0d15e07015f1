"""Writing small YAML by hand, where a dumper would lose the comments around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from changeflow.model.characters import yaml_quoted

_PLAIN: Final = re.compile(r"[./]{0,3}[A-Za-z][A-Za-z0-9_./-]*", re.ASCII)
_RESERVED: Final = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def scalar(text: str) -> str:
    """Return text as a scalar: plain where nothing could take it for something else, quoted otherwise."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED else yaml_quoted(text)


def flow_list(words: Sequence[str]) -> str:
    """Return a list on one line."""
    return f"[{', '.join(scalar(word) for word in words)}]"
