"""What `history import` and `history show` tell, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "past.table": "表",
    "past.source": "来源",
    "past.records": "记录",
    "past.rows": "行数",
    "past.period": "期间",
    "past.added": "新增",
    "past.changed": "更改",
    "past.unchanged": "未变",
    "past.removed": "删除",
    "past.read:all": "读取了 {rows} 行，略去 {left_out} 行；记录位于 {folder:code}",
    "past.read:some": (
        "读取了 {rows} 行，略去 {left_out} 行，{skipped} 行不属于对应关系所指；记录位于 {folder:code}"
    ),
    "past.exported": "{source:code} 的记录位于 {folder:code}。",
    "past.unread": "无法读取，已略过：{path:code}",
    "past.written": "已写入。",
    "past.same": "无需写入：内容已经存在。",
    "past.dry": "没有写入任何内容（--dry-run）。",
    "past.folder": "{folder:code} 中的记录",
    "past.from_to": "{first} 至 {last}",
    "past.no_time": "时间未知",
    "past.unknown": "未知的值（占行数的比例）：",
    "past.unknown_in": "  {table}：{columns:list}",
    "past.unknown_in:every": "  {table}，每一行都未知：{columns:list}",
}
