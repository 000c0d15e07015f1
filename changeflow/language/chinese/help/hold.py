"""Help of `changeflow hold` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "hold": {
        "": """
下达暂停令：停下一个环境、一个配置项、一类变更或全部变更。

暂停令使其范围内变更的 `approve` 和 `deploy` 门禁在下一次询问时关闭，在任何托管平台上都一样。
紧急变更须再多一人批准方可继续。正在执行的发布做完当前步骤后停下，除非 `spec.hold.running` 另有规定。

`changeflow hold SCOPE` 是 `changeflow hold place SCOPE` 的简写。
""",
    },
    "hold place": {
        "": """
下达暂停令，并显示它停下哪些变更。

谁有权下达，由 `changeflow.yaml` 中的 `spec.hold` 规定：默认为 CAB 或 `ecab` 的一名成员，可改为其他角色或更多人。
命令不会提问。

退出码：0 已生效；1 提议中（还缺批准）或不予受理；2 范围可能有几种意思；3 范围不指任何对象。
""",
        "SCOPE": "停下什么：环境、配置项、`type:normal` 或 `all`；"
        "名称两者皆是时，用 `environment:NAME` 和 `item:NAME` 区分",
        "--reason": "理由",
        "--as": "由谁发表意见：人员名册中的编号",
        "--until": "何时自行结束（默认：直到解除）",
        "--dry-run": "只显示将停下什么，不记录",
    },
    "hold approve": {
        "": """
同意一项提议中的暂停令。

退出码：0 已生效；1 仍为提议，或不予受理；3 没有这一暂停令，或已结束。
""",
        "ID": "暂停令，以 `hold list` 所列编号为准",
        "--reason": "写入记录的说明",
        "--as": "由谁发表意见：人员名册中的编号",
    },
    "hold lift": {
        "": """
解除暂停令：被它停下的变更可以继续。

所需人员与下达时相同。暂停令及其解除都留在证据账本上。

退出码：0 已解除；1 还缺批准，或不予受理；3 没有这一暂停令，或已结束。
""",
        "ID": "暂停令，以 `hold list` 所列编号为准",
        "--reason": "理由",
        "--as": "由谁发表意见：人员名册中的编号",
    },
    "hold list": {
        "": """
列出生效或提议中的暂停令，最早的在前。
""",
        "--all": "也列出已结束的",
    },
}
