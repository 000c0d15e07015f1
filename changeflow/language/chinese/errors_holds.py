"""What goes wrong with holds, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hold_wish.type": (
        "没有变更类型 {name:shown}",
        "按类型的范围是以下之一：{types:list}，写作 `type:normal`",
    ),
    "hold_wish.type_alone": (
        "{name:shown} 是变更类型",
        "按类型的范围写作 `type:{name}`",
    ),
    "hold_wish.ambiguous": (
        "{name:shown} 可能有几种意思：{meanings:list}",
        "请写明所指的那一个",
    ),
    "hold_wish.unknown_scope": "{name:shown} 既不是环境，也不是配置项；没有记录任何内容",
    "hold_wish.scopes": "范围可以是环境、配置项、`type:normal` 或 `all`",
    "hold_wish.unknown": "没有暂停令 {name:shown}",
    "hold_wish.list": "`changeflow hold list` 列出现有的暂停令",
    "hold_wish.over:ended": ("暂停令 {name:code} 已经结束", "无须再对它表态"),
    "hold_wish.over:lifted": ("暂停令 {name:code} 已经解除", "无须再对它表态"),
    "hold_wish.no_reason": ("暂停令须有理由", "用 `--reason TEXT` 说明原因"),
    "hold_wish.past": ("暂停令将于 {until:time} 结束，而该时间已过", "请选择更晚的 `--until`"),
}
