"""The frame of an assessment, of an impact and of a risk, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "assess.class": "级别：{class_:word}（申报为{declared:word}，判定为{computed:word}）",
    "assess.summary": "级别：{class_:word}；{level:word}风险（{score} 分，满分 100）",
    "assess.risk": (
        "风险：{level:word}，{score} 分（满分 100；可能性 {likelihood}/5，影响 {impact}/5）"
    ),
    "assess.risk_folded": "风险：可能性 {likelihood}/5，影响 {impact}/5，逐项说明",
    "assess.impact": "影响分析：{sum}",
    "assess.title": "{change}：风险评估与影响分析",
    "assess.digest": "所评估内容的摘要 `{digest}`",
    "assess.section:approvals": "须经审批",
    "assess.section:conflicts": "变更冲突",
    "assess.section:freezes": "封网期",
    "assess.section:impact": "影响分析",
    "assess.section:risk": "风险评估，逐项得分",
    "assess.section:class": "级别",
    "assess.section:level": "风险",
    "assess.section:since": "批准之后的改动",
    "assess.column:points": "分值",
    "assess.column:short_points": "分值",
    "assess.column:source": "来源",
    "assess.column:factor": "因素",
    "assess.column:reason": "理由",
    "assess.column:count": "人数",
    "assess.column:role": "角色",
    "assess.column:because": "依据",
    "assess.column:change": "变更编号",
    "assess.column:what": "内容",
    "assess.column:likelihood": "可能性",
    "assess.column:impact": "影响",
    "assess.sum": "合计",
    "assess.of_five": "{points}/5",
    "assess.level": "{level:word}，{score}/100",
    "assess.source": "{source:word}",
    "assess.kind": "{class_:word}",
    "assess.seat": "{count} 人",
    "assess.no_approval": "策略不要求审批",
    "assess.undecided": "无法判定：{rules:sentences}",
    "assess.no_conflict": "与其他未完成的变更没有冲突",
    "assess.conflict": "{what}（{start:time} 至 {end:time}；{kind:word}：{items:items}）",
    "assess.freeze": "封网期 `{name}` 自 {start:time} 至 {end:time}",
    # -- the impact
    "impact.title": "{items:items} 的影响分析",
    "impact.changing": "变更 {item}",
    "impact.within": "{sum}（{depth} 步以内）",
    "impact.sum:none": "不影响其他配置项",
    "impact.sum": "{hit:sentences}；直接影响 {direct} 个，间接影响 {further} 个",
    "impact.rebuilt": "CMDB 快照已损坏，已重新读取 CMDB",
    "impact.near": "直接影响",
    "impact.far": "间接影响",
    "impact.count": "{heading}：{count}",
    "impact.column:score": "分值",
    "impact.column:distance": "距离",
    "impact.column:item": "配置项",
    "impact.column:tier": "等级",
    "impact.column:owner": "责任人",
    "impact.column:how": "路径",
    "impact.distance:direct": "直接",
    "impact.distance": "{hops} 步",
    "impact.no_tier": "未定级",
    "impact.no_owner": "无责任人",
    "impact.tier": "{tier:word}",
    "impact.link": "{arrow} {before}（{link:word}）",
    "impact.link:unknown": "{arrow} {before}",
    "impact.item": "{ci:item}",
    "impact.status": "{ci:item}，{status:word}",
    "impact.more": "另有 {count} 个未列出；`changeflow impact --all` 会全部列出。",
    # -- its picture
    "impact.drawn": "影响分析：变更 {changed} 个，影响 {hit} 个",
    "impact.changed": "变更",
    "impact.scored": "分值 {score}",
    "impact.scored:fails": "失效",
    "impact.state": "{status:word}",
    "impact.note": "{facts:list}",
    "impact.not_drawn": "另有 {count} 个影响较小，未画出",
    "impact.not_drawn:one": "另有 1 个影响较小，未画出",
    "impact.too_many": "变更 {changed} 个，影响 {hit} 个：数量太多，无法画出",
    "impact.legend:changed": "变更",
    "impact.legend:fails": "失效（分值 1）",
    "impact.legend:degraded": "降级（0.5 及以上）",
    "impact.legend:touched": "低于 0.5",
    # -- `risk explain`
    "risk_sheet.total": "风险：{level:word}，{score} 分（满分 100）",
    "risk_sheet.side:likelihood": (
        "可能性：{band}/5，共 {total} 分（{band2} 分起为 2，{band3} 分起为 3，"
        "{band4} 分起为 4，{band5} 分起为 5）"
    ),
    "risk_sheet.side:impact": (
        "影响：{band}/5，共 {total} 分（{band2} 分起为 2，{band3} 分起为 3，"
        "{band4} 分起为 4，{band5} 分起为 5）"
    ),
    "risk_sheet.band:likelihood": "可能性 {band}/5",
    "risk_sheet.band:impact": "影响 {band}/5",
    "risk_sheet.nothing": "没有计分项",
    "risk_sheet.likelihood": "可能性",
    "risk_sheet.impact": "影响 {band}",
    "risk_sheet.level": "{level:word}",
}
