"""What the changes of a schedule take from service levels, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "outages.title": "服务计划停机",
    "outages.colon": "：",
    "outages.left": (
        "{ci:item}：自 {start:time} 起（按{period:word}计），停机预算 {budget} 分钟"
        "（{target}%），若这些变更都实施，余额 {left} 分钟"
    ),
    "outages.left:over": (
        "{ci:item}：自 {start:time} 起（按{period:word}计），停机预算 {budget} 分钟"
        "（{target}%），若这些变更都实施，超出 {left} 分钟"
    ),
    "outages.taken": (
        "已发布的变更用去 {used} 分钟，已批准的变更计划 {planned} 分钟，待批准的变更拟用 {proposed} 分钟"
    ),
    "outages.unknown": "余额可能更少：{changes:list} 未申报停机",
    "outages.service": "{ci:item}，目标 {target}%",
    "outages.period": "按{period:word}计，自 {start:time} 起",
    "outages.rest": "{left}",
    "outages.rest:over": "超出 {left}",
    "outages.column:service": "服务",
    "outages.column:of_period": "周期",
    "outages.column:budget": "预算（分钟）",
    "outages.column:used": "已用（分钟）",
    "outages.column:planned": "已批准（分钟）",
    "outages.column:proposed": "待批准（分钟）",
    "outages.column:left": "余额（分钟）",
}
