"""The change schedule as a paper, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "schedule_paper.title": "变更日程与停机公告",
    "schedule_paper.changes": "计划的变更",
    "schedule_paper.freezes": "封网期",
    "schedule_paper.none": "本期没有计划的变更",
    "schedule_paper.cancelled": "已取消：{changes:list}",
    "schedule_paper.no_freeze": "本期没有封网期",
    "schedule_paper.everywhere": "全部",
    "schedule_paper.outage": "{ci:item}：{length:duration}",
    "schedule_paper.outage:none": "{ci:item}：不停机",
    "schedule_paper.outage:unknown": "{ci:item}：未申报",
    "schedule_paper.requester": "申请人：{who:person}",
    "schedule_paper.implementer": "实施人：{who:person}",
    "schedule_paper.owner": "责任人：{owner}",
    "schedule_paper.conflicts": "与 {changes:list} 冲突",
    "schedule_paper.frozen": "处于封网期：{freezes:list}",
    "schedule_paper.exception": "{freeze} 的例外，由 {who:person} 批准：{why}",
    "schedule_paper.exception:type": "{freeze} 允许{type:word}",
    "schedule_paper.column:window": "变更窗口",
    "schedule_paper.column:change": "变更",
    "schedule_paper.column:services": "服务",
    "schedule_paper.column:outage": "计划停机",
    "schedule_paper.column:concerned": "影响对象",
    "schedule_paper.column:contacts": "联系人",
    "schedule_paper.column:remarks": "冲突、封网期、例外",
    "schedule_paper.column:start": "开始",
    "schedule_paper.column:end": "结束",
    "schedule_paper.column:title": "标题",
    "schedule_paper.column:type": "类型",
    "schedule_paper.column:state": "状态",
    "schedule_paper.column:items": "配置项",
    "schedule_paper.column:environments": "环境",
    "schedule_paper.column:outage_minutes": "计划停机（分钟）",
    "schedule_paper.column:requester": "申请人",
    "schedule_paper.column:implementer": "实施人",
    "schedule_paper.column:owners": "责任人",
    "schedule_paper.column:conflicts": "冲突",
    "schedule_paper.column:freezes": "封网期",
    "schedule_paper.column:exceptions": "例外及审批人",
    "schedule_paper.column:notices": "告知对象",
    "schedule_paper.column:freeze": "封网期",
    "schedule_paper.column:span": "起止时间",
}
