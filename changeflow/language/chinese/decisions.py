"""The frame of a decision, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "verdict.open": "放行",
    "verdict.shut": "未放行",
    "verdict.heading": "变更 {change} 的{gate:word}门禁：{verdict}（{at:time}）",
    "verdict.title": "{gate:word}门禁 `{gate}`：{verdict:word}",
    "outcome.pass": "通过",
    "outcome.fail": "不通过",
    "outcome.pending": "待定",
    "outcome.error": "错误",
    "outcome.skipped": "-",
    "outcome.warning": "警告",
    "sign.pass": "通过",
    "sign.fail": "不通过",
    "sign.pending": "待定",
    "sign.error": "错误",
    "sign.skipped": "不适用",
    "sign.warning": "警告",
    "decision.reason": "理由",
    "decision.rule": "规则",
    "decision.hint": "提示：{hint}",
    "decision.not_met": "未满足：{asks}",
    "decision.named": "{said}：{names:sentences}",
    "decision.more": "另有 {count} 项",
    "decision.approved": "已批准",
    "decision.missing": "待审批",
    "decision.ignored": "未计入",
    "decision.approval": "{who:person}，以 {role:role} 身份，{at:time}",
    "decision.seat": "{role:role} 需 {needed} 人，还缺 {vacant} 人；可由 {people:people} 审批",
    "decision.seat:none": "{role:role} 需 {needed} 人，还缺 {vacant} 人；无人可以审批",
    "decision.not_counted": "未计入：{why}",
    "decision.not_by_agreement": "仅凭审批无法放行：{why:sentences}",
    "decision.not_by_agreement:reasons": "仅凭审批无法放行：见上文",
    "decision.waits": "需要 {people:people} 同意；此外还须等待：{rules:list}",
    "decision.approvable": "可由 {people:people} 审批",
    "decision.would_open": "{people:people} 同意后即可放行",
    "since.heading": "{who:person} 于 {at:minute} 批准之后",
    "since.title": "{who:person} 于 {at:minute} 批准之后的改动",
}
