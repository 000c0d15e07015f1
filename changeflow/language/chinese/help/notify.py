"""Help of `changeflow notify` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "notify": {
        "": """
把变更告知相关人员：公布、改期、取消、开始、完成、已回退、失败。

告知谁、经哪些渠道、告知哪些事，由主分支 `changeflow.yaml` 中的 `spec.notify` 规定。每件事对每个人只告知一次；
告知过什么，证据账本上有记录。没有送达的会再试，间隔逐次加长。请定期运行；设置了
`spec.notify.on_schedule` 时，`changeflow ci` 在定时运行中代为告知。

退出码：0 需要告知的人都已告知；1 有人未能告知，以后再试。
""",
        "--dry-run": "只显示将告知什么，不发送也不记录",
    },
}
