"""What `check` finds in policies, change models and settings, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "policy-duplicate-rule": ("规则 {rule_id:code} 已在第 {line} 行定义", "每条规则要有自己的编号"),
    "policy-condition": (
        "这不是条件；CEL 的说明是：{error}",
        "条件用 CEL 书写，可以使用：{names:list}",
    ),
    "policy-unknown-fact": (
        "{of:shown} 没有 {name:shown}，该条件永远无法判定",
        "{what_now:sentences}",
    ),
    "policy-fact-not-told": (
        "门禁 {gate:code} 得不到 {fact:code}：它在那里是空的",
        "它在 {told_at:all_codes} 处才有",
    ),
    "policy-evidence:name": (
        "无法以 {name:shown} 为名记录文件",
        "证据的名称由字母、数字、`.`、`_` 和 `-` 组成",
    ),
    "policy-evidence:no_digest": (
        "普通文件只能由摘要证明，而这里没有写明摘要",
        "请加上 `digest: sha256:...`，或写明它是哪种报告",
    ),
    "policy-evidence:of_files": (
        "{key:code} 只适用于文件，检查不是文件",
        "检查只能按名称要求",
    ),
    "policy-evidence:gate": (
        "门禁 {gate:code} 得不到检查结果，因此永远无法证明",
        "请在 `approve` 处要求，或要求一份记录在案的报告",
    ),
    "policy-evidence:recorder": (
        "{name:code} 不是名册中的自动化账户，也不是自动化账户所在的角色",
        "只有自动化账户可以记录证据：请写明其中一个（`kind: agent`）",
    ),
    "policy-unknown-role": ("没有角色 {role:shown}", "{what_now:sentences}"),
    "policy-unsatisfiable:any": (
        "该规则无法满足：要求 {role:code} 中 {count} 人批准，而只有 {able} 人可以审批",
        "自动化程序从不审批；请为该角色增加人员，或减少要求的人数",
    ),
    "policy-unsatisfiable:key": (
        "该规则无法满足：要求 {role:code} 中 {count} 人批准，而只有 {able} 人可以签名审批",
        "`require_signatures` 已启用：请在人员名册的 `keys` 中列出各人的公钥",
    ),
    "policy-unsatisfiable:account": (
        "该规则无法满足：要求 {role:code} 中 {count} 人批准，而只有 {able} 人可以用 GitHub 账号审批",
        "GitHub 上的评审按账号编号计入：请在人员名册中为人员加上 `github_id`",
    ),
    "policy-test-unknown": ("策略 {policy:code} 没有规则 {rule_id:shown}", "{what_now:sentences}"),
    "policy-test-unknown:policy": ("没有策略 {policy:shown}", "{what_now:sentences}"),
    "policy-rule-twice": (
        "门禁 {gate:shown} 已有规则 {rule_id:shown}，在 {path} 第 {line} 行",
        "请为其中一条改用别的编号",
    ),
    # -- change models
    "model-unknown-authority": ("没有角色 {role:shown}", "{what_now:sentences}"),
    "model-unknown-person": ("{who:shown} 不在人员名册中", "{what_now:sentences}"),
    "model-unknown-ci": ("CMDB 中没有配置项 {ci:shown}", "{what_now:sentences}"),
    "model-takes-away": (
        "按此模型实施的变更无需另行批准即可对配置项执行 {action}",
        "移除或移交配置项请用常规变更，单独判定；如果本意如此，可以不改",
    ),
    "model-validity-order": ("模型在生效之前就已到期", "`expires` 必须更晚"),
    "model-step-never": (
        "`steps` 中没有一项涵盖 {command:shown}，而模型自己的模板会写出它",
        "请将其加入 `steps`，或更正其中一个",
    ),
    "model-step-never:program": ("`*` 从不代表程序，因此涵盖不了任何步骤", "请写出程序"),
    "model-step-wildcard:launcher": (
        "{program:code} 会运行给它的任何内容，而 `*` 允许任何词",
        "请用 `{{ci}}` 代表变更中的配置项，或写出允许的词",
    ),
    "model-step-wildcard:item": (
        "模板在此处写的是配置项，而 `*` 代表任何普通的词",
        "请用 `{{ci}}` 代表变更中的配置项，或写出允许的词",
    ),
    # -- settings
    "config-branches": (
        "git 不能同时有分支 {main:code} 和记录证据的分支 {branch:code}",
        "请用 `ledger: {{branch: evidence}}` 为账本另取名称",
    ),
    "config-no-repository": (
        "本仓库没有标识：在它的副本中记录的审批在这里也会计入",
        "请加上 `repository: ID`，标识不得与其他仓库相同（可用 `uuidgen` 生成）；克隆保持不变",
    ),
    "config-unknown-role": ("没有角色 {role:shown}", "{what_now:sentences}"),
    "config-nobody-reviews": (
        "变更在 GitHub 上评审，而可能的审批人在人员名册中都没有账号编号：任何审批都不会计入",
        "请在人员名册中为人员加上 `github_id`（可用 `gh api users/LOGIN --jq .id` 查询）",
    ),
    "config-nobody-signs": (
        "要求签名，而可能的审批人在人员名册中都没有密钥：任何审批都不会计入",
        "请在人员名册的 `keys` 中列出各人的公钥（可用 `ssh-keygen -t ed25519` 生成）",
    ),
    # -- time zone, risk model
    "config-timezone": ("{zone:code} 不是 IANA 时区名称", "{what_now:sentences}"),
    "objective-unknown-kpi": ("没有指标 {kpi:shown}", "{what_now:sentences}"),
    "objective-twice": ("指标 {kpi:shown} 有两个目标", "请只保留一个"),
    "objective-unit": (
        "目标的单位是 {found:shown}，而指标的单位是 {unit:shown}",
        "请按指标的单位书写，例如 `<= 10 {unit}`",
    ),
    "objective-unit:none": (
        "目标没有写单位，而指标的单位是 {unit:shown}",
        "请写上单位，例如 `<= 10 {unit}`",
    ),
    "objective-unit:count": (
        "目标的单位是 {found:shown}，而该指标是个数",
        "请只写数字，不写单位，例如 `<= 10`",
    ),
    "objective-unknown-owner": ("没有角色 {who:shown}", "{what_now:sentences}"),
    "risk-bands-order": ("`{bands}` 必须递增", "每个数都要大于前一个，例如 `[6, 14, 24, 36]`"),
    "risk-smoothing": ("先验假设的失败次数多于变更次数", "`failures` 不能大于 `changes`"),
    "risk-record": ("`{fact}` 不是历史记录能给出的变更事实", "{what_now:sentences}"),
    "risk-record:twice": (
        "`{fact}` 有两行的 `at_least` 相同",
        "请合并为一行，分值相加",
    ),
    "risk-record:raises": (
        "`{fact}` 越多分值反而越低：更差的记录绝不能更有利",
        "只有 `at_least: 0` 的行可以为它减分",
    ),
    "risk-record:lowers": (
        "`{fact}` 越多分值反而越高，而它只能说明变更较为可靠",
        "请用 `at_least: 0` 的行加分，再用更高的值减分",
    ),
    "risk-table": (
        "`{table}` 没有为以下答案给出分值：{missing:list}",
        "请列出每个答案，以免有的答案意外不计分",
    ),
    "risk-table:worse": (
        "`{worse}` 的分值低于 `{better}`：更差的答案或不作答绝不能更有利",
        "其分值至少应为 {points}",
    ),
    "risk-table:outages": ("较长的计划停机必须排在后面，且分值不能更低", "请按 `over` 排序"),
    "policy-reviews:gate": (
        "`reviews` 只在 `close` 门禁使用，不能写在 {gate:code}",
        "请移到 `close` 门禁的策略中",
    ),
    "policy-reviews:twice": (
        "问题 {id:code} 出现了两次",
        "每个问题只有一个编号和一个回答",
    ),
}
