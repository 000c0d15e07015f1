"""What keeps the bot from judging or answering, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "bot.no_rule": "此平台上没有等待门禁的部署",
    "bot.unreadable": (
        "{change}：判定所依据的内容无法读取",
        "`changeflow gate deploy` 说明是哪一项",
    ),
    "bot.no_branch": ("`{remote}` 上没有分支 `{branch}`", "这是变更仓库的克隆吗？"),
    "bot.no_queue": ("此平台没有合并队列", "请逐个合并拉取请求"),
    "bot.no_answer": "git 对合并没有给出任何结果",
    "bot.bug": ("changeflow 的程序缺陷：{kind}", "见本次运行的日志"),
}
