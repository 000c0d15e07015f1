"""Opinions of reviewers, and post-implementation reviews, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "review.not_demanded": "发布以 `{outcome}` 结束，规则 {rules:codes} 对此不要求评审",
    "review.missing": (
        "尚无实施后评审",
        "`changeflow review {change}` 可以开始评审",
    ),
    "review.incomplete": (
        "评审有 {count} 个问题：{problems:sentences}",
        "`changeflow review {change}` 会列出全部问题及其位置",
    ),
    "review.in_future": (
        "评审称其于 {day:date} 完成，而该日期尚未到来",
        "`reviewed` 应为完成评审的日期",
    ),
    "review.complete": "已由 {reviewer:person} 评审",
    "review.rejected:changes": (
        "{who:person} 要求修改",
        "在其批准之前，该意见一直有效",
    ),
    "review.rejected:changes_words": (
        "{who:person} 要求修改：{words}",
        "在其批准之前，该意见一直有效",
    ),
    "review.edited": (
        "{who:person} 的评审意见在给出之后于 {at:time} 被编辑过",
        "审批针对的是内容，其文字不作为依据",
    ),
    "review.unknown_state": (
        "评审意见 {id} 的状态 `{state}` 无法识别",
        "请修正人员名册，或询问本人",
    ),
    "review.no_time": (
        "评审意见 {id} 没有提交时间",
        "请修正人员名册，或询问本人",
    ),
    "reviewer.ghost": "给出该意见的账号已不存在",
    "reviewer.not_human": "{login} 不是人员账号（{type}）",
    "review.rejected": (
        "{who:person} 否决了该变更",
        "在 {who:person} 批准或撤回该意见之前，否决一直有效",
    ),
    "review.rejected:words": (
        "{who:person} 否决了该变更：{words}",
        "在 {who:person} 批准或撤回该意见之前，否决一直有效",
    ),
}
