"""The change schedule, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "schedule.heading": "变更日程，{start:time} 至 {end:time}",
    "schedule.empty": "该期间内没有变更窗口",
    "schedule.freeze": "封网期  {start:time} 至 {end:time}  {name}",
    "schedule.event": "{type:word}：{environments:environments} 环境中的 {items:items}",
    "schedule.event_of_freeze": "封网期：{name}",
    "schedule.unreadable": "无法读取：{path}",
    "schedule.titled": "（{type:word}）{title}",
    "schedule.touches": "变更 {environments:environments} 环境中的 {items:items}",
    "schedule.touches:state": "变更 {environments:environments} 环境中的 {items:items}；{state:word}",
    "schedule.conflict": "冲突：{what}",
    "schedule.conflict:hard": "严重冲突：{what}",
    "schedule.more_conflicts": "另有 {count} 个冲突",
    "schedule.frozen": "处于封网期 {freezes:list}",
    "when.never": "按目前情况，{change} 不能开始实施",
    "when.earliest": "{change} 最早可于 {start:time} 开始实施",
    "when.open": "自 {at:time} 起  放行  各项条件均已满足",
    "when.shut": "自 {at:time} 起  未放行  {why:sentences}",
}
