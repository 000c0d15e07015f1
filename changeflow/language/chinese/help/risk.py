"""Help of `changeflow risk` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "risk": {
        "": """
解释变更的风险得分。
""",
    },
    "risk explain": {
        "": """
逐项列出变更风险得分中的每一分，附理由和来源。

最后是两项合计在风险矩阵中对应的一格。
""",
    },
}
