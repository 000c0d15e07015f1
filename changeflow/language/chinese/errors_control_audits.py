"""What goes wrong with the folder of an audit, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "audit_out.seed": (
        "种子是一行文本，不含不可见字符，最多 200 个字符",
        "`--seed` 可以是任何不由审核员按结果挑选的词，例如日期",
    ),
    "audit_out.taken": (
        "`{folder}` 不为空，且不是先前的审核结果；未写入任何内容",
        "请指定新文件夹：审核只覆盖它自己写过的内容",
    ),
    "audit_out.changed": (
        "`{folder}` 中先前的审核结果已被改动：{paths:most_codes 5}；未写入任何内容",
        "请指定新文件夹，以保留审核员的笔记",
    ),
    "audit_out.no_folder": (
        "`{folder}` 不是文件夹",
        "请指定新文件夹",
    ),
    "audit_out.unwritten": (
        "无法写入 `{folder}`，其内容保持原样：{why:system}",
        "",
    ),
}
