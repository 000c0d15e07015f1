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
    "policy_case.ok": "通过",
    "policy_case.failed": "不通过",
    "policy_case.broken": "不可用",
    "policy_case.untested": "警告：没有测试用例涉及规则 {rule}",
    "policy_case.sum": "{cases} 个测试用例，{failed} 个不通过，{broken} 个不可用，{untested} 条规则未测试",
}
