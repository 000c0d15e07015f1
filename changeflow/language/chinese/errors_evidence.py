"""What `evidence record` says, and what goes wrong with it."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "evidence_file.recorded": "{by:person} 已为 {change} 记录证据：账本第 {seq} 条",
    "evidence_file.not_good": "它显示失败或无法判定，因此不能证明任何事。",
    "evidence_file.name": (
        "{name:shown} 不能用作证据的名称",
        "名称由字母、数字、`.`、`_` 和 `-` 组成，最多 100 个字符，以字母或数字开头",
    ),
    "evidence_file.no_key": (
        "没有可用于签署证据的密钥，而没有签名就不能证明任何事",
        "请给出 `--key FILE`，或把 CHANGEFLOW_KEY 设为自动化账户的密钥",
    ),
    "evidence_file.unknown_key": (
        "名册中没有人持有此密钥：{key:shown}",
        "请在 `policies/roster.yaml` 中加入持有该公钥的自动化账户（`kind: agent`）",
    ),
    "evidence_file.human": (
        "此密钥属于 {person:person}，而只有自动化账户可以记录证据",
        "请用名册中自动化账户（`kind: agent`）的密钥签名",
    ),
    "evidence_file.missing": ("没有文件 {path:shown}", "请写明 CI 生成的文件"),
    "evidence_file.no_file": ("{path:shown} 不是普通文件", "请写明 CI 生成的文件"),
    "evidence_file.unread": ("无法读取 {path:shown}：{why:system}", ""),
}
