"""Approvals, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_EXPIRED: Final = (
    "请重新提请审批；有效期由 `spec.emergency_validity` 和 `spec.approval_validity` 规定"
)

SENTENCES: Final[dict[str, Template]] = {
    # -- the approval a release rests on
    "approval.unknown": "审批情况尚未判定",
    "approval.sealed": "该内容已在代码托管平台上获得批准，于 {at:time} 记录",
    "approval.complete": "该内容已获批准（{count} 项审批）",
    "approval.expired": (
        "{by:people} 的审批已超过有效期 {validity:duration}（发布须在有效期内开始）",
        _EXPIRED,
    ),
    "approval.expired:none": (
        "审批已超过有效期 {validity:duration}（发布须在有效期内开始）",
        _EXPIRED,
    ),
    "approval.stale": "{by:people} 批准的是另一版内容；此后内容已被修改",
    "approval.missing": "该内容尚未通过审批门禁",
    "approver.is_requester": "{who:person} 是该变更的申请人",
    "approver.is_implementer": "{who:person} 是该变更的实施人",
    "approver.is_contributor": "{who:person} 编写了该变更的部分内容",
    "approver.is_agent": "{who:person} 是自动化程序；自动化程序不能审批",
    "approver.unknown": "{who:person} 不在人员名册中",
    "approver.unknown:account": "人员名册中没有账号 {login}",
    "approver.no_role": "{who:person} 不担任所要求的角色",
    "approver.no_role:gate": "此门禁不要求 {who:person} 的意见",
    "approver.too_new": "{who:person} 担任该角色的时间未达要求",
    "approver.new_in_role": (
        "{who:person} 在开始担任角色 {role:quoted_role} 之后 {span:whole}即作出审批",
        "授予该角色是否就是为了审批此变更？",
    ),
    "approver.new_in_role:at_once": (
        "{who:person} 刚开始担任角色 {role:quoted_role} 就作出审批",
        "授予该角色是否就是为了审批此变更？",
    ),
    "approver.new_in_role:before": (
        "{who:person} 在开始担任角色 {role:quoted_role} 之前就作出审批",
        "授予该角色是否就是为了审批此变更？",
    ),
    "approval.stale:opinion": "{who:person} 批准的是另一版内容；此后变更已被修改",
    "approval.expired:opinion": "{who:person} 的审批已超过有效期",
    "approval.in_future": "{who:person} 的意见所注时间晚于判定时间",
    "approval.superseded": "{who:person} 已给出更新的意见",
    "approval.withdrawn": "{who:person} 已撤回意见",
    "approval.not_needed": "{who:person} 已批准，但未占用所要求的审批席位",
    "approval.after_opening": "{who:person} 批准时门禁已经放行",
    "approval.clock_behind": "{who:person} 的审批所注时间早于账本中在其之前的条目：时钟设置有误",
    "approval.clock_wrong": "{who:person} 的审批时间出自已知有误的时钟（spec.ledger.wrong_clocks）",
    "approval.other_repository": "{who:person} 的意见是为仓库 `{repository}` 给出的，不是本仓库",
    "approval.other_repository:none": "{who:person} 的意见是为一个没有标识的仓库给出的，不是本仓库",
    "approval.simulated": "{who:person} 的意见是在模拟时钟下记录的，在此不作数",
    "approval.forged": "{who:person} 的意见由 {signer:person} 签名",
    "approval.unsigned:unnamed": "{who:person} 的意见没有署名",
    "approval.unsigned:unknown": "{who:person} 的意见署名为 `{who}`，而该人不在人员名册中",
    "approval.unsigned:unsigned": "{who:person} 的意见没有用人员名册为 {who} 登记的密钥签名",
    "approval.unsigned:required": "{who:person} 的意见没有签名，而本仓库要求签名",
    "approval.other_committer": "{who:person} 的意见由 {committer} 提交，而这不是 {who} 的地址",
    "approval.other_committer:unnamed": "{who:person} 的意见由未具名者提交，而这不是 {who} 的地址",
    "approval.commit_unknown": "GitHub 已不再说明 {who:person} 批准的是哪个提交",
    "approval.before_retarget": "{who:person} 在目标分支更改之前批准",
    "approval.before_absorbed": "{who:person} 在主分支并入此拉取请求的部分内容之前批准",
    "approval.pace": (
        "从内容可读到批准所经过的时间：{told:paces}",
        "仅供统计，不作为判定依据",
    ),
}
