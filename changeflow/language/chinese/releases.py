"""Releases, and the people who start them, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "release.unproven": (
        "该发布的日志没有按本仓库当时的要求签名",
        "`changeflow ledger verify` 会列出这些条目",
    ),
    "release.finished": "发布已结束：{state:word}",
    "release.rollback_failed": "回退失败，须由人员作出决定并记录在案",
    "release.unfinished": "发布尚未结束：{state:word}",
    "release.exists:pull": (
        "{change} 已有发布（{state:word}）；其变更请求已成为历史",
        "再次尝试须另行提交变更",
    ),
    "deployer.known": "{told:sentences}",
    "deployer.unknown": (
        "{told:sentences}不在人员名册中",
        "人员名册按编号登记账号：`github_id`、`accounts`",
    ),
    "deployer.unknown:unnumbered": (
        "由 `{login}` 启动，而 GitHub 在此处未给出该账号的编号",
        "请发起新的运行，不要重新运行他人的运行",
    ),
    "deployer.unknown:nameless": (
        "启动者未具名，而 GitHub 在此处未给出该账号的编号",
        "请发起新的运行，不要重新运行他人的运行",
    ),
    "deployer.unknown:stated": (
        "声称由 `{login}` 启动，但既无其密钥签名也无其提交可以证明",
        "请用其密钥签名：--key FILE 或 CHANGEFLOW_KEY",
    ),
    "starts.person": "由 {who:person}（{parts:words}）启动",
    "starts.person:none": "由 {who:person}（未参与该变更）启动",
    "starts.account": "由 {who:person}（GitHub 账号 {account}，{parts:words}）启动",
    "starts.account:none": "由 {who:person}（GitHub 账号 {account}，未参与该变更）启动",
    "starts.unproven": "该身份为自称，未经证明",
    "starts.unlisted": "启动者 `{who}` ",
    "starts.unlisted:account": "启动者（GitHub 账号 {account}，`{login}`）",
    "starts.unlisted:nameless": "启动者（GitHub 账号 {account}，未具名）",
    "release.exists": (
        "该变更已有发布：{state:word}",
        "任何发布都不会执行两次；再次尝试须另行提交变更",
    ),
    "release.heading": "{change}：{state:word}",
    "release.plan": "{change}：发布计划",
    "release.waiting_for": "等待：{who}",
    "release.run": "运行：{run}",
}
