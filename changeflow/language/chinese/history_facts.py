"""Facts that records of the past give about a change, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "fact.item_incidents_3d": "最近 3 天内其配置项上的事件数",
    "fact.item_incidents_7d": "最近 7 天内其配置项上的事件数",
    "fact.item_incidents_30d": "最近 30 天内其配置项上的事件数",
    "fact.item_incidents_decayed": "其配置项上的事件数，每过 30 天权重减半",
    "fact.item_caused_7d": "最近 7 天内查明原因在其配置项的事件数",
    "fact.item_caused_30d": "最近 30 天内查明原因在其配置项的事件数",
    "fact.service_incidents_30d": "最近 30 天内其配置项所属服务的事件数",
    "fact.quiet_days": "距其配置项上次事件的天数（最多 60）",
    "fact.weeks_of_4": "最近四周中其配置项发生过事件的周数",
    "fact.excess_expected": "其配置项平常一周的事件数减去最近 7 天的事件数",
    "fact.item_changes_30d": "最近 30 天内其配置项上开始的其他变更数",
    "fact.items": "变更的配置项数",
    "fact.lead_hours": "从请求登记到计划开始的小时数",
    "fact.planned_hours": "计划用时（小时）",
    "fact.planned_outage": "计划停机（1 为是）",
    "fact.emergency": "紧急变更（1 为是）",
    "fact.cab_required": "须经 CAB 批准（1 为是）",
    "fact.declared_level": "申报的风险（0 为低，3 为极高）",
    "fact.off_hours": "计划在工作时间之外（1 为是）",
    "fact.weekend": "计划在周末（1 为是）",
    "fact.team_failure_rate": "该团队此前变更的平滑失败率",
    "fact.team_changes": "该团队此前的变更数",
    "fact.item_failure_rate": "其最差配置项此前变更的平滑失败率",
    "fact.category_failure_rate": "同领域此前变更的平滑失败率",
    "fact.model_failure_rate": "同一变更模型此前变更的平滑失败率",
    "fact.item_failures_90d": "最近 90 天内其配置项上失败的变更数",
    "fact.files": "变更的文件数",
    "fact.lines": "增加或删除的行数",
    "fact.trait": "具有特征 `{trait}`（1 为是）",
}
