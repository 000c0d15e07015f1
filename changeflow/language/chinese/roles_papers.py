"""Roles and authorities as a paper, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "roles_paper.title": "角色与职责表",
    "roles_paper.roles": "角色",
    "roles_paper.people": "人员",
    "roles_paper.delegations": "授权代理",
    "roles_paper.no_delegation": "没有授权代理",
    "roles_paper.no_member": "没有成员",
    "roles_paper.empty": "{role:role}：有规则需要该角色，但没有成员",
    "roles_paper.owns": "负责 {count} 个配置项",
    "roles_paper.nothing": "没有规则需要该角色",
    "roles_paper.model": "批准变更模型 {model}",
    "roles_paper.seats": "{gate:word}门禁：{seats} 个席位（{rule}）",
    "roles_paper.kind:human": "人员",
    "roles_paper.kind:agent": "自动化程序",
    "roles_paper.proof": "{keys} 个密钥，{accounts} 个账号",
    "roles_paper.deputy": "{who:person}，代行 {roles:list}",
    "roles_paper.now": "当前有效",
    "roles_paper.column:role": "角色",
    "roles_paper.column:name": "名称",
    "roles_paper.column:members": "成员",
    "roles_paper.column:duties": "职责",
    "roles_paper.column:decides": "权限",
    "roles_paper.column:owns": "负责的配置项数",
    "roles_paper.column:person": "人员",
    "roles_paper.column:kind": "类别",
    "roles_paper.column:proof": "密钥与账号",
    "roles_paper.column:roles": "角色",
    "roles_paper.column:keys": "密钥数",
    "roles_paper.column:accounts": "账号数",
    "roles_paper.column:by": "委托人",
    "roles_paper.column:to": "代理人",
    "roles_paper.column:span": "起止时间",
    "roles_paper.column:reason": "理由",
}
