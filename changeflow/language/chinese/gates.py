"""What the gates say of their own accord, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_NO_DEPENDENCY: Final = "请将其从 depends_on 中删除，或为其另行提交一个变更"
_FREEZE: Final = (
    "请等待封网期结束、调整 spec.window，或提出例外：`exceptions/` 中的 `kind: FreezeException`"
)
_LONGER: Final = "请调整 spec.window，或提出 `end` 更晚的例外"
_APPROVED: Final = "请由批准例外的角色中更多的人批准"

SENTENCES: Final[dict[str, Template]] = {
    # -- every gate
    "time.before_evidence": (
        "本次判定的时间比其所依据的证据早 {lead:rough}，这些证据的最晚时间为 {newest:time}",
        "请校准时钟；`changeflow ledger verify` 会列出由错误时钟标注时间的条目",
    ),
    "ledger.broken": (
        "证据账本不完整：{problems:sentences}",
        "`changeflow ledger verify` 会列出全部问题",
    ),
    "document.invalid": (
        "变更请求有 {count} 处错误：{problems:sentences}",
        "`changeflow check` 会列出全部问题及其位置",
    ),
    "change.draft": ("变更请求仍是草稿", "请将 spec.draft 设为 false，或删除该字段"),
    "calendar.unreadable": "日历无法读取：{why:sentences}",
    "calendar.outside_windows": (
        "变更窗口不在所涉配置项的维护窗口之内",
        "请将 spec.window 调整到某个维护窗口内；否则 `deploy` 门禁可能拒绝启动",
    ),
    "freeze.excepted": (
        "例外 {exception} 由 {by:people} 批准，变更在封网期 `{name}` 内可以继续，至 {until:time} 为止：{reason}"
    ),
    "freeze.in_force:ended": (
        "封网期 `{name}` 生效中，至 {end:time} 结束；例外 {exception} 在此之前于 {ended:time} 终止",
        _LONGER,
    ),
    "freeze.in_force:approvers": (
        (
            "封网期 `{name}` 生效中，至 {end:time} 结束；例外 {exception} 的审批人数不足：需要 {needed} 人，"
            "申请人和实施人不计"
        ),
        _APPROVED,
    ),
    "freeze.ahead:ended": (
        (
            "封网期 `{name}` 自 {start:time} 至 {end:time}，在变更窗口结束之前开始；例外 {exception} 于 "
            "{ended:time} 终止"
        ),
        _LONGER,
    ),
    "freeze.ahead:approvers": (
        (
            "封网期 `{name}` 自 {start:time} 至 {end:time}，在变更窗口结束之前开始；例外 {exception} 的审批"
            "人数不足：需要 {needed} 人，申请人和实施人不计"
        ),
        _APPROVED,
    ),
    "freeze.in_force": ("封网期 `{name}` 生效中，至 {end:time} 结束", _FREEZE),
    "freeze.ahead": (
        "封网期 `{name}` 自 {start:time} 至 {end:time}，在变更窗口结束之前开始",
        _FREEZE,
    ),
    "policy.none": "没有任何策略为 `{gate}` 门禁规定规则；沉默不等于同意",
    "policy.no_rule_applies": "`{gate}` 门禁没有适用的规则；沉默不等于同意",
    # -- approve
    "change.withdrawn": (
        "{who:person} 撤回了变更请求",
        "{who:person} 向变更请求的目录提交新的内容，即视为重新提交",
    ),
    "type.declared_too_low": (
        "申报类型为{declared:word}，判定类型为{computed:word}：{why:sentences}",
        "请改为 `type: {computed}`，或消除使其不能成为{declared:word}的原因",
    ),
    "change.retrospective": (
        "变更请求是在变更完成之后补录的，没有可以发布的内容",
        "请评审已完成的内容：`changeflow review`",
    ),
    "window.empty": "变更窗口的结束时间早于开始时间",
    "window.past": (
        "变更窗口已于 {end:time} 结束",
        "请调整 spec.window，并重新提请审批",
    ),
    "dependency.will_not_run:withdrawn": (
        "必须先实施 {change}；该变更（或其所等待的变更）已撤回",
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:rejected": (
        "必须先实施 {change}；该变更（或其所等待的变更）已被否决",
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:past its window": (
        "必须先实施 {change}；该变更（或其所等待的变更）未在其变更窗口内发布",
        _NO_DEPENDENCY,
    ),
    "dependency.will_not_run:rolled_back": ("必须先实施 {change}；该变更已回退", _NO_DEPENDENCY),
    "dependency.will_not_run:rollback_failed": (
        "必须先实施 {change}；该变更回退失败",
        _NO_DEPENDENCY,
    ),
    "dependency.planned_later": (
        "必须先实施 {change}，而该变更于 {start:time} 开始，晚于本变更的窗口",
        "请调整其中一个变更窗口",
    ),
    # -- deploy
    "plan.missing": (
        "没有保存说明将会发生什么的计划：{paths:most_codes 5}",
        "`changeflow plan {change}` 生成它；提交后，它随变更请求一起批准",
    ),
    "plan.foreign": (
        "保存的文件不是变更请求所指定程序的计划：{paths:most_codes 5}",
        "`changeflow plan {change}` 重新生成它；提交后，它随变更请求一起批准",
    ),
    "plan.unasked": (
        "没有步骤要求计划文件夹中的文件：{paths:most_codes 5}",
        "将其移除；`changeflow plan {change}` 会移除没有步骤要求的计划",
    ),
    "plan.differs": (
        "现在将会发生的与已批准的不同：{paths:most_codes 5}",
        "查明原因；`changeflow plan {change}` 保存现在的计划，以便重新批准",
    ),
    "plan.not_compared": (
        "{count} 个计划未与现在将会发生的情况比较",
        "`changeflow release run` 会比较；`changeflow plan {change} --check` 在此比较",
    ),
    "plan.same": "按 {count} 个计划，现在将会发生的就是已批准的",
    "acceptance.complete": "发布 {release} 已由 {who:person}（{role:role}）验收",
    "acceptance.missing": (
        "发布 {release} 未通过验收：{role:role} 尚未验收",
        "由该角色的成员在 `spec.acceptance` 中填写 `accepted_by` 和 `accepted_on`，并合并",
    ),
    "acceptance.criteria": (
        "发布 {release} 未通过验收，以下准则未满足：{criteria:lines 5}",
        "在其 release.yaml 的 `spec.acceptance` 中填写每条准则的结果，并合并",
    ),
    "acceptance.not_merged": (
        "发布 {release} 未通过验收：它对此变更的验收要求尚未合并到主分支",
        "请先合并其 release.yaml",
    ),
    "acceptance.unreadable": (
        "无法得知是否有发布要求验收：{paths:most_codes 5} 无法读取",
        "`changeflow check` 会说明其中的问题",
    ),
    "acceptance.does_not_count:human": (
        "发布 {release} 未通过验收：{who:person} 不是名册中的人员",
        "由 {role:role} 的成员验收",
    ),
    "acceptance.does_not_count:role": (
        "发布 {release} 未通过验收：{who:person} 不具有 {role:role} 角色",
        "由 {role:role} 的成员验收",
    ),
    "acceptance.does_not_count:party": (
        "发布 {release} 未通过验收：{who:person} 是该发布的管理者，或是其中某项变更的申请人或实施人",
        "由 {role:role} 的其他成员验收",
    ),
    "acceptance.does_not_count:unknown": (
        "发布 {release} 未通过验收：无法得知 {changes:list} 的申请人",
        "请先合并这些变更，或将其移出该发布",
    ),
    "acceptance.does_not_count:undated": (
        "发布 {release} 未通过验收：{who:person} 未填写验收日期",
        "请在 `spec.acceptance` 中填写 `accepted_on`",
    ),
    "acceptance.does_not_count:unbound": (
        "发布 {release} 未通过验收：{who:person} 未写明验收了哪些变更",
        "请在 `spec.acceptance` 中填写 `accepted_changes: {digest}`",
    ),
    "acceptance.does_not_count:stale": (
        "发布 {release} 未通过验收：{who:person} 验收时的变更清单与现在不同",
        "按现在的内容验收的人请在 `spec.acceptance` 中填写 `accepted_changes: {digest}`",
    ),
    "acceptance.does_not_count:future": (
        "发布 {release} 未通过验收：{who:person} 填写的验收日期 {day:date} 尚未到来",
        "`accepted_on` 是验收的日期",
    ),
    "remote.differs": (
        (
            "现以 `{remote}` 的主分支为判定依据，而第 {seq} 号条目中关于 {change} 的判定依据的是"
            " `{noted}` 的主分支"
        ),
        (
            "如果其中一个是另一个的副本，请核对各项审批是在何处作出的；副本应使用不同的"
            " `spec.repository`"
        ),
    ),
    "window.past:deploy": ("变更窗口已于 {end:time} 结束", "请调整 spec.window 后再次查询"),
    "window.none": "未设变更窗口的紧急变更可以立即开始",
    "window.missing": "变更请求未设变更窗口",
    "window.not_open": "变更窗口将于 {start:time} 开始",
    "window.open": "处于变更窗口之内，至 {end:time}",
    "change.not_merged": ("变更请求尚未合并到主分支", "请先合并：合并即排期"),
    "change.differs_from_base": (
        "此处的内容与主分支上的内容不同",
        "请发布已合并的内容：更新工作目录，或用 --head 指明",
    ),
    "change.merged": "变更请求已按此内容合并到主分支",
    "dependency.implemented": "{change} 已实施",
    "dependency.not_implemented": "必须先实施 {change}；该变更尚未发布",
    "dependency.not_implemented:state": "必须先实施 {change}；该变更目前的状态为{state:word}",
    "dependency.not_implemented:withdrawn": (
        "必须先实施 {change}；该变更（或其所等待的变更）已撤回"
    ),
    "dependency.not_implemented:rejected": (
        "必须先实施 {change}；该变更（或其所等待的变更）已被否决"
    ),
    "dependency.not_implemented:past its window": (
        "必须先实施 {change}；该变更（或其所等待的变更）未在其变更窗口内发布"
    ),
    "dependency.not_implemented:rolled_back": "必须先实施 {change}；该变更已回退",
    "dependency.not_implemented:rollback_failed": "必须先实施 {change}；该变更回退失败",
    "conflict.same_item": "{change} 在同一时段变更 {items:items}",
    "conflict.makes_fail": "{change} 在同一时段变更 {items:items}，而本变更可能使其失效",
    "conflict.makes_fail:needs": "{change} 在同一时段可能使 {items:items} 失效，而本变更要变更它们",
    "conflict.redundancy": "与 {change} 在同一时段进行时，冗余成员所剩不足，{items:items} 可能失效",
    "conflict.order:waits": "本变更依赖 {change}，而本变更的窗口开始时其尚未结束",
    "conflict.order:awaited": "{change} 依赖本变更，却在本变更结束之前开始",
    "conflict.order:dead": "本变更等待 {change}，而其不会实施：{state:word}",
    "conflict.rollback:builds": "本变更执行之后，{change} 不能再单独回退",
    "conflict.rollback:built_on": "{change} 执行之后，本变更不能再单独回退",
    "conflict.rollback:builds_items": "本变更开始变更 {items:items} 时，{change} 仍可能回退",
    "conflict.rollback:built_on_items": "{change} 开始变更 {items:items} 时，本变更仍可能回退",
    "conflict.person": "{person:person} 在同一时段还要实施 {change}",
    "conflict.environment": (
        "{change} 在同一时段也在 {environment:environment} 进行，而该环境一次只进行一项变更"
    ),
    "conflict.proposal": "请把 {change} 移到 {at:time} 或之后，届时 {first} 已结束",
    "conflict.proposal:rollback": "请让 {change} 在 {at:time} 或之后开始，或计划先于 {first} 将其回退",
    "conflict.proposal:person": (
        "请另行指定实施人，或把 {change} 移到 {at:time} 或之后，届时 {first} 已结束"
    ),
    "conflict.proposal:drop": "请从 `spec.depends_on` 中去掉 {change}，或重新申请该变更",
    "conflict.goes_first": (
        "{what:sentences}，且其优先",
        "请等待其结束、调整其中一个变更窗口，或让其依赖于本变更",
    ),
    "environment.held": (
        "{change} 的发布正占用环境 {environment:environment}",
        "`changeflow release status {change}`",
    ),
    "policy.missing": "主分支上没有任何策略；沉默不等于同意",
    "policy.removed": (
        "`{gate}` 门禁将不再有任何规则：对所有变更都不予放行",
        "沉默不等于同意；请保留规则，或对其修改",
    ),
    "policy.invalid": "策略 `{policy}`：{problem:sentences}",
    "policy.unsatisfiable": "策略 `{policy}` 的规则 `{rule}`：{why:sentences}",
    "policy.fragile": "策略 `{policy}` 的规则 `{rule}`：{why:sentences}",
    "document.invalid:file": (
        "`{path}` 有 {count} 处错误：{problems:sentences}",
        "{hint}",
    ),
    "change.unauthorised:no_pull_request": "提交 {commit} 未经授权进入主分支：没有拉取请求",
    "change.unauthorised:gate": "提交 {commit} 未经授权进入主分支：拉取请求 {number} 的门禁当时是{state:word}",
}
