"""Errors about standards, in English."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "standard.unknown": (
        "there is no standard {name:shown}",
        "standards lie in `policies/standards/`; `iso20000-1-2018` ships with changeflow",
    ),
}
