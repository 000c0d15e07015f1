"""The change management policy as a document, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "policy_paper.title": "变更管理策略",
    "policy_paper.fact:organisation": "组织",
    "policy_paper.fact:version": "版本",
    "policy_paper.fact:since": "生效时间",
    "policy_paper.fact:approved": "合并人",
    "policy_paper.fact:place": "来源",
    "policy_paper.fact:digest": "策略摘要",
    "policy_paper.work_tree": "工作区（尚未生效）",
    "policy_paper.unknown": "无记录",
    "policy_paper.no_organisation": "未填写（`changeflow.yaml` 的 `spec.organisation`）",
    "policy_paper.purpose": (
        "本文件规定变更如何管理：哪些内容受控，变更有哪些类别、各如何管理，哪些变更可能产生重"
        "大影响。本文件由门禁实际执行的规则生成，因此文件所述即门禁所执行。"
    ),
    "policy_paper.section:control": "1. 变更管理的控制范围",
    "policy_paper.control.items": "下列类型的配置项，括号内为 CMDB 中的数量。",
    "policy_paper.control.type": "{type}（{count}）",
    "policy_paper.control.paths": "本仓库的内容，以及改动各需谁同意：",
    "policy_paper.path:policies": "策略、名册、变更模型、日历、风险模型、设置",
    "policy_paper.path:cmdb": "配置项",
    "policy_paper.path:other": "本仓库的其他一切内容",
    "policy_paper.path:exempt": "{paths:codes}",
    "policy_paper.agrees:policies": "{role:role}",
    "policy_paper.agrees:cmdb": "所涉及配置项的责任人",
    "policy_paper.agrees:other": "涵盖该改动、并按下文获批的变更请求",
    "policy_paper.agrees:exempt": "无须同意：不在变更管理之内",
    "policy_paper.column:what": "内容",
    "policy_paper.column:agrees": "同意",
    "policy_paper.section:categories": "2. 变更类别及其管理方式",
    "policy_paper.section:standard": "2.1 标准变更",
    "policy_paper.section:normal": "2.2 常规变更",
    "policy_paper.section:emergency": "2.3 紧急变更",
    "policy_paper.section:all": "2.4 适用于各类变更的规则",
    "policy_paper.is:standard": (
        "标准变更由事先批准的变更模型涵盖：按模型的步骤执行，不超出其范围，风险不超过其上限；"
        "否则按常规变更管理。"
    ),
    "policy_paper.is:normal": (
        "常规变更逐项申请、评估和批准。其级别按风险和下文的重大变更准则分为轻微、重要、重大。"
    ),
    "policy_paper.is:emergency": (
        "紧急变更因事件而不能等待通常的审批。开始前由紧急变更顾问委员会批准；事后须补办的手续"
        "列于此处。"
    ),
    "policy_paper.validity": "审批的有效期为 {span:duration}，过期须重新审批。",
    "policy_paper.validity:emergency": "紧急变更的审批有效期为 {span:duration}。",
    "policy_paper.rule": "{message}（{effect}）",
    "policy_paper.rule:clause": "{message}（{effect}；{clause}）",
    "policy_paper.own": "组织自定",
    "policy_paper.effect:deny": "必须",
    "policy_paper.effect:warn": "提示",
    "policy_paper.what_now": "否则：{hint}",
    "policy_paper.asks": "须同意：{told:sentences}",
    "policy_paper.gate:submit": "提请评审之前",
    "policy_paper.gate:approve": "批准",
    "policy_paper.gate:deploy": "启动发布",
    "policy_paper.gate:close": "评审与关闭",
    "policy_paper.no_rules": "没有仅适用于此类变更的规则。",
    "policy_paper.section:major": "3. 可能对客户或服务产生重大影响的变更",
    "policy_paper.major.intro": (
        "出现下列任一情形时，无论风险如何，常规变更至少为所示级别；否则由风险决定。不清楚的一"
        "律按最坏情况计。"
    ),
    "policy_paper.class": "{class:word}：{conditions}",
    "policy_paper.cond.actions": "对配置项的操作：{actions:words}",
    "policy_paper.cond.service": "配置项是服务",
    "policy_paper.cond.types": "配置项类型为 {types:list}",
    "policy_paper.cond.criticality": "配置项等级为 {tiers:list}",
    "policy_paper.cond.outage:over-budget": "停机超出服务级别的余额",
    "policy_paper.cond.outage:unknown": "未写明停机时间",
    "policy_paper.section:models": "4. 标准变更目录",
    "policy_paper.section:roles": "5. 角色和权限",
    "policy_paper.section:calendar": "6. 封网期和维护窗口",
    "policy_paper.calendar.none": "没有封网期，也没有维护窗口。",
    "policy_paper.column:period": "时段",
    "policy_paper.column:kind": "种类",
    "policy_paper.column:from": "开始",
    "policy_paper.column:repeats": "重复",
    "policy_paper.column:covers": "适用于",
    "policy_paper.kind:freeze": "封网期",
    "policy_paper.kind:window": "窗口",
    "policy_paper.everything": "全部",
    "repeats.every:daily": "每天",
    "repeats.every_some:daily": "每 {count} 天",
    "repeats.every:weekly": "每周",
    "repeats.every_some:weekly": "每 {count} 周",
    "repeats.every:monthly": "每月",
    "repeats.every_some:monthly": "每 {count} 个月",
    "repeats.every:yearly": "每年",
    "repeats.every_some:yearly": "每 {count} 年",
    "repeats.month:1": "1 月",
    "repeats.month:2": "2 月",
    "repeats.month:3": "3 月",
    "repeats.month:4": "4 月",
    "repeats.month:5": "5 月",
    "repeats.month:6": "6 月",
    "repeats.month:7": "7 月",
    "repeats.month:8": "8 月",
    "repeats.month:9": "9 月",
    "repeats.month:10": "10 月",
    "repeats.month:11": "11 月",
    "repeats.month:12": "12 月",
    "repeats.ordinal:1": "第一个 {weekday:weekday}",
    "repeats.ordinal:2": "第二个 {weekday:weekday}",
    "repeats.ordinal:3": "第三个 {weekday:weekday}",
    "repeats.ordinal:4": "第四个 {weekday:weekday}",
    "repeats.ordinal:-1": "最后一个 {weekday:weekday}",
    "repeats.and": "{said}，{part}",
    "repeats.weekdays": "{weekdays:list}",
    "repeats.months": "{months:list}",
    "repeats.days": "{days:list} 日",
    "repeats.last_day": "最后一天",
    "repeats.times": "共 {count} 次",
    "repeats.until": "到 {until} 为止",
    "policy_paper.follows:during": "`{name}` 之内",
    "policy_paper.follows:outside": "`{name}` 之外",
    "policy_paper.follows:on": "`{name}` 当日",
    "policy_paper.exempt": "除 {types:words} 之外",
    "policy_paper.section:records": "7. 记录和保存",
    "policy_paper.records": (
        "变更请求和评审是主分支上的文件。审批、评估、判定、发布步骤和评审记录是账本条目，只增"
        "不改。git 保留二者的每一个版本，不删除任何内容。副本和备份的保存期限由组织规定。"
    ),
    "policy_paper.changed": (
        "本策略通过拉取请求修改，由 {role:role} 按当时有效的规则批准；其历史即 `policies/` 的历史。"
    ),
    "policy_paper.section:signatures": "签署",
}
