"""Configuration items: one, a list of them, and the survey of the CMDB, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "item.heading": "{ci:item}",
    "item.fact:type": "类型",
    "item.fact:status": "状态",
    "item.fact:criticality": "重要等级",
    "item.fact:owner": "责任人",
    "item.fact:environment": "环境",
    "item.fact:description": "说明",
    "item.status": "{status:word}",
    "item.unknown": "未知",
    "item.no_description": "无",
    "item.needs": "依赖",
    "item.needed_by": "被依赖于",
    "item.nothing": "无",
    "item.dependency": "{ci:item}，{strength:word}",
    "item.group": "{items:items} 中的 {least} 个",
    "item.without:tier": "未定级",
    "item.without:type": "无类型",
    "item.without:owner": "无责任人",
    "item.without:environment": "无环境",
    "item.count": "共 {count:count} 个配置项",
    "survey.size": "{items:count} 个配置项，{dependencies:count} 个依赖关系，{groups:count} 个冗余组",
    "survey.foundations": "失效时波及最多的配置项",
    "survey.unfollowed": "有 {count:count} 个冗余组未作推算：那会耗时过长",
    "survey.single_points:exact": "单点故障（{total:count} 个），随之失效的一级和二级配置项数",
    "survey.single_points:estimate": "单点故障（约 {total:count} 个），随之失效的一级和二级配置项数",
    "survey.point:ring": "，与另外 {count:count} 个一同失效",
    "survey.point:behind": "，其后还有 {count:count} 个",
    "item.need": "依赖 {items:list}",
    "item.origins": "数据来源",
    "item.native": "原生 YAML",
    "item.origin": "{source}，{path}",
    "item.origin:line": "{source}，{path}，第 {line} 行",
    "item.origin:defaults": "{source} 的默认值",
}
