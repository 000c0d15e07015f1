"""What is looked for and is not there, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- changes
    "unknown.change": "没有这个变更：`{name}`",
    "unknown.change:here": "{place} 中没有这个变更：`{name}`",
    "unknown.review": (
        "{change} 还没有实施后评审",
        "发布结束后，用 `changeflow review {change} --as PERSON` 开始评审",
    ),
    "unknown.id_pattern": "变更编号形如 CHG-20261121-payments-db-upgrade",
    "unknown.looked_for": "查找的是 {place} 中的 {path}",
    "unknown.list_changes": "`changeflow list` 列出现有的变更",
    "unknown.other_branch": "{change} 在 `{branch}` 上",
    "unknown.other_branch:work_tree": "{change} 在 `{branch}` 上：请检出该分支",
    "unknown.other_branch:head": "{change} 在 `{branch}` 上：请加上 `--head {revision}`",
    "unknown.other_branch:both": (
        "{change} 在 `{branch}` 上：请检出该分支，或加上 `--head {revision}`"
    ),
    "unknown.commit_change:none": (
        "提交 {commit} 没有指明变更：提交说明末尾没有 `{trailer}` 行",
        "请在提交说明末尾加上一行，例如 `{trailer}: CHG-20261121-payments-db-upgrade`",
    ),
    "unknown.commit_change:several": (
        "提交 {commit} 指明了多个变更，而一次只能查询一个：{names:codes}",
        "请在提交说明末尾只留一行，例如 `{trailer}: CHG-20261121-payments-db-upgrade`",
    ),
    "unknown.commit_change:no_id": (
        "提交 {commit} 指明的 `{name}` 不是变更编号",
        "请在提交说明末尾加上一行，例如 `{trailer}: CHG-20261121-payments-db-upgrade`",
    ),
    # -- which change is meant
    "which.several": "`{name}` 可能是 {total} 个变更之一：{names:most 8}",
    "which.none": (
        "是哪个变更？`{place}` 没有带来新的变更",
        "请写出变更编号，或其中一段，例如 `payments-db-upgrade`",
    ),
    "which.many": (
        "是哪个变更？`{place}` 带来了 {total} 个：{names:most 8}",
        "请写出变更编号，或其中一段，例如 `payments-db-upgrade`",
    ),
    "which.note": "以下针对 {change}",
    "which.note:branch": "以下针对 {change}，即 `{place}` 带来的变更",
    # -- items, models, people and roles
    "unknown.item": "没有这个配置项：`{name}`",
    "unknown.model": "没有这个变更模型：`{name}`",
    "unknown.list_items": "`changeflow cmdb show` 列出现有的配置项",
    "unknown.items": ("{place} 中没有配置项", "配置项位于 cmdb/**/*.yaml"),
    "unknown.release": "没有这个发布：`{name}`",
    "unknown.where_releases": "发布是文件：`releases/编号/release.yaml`",
    "unknown.baseline": "没有这个基线：`{name}`",
    "unknown.baseline_of_release": (
        "{change} 没有任何发布记录了开始时配置管理数据库所在的提交",
        "请改用基线或版本",
    ),
    "unknown.list_baselines": "`changeflow cmdb baseline --list` 列出已有的基线",
    "unknown.baseline_elsewhere": "此克隆没有记录基线的证据账本：请先获取它",
    "unknown.there_are": "现有：{names:most 8}",
    "unknown.no_item_yet": "本仓库还没有配置项",
    "unknown.no_model_yet": "本仓库还没有变更模型",
    "unknown.no_person_yet": "本仓库的人员名册中还没有人",
    "unknown.undecided": "`{path}:{line}`：{problem}",
    "unknown.may_exist:item": "因此无法得知配置项 `{name}` 是否存在",
    "unknown.may_exist:model": "因此无法得知变更模型 `{name}` 是否存在",
    "unknown.person": "人员名册中没有 `{name}` 这个人",
    "unknown.person:unrecorded": "人员名册中没有 `{name}` 这个人；未作任何记录",
    "unknown.role": "人员名册中没有 `{name}` 这个角色；未作任何记录",
    "unknown.roster_has": "主分支上的人员名册有：{names:list}",
    "unknown.roster_has:no_person": "主分支上的人员名册中没有人",
    "unknown.roster_has:empty": "主分支上的人员名册是空的",
    "unknown.name_of_roster": "--as 后面是主分支上人员名册中的编号",
    "unknown.called:person": "没有名为 `{name}` 的人",
    "unknown.called:item": "没有名为 `{name}` 的配置项",
    "unknown.takes_id": "{option} 后面是人员名册或 CMDB 中的编号",
    "unknown.not_listed": "人员名册中没有 `{name}`",
    "unknown.known": "已有：{names:list}",
    "unknown.known:empty": "人员名册中没有人",
    # -- policies, tests, entries and documents
    "unknown.policies": ("{place} 中没有策略", "`changeflow init` 会写出一套初始策略"),
    "unknown.rule": "没有 `{name}` 这条规则或策略",
    "unknown.list_rules": "`changeflow policy list` 列出全部",
    "unknown.tests": ("{place} 中没有测试用例", "请在 policies/tests/ 中编写，kind 为 PolicyTest"),
    "unknown.entry": ("证据账本中没有条目 `{name}`", "`changeflow ledger log` 列出全部条目"),
    "unknown.evidence": (
        "分支 `{branch}` 上还没有证据",
        "`changeflow approve CHANGE --as PERSON` 会写入第一条",
    ),
    "unknown.evidence:change": (
        "分支 `{branch}` 上还没有关于 `{change}` 的证据",
        "`changeflow approve CHANGE --as PERSON` 会写入第一条",
    ),
    "unknown.evidence_here": (
        "本克隆中没有存放证据的分支 `{branch}`",
        (
            "如果 `origin` 上有，`git fetch origin {branch}:{branch}` 可以取回；如果没有，说明还没"
            "有任何记录"
        ),
    ),
    "unknown.decision": (
        "没有可以重新计算的判定",
        "`changeflow ledger log` 列出条目；`changeflow gate GATE CHANGE --record` 会记录一次判定",
    ),
    "unknown.decision:change": (
        "没有关于 `{change}` 的判定可以重新计算",
        "`changeflow ledger log` 列出条目；`changeflow gate GATE CHANGE --record` 会记录一次判定",
    ),
    "unknown.decision:other": (
        "没有可以重新计算的判定：条目 {seq} 是另一种条目（{kind}）",
        "`changeflow ledger log` 列出条目；`changeflow gate GATE CHANGE --record` 会记录一次判定",
    ),
    "unknown.documents": ("没有可检查的文档", "文档位于 {folders:list} 之下"),
    "unknown.documents:in": ("{place} 的 `{name}` 中没有文档", "文档是 *.yaml 文件"),
    "unknown.delivery": (
        "`{name}` 不是主分支的提交，不是标签，也不是此处已知的部署",
        "`changeflow report unauthorised` 会列出需要补录的内容",
    ),
    "unknown.delivery:request": ("`{name}` 已有变更请求：{changes:list}", ""),
    "unknown.delivery:retrospective": ("`{name}` 已补录变更请求：{changes:list}", ""),
    "unknown.delivery:records": ("`{name}` 只含变更请求和评审，不需要变更请求", ""),
    "unknown.delivery:exempt": ("`{name}` 没有触及需要变更请求的内容", ""),
    "unknown.delivery:before": ("`{name}` 早于配置文件，不需要变更请求", ""),
    "unknown.delivery:excepted": ("`{name}` 是 `changeflow.yaml` 中的例外，不需要变更请求", ""),
    "unknown.delivery:reverted": ("`{name}` 已被撤回，不需要变更请求", ""),
    "unknown.touched_item": (
        "与 `{rev}` 相比，没有属于配置项的改动",
        "请用 `--ci` 指定配置项，或在其 `spec.maps` 中说明什么属于它们",
    ),
    "unknown.path": ("`{path}` 不存在", "请核对路径；只写 `changeflow check` 会检查整个仓库"),
    "unknown.checked_repository": (
        "不在变更仓库中：此处及上级目录都没有 {config}",
        "请写出要检查的文件，或用 --repo DIR 指定仓库",
    ),
}
