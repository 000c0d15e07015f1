"""Baselines of the CMDB, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "cmdb_diff.title": "配置管理数据库的差异",
    "cmdb_diff.state": "{name}",
    "cmdb_diff.state:work_tree": "工作区",
    "cmdb_diff.state:baseline": "{name}（基线，提交 {commit}）",
    "cmdb_diff.state:commit": "{name}（提交 {commit}）",
    "cmdb_diff.fact:from": "从",
    "cmdb_diff.fact:to": "到",
    "cmdb_diff.fact:counts": "差异",
    "cmdb_diff.counts": (
        "新增 {added}，修改 {changed}，移除 {removed}；其中没有对应变更 {unauthorised}"
    ),
    "cmdb_diff.none": "两者对每个配置项的记录相同",
    "cmdb_diff.made": "由变更产生",
    "cmdb_diff.unauthorised": "没有对应的变更",
    "cmdb_diff.item:added": "{ci:item}：新增",
    "cmdb_diff.item:changed": "{ci:item}：修改",
    "cmdb_diff.item:removed": "{ci:item}：移除",
    "cmdb_diff.item_by": "{item:sentences}，变更 {changes:list}",
    "cmdb_diff.attribute": "{attribute}：{before} -> {after}",
    "cmdb_diff.attribute:added": "{attribute}：{after}",
    "cmdb_diff.attribute:removed": "{attribute}：{before}",
    "cmdb_diff.nothing": "无",
    "cmdb_diff.more": "另有 {count} 个配置项：`--format json` 列出全部",
    "cmdb_diff.reasons": "{why:sentences}",
    "cmdb_diff.why:no_change": "{at:time} {author} 的提交 {commit} 不属于任何变更",
    "cmdb_diff.why:not_listed": (
        "{at:time} {author} 的提交 {commit} 随 {named:sentences} 而来，但该变更没有列出这个配置项"
    ),
    "cmdb_diff.why:not_agreed": (
        "{at:time} {author} 的提交 {commit} 随 {named:sentences} 而来，但该变更尚未获得同意"
    ),
    "cmdb_diff.why:closed": (
        "{at:time} {author} 的提交 {commit} 在 {named:sentences} 的评审之后才出现"
    ),
    "cmdb_diff.why:uncommitted": "只在工作区中：没有提交包含它",
    "cmdb_diff.why:no_commit": "两者之间没有提交造成这一差异",
    "cmdb_diff.named": "{change}（{state:word}）",
    "cmdb_diff.named:not_on_main": "{change}（不在主分支上）",
    "baselines.none": "还没有基线：`changeflow cmdb baseline NAME` 记录一个",
    "baselines.column:name": "名称",
    "baselines.column:at": "时间",
    "baselines.column:by": "记录人",
    "baselines.column:commit": "提交",
    "baselines.column:items": "配置项",
    "baselines.column:relations": "依赖关系",
    "baselines.column:digest": "摘要",
    "baselines.column:signed": "签名",
    "baselines.unsigned": "无",
    "baselines.simulated": "{at:time}（模拟时钟）",
    "baselines.recorded": "已记录基线 {name}：证据账本第 {seq} 条",
}
