"""Help of `changeflow impact` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "impact": {
        "": """
显示配置项变更可能影响什么。

每个受影响的配置项都有一个得分，以及沿影响最强的路径的距离。得分 1 表示会失效，0.5 表示会降级。
冗余组剩余的成员仍然够用时，只传递五分之一的得分。
""",
        "CI": "要变更的配置项的编号",
        "--depth": "不显示距离超过 N 步的配置项；N 不小于 0",
        "--fold": "按此项折叠图形中的配置项（默认：数量太多、无法阅读时才折叠）",
        "--rev": "从此版本读取 CMDB（默认：工作区）",
    },
}
