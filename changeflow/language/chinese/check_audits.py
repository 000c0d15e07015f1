"""Findings about audits of the CMDB and about improvements, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit-id-file": (
        "编号是 {id:shown}，而文件名是 {file:shown}",
        "文件名就是编号：请改其中一个",
    ),
    "audit-unknown-auditor": ("{who:shown} 不在人员名册中", "{what_now:sentences}"),
    "audit-unknown-auditor:agent": ("{who:shown} 是自动化程序，不能审计", "请写上核对配置项的人"),
    "audit-own-item": (
        "{who:shown} 对 {ci:shown} 负责（责任人 {owner:shown}），不能审计它",
        "请由他人审计；`changeflow cmdb audit --sample N --auditor PERSON` 会排除自己的配置项",
    ),
    "audit-own-item:unknown": (
        "{ci:shown} 的责任人未知，由变更顾问委员会负责，{who:shown} 是其成员",
        "请由他人审计，或先为该配置项指定责任人",
    ),
    "audit-value": ("{name:shown} 标为 {found:shown}，却没有写实际值", "请用 `value:` 写明实际值"),
    "audit-value:unasked": (
        "{name:shown} 有 `value`，却没有说它不一致",
        "请写 `found: differs`，或去掉该值",
    ),
    "audit-value:recorded": (
        "{name:shown} 标为多余（surplus），却有记录",
        "发现其他值时请写 `found: differs`",
    ),
    "audit-value:nothing": (
        "{name:shown} 标为缺失（missing），却没有记录",
        "实际没有时请写 `found: agrees`，实际有时写 `surplus`",
    ),
    "audit-sample": (
        "该层抽取了 {drawn} 个配置项，而列出的是 {there} 个",
        "不要改动样本：请用同一种子重新抽取",
    ),
    "audit-sample:twice": ("{ci:shown} 列出了两次", "不要改动样本：请用同一种子重新抽取"),
    "audit-sample:lacks": (
        "没有等级为 {tier:shown}、类型为 {type:shown} 的分层",
        "不要改动样本：请用同一种子重新抽取",
    ),
    "audit-unknown-change": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "audit-unfinished": ("还有 {count} 个属性没有核对", "请在 `found` 处写明核对结果"),
    "audit-unfinished:auditor": (
        "没有指定审计人",
        "请用 `auditor:` 写上不负责这些配置项的人",
    ),
    "improvement-id-file": (
        "编号是 {id:shown}，而文件名是 {file:shown}",
        "文件名就是编号：请改其中一个",
    ),
    "improvement-source": (
        "改进措施来自一次审计、一次评审、一个期间或一个不符合项",
        "请写 `audit: 编号`、`review: CHG-…`、`period: 编号` 或 `nonconformity: 说明` 之一",
    ),
    "improvement-source:number": (
        "`follow_up` 是评审中后续措施的序号，但没有写明是哪次评审",
        "请加上 `review: CHG-…`，或删除 `follow_up`",
    ),
    "improvement-order": ("{day} 早于提出日期 {raised}", "请更正其中一个日期"),
    "improvement-source:done": ("由一个变更或一个提交完成", "请写 `change: CHG-…` 或 `commit: …`"),
    "improvement-unknown-owner": (
        "责任人 {who:shown} 既不是人员名册中的角色，也不是其中的人员",
        "{what_now:sentences}",
    ),
    "improvement-unknown-owner:verifier": (
        "验证人 {who:shown} 既不是人员名册中的角色，也不是其中的人员",
        "{what_now:sentences}",
    ),
    "improvement-unknown-change": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "improvement-verified": ("{who:shown} 是责任人，不能自己验证", "请由他人验证其有效"),
    "improvement-verified:owns": (
        "责任角色 {owner:code} 只有 {who:shown} 一人，不能自己验证",
        "请由他人验证其有效",
    ),
    "improvement-verified:unlisted": ("{who:shown} 不是人员名册中的人员", "请写上确认其有效的人"),
    "improvement-verified:undone": (
        "已验证，却没有写明由什么完成",
        "请用 `done_by:` 写上变更或提交",
    ),
}
