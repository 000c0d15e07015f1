"""What rules that ask for people say, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "approvals.complete": "{asks}",
    "approvals.missing": "{asks}",
    "approvals.impossible": "{asks}（{why:sentences}）",
    "seats.too_few": "{role:quoted_role} 需要 {needed} 人，只有 {people:people} 可以审批",
    "seats.too_few:none": "{role:quoted_role} 需要 {needed} 人，已无人可以审批",
    "seats.shared": "{roles:quoted_roles} 也需要同样的人员",
    "tenure.unknown": "{asks}（无法从历史记录中得知相关人员何时开始担任其角色）",
    "seat.empty": "{role:quoted_role}：需 {needed} 人，已有 {have} 人",
    "seat.empty:people": "{role:quoted_role}：需 {needed} 人，已有 {have} 人（{people:people}）",
    "seat.filled": "{role:quoted_role}：需 {needed} 人，已有 {have} 人（{people:people}）",
    "contributors.unknown": (
        "部分内容由人员名册未收录的人编写（{people:list}）：须由 {role:quoted_role} 增加一次审批"
    ),
    "shut_by.conflict": "{what:sentences}，时间为 {start:time} 至 {end:time}",
    "shut_by.overlap": "两个变更窗口自 {start:time} 至 {end:time} 重叠",
    "shut_by.freeze": "封网期 `{name}` 自 {start:time} 至 {end:time}",
    "shut_by.person": "{roles:all_roles} 都需要 {person:person}，而一人只能占一个审批席位",
    "approvals.complete:paths": "{asks:sentences}：{paths:first}（已批准：{people:people}）",
    "approvals.impossible:paths": "{asks:sentences}：{paths:first}",
    "approvals.missing:paths": "{asks:sentences}：{paths:first}",
    "approvals.missing:other_paths": (
        "{asks:sentences}：{paths:first}（{people:people} 批准时这些路径并非现在的内容）",
        "请在包含这些内容的提交上重新批准",
    ),
    "owed.governed": "受管文件须经 {role:quoted_role} 批准",
    "owed.exceptions": "封网期例外须经 {role:quoted_role} 批准",
    "owed.exceptions:named": "封网期例外须经 {role:quoted_role} 批准，并须经例外中列出的 {people:people} 批准",
    "owed.acceptance": "发布的验收须经 {role:quoted_role} 批准",
    "owed.acceptance:named": "发布的验收须经 {role:quoted_role} 批准，并须经其中列出的 {people:people} 批准",
    "owed.release": "没有变更请求的发布须经 {role:quoted_role} 批准",
    "owed.cmdb": "CMDB 中的配置项须经 {role:quoted_role} 批准",
    "owed.review": "实施后评审须经变更顾问委员会批准",
    "approvals.none_for_major": (
        "该变更因其内容属于重大变更，但没有规则要求任何人批准",
        '请在 approve 门禁的策略中加入规则：`when: change.class == "major"`',
    ),
    "approvals.nobody_named": "{asks}（该规则适用，但没有指明任何可以批准的人）",
    "rule.error": "{asks}（无法判定：{why:sentences}）",
}
