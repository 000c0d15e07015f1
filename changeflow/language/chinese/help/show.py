"""Help of `changeflow show` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "show": {
        "": """
显示一项变更从申请到评审的全过程。

要做什么，为什么，何时做，由谁做；谁批准了，怎么说的；可能影响什么，风险多大；各步骤及其结果，
回退，评审，以及还有哪些未了事项。依次在工作区、主分支、其他所有分支和证据账本所记的提交中查找这项变更。
html 格式的页面适合用 A4 纸打印。
""",
    },
}
