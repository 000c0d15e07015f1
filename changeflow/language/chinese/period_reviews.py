"""Skeletons of reviews of periods, and what stops them, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "period_review.how": (
        "期间评审：去掉各问题前的 # 并作答，并通过拉取请求提交到主分支。\n"
        "由工具填写的内容会被核对：依据这些提交重新生成报表并比较。"
    ),
    "period_review.field:analysed_by": "人员，由谁分析",
    "period_review.field:reviewed": "评审日期，例如 2027-01-12",
    "period_review.field:reviewers": "[{{person: …, role: …}}]，由谁评审（应有分析人之外的人）",
    "period_review.field:conclusion": "对整个期间的结论",
    "period_review.field:decisions": "[{{decision: …, owner: …, due: …}}]，作出的决定",
    "period_review.field:improvements": "[编号]，由此产生的改进措施，即 improvements/ 下的文件",
    "period_review.field:trend": "原因是什么，后续是什么",
    "period_review.measured": "{measure}：本期 {value}，上期 {previous}，去年同期 {year_before}",
    "period_review.next": "请填写 `{path}`，并用 `changeflow check` 检查",
    "period_review.is_there": (
        "此期间已有评审：`{path}`",
        "`changeflow check {path}` 会说明缺少什么",
    ),
    "period_review.open_period": (
        "评审需要有起止时间的期间",
        "加上 --from 和 --to",
    ),
    "period_review.not_over": (
        "期间尚未结束：结束于 {end:time}",
        "期间结束后再评审",
    ),
    "period_review.needs_repository": (
        "评审写入变更仓库",
        "请在变更仓库中运行，不要加 --history：评审的是仓库自身和 history/ 中的记录",
    ),
}
