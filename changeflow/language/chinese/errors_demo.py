"""What ends the demonstration, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "demo.wrong": ("演示出错：`{command}`：{problem}", "这是程序缺陷，请报告"),
    "demo.not_rolled_back": "演示出错：没有条目说明发布已经回退",
    "demo.no_keygen": ("无法运行 ssh-keygen：{why:system}", "它随 OpenSSH 提供"),
    "demo.keygen_failed": "ssh-keygen 失败：{said}",
    "demo.place_taken": ("`{folder}` 不是空目录", "--keep 需要新目录或空目录"),
    "demo.no_place": ("无法创建 `{folder}`：{why:system}", "请另选位置"),
}
