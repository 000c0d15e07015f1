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
    "when.in_the_way": "目前的障碍：",
    "when.changes": "仅随时间推移，答案何时改变：",
    "when.turn": "{at:time}  {state}",
    "when.ends": "不再成立：{what}",
    "when.begins": "自此成立：{what}",
    "when.slots": "在变更窗口内，日历允许开始实施的时段：",
    "when.no_slots": "在变更窗口内，日历不允许在任何时刻开始实施。",
    "when.alternatives": "同样长度的其他窗口；移动后的变更须重新批准：",
    "when.span": "{start:time} 至 {end:time}",
    "when.best": "{span}  （最佳）",
    "when.facts": "{facts:sentences}",
    "when.risk": "风险{level:word}，{score} 分",
    "when.maintenance": "处于维护窗口内",
    "when.overlaps": "与 {changes:list} 冲突",
    "when.overlaps:hard": "与 {changes:list} 严重冲突",
    "when.alone": "不与任何变更冲突",
    "when.services": "影响 {items:items}",
    "when.needs": "仍然需要：{what}",
    "when.ending:approval": "在此之前结束：{id:person} 的批准，{at:time}",
    "when.ending:model": "在此之前结束：变更模型 `{id}`，{at:time}",
    "when.ending:delegation": "在此之前结束：对 {id:person} 的委托，{at:time}",
    "when.ending:exception": "在此之前结束：例外 `{id}`，{at:time}",
    "when.ending:hold": "在此之前结束：暂停令 `{id}`，{at:time}",
    "when.order": "一个合法的顺序，以及各项变更的时间：",
    "when.after": "在 {changes:list} 之后",
    "when.moved": "须将其窗口移到该时间，并重新批准该变更",
    "when.unplaced": "没有找到 {change} 可用的时间：",
}
