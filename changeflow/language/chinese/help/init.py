"""Help of `changeflow init` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "init": {
        "": """
新建一个能通过自身 `changeflow check` 的变更仓库。

其中有设置、示例配置项、人员名册、默认策略、一个变更模型、JSON Schema，以及说明下一步做什么的 README。
加上 --lang zh，注释、提示和名称都用中文，此后给人看的回答也都用中文。
已有的文件绝不覆盖：只要有一个文件已经存在，就什么也不写。
""",
        "DIR": "建在哪里（默认：当前目录）",
        "--as": "你在人员名册中的编号（默认：取自 git 的 user.name）",
        "--key": "你的 SSH 公钥（默认：git 签名所用的公钥，或 ~/.ssh 中的公钥）",
        "--member": "CAB 成员；可重复。不写 EMAIL 时，取公钥注释中的地址",
        "--host": (
            "在哪里审批：在 git 中签名，或在 GitHub 上评审。选 GitHub 时，也会写好机器人的工作流"
        ),
        "--action": "仅用于 GitHub：你们自己的 changeflow 副本，以及所运行的完整提交号",
        "--timezone": "团队的时区，例如 Asia/Shanghai（默认：本机时区）",
        "--git": "提交到新建的 git 仓库；DIR 已在某个仓库之内时除外",
        "--skip-existing": "保留已有的文件，只写其余的文件",
    },
}
