"""Papers as workbooks, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "workbook.cover": "首页",
    "workbook.timed": "{heading}（{zone}）",
    "workbook.cut": "【此处截断，全文共 {length} 个字符】",
    "workbook.rows": (
        "工作表在标题行之下最多容纳 {most} 行，而清单有 {rows} 行",
        "改用 --format csv，或缩短期间",
    ),
}
