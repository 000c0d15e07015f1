"""Opinions of reviewers, and post-implementation reviews, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "review.not_demanded": "发布以 `{outcome}` 结束，规则 {rules:codes} 对此不要求评审",
    "review.missing": (
        "尚无实施后评审",
        "`changeflow review {change}` 可以开始评审",
    ),
    "review.missing:due": (
        "尚无实施后评审，期限为 {due:time}",
        "`changeflow review {change}` 可以开始评审",
    ),
    "review.missing:overdue": (
        "尚无实施后评审，期限 {due:time} 已过",
        "`changeflow review {change}` 可以开始评审",
    ),
    "review.incomplete": (
        "评审有 {count} 个问题：{problems:sentences}",
        "`changeflow review {change}` 会列出全部问题及其位置",
    ),
    "review.in_future": (
        "评审称其于 {day:date} 完成，而该日期尚未到来",
        "`reviewed` 应为完成评审的日期",
    ),
    "review.complete": "已由 {reviewer:person} 评审",
    "review.rejected:changes": (
        "{who:person} 要求修改",
        "在其批准之前，该意见一直有效",
    ),
    "review.rejected:changes_words": (
        "{who:person} 要求修改：{words}",
        "在其批准之前，该意见一直有效",
    ),
    "review.edited": (
        "{who:person} 的评审意见在给出之后于 {at:time} 被编辑过",
        "审批针对的是内容，其文字不作为依据",
    ),
    "review.unknown_state": (
        "评审意见 {id} 的状态 `{state}` 无法识别",
        "请修正人员名册，或询问本人",
    ),
    "review.no_time": (
        "评审意见 {id} 没有提交时间",
        "请修正人员名册，或询问本人",
    ),
    "reviewer.ghost": "给出该意见的账号已不存在",
    "reviewer.not_human": "{login} 不是人员账号（{type}）",
    "review.rejected": (
        "{who:person} 否决了该变更",
        "在 {who:person} 批准或撤回该意见之前，否决一直有效",
    ),
    "review.rejected:words": (
        "{who:person} 否决了该变更：{words}",
        "在 {who:person} 批准或撤回该意见之前，否决一直有效",
    ),
    # -- what keeps a review from counting
    "pir-journal": (
        "发布日志与现在的变更请求不符：{why}",
        "变更请求在发布之后是否改动过？",
    ),
    "pir-not-released": "该变更的发布尚未结束",
    "pir-other-change": "本评审针对 {value:code}，而不是 {change:code}",
    "pir-empty-answer:reviewer": ("未写明评审人", "请写明名册中的一人"),
    "pir-empty-answer:day": ("缺少评审日期", "例如 2026-11-30"),
    "pir-empty-answer:outcome": ("缺少结果", "应为 {allowed:codes} 之一"),
    "pir-empty-answer:incidents": (
        "没有说明变更引发了哪些事件",
        "请列出事件编号；没有则写 `[]`",
    ),
    "pir-empty-answer": ("{name:code} 尚未回答", "一句话即可；“无”也是回答"),
    "pir-empty-answer:question": (
        "{name:code} 尚未回答：{ask:asked}",
        "请在 `spec.answers` 下用一两句话写明",
    ),
    "pir-unknown-question": (
        "没有策略提出 {name:code} 这个问题",
        "问题由 `close` 门禁策略的 `spec.reviews` 规定",
    ),
    "pir-contradicts": (
        "漏写了 {incidents:codes}；`incidents/` 中的记录称其由该变更引发",
        "请列出记录中由该变更引发的所有事件",
    ),
    "pir-contradicts:overran": (
        "`deviations` 称没有偏差，但发布在窗口结束 {late:duration}后才结束",
        "请写明哪些情况与计划不同",
    ),
    "pir-contradicts:rolled_back": (
        "`deviations` 称没有偏差，但变更已回退",
        "请写明哪些情况与计划不同",
    ),
    "pir-contradicts:rollback_failed": (
        "`deviations` 称没有偏差，但回退失败",
        "请写明哪些情况与计划不同",
    ),
    "pir-contradicts:promise": (
        "`deviations` 称没有偏差，但恢复用时 {took:duration}，承诺为 {limit:duration}",
        "请写明哪些情况与计划不同",
    ),
    "pir-contradicts:longer": (
        "`deviations` 称没有偏差，但 {ci:code} 停机 {took:duration}，超过计划",
        "请写明哪些情况与计划不同",
    ),
    "pir-reviewer-unknown:automation": ("{who:code} 是自动化程序", "评审由人签名"),
    "pir-reviewer-unknown:unlisted": ("{who:code} 不在人员名册中", "评审由人签名"),
    "pir-not-independent:requested": (
        "{who:code} 是该变更的申请人",
        "请写明既未申请也未实施该变更的人",
    ),
    "pir-not-independent:implemented": (
        "{who:code} 是该变更的实施人",
        "请写明既未申请也未实施该变更的人",
    ),
    "pir-not-independent:wrote": (
        "{who:code} 编写了该变更的一部分",
        "请写明既未申请也未实施该变更的人",
    ),
    "pir-not-independent:confirmed": (
        "{who:code} 报告或下令执行过本次发布的步骤",
        "策略规定此类人员不得评审（`spec.reviews.not_by`）",
    ),
    "pir-not-independent:approved": (
        "{who:code} 批准过该变更，或授权他人代为批准",
        "策略规定此类人员不得评审（`spec.reviews.not_by`）",
    ),
    "pir-not-independent:ran": (
        "{who:code} 运行了本次发布",
        "请写明既未申请也未实施该变更的人",
    ),
    "pir-too-early": "评审日期 {day} 早于发布结束（{ended}）",
    "pir-outcome-disagrees:implemented": (
        "结果写为 {outcome:code}，但发布以已实施结束",
        "应为 {allowed:codes} 之一",
    ),
    "pir-outcome-disagrees:rolled_back": (
        "结果写为 {outcome:code}，但发布以已回退结束",
        "应为 {allowed:codes} 之一",
    ),
    "pir-outcome-disagrees:rollback_failed": (
        "结果写为 {outcome:code}，但发布以回退失败结束",
        "应为 {allowed:codes} 之一",
    ),
    "pir-outcome-disagrees:incidents": (
        "结果写为 `successful`，但引发了事件",
        "应写 `successful-with-issues`",
    ),
    "pir-placeholder": ("{name:code} 只写了 {text:code}", "请写明实际情况"),
    "pir-placeholder:action": "`action` 只写了 {text:code}",
    "pir-copied": ("{name:code} 与 {earlier:code} 内容相同", "请分别回答每个问题"),
    "pir-copied:request": (
        "{name:code} 照抄了变更请求",
        "请写实际观察到的，而不是期望的",
    ),
    "pir-owner-unknown": (
        "{owner:code} 既不是名册中的人员，也不是角色",
        "后续措施须由某人或某个角色负责",
    ),
    "pir-no-follow-up": ("变更失败，却没有后续措施", "下次怎样才能成功？"),
    "pir-limit-missed": (
        "恢复用时 {took}，承诺为 {limit}",
        "请在 `deviations` 中说明原因",
    ),
    "pir-facts-differ": (
        "`actual.{name}` 与证据账本不符",
        "证据账本为 {value}；重新生成（`changeflow review {change}`）即可得到事实",
    ),
    "pir-unresolved": (
        "失败的回退仍未了结",
        "`changeflow release confirm {change} --resolved --as PERSON --note TEXT` 记录其结局",
    ),
    # -- `review`
    "pir.written": "{path}：已写好，并填入了实际情况。尚待回答：",
    "pir.line": "第 {line} 行：{said:sentences}",
    "pir.about": "{path}：{said}",
    "pir.complete": "完整且独立，尚未记录",
    "pir.complete:recorded": "完整且独立，已记录",
    "pir.next": "提示：请回答问题，然后再次运行 `changeflow review {change}`",
    "pir.next:record": (
        "提示：`changeflow review {change} --as REVIEWER` 将其记录；`changeflow gate close {change}`"
    ),
    "pir.on_record": "尽管如此，仍已记录：`changeflow ledger log {change}`",
}
