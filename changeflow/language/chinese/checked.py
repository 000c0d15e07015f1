"""Texts around what `check` finds, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "finding.more": "本文件中另有 {count:count} 处同类问题",
    "finding.again": "{said}（本文件中另有 {count:times}）",
    # -- what stands around findings
    "check.finding": "{level}：{said}",
    "check.error": "错误",
    "check.warning": "警告",
    "check.hint": "提示：{hint}",
    "check.left_out": "未列出：`{rule}` 的 {number}；`--all` 全部列出",
    "check.clean": "已检查 {documents}，没有发现问题",
    "check.found": "已检查 {documents}：{errors}，{warnings}",
    "check.documents:one": "{count} 个文档",
    "check.documents:many": "{count} 个文档",
    "check.errors:one": "{count} 个错误",
    "check.errors:many": "{count} 个错误",
    "check.warnings:one": "{count} 个警告",
    "check.warnings:many": "{count} 个警告",
}
