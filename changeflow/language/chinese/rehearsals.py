"""Rehearsals of releases in a sandbox, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "rehearsal.heading": "{change}：在 {environment:environment} 的演练，{state:word}",
    "rehearsal.begins": "--- {of} 个步骤中的前 {steps} 个：实施，再回退",
    "rehearsal.begins:whole": "--- 全部 {of} 个步骤并验证：实施，再回退",
    "rehearsal.column_steps": "步骤",
    "rehearsal.column_came": "结果",
    "rehearsal.column_forward": "实施",
    "rehearsal.column_back": "回退",
    "rehearsal.column_limit": "允许",
    "rehearsal.column_name": "最后一步",
    "rehearsal.seconds": "{seconds} 秒",
    "rehearsal.prefix": "{steps}",
    "rehearsal.prefix:whole": "全部 {steps}",
    "rehearsal.came:back": "已回退",
    "rehearsal.came:late": "回退超时",
    "rehearsal.came:failed": "失败，已回退",
    "rehearsal.came:left": "未能回退",
    "rehearsal.left": "未回退：{left:list}",
    "rehearsal.skipped": "由人工执行，未演练：{step} {name:code}",
    "rehearsal.interrupted": "演练被中断，不作数",
    "rehearsal.unasked": "有人工步骤须由人员执行，而此处没有可以询问的终端",
    "rehearsal.ends:irreversible": "演练止于步骤 {index} {name:code} 之前：该步骤无法撤销",
    "rehearsal.ends:no_undo": "演练止于步骤 {index} {name:code} 之前：没有撤销它的步骤",
    "rehearsal.ends:manual_undo": "演练止于步骤 {index} {name:code} 之前：该步骤由人工撤销",
    "rehearsal.late": "从前 {steps} 个步骤回退所用时间超过允许的时间",
    "rehearsal.failed": "前 {steps} 个步骤：{why}；已做的均已回退",
    "rehearsal.failed:left": "前 {steps} 个步骤的回退失败：{why}；沙箱保持现状",
    "rehearsal.next": "请修正计划，再重新演练",
    "rehearsal.next:left": "请手工恢复 {environment:environment}，修正计划，再重新演练",
    "rehearsal.next:interrupted": "请先查看 {environment:environment}，再从头演练",
    "rehearsal.next:waiting": (
        "请在终端上运行，或略去人工步骤："
        "在 changeflow.yaml 中写 `release: {{rehearsal: {{manual: skip}}}}`"
    ),
    "rehearsal.ask": "{step} {name:code}：{manual}。在 {environment:environment} 已完成吗？",
    "rehearsal.shown": (
        "已于 {at:time} 在 {environment:environment} 演练：{steps} 个步骤，回退最多用 {seconds} 秒"
    ),
    "rehearsal.shown:outdated": (
        "曾于 {at:time} 在 {environment:environment} 演练，此后有改动或演练失败：请重新演练"
    ),
    "rehearsal.shown:none": "未演练：`changeflow release rehearse {change}` 会从每一步试行回退",
    "rehearsal.same_way": (
        "该回退路径已于 {at:time} 以相同内容在 {environment:environment} 演练：批准涵盖此路径"
    ),
    "rehearsal.other_way": "该回退路径未以此内容演练过",
}
