"""What `emergency` writes into a request, and tells its author, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- what is written where nothing was given
    "emergency.about": (
        "紧急变更：紧急变更顾问委员会一名成员批准后即可开始。\n"
        "事后须由变更顾问委员会补审，并进行实施后评审。本请求内容已完整。"
    ),
    "emergency.preconditions": "已批准的回退以这些前置条件为前提：第一步之前必须满足。",
    "emergency.title": "撤销：{title}",
    "emergency.trigger": "没有效果，或情况变得更糟",
    "emergency.undo": "撤销所做的更改",
    "emergency.by_hand": "按相反的顺序，人工恢复所更改的内容",
    # -- what is told
    "emergency.conditions": "已批准的回退有 {count} 个前置条件，将在第一步之前检查。",
    "emergency.shut": "`approve` 门禁仍未放行：{why:sentences}",
    "emergency.next": "变更请求已完整。接下来：",
    "emergency.type": "`{line}`",
    "emergency.bring": "将其合并到 `{main}`：当前分支是 `{branch}`",
    "emergency.bring:detached": "将其合并到 `{main}`：当前不在任何分支上",
    "emergency.push": "`{line}`，然后由审批人拉取",
    "emergency.approve": "{by:people}：`{line}`",
    "emergency.approve:several": "{by:people} 中任一人：`{line}`",
    "emergency.approve:unknown": "紧急变更顾问委员会的一名成员：`{line}`",
    "emergency.release": "{by:person}：`{line}`",
    "emergency.open_pull": "以该请求创建拉取请求",
    "emergency.approve_pull": "由 {by:people} 批准拉取请求，然后合并",
    "emergency.approve_pull:several": "由以下任一人批准拉取请求，然后合并：{by:people}",
    "emergency.approve_pull:unknown": "由紧急变更顾问委员会的一名成员批准拉取请求，然后合并",
    "emergency.deploy": "{by:person}：启动部署，或 `{line}`",
}
