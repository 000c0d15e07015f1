"""Texts around what `check` finds, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "finding.more": "本文件中另有 {count:count} 处同类问题",
    "finding.again": "{said}（本文件中另有 {count:times}）",
}
