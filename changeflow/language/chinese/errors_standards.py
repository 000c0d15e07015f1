"""Errors about standards, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "standard.unknown": (
        "没有标准 {name:shown}",
        "标准位于 `policies/standards/`；changeflow 自带 `iso20000-1-2018`",
    ),
}
