"""Holds: what they stop, and how they stand, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hold.in_force": (
        "{scope:code} 的暂停令 {id:code} 生效中：{reason}",
        "由有权解除的人执行 `changeflow hold lift {id}`；`changeflow hold list` 显示由谁下达",
    ),
    "hold.in_force:until": (
        "{scope:code} 的暂停令 {id:code} 生效中，至 {until:time} 结束：{reason}",
        "等待其结束，或由有权解除的人执行 `changeflow hold lift {id}`",
    ),
    "hold.break_glass": (
        "{scope:code} 的暂停令 {id:code} 生效中：紧急变更须再多一人批准，由 {role:role} 批准",
        "由其中另一人执行 `changeflow approve`，或执行 `changeflow hold lift {id}`",
    ),
    "holds.none": "没有生效或提议中的暂停令",
    "holds.title:preview": "将暂停 {scope:code}：{reason}",
    "holds.title:proposed": "{id:code}：{who:person} 提议暂停 {scope:code}：{reason}",
    "holds.title:in force": "{id:code}：{who:person} 对 {scope:code} 下达的暂停令生效中：{reason}",
    "holds.title:ended": "{id:code}：{who:person} 对 {scope:code} 下达的暂停令已结束：{reason}",
    "holds.title:lifted": "{id:code}：{who:person} 对 {scope:code} 下达的暂停令已解除：{reason}",
    "holds.since": "自 {at:time} 起",
    "holds.until": "至 {at:time} 止",
    "holds.people:agreed": "同意者：{people:people}",
    "holds.people:lifting": "同意解除者：{people:people}",
    "holds.people:others": "{people:people} 无权下达或解除暂停令；其意见已记录",
    "holds.missing": "还缺 {count} 份批准，可由以下人员给出：{people:people}",
    "holds.missing:no_person": "还缺 {count} 份批准，而无人可以给出",
    "holds.stops": "停下 {count} 个变更：",
    "holds.stops:none": "目前没有在途变更被停下",
    "holds.change": "{change}（{state:word}）{title}",
    "holds.next:proposed": "`changeflow hold approve {id} --as PERSON` 使其生效",
    "holds.next:lift": "`changeflow hold lift {id} --as PERSON --reason TEXT` 解除它",
}
