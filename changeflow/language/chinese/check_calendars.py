"""What `check` finds in calendars, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "calendar-recurrence:first": (
        "{rrule:code} 不产生 {first}，而第一个时段从此时开始",
        "请让 {key:code} 为规则所指的第一个时间：该时区的某一天，早于 UNTIL",
    ),
    "calendar-recurrence:exdate": (
        "{first} 是第一个时段，始终有效",
        "请让 {key:code} 为真正所指的第一个时段",
    ),
    "calendar-count": (
        "COUNT={count} 在 {days} 天之内达不到，而门禁只计算到那里",
        "请用 UNTIL 写明何时结束；或去掉 COUNT，表示永不结束",
    ),
    "calendar-exdate": (
        "没有时段从 {exdate} 开始，因此没有去掉任何时段",
        "`exdates` 是时段的开始时间，按其时区的时钟",
    ),
    "calendar-duplicate-id:freeze": (
        "封网期 {id:code} 已在第 {line} 行定义",
        "每个封网期要有自己的编号",
    ),
    "calendar-duplicate-id:window": (
        "维护窗口 {id:code} 已在第 {line} 行定义",
        "每个维护窗口要有自己的编号",
    ),
    "calendar-id-twice:freeze": (
        "已有封网期使用编号 {id:shown}，在 {path} 第 {line} 行",
        "请为其中一个改用别的编号",
    ),
    "calendar-id-twice:window": (
        "已有维护窗口使用编号 {id:shown}，在 {path} 第 {line} 行",
        "请为其中一个改用别的编号",
    ),
    "calendar-unknown-person": ("{who:shown} 不在人员名册中", "{what_now:sentences}"),
    "calendar-unknown-ci:item": ("CMDB 中没有配置项 {ci:shown}", "{what_now:sentences}"),
    "calendar-unknown-ci:environment": ("没有配置项处于环境 {name:shown}", "{what_now:sentences}"),
    "calendar-unknown-ci:tier": ("没有配置项的重要等级是 {name:shown}", "{what_now:sentences}"),
    "calendar-unknown-ci:nothing": (
        "{period:code} 不涵盖任何配置项",
        "`criticality` 只保留所列配置项或所列环境的配置项中属于这些级别的",
    ),
    "calendar-covers-nothing": (
        "{period:code} 针对 {types:list} 类型的变更，却全部放行",
        "`allow` 列出不受其限制的类型，不写时为 `[emergency]`",
    ),
}
