"""Help of `changeflow doctor` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "doctor": {
        "": """
说明 GitHub 是否真的强制执行门禁；如果没有，说明应点击哪些设置。

它读取主分支和证据账本的规则集、存有 App 密钥的环境，以及 CODEOWNERS。
需要在 GITHUB_TOKEN 或 GH_TOKEN 中提供令牌；管理员的令牌看到的最多。
查询的是 github.com，或 GITHUB_API_URL 所指的 API。如果配置中有 `notify` 的渠道，
它会根据证据账本指出最近七天内未能送达通知的渠道。

退出码：0 门禁已强制执行；1 没有，或查到的内容不足以断定。警告不影响退出码。
""",
        "--repository": "GitHub 上的仓库（默认：GITHUB_REPOSITORY，其次是远程仓库 `origin`）",
        "--app-id": "发布判定的 App（默认：CHANGEFLOW_APP_ID）",
    },
}
