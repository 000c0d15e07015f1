"""Help of `changeflow emergency` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "emergency": {
        "": """
写一份完整的紧急变更请求：changes/CHG-YYYYMMDD-SLUG/rfc.yaml。

它能通过 `check`，不需要变更窗口，可以立即由紧急变更顾问委员会（ECAB）的一名成员批准。
接下来输入什么、谁可以批准，都写在标准错误输出中。事后须补审和评审。

--revert 读取的是另一变更发布时的内容，或在主分支上获批的内容，绝不取自工作区。
那一变更的回退步骤成为本次的实施步骤，它的实施步骤则成为本次的回退步骤。
""",
        "--ci": "要变更的配置项；可重复",
        "--incident": "事件编号",
        "--because": (
            "什么出了故障，为什么不能等。不用 --revert 和 --step 时，这也是要人工完成的事项"
        ),
        "--revert": "撤销一项变更：采用其已批准的回退步骤和配置项",
        "--step": "实施变更的程序及其参数；可重复",
        "--undo": "回退变更的程序（默认：人工回退）；可重复",
        "--title": "标题，可用任何文字（默认：取自 SLUG）",
        "--commit": "提交这份请求，此外什么也不提交；不运行钩子",
    },
}
