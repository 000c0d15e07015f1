"""The head of a kept plan: which program made it, in which format, kept by which normaliser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from changeflow.model.characters import visible
from changeflow.model.redaction import blotted, shapes

# Raised when a normaliser keeps something else of the same output. A kept plan names the version
# that made it, so that one of an older program differs visibly and is made again.
NORMALISER: Final = 2


def plan_head(format_: str, run: Sequence[str]) -> str:
    """Return the lines with which a kept plan begins.

    Args:
        format_: what the program prints.
        run: the program with its arguments.
    """
    words = json.dumps(list(run), ensure_ascii=False)
    clean = visible(blotted(words, list(shapes(words))))
    return f"# changeflow plan: {format_}, normaliser {NORMALISER}\n# {clean}\n\n"
