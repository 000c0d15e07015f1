"""Help of `changeflow assess` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "assess": {
        "": """
判定变更的类型和级别，计算它可能影响什么，为风险打分，说明必须由谁批准。

策略、人员名册、CMDB、变更模型和日历取自主分支（--base），变更取自工作区（--head）。
""",
        "--record": "把评估结果记入证据账本",
    },
}
