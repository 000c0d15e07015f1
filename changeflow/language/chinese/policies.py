"""Rules of policies, and runs of their test cases, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "pack.gate": "{gate:word}门禁",
    "pack.level": "{level:word}",
    "pack.place": "{rule}（{policy}，{gate:word}门禁，{level:word}）",
    "pack.label:applies": "适用",
    "pack.label:asks": "要求",
    "pack.label:clause": "条款",
    "pack.label:hint": "提示",
    "pack.label:effect": "效力",
    "pack.when": "当 {condition}",
    "pack.when:always": "始终",
    "pack.asks": "{told:sentences}",
    "pack.approvals": "{role:quoted_role} 中 {count} 人批准",
    "pack.approvals:tenure": "{role:quoted_role} 中 {count} 人批准，且担任该角色不少于 {tenure:duration}",
    "pack.each": "{each} 中每一方各 {count} 人批准",
    "pack.each:tenure": "{each} 中每一方各 {count} 人批准，且担任该角色不少于 {tenure:duration}",
    "pack.fact": "{condition} 成立",
    "pack.effect:deny": "不满足则不放行",
    "pack.effect:warn": "只作提示，不影响放行",
    "pack.effect:off": "无：所属策略已停用（`enabled: false`）",
    "pack.off": "（已停用）{message}",
    "pack.label:reads": "读取",
    "pack.reads": "{told:sentences}",
    "debt.fact": "名称 history.{name}：{meaning:sentences}",
    "debt.changes": "询问门禁前 {days} 天内，其团队或其配置项开始的其他变更有多少个",
    "debt.emergency_share": "其中紧急变更的占比，从 0.0 到 1.0（0.0 表示没有）",
    "debt.failures": "其中有多少个失败：发布失败或已回退，或有事件指明它是原因",
    "debt.overdue_reviews": "其团队或其配置项的其他变更有多少个评审已逾期，不论时间多久",
    "debt.open_followups": "此类评审的后续事项中，有多少项还没有已实施的变更解决，本变更也不解决",
    "debt.claimed_improvements": (
        "其团队的、其配置项的或来自上述变更评审的改进中，有多少项声称已验证，但未经证明或不算数"
    ),
    "debt.improvements": "下列文件无法读取，因此不知道哪些改进只是声称已验证：{paths:first_codes}",
    "debt.ledger": "账本有错误，因此不知道以往变更还欠什么",
    "debt.no_ledger": "账本上还没有任何记录，因此不知道以往变更还欠什么",
    "debt.requests": "下列文件不在主分支上或无法读取，因此不知道以往变更还欠什么：{paths:first_codes}",
    "debt.incidents": "下列文件无法读取，因此不知道以往哪些变更失败：{paths:first_codes}",
    "policy_case.ok": "通过",
    "policy_case.failed": "不通过",
    "policy_case.broken": "不可用",
    "policy_case.untested": "警告：没有测试用例涉及规则 {rule}",
    "policy_case.sum": "{cases} 个测试用例，{failed} 个不通过，{broken} 个不可用，{untested} 条规则未测试",
}
