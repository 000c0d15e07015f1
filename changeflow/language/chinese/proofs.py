"""What evidence proves of what rules ask for, and what `evidence record` says."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "evidence.unproved": "{asks}",
    "evidence.proved": "{kind:word} `{name}` 可以证明",
    "evidence.missing": (
        "没有为此提交记录{kind:word} `{name}`",
        "请在 CI 中记录：`{command}`",
    ),
    "evidence.missing:check": (
        "代码托管平台上此提交没有检查 `{name}`",
        "请核对名称，以及此提交是否运行过该检查",
    ),
    "evidence.missing:unasked": (
        "此处不询问代码托管平台，因此不知道此提交的检查 `{name}`",
        "请判定拉取请求；或让规则要求该检查的报告（`kind: junit` 或 `file`，并写明 `check`），由 CI 记录：`{command}`",
    ),
    "evidence.missing:running": "检查 `{name}` 尚未结束",
    "evidence.other_commit": (
        "{kind:word} `{name}` 是为 {commit} 记录的，没有为内容相同的提交记录",
        "请在所判定的提交上记录：`{command}`",
    ),
    "evidence.untrusted": "{kind:word} `{name}` 由 {by:person} 记录，此人无权记录",
    "evidence.untrusted:unsigned": "{kind:word} `{name}` 没有名册中自动化账户的签名",
    "evidence.untrusted:human": "{kind:word} `{name}` 由 {by:person} 记录：只有自动化账户可以记录证据",
    "evidence.untrusted:party": "{kind:word} `{name}` 由 {by:person} 记录，而其参与了此变更",
    "evidence.untrusted:role": "{kind:word} `{name}` 由 {by:person} 记录，而不是 {wanted:person}",
    "evidence.differs:path": "{kind:word} `{name}` 出自 `{found}`，而不是 `{wanted}`",
    "evidence.differs:digest": "{kind:word} `{name}` 的摘要是 {found}，而不是 {wanted}",
    "evidence.differs:check": "{kind:word} `{name}` 出自检查 `{found}`，而不是 `{wanted}`",
    "evidence.unreadable": "{kind:word} `{name}` 无法判定：{why}",
    "evidence.failed:tests": "{kind:word} `{name}`：{tests} 个测试中有 {failed} 个失败",
    "evidence.failed:no_tests": "{kind:word} `{name}`：没有运行任何测试（跳过 {skipped} 个）",
    "evidence.failed:results": "{kind:word} `{name}` 有 {errors} 个级别为 error 的结果",
    "evidence.failed:components": "{kind:word} `{name}` 没有列出任何组件",
    "evidence.failed:check": "检查 `{name}` 的结果是 `{conclusion}`",
    "artifact.not_compared": "变更要部署的 {count} 个文件未经比对",
    "artifact.same": "文件 `{name}` 与批准的一致（{path}）",
    "artifact.missing": (
        "文件 `{name}` 不存在：{path}",
        "请放入批准的文件，摘要为 {wanted}",
    ),
    "artifact.differs": (
        "文件 `{name}` 与批准的不一致：{path} 的摘要是 {found}",
        "请放入摘要为 {wanted} 的文件，或请求批准新文件",
    ),
    "proof.asks": "此提交的{kind:word} `{name}`",
    "proof.asks:check": "此提交上成功结束的检查 `{name}`",
}
