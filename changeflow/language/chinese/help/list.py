"""Help of `changeflow list` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "list": {
        "": """
列出变更台账：全部变更、各自的状态和待办事项。

其中有主分支上的变更，也有其他分支带来的变更，包括本地分支和上次取回时的远程分支；
使用 --head 时只列出该版本带来的变更。变更归入哪个时段，先看计划开始时间，其次看实际开始时间，
再次看记录时间。同一选项给出多次，符合其中任何一个值即可。
""",
        "--state": (
            "只列出处于此状态的变更：draft（草稿）、submitted（已提交）、assessed（已评估）、"
            "approved（已批准）、scheduled（已排期）、implementing（实施中）、implemented（已实施）、"
            "rolled_back（已回退）、rollback_failed（回退失败）、in_review（评审中）、closed（已关闭）、"
            "rejected（已否决）、withdrawn（已撤回）、unknown（未知）"
        ),
        "--type": "只列出此类型的变更：standard（标准变更）、normal（常规变更）、emergency（紧急变更）",
        "--ci": "只列出涉及此配置项的变更",
        "--person": "只列出由此人申请、实施或批准的变更",
        "--owed": "只列出有待办事项的变更",
        "--from": "只列出此时间起的变更，例如 2026-12-01 或“周一”；或某一期间的变更：2026-Q4",
        "--to": "只列出此时间之前的变更，例如 2026-12-08 或 +1w",
    },
}
