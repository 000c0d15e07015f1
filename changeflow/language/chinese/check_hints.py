"""What to do about names that nothing has, as `check` says, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hint.accept_by": "由 {role:role} 的成员验收",
    "hint.accept_list": "按现在的变更验收的人请填写 `accepted_changes: {digest}`",
    "hint.accept_criterion": "填写 `result: met` 及其证据，或撤销验收",
    "hint.probe_kinds": "请写明其中之一：{kinds:codes}",
    "hint.probes": "`{kind}` 下可写：{names:codes}",
    "hint.clauses": "请填写 `spec.clauses` 中有的条款",
    "hint.facts": (
        "`docs/reference/facts.md` 列出全部事实；每个特征也是事实，例如 `trait_names-ticket`"
    ),
    "hint.near": "是否应为 {name:code}？",
    "hint.near_one_of": "是否应为 {names:one_of}？",
    "hint.unread": "{path:code} 无法读取，可能就在其中",
    "hint.no_roster": "还没有人员名册：请编写 policies/roster.yaml",
    "hint.add_person": "请将其加入人员名册 policies/roster.yaml",
    "hint.list_person": "请将其加入 `people`",
    "hint.name_a_role": "请写出 `roles` 之下的某个角色",
    "hint.add_role": "请将该角色加入人员名册 policies/roster.yaml",
    "hint.measures": "可用的指标：{kpis:list}",
    "hint.add_item": "请将其加入 CMDB，放在 cmdb/ 之下",
    "hint.add_field": "请加上 `{field}`",
    "hint.add_field:imported": (
        "请在来源（`kind: ConfigurationSource`）中写明 `{field}`，或把该配置项移到你自己的文件："
        "再次导入会替换此文件"
    ),
    "hint.add_field:sourced": "请补入导出文件，或在 YAML 中写明 `{field}`",
    "hint.add_field:default": "请补入导出文件，或在来源的 `defaults` 或 YAML 中写明 `{field}`",
    "hint.say_value:mapped": (
        "请在来源的 `mapping` 中写明它的含义，例如 {line:code}；导入用 `--like` 采用该来源"
    ),
    "hint.say_value:elsewhere": "请在导出文件中更正，或在 YAML 中写明",
    "hint.add_type": "请将其加入 changeflow.yaml 的 spec.ci_types",
    "hint.write_change": "请填写 changes/ 下某个目录的编号",
    "hint.name_hours": "请填写某个日历 `spec.hours` 中的 `id`",
    "hint.name_holidays": "请填写某个日历 `spec.holidays` 中的 `id`",
    "hint.later_end": "`end` 必须晚于 `start`",
    "hint.rule_key": (
        "重复方式写成 RFC 5545 规则文本：`rrule: FREQ=WEEKLY;BYDAY=MO,TU`，UNTIL 或 COUNT 也写在其中"
    ),
    "hint.unit": "请写明单位：{hours:code} 或 {minutes:code}",
    "hint.day_and_clock": (
        "请同时写出第一天，并用 `rrule` 重复：`dtstart: '2026-11-02T20:00:00'`、`duration: PT4H`、`rrule: FREQ=DAILY`"
    ),
    "hint.offset_or_zone": (
        "时刻须带时区偏移，例如 `{local}+08:00`；按 `zone` 的时钟则写 `dtstart: '{local}'` 和 `duration`"
    ),
    "hint.local": "请写 `'{local}'`，并在 `zone` 中写明时区；带时区偏移的时刻写作 `start: {instant}`",
    "hint.name_freeze": "请写明日历中某个封网期的 `id`：{freezes:list}",
    "hint.write_improvement": "新建 `improvements/<编号>.yaml`",
    "hint.steps": "实施步骤有 {names:most_codes 10}",
    "hint.models": "变更模型位于 policies/models/；没有模型的变更是常规变更",
    "hint.policies": "`policy` 是某个策略的 metadata.id",
    "hint.rules": "该策略有：{names:list}",
    "hint.items_have": "配置项中有：{names:list}",
    "hint.write_items": "配置项写在 cmdb/ 之下",
    "hint.no_mapping": "它不是映射；docs/reference/conditions.md 列出了条件可以读取的内容",
    "hint.it_has": "它有：{names:list}",
    "hint.move": "请移走该文件",
    "hint.name": "请将其命名为 {name}",
    "hint.own_folder": "请为其建立单独的目录",
    # -- about YAML and schemas
    "hint.kinds": "文档种类有：{names:list}",
    "hint.known": "此处可用的键：{names:list}",
    "hint.quotes": '请加上引号：`"{value}"`',
    "hint.truth": "请写 true 或 false",
    "hint.digits": "请直接写数字，不加引号、前导零或分隔符",
    "hint.list": "请让每一项以 `- ` 开头，或写成 `[a, b]`",
    "hint.mapping": "请在其下缩进书写 `key: value` 各行",
    "hint.spaces": "缩进请用空格，不用制表符",
    "hint.colon": "含有 `: ` 的文本需要加引号；也可能是缩进有误",
    "hint.sign": "以 `@`、反引号或 `%` 开头的文本需要加引号",
    "hint.look": "请查看本行和上一行：缩进、缺少的引号或括号",
    "hint.zones": "时区用 IANA 名称，例如 `Asia/Shanghai`、`Europe/Berlin` 或 `UTC`，须完全照写",
    "hint.set_status": "请将 {ci:code} 的 `spec.status` 改为 {wanted:code}；如与实际不符，请提出变更",
    "hint.set_owner": "请在 {ci:code} 的记录中写明现在的责任人，或将 `spec.status` 改为 `retired`",
    "hint.describe_item": "请以 `status: live` 加上 {ci:code}，或提出移除它的变更",
    "hint.merge_status": "此处已更正记录：请合并到 {main}",
    "hint.checked_place": "`changeflow check` 会指出位置",
    "hint.end_search": "在规则中写明 UNTIL、缩短 duration 或缩短变更窗口，查找就会结束",
    "hint.holidays_by_hand": "在此之前，可以写一份没有 `country` 的节假日，把已知的日期列在 `days` 中",
    "hint.rule": "例如 `FREQ=WEEKLY;BYDAY=SU`；语法见 RFC 5545 第 3.3.10 节",
    "hint.plain_files": "只读取普通文件，从不跟随链接",
}
