"""Help of `changeflow ci` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "ci": {
        "": """
运行 GitHub Actions 机器人：判定拉取请求，并发布 `changeflow/gate`。

它读取作业的环境，响应 pull_request_target、pull_request（仅预览）、pull_request_review、workflow_run、
issue_comment、merge_group、push 和 schedule；使用你们自己的 GitHub App 时，还有 deployment_protection_rule。
无论收到什么事件，都重新读取一切；重复运行不改变任何东西。
需要 GITHUB_TOKEN 和标准变量，以及主分支（绝不是拉取请求）的完整克隆。

退出码：0 所判定的均放行，一切都已完成；1 有判定未放行；5 有事情未能完成。
""",
        "--record": "只记录已合并到主分支的内容，不论是什么事件",
        "--judge": "只判定拉取请求：推送之后判定所有打开的拉取请求；不作任何记录",
        "# inside a workflow, see docs/guides/github.md": (
            "在工作流中运行，见 docs/guides/github.md"
        ),
        "# in the job that may publish verdicts": "在可以发布判定的作业中",
        "# in the job that may write the ledger": "在可以写入证据账本的作业中",
    },
}
