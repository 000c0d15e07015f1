"""Help of `changeflow gate` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "gate": {
        "": """
说明一项变更的门禁是否放行，理由以树状列出。

\b
submit   变更可否进入评审
approve  变更可否合并
deploy   现在可否开始发布
close    变更可否关闭

退出码：0 放行，1 未放行。

在应用程序的仓库中，提交在尾注中写明所属的变更：用 --change-from 读取。没有写明或写了多个变更的提交会被拒绝，退出码为 3。

部署门禁（deploy）还要知道由谁启动部署。在 GitHub Actions 作业中，如果设置了 `host: github`，
就是启动该次运行的账号；其他情况由 --as 说明。
""",
        "GATE": "哪个门禁",
        "--change-from": "此提交的尾注 `Change: CHG-...` 所写明的变更",
        "--in": "该提交所在的克隆（默认：当前目录）",
        "--as": "由谁启动部署：人员名册中的编号（仅用于 gate deploy）",
        "--record": "把判定记入证据账本",
    },
}
