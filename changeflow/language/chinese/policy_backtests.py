"""What policies would have asked of the changes of the past, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "policy_backtest.title": "策略回测：用以往变更试行策略",
    # -- what was looked at
    "policy_backtest.fact:changes": "变更",
    "policy_backtest.fact:source": "来自",
    "policy_backtest.fact:period": "期间",
    "policy_backtest.fact:today": "现行策略",
    "policy_backtest.fact:proposed": "拟议策略",
    "policy_backtest.fact:limit": "限制",
    "policy_backtest.fact:left_out": "未判定",
    "policy_backtest.judged": "共 {found} 项，判定了 {judged} 项",
    "policy_backtest.source:repository": "本仓库及其证据账本：每项变更均以判定当时的状态为准",
    "policy_backtest.source:records": "其他系统的历史记录：只知道记录中写明的内容",
    "policy_backtest.rules_at": "{place}",
    "policy_backtest.period": "{start} 至 {end}",
    "policy_backtest.first": "最早",
    "policy_backtest.last": "最近",
    "policy_backtest.limited": "共 {found} 项变更，只判定了最近的 {judged} 项：工作量有限制",
    "policy_backtest.why": "{count} 项变更：{why:sentences}",
    "policy_backtest.no_time": "记录中没有时间",
    "policy_backtest.no_records": (
        "{folder} 中没有变更的历史记录",
        "请先用 `changeflow history import` 导入",
    ),
    # -- what comes out
    "policy_backtest.outcome": "结果",
    "policy_backtest.heading:today": "现行",
    "policy_backtest.heading:proposed": "拟议",
    "policy_backtest.heading:what": "项目",
    "policy_backtest.heading:role": "角色",
    "policy_backtest.heading:median": "用时中位数（小时）",
    "policy_backtest.came:open": "放行",
    "policy_backtest.came:waiting": "还需更多人批准",
    "policy_backtest.came:shut": "不放行",
    "policy_backtest.came:unknown": "无法判定",
    "policy_backtest.came:unasked": "无须任何人批准",
    "policy_backtest.came:approvals": "所需审批数",
    "policy_backtest.came:hours": "等待小时数（假定值）",
    "policy_backtest.came:hours_unknown": "等待时间未知的变更",
    "policy_backtest.hours_unknown": "若所需角色没有任何判定记录，则等待时间未知。",
    "policy_backtest.failed": "后来失败（已结束 {ended} 项）",
    "policy_backtest.failed_then:shut": "其中不放行",
    "policy_backtest.failed_then:waiting": "其中还需更多人批准",
    "policy_backtest.failed_then:open": "其中放行",
    "policy_backtest.failed_then:unknown": "其中无法判定",
    "policy_backtest.approvals": "需要谁批准（变更数 / 审批数）",
    "policy_backtest.none_asked": "无须任何人批准。",
    "policy_backtest.how_hours": (
        "小时数是假定值：假定各角色用时等于其以往从提出变更请求到作出判定的用时中位数，且各角色同时受理。"
    ),
    # -- rules
    "policy_backtest.rules:today": "现行规则",
    "policy_backtest.rules:proposed": "拟议规则",
    "policy_backtest.column:asked": "适用",
    "policy_backtest.column:waiting": "待批",
    "policy_backtest.column:shut": "不放行",
    "policy_backtest.column:warned": "警告",
    "policy_backtest.column:unknown": "未知",
    "policy_backtest.column:failures": "后来失败",
    "policy_backtest.column:rule": "规则",
    "policy_backtest.same": "另有 {count} 条规则与现行结果相同。",
    "policy_backtest.never:said_no": "适用过但从未否决：{rules:codes}",
    "policy_backtest.never:applied": "从未适用：{rules:codes}",
    # -- changes
    "policy_backtest.changed": "按拟议策略结果不同：{count} 项变更",
    "policy_backtest.change": "`{change}`：{told:list}",
    "policy_backtest.turns": "{today} → {proposed}",
    "policy_backtest.asks:more": "{role:quoted_role} 多 {count} 人批准",
    "policy_backtest.asks:less": "{role:quoted_role} 少 {count} 人批准",
    "policy_backtest.it_failed": "后来失败",
    "policy_backtest.more": "另有 {count} 项，见 JSON",
    # -- standard changes
    "policy_backtest.candidates": "可列为标准变更的候选",
    "policy_backtest.no_candidate": "没有哪一类常规变更结束 {enough} 次或以上且从未失败。",
    "policy_backtest.candidate": (
        "{kinds:list}，{category}：{changes} 项全部成功，{first:minute} 至 {last:minute}；"
        "成功率至少 {at_least}（95%）"
    ),
    "policy_backtest.items": "{count} 个配置项：{items:codes}",
    "policy_backtest.steps": "步骤：{steps:codes}",
    "policy_backtest.candidate_how": (
        "同类常规变更，即配置项类型、领域和步骤均相同，已结束 {enough} 项或以上且全部成功。"
        "下限按 Wilson 区间计算。能否免批，由人决定。"
    ),
    "policy_backtest.models": "变更模型",
    "policy_backtest.of_model:changes": "已结束",
    "policy_backtest.of_model:failures": "失败",
    "policy_backtest.of_model:at_least": "至少",
    "policy_backtest.of_model:limit": "上限",
    "policy_backtest.of_model:standing": "状况",
    "policy_backtest.of_model:model": "模型",
    "policy_backtest.standing:good": "良好",
    "policy_backtest.standing:unproven": "尚无定论",
    "policy_backtest.standing:doubtful": "建议撤销",
    "policy_backtest.standing:suspended": "已暂停",
    "policy_backtest.models_how": (
        "模型若因自身上限而失去资格，即为已暂停：不再有变更可据此作为标准变更。"
        "成功率确定低于 `spec.standing.doubtful_below` 的模型应予撤销。"
    ),
    # -- in the comment of a pull request
    "policy_backtest.comment": "用以往变更试行这些策略",
    "policy_backtest.not_tried": "无法试行：{why:sentences}",
    "policy_backtest.details": "需要谁批准、哪些变更结果不同，以及回测无法得知的",
    # -- limits of the calculation
    "policy_backtest.cannot": "回测无法得知的",
    "policy_backtest.unknown:people": "人的行为会不同：规则公布后，人们会为之准备，或加以规避。",
    "policy_backtest.unknown:never_asked": "从未征求过的意见：新规则要问的人，可能同意，也可能不同意。",
    "policy_backtest.unknown:prevented": (
        "现行规则已防止的失败看不到，因此从未否决的规则，也可能正是使人不去申请的原因。"
    ),
    "policy_backtest.unknown:records": "记录中没有写明的内容：读取这些内容的规则在此一律算作未知。",
    "policy_backtest.unknown:hours": "小时数：受理越多的角色用时越长，角色之间也会互相等待。",
    "policy_backtest.unknown:selection": "没有判定记录的变更，以及在判定之前放弃的变更，不在其中。",
}
