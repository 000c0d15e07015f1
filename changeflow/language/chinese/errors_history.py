"""What goes wrong with the tables of the past, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "tables.library": ("这需要库 `{library}`", "pip install 'changeflow[{extra}]'"),
    "tables.no_folder": (
        "`{folder}` 中没有历史记录",
        "请先用 `changeflow history import` 导入记录，或指明有记录的文件夹",
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
    # -- exports
    "history_file.missing": ("`{file}` 不存在", "请检查路径"),
    "history_file.unopened": "无法读取 `{file}`：{why:system}",
    "history_file.damaged": ("`{file}`：gzip 文件损坏或不完整", "请重新导出"),
    "history_file.archive:other": (
        "`{file}` 是 {archive} 压缩包",
        "请解压；只有 gzip 可以直接读取",
    ),
    "history_file.archive:workbook": (
        "`{file}` 是电子表格程序的工作簿，不是 CSV",
        "请打开它，将每个工作表另存为 `CSV UTF-8`，再导入该文件",
    ),
    "history_file.size": (
        "`{file}` 解压后超过 {most} 字节",
        "请拆分；CSV 和 JSON 行最多 512 MiB，其他 JSON 最多 64 MiB",
    ),
    "history_file.encoding": (
        "`{file}` 的编码不是 `{encoding}`",
        "请更正对应关系中的 `spec.file.encoding`",
    ),
    "history_file.header": (
        "`{file}`：无法读取列名所在的行",
        "请检查对应关系中的 `spec.file`：delimiter、quote、encoding、skip_lines",
    ),
    "history_file.columns": (
        "`{file}` 没有列 {columns:most_codes 5}；它有 {there:most_codes 30}",
        "请更正对应关系，或对可以缺少的列写上 `optional: true`",
    ),
    "history_file.pointers": (
        "`{file}`：没有任何记录含有 {columns:most_codes 5}",
        "请更正对应关系，或对可以缺少的值写上 `optional: true`",
    ),
    "history_file.json": (
        "`{file}` 不是 JSON",
        "可以读取列表、分页的列表和多个文档；JSON 行的格式是 `jsonl`",
    ),
    "history_file.each": (
        "`{file}` 在 `{each}` 处没有内容",
        "请更正对应关系中的 `spec.file.each`：它是指向记录列表的 JSON 指针",
    ),
    "history_file.pattern": (
        "无法使用模式 `{pattern}`",
        "模式是 RE2 的正则表达式，不支持环视",
    ),
    "history_file.memory": ("导出文件超出内存", "请逐个导入"),
}
