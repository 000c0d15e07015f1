"""What `check` finds in the roster, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "roster-role-name": ("要命名的角色 {role:shown} 不存在", "{what_now:sentences}"),
    "roster-empty-role": (
        "角色 {role:code} 没有成员，需要它的变更都无法获批",
        "请加入人员，或删除该角色",
    ),
    "roster-unknown-member": (
        "角色 {role:code} 的成员 {who:shown} 不在 `people` 中",
        "{what_now:sentences}",
    ),
    "roster-duplicate-member": ("{who:code} 在角色 {role:code} 中出现两次", "请删除其中一个"),
    "roster-agent-member": (
        "{who:code} 是自动化程序，从不计为 {role:code} 的审批人",
        "角色中请写人员",
    ),
    "roster-key-unreadable": (
        "{who:code} 的这个密钥无法使用；读取时的说明是：{error}",
        "请复制 .pub 文件的整行；完整的密钥可以用 `ssh-keygen -l -f FILE` 读取",
    ),
    "roster-unknowable": (
        "{who:code} 有角色，但没有地址、密钥或账号：无法区分其所写与他人所写",
        "请加上 `emails`（提交时使用的地址），以及用于审批的密钥或 `github_id`",
    ),
    "roster-delegation-unknown": ("{who:shown} 不在 `people` 中", "{what_now:sentences}"),
    "roster-delegation-self": ("{who:code} 不能做自己的代理人", "请另写一人"),
    "roster-delegation-agent": ("{who:code} 是自动化程序，不能做代理人", "请写一名人员"),
    "roster-delegation-role": (
        "{who:code} 不担任 {role:code}，不能转授",
        "请从此项授权代理中删除该角色",
    ),
    "roster-delegation-role:unknown": ("没有角色 {role:shown}", "{what_now:sentences}"),
    "roster-delegation-order": ("授权代理的结束时间早于开始时间", "`end` 必须晚于 `start`"),
    "roster-duplicate-github:account": (
        "{who:code} 的 GitHub 账号与 {owner:code} 的相同：一个人会占两个审批席位",
        "每个账号、密钥和地址只属于一个人",
    ),
    "roster-duplicate-github:login": (
        "{who:code} 的 GitHub 登录名与 {owner:code} 的相同：一个人会占两个审批席位",
        "每个账号、密钥和地址只属于一个人",
    ),
    "roster-duplicate-key:key": (
        "{who:code} 的一个密钥与 {owner:code} 的相同：一个人会占两个审批席位",
        "每个账号、密钥和地址只属于一个人",
    ),
    "roster-duplicate-email:address": (
        "{who:code} 的一个电子邮件地址与 {owner:code} 的相同：一个人会占两个审批席位",
        "每个账号、密钥和地址只属于一个人",
    ),
}
