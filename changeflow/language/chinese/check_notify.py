"""Who is told of changes, and how: what is wrong with channels."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "notify-channel:twice": (
        "两个通知渠道的编号同为 {channel:code}",
        "为每个渠道取不同的编号",
    ),
    "notify-channel:lacks": (
        "{kind:code} 渠道缺少 {keys:one_of}",
        "用 {keys:one_of} 写明发往何处",
    ),
    "notify-channel:login": (
        "登录须同时写明 `user_from` 和 `password_from`",
        "两个变量都写，或都不写",
    ),
    "notify-channel:scheme": (
        "webhook 的地址以 `https://` 开头",
        "请写以 `https://` 开头的地址",
    ),
    "notify-secret": (
        "渠道的地址含有机密，能读仓库的人都能使用",
        "先在发放处作废，再把新地址放进环境变量，在 `url_from` 中写变量名",
    ),
    "notify-unannounced": (
        "渠道只把 {events:codes} 告知它公布过变更的人，而它不公布任何变更",
        "在 `events` 中加入 `announced`",
    ),
    "notify-unknown": (
        "没有名为 {name:shown} 的人员或角色",
        "人员和角色的名称见人员名册",
    ),
    "notify-unknown:address": (
        "只有邮件渠道可以写地址",
        "请写人员或角色",
    ),
}
