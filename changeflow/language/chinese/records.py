"""Records for people, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "opinion.approve": "{by:person} 批准了 {change}",
    "opinion.approve:role": "{by:person} 以 {role:role} 身份批准了 {change}",
    "opinion.reject": "{by:person} 否决了 {change}",
    "opinion.reject:role": "{by:person} 以 {role:role} 身份否决了 {change}",
    "opinion.withdraw": "{by:person} 撤回了对 {change} 的意见",
    "opinion.withdraw:role": "{by:person} 以 {role:role} 身份撤回了对 {change} 的意见",
    "opinion.withdraw_change": "{by:person} 撤回了变更 {change}",
    "opinion.withdraw_change:role": "{by:person} 以 {role:role} 身份撤回了变更 {change}",
    "opinion.signed": "{did}：由 {signer:person} 签名",
    "opinion.signed:simulated": "{did}：由 {signer:person} 签名，时钟为模拟",
    "opinion.unsigned": "{did}：未签名",
    "opinion.unsigned:simulated": "{did}：未签名，时钟为模拟",
    "opinion.entry": "条目",
    "opinion.content": "内容",
    "opinion.at": "时间",
    "opinion.open": "{change} 的审批门禁 `approve` 已放行",
    "opinion.still_shut": "提示：`changeflow gate approve {change}` 会说明还缺什么",
    "recorded.opinion": "但已记录：账本第 {seq} 号条目",
    "recorded.decision": "但判定已记录：{verdict:word}（`changeflow ledger log {change}`）",
    "log.number": "#",
    "log.when": "时间",
    "log.change": "变更",
    "log.kind": "类别",
    "log.who": "人员",
    "log.signed": "签名",
    "log.what": "内容",
    "log.unsigned": "无",
    "log.simulated": "模拟时钟；{what}",
    "phase.preconditions": "第一步之前（回退的前提条件）：",
    "phase.implementation": "实施：",
    "phase.verification": "验证：",
    "phase.rollback": "回退：",
    "phase.should_fail": "回退（如有步骤失败）：",
    "phase.should_fail:limit": "回退（如有步骤失败；限时 {limit:duration}）：",
    "step.done": "完成",
    "step.failed": "失败",
    "step.timed_out": "超时",
    "step.skipped": "-",
    "step.unknown": "未知",
    "step.waiting": "等待",
    "step.planned": "{index}  {name}  （最长 {timeout:duration}）",
    "step.manual": "人工",
    "step.run": "运行",
    "step.verify": "验证",
}
