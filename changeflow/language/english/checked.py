"""Texts around what `check` finds."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "finding.more": "and {count:count} more of this kind in this file",
    "finding.again": "{said} (and {count:times} in this file)",
    # -- what stands around findings
    "check.finding": "{level}: {said}",
    "check.error": "error",
    "check.warning": "warning",
    "check.hint": "hint: {hint}",
    "check.left_out": "not listed: {number} of `{rule}`; `--all` lists everything",
    "check.clean": "{documents} checked, no problems",
    "check.found": "{documents} checked: {errors}, {warnings}",
    "check.documents:one": "{count} document",
    "check.documents:many": "{count} documents",
    "check.errors:one": "{count} error",
    "check.errors:many": "{count} errors",
    "check.warnings:one": "{count} warning",
    "check.warnings:many": "{count} warnings",
}
