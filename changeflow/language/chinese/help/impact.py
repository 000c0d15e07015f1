"""Help of `changeflow impact` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "impact": {
        "": """
显示配置项变更可能影响什么。

每个受影响的配置项都有一个得分，以及沿影响最强的路径的距离。得分 1 表示会失效，0.5 表示会降级。
冗余组剩余的成员仍然够用时，只传递五分之一的得分。多个配置项视为同时失效，冗余组可能因此成员不足。
按环境、等级和责任人统计数量，并列出其中的服务。
""",
        "CI": "要变更的配置项的编号",
        "--depth": "不显示距离超过 N 步的配置项；N 不小于 0",
        "--fail-together": "多个配置项：指出仅因同时失效才受的影响；或视为先后失效（默认：同时失效）",
        "--fold": "按此项折叠图形中的配置项（默认：数量太多、无法阅读时才折叠）",
        "--rev": "从此版本读取 CMDB（默认：工作区）",
    },
}
