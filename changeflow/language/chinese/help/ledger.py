"""Help of `changeflow ledger` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "ledger": {
        "": """
列出、显示和核验证据，并重新计算判定。

只需要一份克隆（裸克隆也可以），此外不需要任何东西。
""",
    },
    "ledger log": {
        "": """
列出账本条目，最早的在前。
""",
        "CHANGE": "变更：只列出关于它的条目（默认：全部条目）",
    },
    "ledger show": {
        "": """
显示一个条目的内容及其可信程度。

json 是 in-toto 声明（Statement），raw 是 DSSE 信封。
""",
        "SEQ|PATH": "条目：其编号，或在账本分支上的路径",
    },
    "ledger verify": {
        "": """
找出被修改、删除、调换、伪造、重放和截断的条目。

退出码：0 账本可信，1 账本不可信。

日期前后倒置的条目，或日期晚于本机时钟的条目，也会指出。
""",
    },
    "ledger replay": {
        "": """
按记录的输入重新计算所记录的判定，并逐字节比较。

退出码：0 全部一致；1 有一个不一致，或者记录为放行的门禁无法用这份克隆重新计算，因而没有证据表明它确曾放行。
未放行而无法重新计算的判定只会列出，加上 --strict 才算不通过。账本不可信时不作计算，退出码为 4。
""",
        "CHANGE|SEQ": "变更，或一个条目的编号（默认：所有判定）",
        "--strict": "只要有判定无法重新计算就算不通过，未放行的也算",
    },
}
