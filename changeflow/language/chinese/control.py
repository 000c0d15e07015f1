"""What `doctor` says of GitHub's settings, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "control.unseen": (
        "无法得知是否{question:sentences}：{why:sentences}",
        "请用管理员的令牌运行 `changeflow doctor`，或查看设置",
    ),
    "control.unseen:dismissals": (
        "未显示哪些人可以驳回评审",
        "Settings → Rules → Rulesets：Restrict who can dismiss pull request reviews",
    ),
    "control.required": "`{branch}` 要求 `{gate}`",
    "control.not_required": (
        "没有生效的规则集在 `{branch}` 上要求 `{gate}`",
        (
            "Settings → Rules → Rulesets：为 `{branch}` 启用规则集，Require status checks to pass"
            "，`{gate}`"
        ),
    ),
    "control.source_any": (
        "任何有写权限的人都可以发布所要求的 `{gate}`",
        "Settings → Rules → Rulesets：将 `{gate}` 的来源设为您的 App",
    ),
    "control.source_shared": (
        "`{gate}` 的来源被设为 GitHub Actions：任何分支的任何工作流都可以发布",
        "请为机器人使用专用的 App，并将其设为来源",
    ),
    "control.source_unconfirmed": (
        "`{gate}` 的来源被设为 App {apps:list}；未告知机器人是哪个 App",
        "请告知：`--app-id` 或 CHANGEFLOW_APP_ID",
    ),
    "control.source_pinned": "`{gate}` 只认 App {app} 发布的结果",
    "control.source_other": (
        "`{gate}` 的来源被设为 App {apps:list}，而机器人是 App {app}",
        "Settings → Rules → Rulesets：将 `{gate}` 的来源设为您的 App",
    ),
    "control.up_to_date": "判定只对最新的 `{branch}` 有效",
    "control.not_up_to_date": (
        "`{branch}` 更新之后原判定仍然有效，直到下次运行重新判定",
        (
            "Settings → Rules → Rulesets：Require branches to be up to date before merging，或使用"
            "合并队列"
        ),
    ),
    "control.pull_request": "`{branch}` 只接受拉取请求",
    "control.no_pull_request": (
        "可以不经拉取请求直接推送到 `{branch}`",
        "Settings → Rules → Rulesets：Require a pull request before merging",
    ),
    "control.dismissals_restricted": "只有指定的人可以驳回评审",
    "control.dismissals_open": (
        "任何有写权限的人都可以驳回评审",
        "Settings → Rules → Rulesets：Restrict who can dismiss pull request reviews",
    ),
    "control.main_kept": "`{branch}` 既不能改写也不能删除",
    "control.main_rewritable:both": (
        "`{branch}` 可以被强制改写和删除",
        "Settings → Rules → Rulesets：为 `{branch}` 设置 Block force pushes 和 Restrict deletions",
    ),
    "control.main_rewritable:non_fast_forward": (
        "`{branch}` 可以被强制改写",
        "Settings → Rules → Rulesets：为 `{branch}` 设置 Block force pushes 和 Restrict deletions",
    ),
    "control.main_rewritable:deletion": (
        "`{branch}` 可以被删除",
        "Settings → Rules → Rulesets：为 `{branch}` 设置 Block force pushes 和 Restrict deletions",
    ),
    "control.ledger_kept": "`{branch}` 既不能改写也不能删除",
    "control.ledger_rewritable:both": (
        "`{branch}` 可以被强制改写和删除",
        "Settings → Rules → Rulesets：为 `{branch}` 设置 Block force pushes 和 Restrict deletions",
    ),
    "control.ledger_rewritable:non_fast_forward": (
        "`{branch}` 可以被强制改写",
        "Settings → Rules → Rulesets：为 `{branch}` 设置 Block force pushes 和 Restrict deletions",
    ),
    "control.ledger_rewritable:deletion": (
        "`{branch}` 可以被删除",
        "Settings → Rules → Rulesets：为 `{branch}` 设置 Block force pushes 和 Restrict deletions",
    ),
    "control.ledger_closed": "只有绕行名单上的人可以写入 `{ledger}`",
    "control.ledger_writable": (
        "任何有写权限的人都可以向 `{ledger}` 追加内容",
        (
            "Settings → Rules → Rulesets：为 `{ledger}` 设置 Restrict creations 和 Restrict "
            "updates，并将您的 App 列入绕行名单"
        ),
    ),
    "control.environment_open": (
        "任何分支都可以使用环境 `{environment}`",
        "Settings → Environments → {environment}：Selected branches and tags，只选 `{branch}`",
    ),
    "control.environment_open:named": (
        "环境 `{environment}` 开放给 {names:sentences}，而不是只开放给 `{branch}`",
        "Settings → Environments → {environment}：Selected branches and tags，只选 `{branch}`",
    ),
    "control.environment_protected": (
        "任何受保护分支都可以使用环境 `{environment}`；无法得知是哪些分支",
        "Settings → Environments → {environment}：Selected branches and tags，只选 `{branch}`",
    ),
    "control.environment_restricted": "只有 `{branch}` 可以使用环境 `{environment}`",
    "control.owners_sound": "GitHub 未发现 CODEOWNERS 中有错误",
    "control.owners_broken": (
        "GitHub 忽略了 CODEOWNERS 中的若干行：{errors:sentences}",
        "请更正：这样的行不会请任何人评审",
    ),
    "control.no_bypass": "没有人可以绕过要求 `{gate}` 的规则集",
    "control.bypass": (
        "有人可以绕过要求 `{gate}` 的规则集：{actors:list}",
        "Settings → Rules → Rulesets：清空 `{branch}` 规则集的绕行名单",
    ),
    "control.channel_failing": (
        "有 {count} 条通知未能通过渠道 `{channel}` 送达，最近一次在 {at:time}：{why:sentences}",
        "请确认其服务器可以应答；`changeflow notify` 会再试一次，机器人也会按计划再试",
    ),
    "control.channel_failing:secret": (
        "有 {count} 条通知未能通过渠道 `{channel}` 送达，最近一次在 {at:time}：{why:sentences}",
        (
            "请在运行 `changeflow notify` 的环境中更换该渠道的密钥，或更正 changeflow.yaml 中"
            " `spec.notify` 下的地址；然后运行 `changeflow notify`"
        ),
    ),
    "control.channel_failing:address": (
        "有 {count} 条通知未能通过渠道 `{channel}` 送达，最近一次在 {at:time}：{why:sentences}",
        (
            "请更正 changeflow.yaml 中 `spec.notify` 下该渠道的服务器、URL 或 `security`；"
            "然后运行 `changeflow notify`"
        ),
    ),
    "control.channels_deliver": "最近七天内没有未送达的通知",
    "control.channels_unknown": (
        "无法确定通知是否送达：{why:sentences}",
        "请运行 `changeflow ledger verify`",
    ),
    "question.gate-required": "`{branch}` 要求 `{gate}`",
    "question.gate-source": "`{gate}` 只认机器人的 App 发布的结果",
    "question.pull-request": "`{branch}` 只接受拉取请求",
    "question.main-history": "`{branch}` 可以被改写或删除",
    "question.bypass": "有人可以绕过要求 `{gate}` 的规则集",
    "question.evidence-history": "`{ledger}` 可以被改写或删除",
    "question.environment": "只有 `{branch}` 可以使用环境 `{environment}`",
    "question.up-to-date": "判定只对最新的 `{branch}` 有效",
    "question.dismissals": "只有少数人可以驳回评审",
    "question.evidence-writers": "只有 App 写入 `{ledger}`",
    "question.code-owners": "CODEOWNERS 没有错误",
    "doctor.on": "控制：已生效：{repository} 的 {count} 项中有 {holding} 项成立",
    "doctor.off": "控制：未生效：{repository} 的 {count} 项中有 {holding} 项成立",
    "doctor.unknown": "控制：无法确定：{repository} 的 {count} 项中有 {holding} 项成立",
    "doctor.title": "changeflow：控制{control:word}",
    "doctor.item": "{said}（`{code}`）。",
    "doctor.state": "{state:word}",
    "doctor.warning": "{state:word}（警告）",
}
