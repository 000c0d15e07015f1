"""What became of plans, and why the output of a program is no plan, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "no_plan.empty": ("程序没有任何输出", "计划要说明将会发生什么，即使什么都不会发生"),
    "no_plan.no_diff": (
        "输出不是差异：其中没有不同的行或文件",
        "没有不同时，不要输出任何内容，退出码为 0",
    ),
    "no_plan.cut_diff": (
        "差异不完整：第 {line} 行处缺少内容",
        "请输出全部内容，并以换行结束",
    ),
    "no_plan.errored": ("Terraform 未能完成该计划", "修复它报告的问题，然后重新生成计划"),
    "no_plan.no_recap": (
        "输出不是 `ansible-playbook` 的完整运行：缺少其汇总（recap）",
        "输出 `ansible-playbook --check --diff`，使用 `default` 回调",
    ),
    "no_plan.tasks_failed": (
        "在 {host} 上有任务失败，或该主机没有应答",
        "修复后重新生成计划；后面的任务未被检查",
    ),
    "no_plan.not_utf8": (
        "输出不是 UTF-8（第 {at} 字节）",
        "让程序输出文本，例如对已保存的计划执行 `terraform show -json`",
    ),
    "no_plan.shape": (
        "输出不是 Terraform 的 JSON 计划",
        "对 `terraform plan -out FILE` 保存的计划执行 `terraform show -json FILE`",
    ),
    "no_plan.too_long": (
        "输出超过 {limit} 字节",
        "只计划其中一部分，或省略没有变化的内容",
    ),
    "plans.line:same": "{path}：与已保存的相同",
    "plans.line:missing": "{path}：尚未保存",
    "plans.line:differs": "{path}：与已保存的不同",
    "plans.line:unasked": "{path}：没有步骤要求它",
    "plans.line:unasked_kept": "{path}：已移除，因为没有步骤要求它",
    "plans.line:missing_kept": "{path}：已生成",
    "plans.line:differs_kept": "{path}：已重新生成，且有不同",
}
