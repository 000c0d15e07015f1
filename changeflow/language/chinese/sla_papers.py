"""Papers about service levels, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "sla_paper.title": "变更停机与服务级别影响报表",
    "sla_paper.budgets": "停机预算",
    "sla_paper.outages": "变更停机明细",
    "sla_paper.counts": "共 {total} 个服务周期，其中超出预算 {over} 个",
    "sla_paper.none": "没有服务约定服务级别：在配置项的 `spec.service_level` 中填写",
    "sla_paper.how": (
        "单位：分钟。预算为目标在该周期内允许的停机；"
        "已用为已发布变更的停机：已记入账本的评审写明实际停机的按实际，否则按申报；计划为已批准变更申报的停机。"
    ),
    "sla_paper.service": "{ci:item}，目标 {target}%",
    "sla_paper.period": "按{period:word}计，自 {start:time} 起",
    "sla_paper.left": "{left}",
    "sla_paper.left:over": "超出 {left}",
    "sla_paper.unknown": "余额可能更少：{changes:list} 未申报停机",
    "sla_paper.over": "超出预算的服务",
    "sla_paper.none_over": "没有服务超出预算",
    "sla_paper.exceeded": "{ci:item}，{period}：超出 {minutes} 分钟",
    "sla_paper.by": "对应变更：{changes:list}",
    "sla_paper.of_service": "{ci:item}：{period}",
    "sla_paper.actual": "未记录实际停机（评审的 `outages`）",
    "sla_paper.actual:review": "{minutes}（据实施后评审）",
    "sla_paper.actual:later": "尚未发布",
    "sla_paper.release_took": "实施历时 {minutes} 分钟",
    "sla_paper.customers": "对客户的影响：{said}",
    "sla_paper.told": "{to}：已告知，{day:date}",
    "sla_paper.told:not": "{to}：尚未告知",
    "sla_paper.told:unknown": "没有告知记录（发布的 `spec.notices`）",
    "sla_paper.told_by": "{to}（{by}）",
    "sla_paper.without_level": "未约定服务级别的服务",
    "sla_paper.named_items": "{items:items}",
    "sla_paper.column:service": "服务",
    "sla_paper.column:of_period": "周期",
    "sla_paper.column:budget": "预算（分钟）",
    "sla_paper.column:used": "已用（分钟）",
    "sla_paper.column:planned": "计划（分钟）",
    "sla_paper.column:left": "余额（分钟）",
    "sla_paper.column:change": "变更",
    "sla_paper.column:planned_minutes": "计划停机（分钟）",
    "sla_paper.column:actual_minutes": "实际停机（分钟）",
    "sla_paper.column:times": "计划窗口、实际起止",
    "sla_paper.column:customers": "客户告知与影响",
    "sla_paper.column:target": "目标（%）",
    "sla_paper.column:period": "周期类型",
    "sla_paper.column:period_start": "周期开始",
    "sla_paper.column:period_end": "周期结束",
    "sla_paper.column:over": "是否超出",
    "sla_paper.column:changes": "对应变更",
    "sla_paper.column:unknown": "未申报停机的变更",
    "sla_paper.column:title": "标题",
    "sla_paper.column:state": "状态",
    "sla_paper.column:release_minutes": "实施历时（分钟）",
    "sla_paper.column:planned_start": "计划开始",
    "sla_paper.column:planned_end": "计划结束",
    "sla_paper.column:started": "实际开始",
    "sla_paper.column:ended": "实际结束",
    "sla_paper.column:incidents": "关联事件",
    "sla_paper.column:told": "客户是否已告知",
    "sla_paper.column:notices": "告知对象",
}
