"""Help of `changeflow when` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "when": {
        "": """
说明一项变更最早何时可以开始，以及这一答案何时会变。

按目前情况不能开始时，退出码为 1。
""",
    },
}
