"""What goes wrong with the tables of the past, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "tables.library": ("这需要库 `{library}`", "pip install 'changeflow[{extra}]'"),
    "tables.no_folder": (
        "`{folder}` 中没有历史记录",
        "`changeflow history import` 会填充一个文件夹",
    ),
    "tables.unopened": "无法读取文件夹 `{folder}`：{why:system}",
    "tables.unwritten": (
        "无法写入文件夹 `{folder}`：{why:system}",
        "没有任何改动；请用 `--into` 指定其他文件夹",
    ),
    "tables.unreadable": ("`{file}` 不是历史记录的表：{why}", "请将导出文件重新导入到其他文件夹"),
    "tables.column": (
        "`{file}`：列 `{column}` 的类型是 `{found}`，应为 `{type}`",
        "请将导出文件重新导入到其他文件夹",
    ),
}
