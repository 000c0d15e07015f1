"""What earlier reviews learnt, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "lessons.title": "以往的评审",
    "lessons.change": "{change}：{outcome:word}，评审于 {day:date}",
    "lessons.relation:item": "相同配置项：{items:items}",
    "lessons.relation:model": "相同变更模型",
    "lessons.relation:kind": "同类变更",
    "lessons.learnt": "经验教训：{said}",
    "lessons.cause": "根本原因：{said}",
    "lessons.open": "尚未完成：{action}",
    "lessons.owed_title": "待完成的评审",
    "lessons.owed_by": "可由 {by:people} 完成",
    "lessons.owed_by:none": "无人可以完成",
    "lessons.due": "应于 {due:minute} 前完成",
    "lessons.due:overdue": "已逾期，应于 {due:minute} 前完成",
    "lessons.more": "另有 {more} 次",
}
