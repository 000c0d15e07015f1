"""A release that may not start, or a person may not intervene in, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "run.no_steps": ("{change} 没有实施步骤", "草稿不能发布"),
    "run.edited": ("在判定门禁期间 {change} 被修改", "未作任何改动；请再运行一次"),
    "run.held": (
        "{change} 的发布正占用环境 `{environment}`",
        "`changeflow release status {change}` 显示其状态",
    ),
    "run.shut": (
        "{change} 的部署门禁未放行：{reasons}",
        "`changeflow gate deploy {change}` 显示完整的判定",
    ),
    "run.under_way": (
        "{change} 的发布正在进行：{who}",
        "如果该进程已不在：`changeflow release resume {change} --run {run}`",
    ),
    "run.not_released": ("{change} 还没有发布", "`changeflow release run {change}` 启动发布"),
    "run.running_here": (
        "{change} 的发布正在本机运行（运行编号 {run}）",
        "`changeflow release status {change}` 可以跟踪",
    ),
    "run.not_over": (
        "{change} 的发布尚未结束，没有可评审的内容",
        "`changeflow release status {change}` 显示当前情况",
    ),
    "run.other_reviewer": ("该评审属于 {reviewer}，而不是 {person}", "应由其评审人记录"),
}
