"""Findings about reviews of periods, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "period-review-id-folder": (
        "编号是 {id:shown}，目录却是 {folder:shown}",
        "目录名就是编号：请修改其中一个",
    ),
    "period-review-not-over": (
        "报表生成于 {made}，当时期间尚未结束（{end}）",
        "期间结束后重新生成报表",
    ),
    "period-review-not-over:empty": (
        "期间的结束早于开始",
        "`to` 应晚于 `from`",
    ),
    "period-review-unknown-person": (
        "人员名册中没有 {who:shown}",
        "{what_now:sentences}",
    ),
    "period-review-unknown-person:agent": (
        "{who:shown} 是自动化程序",
        "期间由人评审",
    ),
    "period-review-unknown-person:role": (
        "{who:shown} 没有角色 {role:shown}",
        "请填写此人在人员名册中的角色",
    ),
    "period-review-unknown-person:owner": (
        "责任人 {who:shown} 既不是角色，也不是人员名册中的人",
        "{what_now:sentences}",
    ),
    "period-review-own-analysis": (
        "分析和评审都只有 {who:shown} 一人",
        "分析应由另一人评审",
    ),
    "period-review-unknown-improvement": (
        "没有改进措施 {name:shown}",
        "{what_now:sentences}",
    ),
    "period-review-measure": (
        "没有指标 {measure:shown}",
        "指标的编号见 `changeflow report kpi --format json`",
    ),
    "period-review-measure:twice": (
        "指标 {measure:shown} 有两条结论",
        "每个指标写一条结论",
    ),
    "period-review-unconcluded": (
        "{measure:shown} 有信号，却没有结论",
        "在 `conclusion` 中写明原因和后续；不需要采取措施也是结论，但要说明理由",
    ),
    "period-review-empty-words": (
        "{said:shown} 没有实际内容",
        "请写明看到了什么、原因是什么、后续是什么",
    ),
    "period-review-unanswered:analysed_by": (
        "未说明由谁分析",
        "填写 `analysed_by: 人员`",
    ),
    "period-review-unanswered:reviewed": (
        "未说明评审日期",
        "填写 `reviewed: 日期`",
    ),
    "period-review-unanswered:reviewers": (
        "未说明由谁评审",
        "填写 `reviewers: [{{person: …, role: …}}]`",
    ),
    "period-review-unanswered:conclusion": (
        "未说明对整个期间的结论",
        "填写 `conclusion:`",
    ),
    "period-review-other-numbers": (
        "依据相同提交重新生成的报表，数字不同",
        "数字被修改过，或者当时看的是另一份报表：请重新开始评审，并保留各人所写的内容",
    ),
    "period-review-other-numbers:signals": (
        "依据相同提交重新生成的报表，信号不同：{signals:list}",
        "请照抄报表中的信号；每个信号都需要结论",
    ),
}
