"""What `check` finds in files, and in several documents, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "file-not-regular": ("这是{what:word}，不是文件", "只读取普通文件；请把文档本身放在这里"),
    "file-name": (
        "该文件名不可移植：{problem}",
        "请改名：门禁也会拒绝它，而且其他系统会以不同方式读写该名称",
    ),
    "file-lfs-pointer": (
        "这是 Git LFS 指针；文档本身不在这里",
        "请从 LFS 中移出：先运行 `git lfs untrack`，再重新添加",
    ),
    "layout-place": ("此处不读取任何文档；{what_now:sentences}", "文档位于：{homes:list}"),
    "layout-kind": ("此处不读取 {kind}；此处应放 {kinds:either}", "请移到 {home}"),
    "duplicate-id": (
        "{kind} {id:code} 已经定义，在 {path} 第 {line} 行",
        "请改用别的编号，或删除其中一个",
    ),
    "duplicate-kind": ("第二个 {kind}；第一个在 {path} 第 {line} 行", "一个仓库只有一个：请合并"),
    "file-unreadable": ("无法读取该文件：{why:sentences}", "{what_now:sentences}"),
}
