"""The words of other systems for the stage of an item and for its importance."""

from __future__ import annotations

import re
from typing import Final

_STATUS: Final[dict[str, tuple[str, ...]]] = {
    "planned": (
        "planned", "ordered", "on order", "pending install", "pending installation", "staged",
        "inventory", "in stock", "stock", "implementation", "new", "draft", "requested",
        "计划", "计划中", "规划中", "待上线", "采购中", "建设中",
    ),
    "live": (
        "live", "active", "operational", "production", "in production", "in use", "in service",
        "installed", "running", "up", "on", "enabled", "connected", "online", "experimental",
        "deprecated", "in maintenance", "maintenance", "non-operational", "repair in progress",
        "pending repair", "offline", "failed", "dr standby", "ready", "decommissioning",
        "运行", "运行中", "在用", "使用中", "已上线", "上线", "正常", "生产", "维护中",
    ),
    "retired": (
        "retired", "decommissioned", "disposed", "absent", "obsolete", "stolen", "removed",
        "archived", "end of life", "scrapped", "deprovisioned",
        "下线", "已下线", "停用", "已停用", "退役", "已退役", "报废", "已报废",
    ),
}  # fmt: skip
_CRITICALITY: Final[dict[str, tuple[str, ...]]] = {
    "tier1": (
        "tier1", "1", "critical", "most critical", "mission critical", "very high", "p1",
        "关键", "核心", "非常高", "一级",
    ),
    "tier2": (
        "tier2", "2", "high", "somewhat critical", "business critical", "p2",
        "高", "重要", "二级",
    ),
    "tier3": (
        "tier3", "3", "medium", "moderate", "less critical", "p3",
        "中", "一般", "三级",
    ),
    "tier4": (
        "tier4", "4", "low", "not critical", "none", "p4",
        "低", "次要", "四级",
    ),
}  # fmt: skip
_BY_WORD: Final = {
    "status": {word: status for status, words in _STATUS.items() for word in words},
    "criticality": {word: tier for tier, words in _CRITICALITY.items() for word in words},
}
# `1 - most critical` of ServiceNow; `1,0` and `1.0` are what spreadsheets make of a number
_NUMBERED: Final = re.compile(r"([1-4])(?:[.,]0+)?(?: *- *.*)?")
_TIER: Final = re.compile(r"tier[ _-]*([1-4])")


def known_word(attribute: str, text: str) -> str | None:
    """Return the status or criticality that a word means; None for one that is not known."""
    word = " ".join(text.casefold().split())
    if attribute == "criticality":
        numbered = _NUMBERED.fullmatch(word) or _TIER.fullmatch(word)
        if numbered:
            return f"tier{numbered[1]}"
    words = _BY_WORD[attribute]
    return words.get(word) or words.get(word.replace("_", " "))
