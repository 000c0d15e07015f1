"""What is found in exports of history, and in the mappings that say how they are read, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "history-row:cells": (
        "该行有 {cells} 个单元格，表头有 {columns} 个；该行已略去",
        "请将含有分隔符的文本放入引号",
    ),
    "history-row:quote": ("无法读取该行；该行已略去", "请查找未闭合的引号，或文本中间的引号"),
    "history-row:encoding": (
        "该行含有此编码不认识的字节；该行已略去",
        "请更正对应关系中的 `spec.file.encoding`，或更正导出文件",
    ),
    "history-row:nul": ("该行含有 NUL 字节；该行已略去", "请重新导出"),
    "history-row:json": ("该行不是 JSON；该行已略去", "请重新导出"),
    "history-row:record": (
        "第 {row} 行的 {columns:all_codes} 为空，因此不属于任何记录；该行已略去",
        "请更正导出文件，或更正对应关系所指的列",
    ),
    "history-value:unmapped": (
        "第 {row} 行：对应关系没有说明 {column:code} 中的 {value:shown} 是什么意思",
        "请将其加入 `values`，或写上 `otherwise: nothing` 或 `otherwise: same`",
    ),
    "history-value:word": (
        "第 {row} 行：{column:code} 中的 {value:shown} 不是 {known:one_of} 之一",
        "请在对应关系的 `values` 中说明其含义",
    ),
    "history-value:flag": (
        "第 {row} 行：{column:code} 中的 {value:shown} 既不是“是”也不是“否”",
        "请在对应关系的 `values` 中说明其含义；可以读取 {known:list}",
    ),
    "history-value:number": (
        "第 {row} 行：{column:code} 中的 {value:shown} 不是整数",
        "请检查对应关系中的 `decimal`、`thousands` 和 `times`",
    ),
    "history-value:time": (
        "第 {row} 行：{column:code} 中的 {value:shown} 不符合 `dates` 中的任何格式",
        "请将其格式加入对应关系，或将该文本加入 `nothing`",
    ),
    "history-value:year": (
        "第 {row} 行：{column:code} 中的 {value:shown} 不在 1970 年至 2100 年之间",
        "如果它表示没有值，请将其加入对应关系的 `nothing`",
    ),
    "history-value:no_zone": (
        "第 {row} 行：{column:code} 中的 {value:shown} 没有时区偏移，对应关系也没有时区",
        "请在对应关系的 `spec.file` 中写明 `zone`",
    ),
    "history-value:gap": (
        "第 {row} 行：{zone:code} 的时钟跳过了 {column:code} 中的 {value:shown}",
        "请更正该时间，或更正对应关系的时区",
    ),
    "history-value:fold": (
        "第 {row} 行：{column:code} 中的 {value:shown} 在 {zone:code} 的时钟上出现两次",
        "请在对应关系中写上 `fold: earlier` 或 `fold: later`",
    ),
    "history-value:several": (
        "第 {row} 行：名为 {column:code} 的各列的值不同",
        "请将其对应为列表，或删去其中一列",
    ),
    "history-differs:unknown": (
        "{record:shown} 的各行在 {columns:all_codes} 上不一致，因此视为未知",
        "如果以第一行为准，请在对应关系中写上 `several_rows: first`",
    ),
    "history-differs:first": (
        "{record:shown} 的各行在 {columns:all_codes} 上不一致；以第一行为准",
        "",
    ),
    "history-link:caused_by": (
        "{incident:shown} 在 {change:shown} 开始之前就已发生，而记录称后者引发了它；两者仅视为相关",
        "请在来源处更正关联或时间",
    ),
    "history-link:fixes": (
        "{incident:shown} 在 {change:shown} 结束之后才发生，而记录称后者修复了它；两者仅视为相关",
        "请在来源处更正关联或时间",
    ),
    "history-more": "另有 {count} 项与此类似（{of}）",
    # -- mappings
    "mapping-column:part": (
        "表 {table:code} 没有 {part:code}",
        "只有 {tables:all_codes} 可以有",
    ),
    "mapping-column:filled": ("{column:code} 由 {part:code} 填写", "请写在 `spec.{part}` 之下"),
    "mapping-column:missing": (
        "缺少 {column:code}：没有它，{table:code} 的行不属于任何记录",
        "请指明导出文件的列",
    ),
    "mapping-column:near": ("{table:code} 没有列 {column:code}", "{what_now:sentences}"),
    "mapping-column:unknown": (
        "{table:code} 没有列 {column:code}",
        "它有 {known:most_codes 30}",
    ),
    "mapping-value": (
        "{value:shown} 不是 {column:code} 可以有的值",
        "请写 {known:one_of} 之一",
    ),
    "mapping-value:origin": ("不清楚该值来自何处", "请写 {keys:one_of} 之一"),
    "mapping-pattern": (
        "{pattern:shown} 不是可用的正则表达式",
        "请写 RE2 的正则表达式，不支持环视",
    ),
    "mapping-date": (
        "{format:shown} 不是日期格式",
        "请写 `iso`、`epoch`、`epoch_ms`，或 `%d-%m-%Y %H:%M` 这样的格式",
    ),
    "mapping-encoding": ("{encoding:shown} 不是已知的编码", "请写例如 `cp1252` 或 `utf-16`"),
    "mapping-zone": ("{zone:shown} 不是 IANA 时区名", "{what_now:sentences}"),
    "mapping-pointer": (
        "{pointer:shown} 不是 JSON 指针",
        "请写例如 `/user/login`；`*` 表示列表的每个元素",
    ),
}
