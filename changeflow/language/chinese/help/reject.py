"""Help of `changeflow reject` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "reject": {
        "": """
以签名声明否决一项变更。

有审批角色的人一旦否决，门禁就不放行，直到此人批准或撤回否决为止。

退出码：0 意见已记录；1 意见不予受理。
""",
        "--as": "由谁发表意见：人员名册中的编号",
        "--role": "以何种角色发表意见（默认：由门禁匹配审批席位）",
    },
}
