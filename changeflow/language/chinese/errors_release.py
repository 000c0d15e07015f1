"""A release that may not start, or a person may not intervene in, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_NO_PLAN: Final = "未作任何更改；修复该程序后重试"

SENTENCES: Final[dict[str, Template]] = {
    "run.no_steps": ("{change} 没有实施步骤", "草稿不能发布"),
    "run.edited": ("在判定门禁期间 {change} 被修改", "未作任何改动；请再运行一次"),
    "rehearse.no_sandbox": (
        "`{environment}` 不是沙箱，而演练会执行步骤",
        (
            "如果在那里不会造成损失，请在 changeflow.yaml 的 `spec` 下写："
            "`environments: {{{environment}: {{kind: sandbox}}}}`"
        ),
    ),
    "rehearse.unnamed:none": (
        "没有任何环境是沙箱，而演练会执行步骤",
        (
            "请在 changeflow.yaml 的 `spec` 下写明一个不会造成损失的环境："
            "`environments: {{NAME: {{kind: sandbox}}}}`"
        ),
    ),
    "rehearse.unnamed:several": (
        "有多个沙箱：{sandboxes:list}",
        "请指定一个：`--environment SANDBOX`",
    ),
    "rehearse.no_way_back:irreversible": "第一步（{name:code}）无法撤销：没有可演练的内容",
    "rehearse.no_way_back:no_undo": (
        "第一步（{name:code}）没有撤销步骤：没有可演练的内容",
        "请为其写 `undo`，或写一个 `undoes` 它的回退步骤",
    ),
    "rehearse.no_way_back:manual_undo": (
        "第一步（{name:code}）由人工撤销，而人工步骤不演练",
        "请在 changeflow.yaml 的 `spec` 下写：`release: {{rehearsal: {{manual: ask}}}}`",
    ),
    "rehearse.taken": (
        "{change} 的演练占用 `{environment}`，可能正在别处运行",
        "请等它结束，或说明它已不存在：`--run {run}`",
    ),
    "rehearse.taken:here": (
        "{change} 的演练正在本机的 `{environment}` 中运行",
        "请等它结束，或终止它",
    ),
    "run.held": (
        "{change} 的发布正占用环境 `{environment}`",
        "`changeflow release status {change}` 显示其状态",
    ),
    "run.shut": (
        "{change} 的部署门禁未放行：{reasons:sentences}",
        "`changeflow gate deploy {change}` 显示完整的判定",
    ),
    "run.shut:unopened": (
        "{change} 的部署门禁未放行：没有规则予以放行",
        "`changeflow gate deploy {change}` 显示完整的判定",
    ),
    "run.because": "{said:sentence} [{rule}]",
    "run.under_way": (
        "{change} 的发布正在进行：{who:sentence}",
        "如果该进程已不在：`changeflow release resume {change} --run {run}`",
    ),
    "run.not_released": (
        "{change} 还没有发布",
        "`changeflow release run {change} --as PERSON` 启动发布",
    ),
    "run.running_here": (
        "{change} 的发布正在本机运行（运行编号 {run}）",
        "`changeflow release status {change}` 可以跟踪",
    ),
    "run.not_over": (
        "{change} 的发布尚未结束，没有可评审的内容",
        "`changeflow release status {change}` 显示当前情况",
    ),
    "run.other_reviewer": ("该评审属于 {reviewer}，而不是 {person}", "应由其评审人记录"),
    # -- how it stands
    "run.in_charge": "运行 {run}（自 {since} 起）",
    "run.in_charge:by": "{by} 的运行 {run}（自 {since} 起）",
    "run.in_charge:none": "没有任何运行",
    "run.unfollowed": "无法跟踪 {change} 的日志：{why}",
    "run.unfollowed:driven": ("无法跟踪 {change} 的日志：{why}", "未再执行任何操作"),
    "run.lost": (
        "{change} 的发布不在（或已不在）证据账本上",
        "证据账本的分支是否被重置？请运行 `changeflow ledger verify`",
    ),
    # -- before the first step
    "run.released": (
        "{change} 已经发布过：{state:sentence}",
        "同一发布不会执行两次；要再次尝试，请新建变更",
    ),
    "run.other_id": (
        "证据账本中有 {change} 的一次发布，记录时的仓库编号与 `spec.repository` 不同",
        "同一发布不会执行两次：请改回原来的仓库编号，或新建变更",
    ),
    "run.absent": ("计划所需的程序不齐全：{problems:sentences}", "未启动任何步骤"),
    "run.unseen": (
        "回退的一项前置条件须由人查看：{step}：{manual}",
        "确认满足后：`--as PERSON --preconditions-met`",
    ),
    "plan_program.none": (
        "{change} 没有计划",
        "指定一个说明将会发生什么的程序：在步骤上写 `plan: {{run: [...], format: text}}`",
    ),
    "plan_program.folder": (
        "{folder} 中不只有计划：{names:most_codes 5}",
        "把这些文件移到别处；该文件夹会被整体替换",
    ),
    "plan_program.folder:link": ("{folder} 是符号链接", "删除它；该文件夹会被整体替换"),
    "plan_program.failed": (
        "不知道将会发生什么：计划 {number} 的 `{program}` 失败（{why}）",
        _NO_PLAN,
    ),
    "plan_program.said": (
        "不知道将会发生什么：计划 {number} 的 `{program}` 失败（{why}）：{said}",
        _NO_PLAN,
    ),
    "plan_program.no_plan": (
        "不知道将会发生什么：计划 {number}，`{program}`：{why:sentences}",
        _NO_PLAN,
    ),
    "plan_program.changed": (
        "不知道将会发生什么：未启动计划 {number} 的 `{program}`：{why}",
        _NO_PLAN,
    ),
    "run.unmet": ("回退的一项前置条件不满足：{step}：{why}", "未启动任何步骤"),
    "run.no_before": (
        "不知道发布之前的数值：{step}：{why}",
        "未启动任何步骤；否则该验证将无从比较",
    ),
    "run.stopped": ("在占用环境之前被要求结束", "未启动任何步骤"),
    "run.stopped:several": (
        "在发布的两项变更之间收到结束请求",
        "`changeflow release resume` 会继续该发布",
    ),
    "run.stopped:plan": ("在生成计划时被要求结束", "未启动任何步骤"),
    "run.stopped:precondition": ("在检查回退的前置条件时被要求结束：{step}", "未启动任何步骤"),
    "run.not_claimed": ("其他进程不断追加证据账本，因此未能占用环境", "请再试一次"),
    "run.no_files": ("经过审批的文件已不在这里", "`git fetch` 或许能取回含有这些文件的提交"),
    "run.request_gone": (
        "到处都找不到 {change} 启动发布时的那份 {path}",
        (
            "请把该文件恢复为审批时的内容；无法恢复时，用 `changeflow release confirm {change} "
            "--resolved --as PERSON --note TEXT` 记录人工如何结束"
        ),
    ),
    "run.replaced": (
        "{change} 的发布启动后文件被替换；{found}",
        "请恢复经过审批的内容（`git restore`，或检出该提交），或下令回退",
    ),
    "run.replaced:planning": (
        "生成计划的程序改动了步骤要运行的文件；{found}",
        "请恢复经过审批的内容（`git restore`）；生成计划的程序不得作任何更改",
    ),
    "run.no_room": (
        "证据账本若拒收步骤结果，本地没有空间可以暂存：{file}：{why:system}",
        "未再启动任何步骤；请在 git 目录中腾出空间，并让当前用户可以写入",
    ),
    "run.kept_unread": (
        "暂存在 `{file}` 中的步骤结果无法读取：{why:system}",
        "请以执行发布的用户查看",
    ),
    # -- orders and confirmations
    "run.act:confirmation": "确认",
    "run.act:rollback": "回退",
    "run.act:review": "评审",
    "run.act:failed_rollback": "结束失败的回退",
    "run.act:unfollowed": "结束无法跟踪的发布",
    "run.unnamed": ("{act:sentence} 需要写明由谁作出", "`--as PERSON` 指定人员名册中的一人"),
    "run.automation": "`{person}` 是自动化账号；{act:sentence} 须由人作出",
    "run.step_running": ("{key} `{name}` 正在本机运行", "请等待它结束，或将它终止"),
    "run.step_known": (
        "{key} `{name}` 的结果在这里已知，只是尚未记录",
        "`changeflow release resume {change}` 会记录它",
    ),
    "run.no_step": ("{change} 的计划中没有步骤 `{key}`", "计划中的步骤：{keys:list}"),
    "run.nothing_waits": (
        "{change} 没有等待确认的步骤",
        "`changeflow release status {change}` 显示正在进行的步骤",
    ),
    "run.nothing_waits:step": (
        "{key} {name} 不在等待确认",
        "`changeflow release status {change}` 显示正在进行的步骤",
    ),
    "run.manual": (
        "{key} {name} 是人工步骤，不适用 `--not-done`",
        "完成后请确认，或用 `--failed` 报告失败",
    ),
    "run.no_decision": "{change} 没有等待决定的失败回退",
    "run.ended": ("{change} 已经结束：{state:sentence}", "`changeflow release status {change}`"),
    "run.reviewed": (
        "{change} 已经过实施后评审；现在撤销它需要另提变更",
        "`changeflow new` 可以新建变更",
    ),
    "run.not_in_charge": (
        "运行 {run} 不是当前的运行；当前的是：{who:sentence}",
        "`changeflow release status {change}` 显示其状态",
    ),
    "run.elsewhere": (
        "{who:sentence} 可能正在另一台机器上运行；其最新条目的时间是 {newest}",
        "如果该进程已不在，请明确说明：`changeflow release {verb} {change} --run {run}`",
    ),
    "run.elsewhere:silent": (
        "{who:sentence} 可能正在另一台机器上运行；它没有任何条目",
        "如果该进程已不在，请明确说明：`changeflow release {verb} {change} --run {run}`",
    ),
    "run.holds_nothing": "{change} 的发布没有占用任何需要由人释放的环境",
    "run.review_ahead": (
        "评审写明的日期是 {day}，而这一天尚未到来",
        "未作任何记录；`reviewed` 是作出评审的日期",
    ),
    # -- a release of several changes
    "run.several": ("`{argument}` 是包含多项变更的发布；请指定其中一项", "{changes:list}"),
    "run.circle": "发布 {release} 中的变更循环依赖：{changes:list}",
    "run.id_of_another": (
        "{path}：编号是 `{id}`，与文件夹名称不同",
        "文件夹的名称就是编号：请改其中之一",
    ),
    "run.not_named": (
        "发布 {release} 曾带来现已不在其中的变更：{changes:list}",
        "请先回退这些变更（`changeflow release rollback CHANGE`），或将其重新写入发布",
    ),
    "run.not_accepted": ("{why:sentence}", "{why:hint}"),
    "run.outside_window": "发布 {release} 的变更窗口为 {start:time} 至 {end:time}",
    # -- the rollback as a change of its own
    "revert.ledger_broken": (
        "证据账本不完整，无法得知 {change} 经过审批的内容：{problem:sentence}",
        (
            "`changeflow ledger verify` 显示全部问题；未写入任何内容；不用 --revert 时，变更请求由"
            "你自己写明要做什么"
        ),
    ),
    "revert.not_on_main": (
        "`{argument}` 不在主分支上，其回退计划因此未经审批",
        "未写入任何内容；不用 --revert 时，变更请求由你自己写明要做什么",
    ),
    "revert.not_over": (
        "{change} 的发布尚未结束",
        "`changeflow release rollback {change} --as PERSON` 可以将它回退",
    ),
    "revert.done": (
        "{change} 已经回退",
        (
            "`changeflow release status {change}` 显示经过；未写入任何内容；不用 --revert 时，变更"
            "请求由你自己写明要做什么"
        ),
    ),
    "revert.failed": (
        "{change} 的回退失败，其环境仍被占用",
        (
            "请人工恢复，然后运行 `changeflow release confirm {change} --resolved --as PERSON "
            "--note TEXT`"
        ),
    ),
    "revert.other_content": (
        "主分支上 {change} 的变更请求不是发布时的那一份，而那一份不在本克隆中",
        (
            "`changeflow ledger show {seq}` 给出当时读取的提交；未写入任何内容；不用 --revert 时，"
            "变更请求由你自己写明要做什么"
        ),
    ),
    "revert.not_approved": (
        "{change} 既未发布也未获批准，其回退计划因此也未经审批",
        (
            "`changeflow gate approve {change}` 说明还缺什么；未写入任何内容；不用 --revert 时，变"
            "更请求由你自己写明要做什么"
        ),
    ),
    "revert.no_steps": (
        "{change} 有步骤没有计划好的撤销方法",
        "未写入任何内容；不用 --revert 时，变更请求由你自己写明要做什么",
    ),
    # -- how a release ended
    "run.final:implemented": "已实施",
    "run.final:rolled_back": "已回退",
    "run.final:rollback_failed": "回退失败",
}
