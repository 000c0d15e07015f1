"""Help of `changeflow when` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "when": {
        "": """
说明一项变更最早何时可以开始，以及这一答案何时会变。

同时说明目前的障碍、日历在其窗口内留下的时段，以及它还适合哪些其他窗口。
使用 `--with` 时，为多项变更找出一个顺序：任何变更都不早于它所依赖的变更，且没有两项严重冲突。

按目前情况不能开始时，退出码为 1。
""",
        "--with": "同时为这些变更（以逗号分隔）找出合法的顺序和时间。",
    },
}
