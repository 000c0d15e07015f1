"""Reasons for the points of a risk, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- likelihood
    "risk.answer": "`assessment.{question}` 申报为“{answer:word}”",
    "risk.answer:missing": "未申报 `assessment.{question}`，按最差答案计分",
    "risk.no_verification": "没有 `verification` 说明如何确认变更成功",
    "risk.steps": "{steps} 个步骤中有 {manual} 个须人工执行",
    "risk.steps:unwritten": "尚未写明实施步骤",
    "risk.emergency": "紧急变更的准备和检查时间较少",
    "risk.history": "{what:sentences}，{seen} 次中有 {failures} 次失败；平滑失败率为 {rate:percent}",
    "risk.history:little": "{what:sentences}：记录太少（已有 {seen} 次，至少需要 {enough} 次）",
    "risk.history:new": "对 {items:few_items} 的变更记录太少（不足 {enough} 次）",
    "risk.history:no_items": "未指明配置项，因此没有相关的变更记录",
    "risk.record": "{what:sentences}：{value}",
    "risk.record:unknown": "未知，因此按最差计：{what:sentences}",
    "risk.record_floor": "良好的历史记录本身不减分：历史记录的分数合计为 {total}",
    "risk.changes:item": "对 {ci:item} 的变更",
    "risk.changes:type": "{type:word}",
    "risk.changes:model": "按变更模型 {model} 实施的变更",
    # -- impact
    "risk.no_items": "未指明配置项，影响按最高计分",
    "risk.changed": "变更 {items:few_items}（{tier:word}）",
    "risk.changed:unknown": "{items:few_items} 的重要等级未知，按最高计分",
    "risk.affected:one": "影响 1 个{tier:word}配置项：{items:few_of}，分值 {score}",
    "risk.affected:many": (
        "影响 {count} 个{tier:word}配置项：{items:few_of}；影响最大的是 {worst:item}，分值 {score}"
    ),
    "risk.affected:one_unknown": (
        "影响 1 个重要等级未知的配置项，按最高计分：{items:few_of}，分值 {score}"
    ),
    "risk.affected:many_unknown": (
        "影响 {count} 个重要等级未知的配置项，按最高计分：{items:few_of}；"
        "影响最大的是 {worst:item}，分值 {score}"
    ),
    "risk.breadth:one_none_fails": "影响 1 个配置项，不会失效",
    "risk.breadth:one_one_fails": "影响 1 个配置项，且会失效",
    "risk.breadth:many_none_fails": "影响 {hit:count} 个配置项，均不会失效",
    "risk.breadth:many_one_fails": "影响 {hit:count} 个配置项，其中 1 个会失效",
    "risk.breadth:many_fail": "影响 {hit:count} 个配置项，其中 {failing:count} 个会失效",
    "risk.outage": "{ci:item} 计划停机 {outage:duration}",
    "risk.outage:undeclared": "未申报 {items:few_items} 的计划停机时间（PT0S 表示不停机）",
    "risk.removal": "移除 {removed:few_items}，并移交 {transferred:few_items}",
    "risk.removal:removed": "移除 {removed:few_items}",
    "risk.removal:transferred": "移交 {transferred:few_items}",
    "risk.unknown_item": "{items:few_items} 不在 CMDB 中，其影响无法全部得知",
    "risk.no_owner": "{items:few_of} 没有责任人",
    "risk.no_rollback": "没有计划好可撤销全部步骤的方法",
    # -- both sides
    "risk.cap": "{side:word}一侧最多计 {most} 分；以上各项合计 {total} 分",
    # -- what would lower it
    "lower.verify": "在 `verification` 中写明如何确认成功",
    "lower.plan_rollback": "制定回退方案，写明步骤",
    "lower.state_outage": "查明并申报 {items:few_items} 的计划停机时间，例如不超过 {to:duration}",
    "lower.fill_owner": "在 CMDB 中为 {items:few_of} 登记责任人",
    "lower.test": "进行测试：{to:word}",
    "lower.automate": "将 {to} 个人工步骤改为由程序执行",
    "lower.move_window": "将窗口移到工作时间：{to:time}",
    "lower.take_out": "将 {items:few_items} 移出，单独提交变更",
    "lower.split": "拆分为复杂度为{to:word}的变更",
}
