"""Help of `changeflow todo` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "todo": {
        "": """
显示等一个人处理的事项，最紧急的在前。

包括审批、事后补审、实施后评审、评审的后续措施、人工步骤的确认，以及由其实施的发布；
还有即将到期的变更模型、授权代理、审批和暂停令。
""",
        "--as": "查看谁的事项：人员名册中的编号（默认：在此处用 git 提交的人，按其地址识别）",
    },
}
