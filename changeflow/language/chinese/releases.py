"""Releases, and the people who start them, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "release.unproven": (
        "该发布的日志没有按本仓库当时的要求签名",
        "`changeflow ledger verify` 会列出这些条目",
    ),
    "release.finished": "发布已结束：{state:word}",
    "release.rollback_failed": "回退失败，须由人员作出决定并记录在案",
    "release.unfinished": "发布尚未结束：{state:word}",
    "release.exists:pull": (
        "{change} 已有发布（{state:word}）；其变更请求已成为历史",
        "再次尝试须另行提交变更",
    ),
    "deployer.known": "{told:sentences}",
    "deployer.unknown": (
        "{told:sentences}不在人员名册中",
        "人员名册按编号登记账号：`github_id`、`accounts`",
    ),
    "deployer.unknown:unnumbered": (
        "由 `{login}` 启动，而 GitHub 在此处未给出该账号的编号",
        "请发起新的运行，不要重新运行他人的运行",
    ),
    "deployer.unknown:nameless": (
        "启动者未具名，而 GitHub 在此处未给出该账号的编号",
        "请发起新的运行，不要重新运行他人的运行",
    ),
    "deployer.unknown:stated": (
        "声称由 `{login}` 启动，但既无其密钥签名也无其提交可以证明",
        "请用其密钥签名：--key FILE 或 CHANGEFLOW_KEY",
    ),
    "starts.person": "由 {who:person}（{parts:words}）启动",
    "starts.person:none": "由 {who:person}（未参与该变更）启动",
    "starts.account": "由 {who:person}（GitHub 账号 {account}，{parts:words}）启动",
    "starts.account:none": "由 {who:person}（GitHub 账号 {account}，未参与该变更）启动",
    "starts.unproven": "该身份为自称，未经证明",
    "starts.unlisted": "启动者 `{who}` ",
    "starts.unlisted:account": "启动者（GitHub 账号 {account}，`{login}`）",
    "starts.unlisted:nameless": "启动者（GitHub 账号 {account}，未具名）",
    "release.exists": (
        "该变更已有发布：{state:word}",
        "任何发布都不会执行两次；再次尝试须另行提交变更",
    ),
    "release.heading": "{change}：{state:word}",
    "release.plan": "{change}：发布计划",
    "release.return": "所有步骤都可撤销；最多需要 {longest:duration}",
    "release.return:no_steps": "尚未写明任何步骤",
    "release.return:over": "所有步骤都可撤销；可能需要 {longest:duration}，而承诺的是 {limit:duration}",
    "release.reversible": "{of} 个步骤中有 {count} 个可以撤销",
    "release.several": "互不依赖的变更：最多 {parallel} 项同时进行",
    "release.several:one": "各项变更依次进行",
    "release.stage": "第 {number} 阶段：{changes:list}",
    "release.on_failure:stop": "其中一项失败时：不再开始其他变更，已实施的保持不变",
    "release.on_failure:roll_back": (
        "其中一项失败时：不再开始其他变更，已实施的全部回退，最后一项最先回退"
    ),
    "release.no_return": "不可回退点：步骤 {index} {name:code}",
    "release.waiting_for": "等待：{who}",
    "release.run": "运行：{run}",
    # -- how a release stands, and what to do next
    "watch.probe": "{elapsed}/{whole} 秒，第 {number}/{of} 次探测：{said:sentence}",
    "watch.probe:failing": (
        "{elapsed}/{whole} 秒，第 {number}/{of} 次探测：{said:sentence}；"
        "已连续失败 {failures} 次，{allowed} 次即判失败"
    ),
    "journal.step": "{key} {name:code}",
    "journal.step:irreversible": "{key} {name:code}，无法撤销（{why}）",
    "journal.no_step": "没有计划内的步骤",
    "journal.waits": "{key} {name:code} 等待人工处理：{manual}",
    "journal.undecided": (
        "不知道 {key} {name:code} 是否完成：其进程已丢失，而该步骤没有可供判断的 `verify`"
    ),
    "journal.interrupted": "在 {key} {name:code} 期间中断",
    "journal.interrupted:between": "在两个步骤之间中断",
    "journal.interrupted:only": "已中断",
    "journal.stopped": "在 {key} {name:code} 之前停下：{because:sentences}",
    "journal.unknown_against": "不知能否继续：{why:sentences}",
    "journal.overtaken": "另一个进程已接手（运行 {run}）",
    "journal.alive": "运行 {run} 仍在进行：本命令运行期间它写入了证据账本",
    "journal.still_running": "{key} {name:code} 仍在这台机器上运行，启动它的进程已不存在",
    "journal.restored": "{who:person} 称已人工恢复：{note}",
    "journal.back": "已回退：{because:sentence}",
    "journal.back_failed": "回退失败（{because:sentence}）；尚待完成：{left:sentences}；环境仍被占用",
    "journal.running": "{key} {name:code} 正在运行，或其进程已丢失",
    "journal.left_out": "{key} {name:code}：{because:sentence}",
    "journal.turning": "正在回退：{because:sentence}",
    "journal.kept_step": "{key} {name:code} 于 {at:time} 以 {outcome:code} 结束",
    "journal.kept": (
        "{steps:sentences}；证据账本尚无此记录：它保存在这个克隆中，"
        "`changeflow release resume {change}` 会记录它"
    ),
    "journal.ordered": "已下令回退；正在运行的发布完成当前步骤后即回退",
    "journal.ordered:later": "已下令回退；{because:sentences}：当前步骤结束后即回退",
    "journal.confirmed:done": "{who:person} 称已完成：{key} {name}",
    "journal.confirmed:not-done": "{who:person} 称未完成：{key} {name}",
    "journal.confirmed:failed": "{who:person} 称失败：{key} {name}",
    "journal.resolved": "{who:person} 称已恢复：{note}",
    "journal.freed": "{who:person} 称已结束：{note}；已释放环境：{holds:environments}",
    "journal.already": "已于 {at:time} 发布；没有运行任何步骤",
    "journal.over": "发布结束：{state:word}",
    "journal.over:because": "发布结束：{state:word}；{because:sentences}",
    "journal.of_change": "{change}：{said:sentences}",
    "journal.next:waiting": (
        "`changeflow release confirm {change} --step {step} --as PERSON`（或 `--failed`），"
        "然后 `changeflow release resume {change}`"
    ),
    "journal.next:undecided": (
        "请亲自查看，然后 `changeflow release confirm {change} --step {step} --as PERSON --done` 或"
        " `--not-done`，再 `changeflow release resume {change}`"
    ),
    "journal.next:still_running": "请等待其结束或将其终止，然后 `changeflow release resume {change}`",
    "journal.next:interrupted": (
        "`changeflow release resume {change}` 继续，"
        "`changeflow release rollback {change} --as PERSON` 回退"
    ),
    "journal.next:stopped": (
        "由人决定继续，或理由已不存在时（`spec.hold.running`），用 `changeflow release resume {change}` 继续；"
        "用 `changeflow release rollback {change} --as PERSON` 撤销"
    ),
    "journal.next:look": "`changeflow release status {change}` 显示其状态",
    "journal.next:restore": (
        "请人工恢复，然后 `changeflow release confirm {change} --resolved --as PERSON --note TEXT`"
    ),
    "journal.next:close": (
        "`changeflow gate close {change}` 说明还缺什么，`changeflow review {change}` 开始实施后评审"
    ),
    "journal.next:records": (
        "`changeflow gate close {change}` 说明还缺什么，`changeflow review {change}` 开始实施后评审；"
        "然后在 CMDB 中{records:sentences}"
    ),
    "journal.record": "将 {items} 的 `spec.status` 设为 {status:code}",
    "journal.goes_on": (
        "{who:sentence} 若仍在等待，会自行继续：`changeflow release status {change}`；若已不存在："
        "`changeflow release resume {change} --run {run}`"
    ),
    "journal.goes_on:here": (
        "这台机器上的进程会自行继续；`changeflow release status {change}` 可以跟踪"
    ),
    "journal.goes_on:resume": "`changeflow release resume {change}` 继续",
    "journal.review_next": "接下来：`changeflow review {change}`",
    # -- while a release runs
    "watch.ended": "{key} {outcome:word}",
    "watch.ended:took": "{key} {outcome:word}（{took} 秒）",
    "watch.manual": "{key} {name}：{manual}",
    "watch.because": "{said}：{detail:sentence}",
    "watch.late": "{key} {name}：{outcome:word}：{note:sentence}",
    "watch.asking": "{key} {name}：结果未知，正由其 `verify` 判断",
    "watch.unreadable": "{change} 的运行 {run} 保存的结果无法读取；须由人工报告",
    "watch.no_interruption": "无法记录此次中断：{why}",
    "watch.no_stop": "无法记录本进程停止：{why}",
    "watch.waiting": "正在等待 `changeflow release confirm {change} --step {step} --as PERSON`",
    "watch.plan": "计划 {number}：将会发生什么，由 `{program}` 说明",
    "watch.plan_differs": "已批准的是 {path}；现在将会发生的与之不同：",
    "watch.precondition": "回退的前置条件：{name}",
    "watch.unknown_starter": "启动人记录为未知：{why:sentence}",
    "watch.alone": (
        "警告：证据账本只在这个克隆中，其他克隆看不到在此作出的占用：请设置 `spec.ledger.remote`，"
        "或用 `--local` 说明发布只在这个克隆中运行"
    ),
    "watch.unseen": "警告：无法得知 `origin` 上证据账本的内容：{why:sentence}",
    "watch.other_remote": "{why:sentence}：{why:hint}",
}
