"""Times, dates and durations that cannot be read, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- written for programs
    "written.duration": "`{text}` 不是 ISO 8601 时长，应形如 PT30M、PT2H 或 P1D",
    "written.date": "`{text}` 不是日期，应形如 2026-11-21",
    "written.no_day": "日历上没有 `{text}` 这一天",
    "written.instant": "`{text}` 不是带时区偏移的时间，应形如 `2026-11-25T22:00:00+08:00`",
    "written.no_time": "`{text}` 这个时间不存在",
    "written.local_time": "`{text}` 不是不带偏移的本地时间，应形如 `2026-10-02T20:00:00`",
    "written.zone": "`{text}` 不是 IANA 时区",
    # -- typed by people
    "typed.unknown": (
        "这不是 changeflow 能理解的时间",
        (
            "例如 `2026-12-01`、`明天 22:00`、`周一`、`下周五 9:30`、`+2w`、`3天前`，或 "
            "`2026-12-01T22:00:00+08:00`"
        ),
    ),
    "typed.no_day": (
        "日历上没有 `{text}` 这一天",
        (
            "例如 `2026-12-01`、`明天 22:00`、`周一`、`下周五 9:30`、`+2w`、`3天前`，或 "
            "`2026-12-01T22:00:00+08:00`"
        ),
    ),
    "typed.calendar": (
        "`{text}` 超出了日历范围",
        (
            "例如 `2026-12-01`、`明天 22:00`、`周一`、`下周五 9:30`、`+2w`、`3天前`，或 "
            "`2026-12-01T22:00:00+08:00`"
        ),
    ),
    "typed.no_period": (
        "日历上没有 `{text}` 这一期间",
        (
            "例如 `2026-Q4`、`2026-10`、`2026` 或 `2026-W48`；一年有 Q1 至 Q4 四个季度、01 至 12 "
            "月、W01 至 W52 周，有的年份有 W53"
        ),
    ),
    "typed.unknown_day": (
        "`{text}` 不是 changeflow 能理解的日期",
        (
            "例如 `2026-12-01`、`明天 22:00`、`周一`、`下周五 9:30`、`+2w`、`3天前`，或 "
            "`2026-12-01T22:00:00+08:00`"
        ),
    ),
    "typed.several_days": ("`{text}` 可能是 {days:either}", "请写出所指的那一个"),
    "typed.several_times": (
        "`{text}` 可能是 {times:either}",
        "请写成 `上午` 或 `下午` 几点，或用 24 小时制，例如 `15:00`",
    ),
    "typed.weekday": ("`{text}` 自相矛盾：{day} 是 {day:weekday}", "请去掉星期，或更正日期"),
    "typed.minutes_or_months": ("`{text}` 可能是分钟，也可能是月", "请写成 `30min` 或 `2mo`"),
    "typed.unit": ("`{text}` 不是时间单位", "单位有 min、h、d、w、mo、y"),
    "typed.two_times": (
        "`{text}` 中有两个时刻",
        (
            "例如 `2026-12-01`、`明天 22:00`、`周一`、`下周五 9:30`、`+2w`、`3天前`，或 "
            "`2026-12-01T22:00:00+08:00`"
        ),
    ),
    "typed.no_time": (
        "`{text}` 不是一天中的时刻",
        (
            "例如 `2026-12-01`、`明天 22:00`、`周一`、`下周五 9:30`、`+2w`、`3天前`，或 "
            "`2026-12-01T22:00:00+08:00`"
        ),
    ),
    "typed.clock_twice": ("{zone} 的时钟会两次显示 {shown}：那时时钟回拨", "请写成 {times:either}"),
    "typed.clock_never": ("{zone} 的时钟不会显示 {shown}：那时时钟拨快", "请写成 {times:either}"),
}
