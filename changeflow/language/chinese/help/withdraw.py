"""Help of `changeflow withdraw` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "withdraw": {
        "": """
撤回先前的意见。

原来的意见仍留在证据账本上，撤回记录在其后。申请人撤回的是整个变更。

退出码：0 撤回已记录；1 撤回不予受理。
""",
        "--as": "由谁发表意见：人员名册中的编号",
        "--role": "以何种角色发表意见（默认：由门禁匹配审批席位）",
    },
}
