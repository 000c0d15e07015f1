"""What `cmdb import` tells, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "import.counts": "新增 {added}，变化 {changed}，移除 {removed}，未变 {unchanged}",
    "import.sizes": "{folder}：{items} 个配置项，{relations} 个依赖",
    "import.written": "已写入。下一步：`changeflow check`。",
    "import.same": "无需写入：内容已经相同。",
    "import.dry": "没有写入任何内容（--dry-run）。",
    "import.refused": "没有写入任何内容：请先更正错误。",
    "import.more": "还有 {count} 个",
    "import.conflict": "{ci:shown} 的 {attribute} 在 YAML 中是 {value:shown}，在来源中是 {other:shown}",
}
