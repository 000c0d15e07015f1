"""Help of `changeflow schedule` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "schedule": {
        "": """
显示变更日程，以及冲突和封网期。

所列的是主分支上已计划的变更，其后是没有变更窗口且尚未结束的变更。
svg 和 html 格式绘出各周；markdown 用于 CAB 的议程。
ics 格式需要安装附加组件 `changeflow[calendar]`；再次载入时，日历中已有的事件会随之移动或取消。
""",
        "--from": "时段的开始，例如 2026-12-01 或“周一”；也可写时段本身：2026-W48（默认：现在）",
        "--to": "时段的结束，例如 2026-12-15 或 +2w（默认：开始之后 30 天）",
        "--base": "从此版本读取（默认：主分支）",
    },
}
