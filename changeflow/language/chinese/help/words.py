"""Words that stand round every help in Chinese, by their English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "Usage": "用法：",
    "Examples": "示例：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "heading": "{}：",
    "notes": "（{}）",
    "and": "；",
    "env var": "环境变量：{}",
    "default": "默认：{}",
    "required": "必填",
    # sections of the program's help
    "Start": "起步",
    "Prepare": "准备",
    "Decide": "判定",
    "See": "查看",
    "Release": "发布",
    "Prove": "证明",
    "Govern": "治理",
    "Automate": "自动化",
}
