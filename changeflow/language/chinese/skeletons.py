"""What a new review asks, and what it says of the release, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "skeleton.title": "实施后评审：{title}",
    "skeleton.who_answers": (
        "由既未申请也未实施该变更的人回答以下问题：删除行首的 `#`，然后填写。"
    ),
    "skeleton.none": "“无”也是回答。`changeflow review {change}` 会指出还缺什么。",
    # -- the questions
    "skeleton.reviewer": "评审人：人员名册中的一人，既不是申请人也不是实施人。",
    "skeleton.reviewed": "评审日期；发布于 {ended} 结束。",
    "skeleton.outcome": "发布的最终状态为{state:word}，因此结果是下列之一：{outcomes:list}",
    "skeleton.objectives": "变更是否达到目的？变更原因：{reason}",
    "skeleton.benefit": "预期收益：{benefit}",
    "skeleton.effects": "客户和其他服务观察到了什么影响？请与申请时考虑的影响对照。",
    "skeleton.deviations": "哪些情况与计划不同：步骤、时间、人员、回退？",
    "skeleton.incidents": "变更引发的事件，填写编号：`[INC-1, INC-2]`；没有则填写 `[]`。",
    "skeleton.lessons": "下次应当如何改进？",
    "skeleton.follow_ups": "后续措施：做什么、由谁负责（名册中的人员或角色）、何时完成：",
    "skeleton.due": "评审期限：{due:time}。",
    "skeleton.question": "{ask:asked}",
    "skeleton.answers": "对这样结束的变更，策略另有提问。请把 `answers` 行首的 `#` 也删除：",
    "skeleton.outages": "每个配置项实际停机多久？计划：{planned:sentences}。",
    "skeleton.outage": "{ci} {length:duration}",
    "skeleton.no_outage": "{ci} 不停机",
    "skeleton.declared": "变更请求声明：{items:sentences}。",
    "skeleton.declared_item": "{action:word} {ci}",
    "skeleton.behind": "CMDB 尚未反映：{items:list}。",
    "skeleton.condition": "{by} 批准时写道：{said}",
    "skeleton.caused": "`incidents/` 中的记录称该变更引发了 {incidents:list}。",
    # -- the facts
    "skeleton.facts": "实际情况，取自证据账本。评审时会再次与账本核对，请勿修改。",
    "skeleton.took": "用时 {took}；没有计划窗口。",
    "skeleton.took:planned": "用时 {took}：{begun:sentences}开始，{over:sentences}结束。",
    "skeleton.began": "在窗口开始 {distance} 后",
    "skeleton.began:early": "在窗口开始前 {distance} ",
    "skeleton.ended": "在窗口结束前 {distance} ",
    "skeleton.ended:late": "在窗口结束 {distance} 后",
    "skeleton.steps": "{planned} 个计划步骤中完成了 {done} 个。",
    "skeleton.way_back": "回退用时 {took}。",
    "skeleton.way_back:promised": "回退用时 {took}；承诺的时限为 {limit}。",
}
