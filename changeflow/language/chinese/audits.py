"""Audits of the CMDB, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- what is written into the file
    "audit_draft.how": (
        "配置审计：逐项与实际情况比对，在配置项的 `found` 处填写\n"
        "  agrees     全部与记录一致\n"
        "  missing    实际没有这个配置项\n"
        "或在某个属性上补充，例如 {{name: owner, recorded: bob, found: differs, value: carol}}\n"
        "  differs    实际值不同；`value` 是实际值\n"
        "  missing    有记录，实际没有\n"
        "  surplus    实际有，没有记录；`value` 是实际值\n"
        "没有 `found` 的属性以其配置项为准。`corrected_by` 是纠正记录的变更，`note` 用于说明。\n"
        "`changeflow check` 检查此文件，`changeflow cmdb audit` 给出结果。不要改动样本本身。"
    ),
    "audit_draft.surplus": "实际发现而配置管理数据库中没有的，例如  - {{name: cache-9, type: cache}}",
    "audit_draft.field:who": "人员名册中不负责这些配置项的人",
    "audit_draft.field:cause": "记录为何有误",
    "audit_draft.field:action": "通过变更纠正记录，并消除造成错误的原因",
    "audit_draft.field:owner": "人员名册中的角色或人员",
    "audit_draft.field:due": "完成期限，例如 2026-12-31",
    "audit_draft.field:done": "或 {{commit: …}}",
    "audit_draft.field:verified": "责任人以外的人，以及日期",
    "audit_draft.found:differs": "{attribute} 不一致：记录为 {recorded}，实际为 {value}",
    "audit_draft.found:missing": "{attribute} 缺失：记录为 {recorded}",
    "audit_draft.found:surplus": "{attribute} 没有记录：实际为 {value}",
    "audit_draft.found:no_item": "实际没有这个配置项",
    "audit_draft.item": "{ci}：{found:sentences}",
    "audit_draft.lacks": "配置管理数据库中没有 {name}",
    # -- what came of it
    "audited.title": "配置审计 {audit}",
    "audited.fact:file": "文件",
    "audited.fact:auditor": "审计人",
    "audited.fact:of": "对象",
    "audited.fact:digest": "摘要",
    "audited.fact:drawn": "样本",
    "audited.fact:left_out": "排除",
    "audited.unnamed": "尚未指定",
    "audited.commit": "主分支，提交 {commit}",
    "audited.baseline": "基线 {name}，提交 {commit}",
    "audited.drawn": "{population} 个配置项中的 {items} 个，种子 {seed}，抽取于 {at:time}",
    "audited.left_out": "{who:person} 负责的 {count} 个配置项",
    "audited.problems": "尚不可信",
    "audited.problem": "{why:sentences}",
    "audited.unchecked": "还有 {count} 个属性没有核对",
    "audited.no_auditor": "没有指定审计人",
    "audited.own_items": "审计人 {who:person} 负责 {items:most 5}",
    "audited.no_commit": "提交 {commit} 不在此克隆中：无法确定这是否就是抽取的样本",
    "audited.other_cmdb": "提交 {commit} 的配置管理数据库不是抽取样本时的那一个",
    "audited.sample:lacks": "已抽取而审计中没有：{items:most 5}",
    "audited.sample:added": "审计中有而未抽取：{items:most 5}",
    "audited.sample:altered": "实际记录与审计所写不同：{items:most 5}",
    "audited.sample:strata": "分层与配置管理数据库不符",
    "audited.result": "结果",
    "audited.share:accuracy": "准确率",
    "audited.share:existence": "实际存在的配置项",
    "audited.share:completeness": "完整率",
    "audited.estimate": "{value}（95%：{low} 至 {high}）；{whole} 中的 {agrees}",
    "audited.estimate:weighted": (
        "整个配置管理数据库的估计值 {value}（95%：{low} 至 {high}）；按计数 {plain}，{whole} 中的 {agrees}"
    ),
    "audited.how": (
        "准确率：核对的属性中与记录一致的比例；估计值按层加权，`report kpi` 给出按计数的比例。完整率：在样本周围发现的配置项中，"
        "配置管理数据库已有的比例。"
    ),
    "audited.by_attribute": "一致的属性",
    "audited.differences": "差异",
    "audited.surplus": "{name}：配置管理数据库中没有",
    "audited.corrected": "已由 {change} 纠正",
    "audited.both": "{one}；{other}",
    "audited.strata": "分层",
    "audited.stratum:tier": "重要等级",
    "audited.stratum:type": "类型",
    "audited.stratum:items": "配置项",
    "audited.stratum:drawn": "抽取",
    "audited.stratum:agrees": "一致",
    "audited.improvements": "已写入的改进措施",
    "audited.next": "提示：请填写 {path}；`changeflow cmdb audit {path}` 给出结果",
}
