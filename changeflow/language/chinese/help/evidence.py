"""Help of `changeflow evidence` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "evidence": {
        "": """
记录 CI 对某个提交所证明的内容，供要求证据的规则使用。
""",
    },
    "evidence record": {
        "": """
记录 CI 由某个提交生成的文件：它的摘要，以及它说了什么。

可以读取 JUnit XML、SARIF 2.1.0，以及 JSON 格式的 CycloneDX 和 SPDX。文件本身不保存。条目由名册中的自动化账户
（`kind: agent`）签名；对于要求它的规则（`require_evidence`），它证明此提交以及内容树相同的提交。

退出码：0 已记录；1 已记录，但它显示失败或无法判定，或者被拒绝而没有记录任何内容；3 没有这样的变更或文件；
4 账本无法读取。
""",
        "--kind": "文件的种类：会被读取的报告，或只凭摘要的任意文件",
        "--name": "规则对它的称呼，例如 `unit` 或 `scan`",
        "--path": "文件",
        "--check": "生成该文件的 CI 检查",
        "--commit": "文件由哪个提交生成",
        "--key": "名册中自动化账户的 SSH 密钥（默认：CHANGEFLOW_KEY，其次是 git 自己的签名密钥）",
        "--base": "从这里读取名册和配置（默认：主分支）",
    },
}
