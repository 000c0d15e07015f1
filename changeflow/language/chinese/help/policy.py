"""Help of `changeflow policy` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "policy": {
        "": """
列出、解释、测试和模拟策略。
""",
    },
    "policy list": {
        "": """
按门禁列出所有规则。
""",
    },
    "policy explain": {
        "": """
解释一条规则，或一个策略的所有规则。
""",
        "RULE-or-POLICY": "规则的编号；或策略的编号，解释其所有规则",
    },
    "policy test": {
        "": """
运行 policies/tests/ 中的测试用例。

退出码：0 全部通过；1 有用例不通过。
""",
    },
    "policy simulate": {
        "": """
假设某人已经批准，或假设处于另一时间，看门禁会如何判定。

不作任何记录。退出码：0 将会放行，1 不会放行。
""",
        "--approve": "假设此人已经批准；可重复",
        "--as-of": "假设当前是此时间，例如“周五 22:10”",
        "--gate": "哪个门禁",
        "--base": "从此版本读取策略、人员名册和 CMDB（默认：主分支）",
    },
}
