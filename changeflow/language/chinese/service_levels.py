"""What planned outages leave of service levels, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "sla.title": "服务级别",
    "sla.left": (
        "{ci:item}：自 {start:time} 起（按{period:word}计），停机预算 {budget} 分钟"
        "（{target}%），余额 {left} 分钟"
    ),
    "sla.left:over": (
        "{ci:item}：自 {start:time} 起（按{period:word}计），停机预算 {budget} 分钟"
        "（{target}%），超出 {left} 分钟"
    ),
    "sla.taken": "已发布的变更用去 {used} 分钟，计划停机 {planned} 分钟，其中本变更 {outage} 分钟",
    "sla.counted": "计入的其他变更：{changes:codes}",
    "sla.unknown": "{changes:codes} 未申报计划停机，余额可能更少",
    "sla.degraded": "受影响但不会失效，因此不计停机：{items:items}",
}
