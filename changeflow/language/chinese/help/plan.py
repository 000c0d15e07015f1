"""Help of `changeflow plan` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "plan": {
        "": """
运行说明变更将做什么的程序，并把其输出与变更请求保存在一起。

带有 `plan` 的步骤，或整个实施计划，可以指定一个程序，例如 `terraform show -json`。它此时此地以你的身份运行：
请先阅读变更请求，再为其生成计划。其输出去除无关信息和机密后保存在 `changes/ID/plans/` 中，随变更请求一起批准，
并在发布开始时重新生成和比较。

退出码：0 所有计划均已生成；1 --check 发现有计划不同或缺失；3 变更请求没有计划；5 程序失败或没有输出计划。
""",
        "--check": "不写入任何内容；有计划与已保存的不同时退出码为 1",
    },
}
