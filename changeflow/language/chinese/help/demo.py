"""Help of `changeflow demo` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "demo": {
        "": """
在临时仓库中观看三个变更从申请到关闭的全过程。

三个变更是：一个标准变更，一个失败并回退的常规变更，一个紧急变更，均以一次性密钥签名。
随后证据被篡改，而篡改被发现。最后留下这三个变更的网站供查看。每一步的结果都与说明一致时，退出码才为 0。
叙述使用 `--lang` 的语言；其中的命令以英文作答。
""",
        "--keep": "把仓库和密钥保留在此目录，供事后查看",
    },
}
