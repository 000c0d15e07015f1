"""Help of `changeflow schema` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "schema": {
        "": """
列出和导出文档与回答的 JSON Schema（draft 2020-12）。
""",
    },
    "schema list": {
        "": """
列出各类文档及其存放位置，以及各种 JSON 回答。
""",
    },
    "schema export": {
        "": """
写出所有 JSON Schema，供编辑器和其他工具使用；已有的副本会被替换。

编辑器通过文档的第一行找到其 JSON Schema，例如：

\b
  # yaml-language-server: $schema=../../schemas/ChangeRequest.schema.json
""",
        "--to": "写到哪里（默认：变更仓库中的 schemas/）",
    },
}
