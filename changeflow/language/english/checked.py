"""Texts around what `check` finds."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "finding.more": "and {count:count} more of this kind in this file",
    "finding.again": "{said} (and {count:times} in this file)",
}
