"""What to do about names that nothing has, as `check` says, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hint.near": "是否应为 {name:code}？",
    "hint.unread": "{path:code} 无法读取，可能就在其中",
    "hint.no_roster": "还没有人员名册：请编写 policies/roster.yaml",
    "hint.add_person": "请将其加入人员名册 policies/roster.yaml",
    "hint.list_person": "请将其加入 `people`",
    "hint.name_a_role": "请写出 `roles` 之下的某个角色",
    "hint.add_role": "请将该角色加入人员名册 policies/roster.yaml",
    "hint.add_item": "请将其加入 CMDB，放在 cmdb/ 之下",
    "hint.add_type": "请将其加入 changeflow.yaml 的 spec.ci_types",
    "hint.write_change": "请填写 changes/ 下某个目录的编号",
    "hint.models": "变更模型位于 policies/models/；没有模型的变更是常规变更",
    "hint.policies": "`policy` 是某个策略的 metadata.id",
    "hint.rules": "该策略有：{names:list}",
    "hint.items_have": "配置项中有：{names:list}",
    "hint.write_items": "配置项写在 cmdb/ 之下",
    "hint.no_mapping": "它不是映射；docs/reference/conditions.md 列出了条件可以读取的内容",
    "hint.it_has": "它有：{names:list}",
    "hint.move": "请移走该文件",
    "hint.name": "请将其命名为 {name}",
    "hint.own_folder": "请为其建立单独的目录",
}
