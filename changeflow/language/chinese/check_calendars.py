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
    "exception-id-file": (
        "编号为 {id:shown}，文件名为 {file:shown}",
        "请使文件名与编号一致",
    ),
    "exception-unknown-change": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "exception-unknown-freeze": (
        "没有日历包含封网期 {freeze:shown}",
        "{what_now:sentences}",
    ),
    "exception-order": (
        "例外在封网期 {freeze:shown} 开始之前已经终止",
        "请将 `end` 写在封网期之内或之后",
    ),
    "exception-approver": (
        "{who:shown} 不具有批准封网期例外的角色：{roles:list}",
        "请写明该角色的成员，或在 `changeflow.yaml` 的 `spec.freeze_exceptions.roles` 中添加角色",
    ),
    "exception-approver:stranger": ("{who:shown} 不在人员名册中", "{what_now:sentences}"),
    "exception-approver:automation": (
        "{who:shown} 是自动化程序，不能批准任何事项",
        "请写明人员",
    ),
    "exception-approver:few": (
        "封网期例外需要 {needed} 人批准，角色为：{roles:list}",
        "请列出所有批准者的编号，变更的申请人和实施人不计",
    ),
    "calendar-unknown-person": ("{who:shown} 不在人员名册中", "{what_now:sentences}"),
    "calendar-unknown-ci:item": ("CMDB 中没有配置项 {ci:shown}", "{what_now:sentences}"),
    "calendar-unknown-ci:environment": ("没有配置项处于环境 {name:shown}", "{what_now:sentences}"),
    "calendar-unknown-ci:tier": ("没有配置项的重要等级是 {name:shown}", "{what_now:sentences}"),
    "calendar-unknown-ci:nothing": (
        "{period:code} 不涵盖任何配置项",
        "`criticality` 只保留所列配置项或所列环境的配置项中属于这些级别的",
    ),
    "calendar-empty-scope": (
        "{period:code} 的 `{part}` 没有内容，不起任何限制作用",
        "请填写范围，或删除该项：没有范围的时段覆盖全部",
    ),
    "calendar-covers-nothing": (
        "{period:code} 针对 {types:list} 类型的变更，却全部放行",
        "`allow` 列出不受其限制的类型，不写时为 `[emergency]`",
    ),
    "exception-own:requester": (
        "{who:shown} 是该变更的申请人，不能批准其例外",
        "请填写既不申请也不实施该变更的人员",
    ),
    "exception-own:implementer": (
        "{who:shown} 是该变更的实施人，不能批准其例外",
        "请填写既不申请也不实施该变更的人员",
    ),
    "exception-twice": (
        "变更 {change:shown} 针对封网期 {freeze:code} 已有一个例外，见 {path} 第 {line} 行",
        "请只保留一个：以结束较晚者为准",
    ),
    "calendar-period:freeze": (
        "封网期 {id:code}：{why:sentences}",
        (
            "例如 `start: 2026-12-20T00:00:00+08:00` 和 `end: 2027-01-03T00:00:00+08:00`，或 "
            "`dtstart: 2026-12-20T00:00:00` 和 `duration: P14D`"
        ),
    ),
    "calendar-period:window": (
        "维护窗口 {id:code}：{why:sentences}",
        (
            "例如 `start: 2026-12-20T00:00:00+08:00` 和 `end: 2027-01-03T00:00:00+08:00`，或 "
            "`dtstart: 2026-12-20T00:00:00` 和 `duration: P14D`"
        ),
    ),
    "calendar-freeze-order:freeze": (
        "封网期 {id:code} 的结束时间早于开始时间",
        "{what_now:sentences}",
    ),
    "calendar-freeze-order:window": (
        "维护窗口 {id:code} 的结束时间早于开始时间",
        "{what_now:sentences}",
    ),
    "calendar-freeze-order:freeze_of_no_time": (
        "封网期 {id:code} 的时长为零",
        "例如 PT6H（6 小时）或 P1D（1 天）",
    ),
    "calendar-freeze-order:window_of_no_time": (
        "维护窗口 {id:code} 的时长为零",
        "例如 PT6H（6 小时）或 P1D（1 天）",
    ),
    "calendar-too-long": (
        "封网期 {id:code} 长达 {length:duration}，预期最长为 {most:duration}",
        "请更正，或调大 changeflow.yaml 的 `spec.calendars.longest_freeze`",
    ),
    "calendar-always:freeze": (
        "封网期 {id:code} 在结束之前再次开始，因此永不结束",
        "请缩短 `duration`，或降低 `rrule` 的频率",
    ),
    "calendar-always:window": (
        "维护窗口 {id:code} 在结束之前再次开始，因此始终开放",
        "请缩短 `duration`，或降低 `rrule` 的频率",
    ),
    "calendar-always:hours": ("工作时间 {id:code} 覆盖整周", "请减少 `days`，或推迟 `from`"),
    "calendar-never:freeze": (
        "封网期 {id:code} 从不出现：其时区的时钟跳过了它",
        "请提前开始，或延长时长",
    ),
    "calendar-never:window": (
        "维护窗口 {id:code} 从不出现：其时区的时钟跳过了它",
        "请提前开始，或延长时长",
    ),
    "calendar-never:holidays": ("节假日 {id:code} 没有任何日期", "请列出 `days`，或填写 `country`"),
    "period.two_patterns": "时段只能写 `during`、`outside`、`on` 之一",
    "period.pattern_and_times": "写了 `during`、`outside` 或 `on` 的时段没有自己的时间",
    "recurrence.unknown_days:hours": "没有日历定义工作时间 {name:code}，或有两处定义",
    "recurrence.unknown_days:holidays": "没有日历定义节假日 {name:code}，或有两处定义",
    "recurrence.no_holidays": "没有 {country} 的节假日数据：{said}",
    "recurrence.holidays_year": (
        "{country} 在 {year} 年的节假日未知，只知道 {first} 年至 {last} 年；公布之后请更新程序库 `holidays`"
    ),
    "recurrence.holidays_unsure": "无法确定 {day} 是否属于节假日 {holidays:code}：其相邻日期是估算的",
    "calendar-unknown-hours:hours": ("没有日历定义工作时间 {name:shown}", "{what_now:sentences}"),
    "calendar-unknown-hours:holidays": ("没有日历定义节假日 {name:shown}", "{what_now:sentences}"),
    "calendar-unknown-hours:hours_twice": (
        "编号 {name:shown} 有两处工作时间定义",
        "请为其中一个换用其他编号；否则无法确定其时间",
    ),
    "calendar-unknown-hours:holidays_twice": (
        "编号 {name:shown} 有两处节假日定义",
        "请为其中一个换用其他编号；否则无法确定其时间",
    ),
    "calendar-hours:zone": ("{zone:code} 不是 IANA 时区名称", "{what_now:sentences}"),
    "calendar-hours:place": ("{why:sentences}", "国家、地区和类别须为程序库 `holidays` 中的名称"),
    "period.begins_twice": "时段只能有一个开始：请写 `start` 和 `end`，或者 `dtstart`（本地时间）和 `duration`",
    "period.ends_twice": "时段只能有一个结束：请写 `start` 和 `end`，或者 `dtstart`（本地时间）和 `duration`",
    "period.end_without_start": (
        "`end` 要与 `start` 配对：请写 `start` 和 `end`，或者 `dtstart`（本地时间）和 `duration`"
    ),
    "period.incomplete": "时段要写明 `start` 和 `end`，或者 `dtstart`（本地时间）和 `duration`",
    "period.two_zones": "`timezone` 是 `zone` 的别名：只写其中一个",
    # -- recurrences
    "calendar-recurrence": ("{why:sentences}", "{what_now:sentences}"),
    "recurrence.rule": "{rule:code} 不是可用的 RFC 5545 规则：{why:sentences}",
    "recurrence.of_period:freeze": "封网期 {id:code}：{why:sentences}",
    "recurrence.of_period:window": "维护窗口 {id:code}：{why:sentences}",
    "recurrence.no_value": "{part} 没有值",
    "recurrence.twice": "{part} 出现两次",
    "recurrence.rule_alone": "此处只写规则本身，不写 `RRULE:` 和 DTSTART；`exdates` 和 `rdates` 另有各自的键",
    "recurrence.empty_part": "有一个部分是空的",
    "recurrence.blank": "{part:code} 不是规则的组成部分（不允许有空格）",
    "recurrence.part": "{part:code} 不是规则的组成部分",
    "recurrence.not_with": "{part} 不能与 FREQ={frequency} 同用",
    "recurrence.two_ends": "UNTIL 和 COUNT 不能同时出现在一条规则中",
    "recurrence.setpos_alone": "BYSETPOS 从其他 BY 部分产生的时间中选取，而此处没有其他 BY 部分",
    "recurrence.times": "它每天产生 {times} 个时间，而最多读取 {most} 个",
    "recurrence.too_often": "FREQ={frequency} 的重复频率高于每天一次，封网期和维护窗口不会如此",
    "recurrence.no_frequency": "缺少 FREQ",
    "recurrence.choice": "{part} 只能是其中之一：{allowed:list}",
    "recurrence.positive": "{part} 必须是正整数",
    "recurrence.numbers:forward": "{part} 的取值是 {least} 到 {most}",
    "recurrence.numbers:from_the_end": "{part} 的取值是 {least} 到 {most}，或从末尾数起的 -{most} 到 -{least}",
    "recurrence.weekdays": "BYDAY 写星期，例如 MO；1MO 和 -1MO 表示第一个和最后一个星期一",
    "recurrence.numbered_days": "FREQ={frequency} 时，BYDAY 不能带序号",
    "recurrence.numbered_weeks": "与 BYWEEKNO 同用时，BYDAY 不能带序号",
    "recurrence.until": "UNTIL 的写法是 20261220（当天全天）、20261220T225900（本地时间）或 20261220T225900Z（UTC）",
    "recurrence.no_until": "UNTIL={until} 这个时间不存在",
    "recurrence.no_times": "没有写明何时开始、何时结束",
    "recurrence.nowhen": "开始时间 {start} 在 {zone} 中没有对应的时刻",
    "recurrence.search": "需要查找的天数超过 {days} 天",
    "recurrence.count": "需要计数的天数超过 {days} 天",
    "recurrence.zone": "{zone:code} 不是 IANA 时区名称",
}
