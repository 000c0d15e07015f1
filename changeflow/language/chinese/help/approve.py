"""Help of `changeflow approve` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "approve": {
        "": """
以签名声明批准一项变更，批准与变更当前的内容绑定。

变更的实质内容不变，批准就一直有效：改正原因中的错别字不影响批准，移动变更窗口则使批准失效。
申请人、实施人、编写人和自动化程序都不能批准：他们的意见会被记录，但不算作审批。

退出码：0 意见已记录，不论门禁是否因此放行；1 意见不予受理。
""",
        "--as": "由谁发表意见：人员名册中的编号",
        "--role": "以何种角色发表意见（默认：由门禁匹配审批席位）",
    },
}
