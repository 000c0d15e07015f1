"""Help of `changeflow review` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "review": {
        "": """
开始一项变更的实施后评审，或检查已有的评审。

新的评审报告由证据账本预先填写，由独立的人回答其中的问题。已有的评审会受到检查：是否完整，
是否与证据账本相符，评审人是否独立。使用 --as，评审人把完整的评审记入证据账本；
人员名册中列有其密钥的，以该密钥签名。评审已提交，并由评审人记入证据账本，变更才能关闭。

退出码：0 已开始新的评审，或评审完整；1 评审不完整。
""",
        "--as": "评审人：写入新的评审，或把完整的评审记入证据账本",
    },
}
