"""Why a change is of its type and class, and why a change model does not cover it, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "class.not_standard": "申报为标准变更，但未指明变更模型",
    "class.not_standard:no_such_model": "申报为标准变更，但主分支上没有变更模型 {model:code}",
    "class.not_standard:empty": "申报为标准变更，但没有可由模型涵盖的配置项或步骤",
    "class.not_emergency": "申报为紧急变更，但未写明事件和理由",
    "class.not_emergency:no_member": "申报为紧急变更，但 {role:quoted_role} 中无人可以授权",
    "class.by_risk": "风险为{level:word}（{score} 分）",
    "class.takes_away": "将取消 {items:codes}，客户可能受到影响，尽管{although:sentences}",
    "class.takes_away:clause": (
        "将取消 {items:codes}，客户可能受到影响（{clause}），尽管{although:sentences}"
    ),
    "class.at_least": "风险模型的规则 {rule:code} 因 {items:codes} 而如此要求，尽管{although:sentences}",
    "class.at_least:clause": (
        "风险模型的规则 {rule:code} 因 {items:codes} 而如此要求（{clause}），尽管{although:sentences}"
    ),
    "class.floor:takes_away": "将取消 {items:codes}，客户可能受到影响（规则 {rule:code}）",
    "class.floor:other": "风险模型的规则 {rule:code} 涉及 {items:codes}",
    "class.floor:over": ("计划停机超出 {items:codes} 的服务级别在本期的余额（规则 {rule:code}）"),
    "class.floor:unknown": (
        "有计划停机未申报，{items:codes} 的服务级别余额未知（规则 {rule:code}）"
    ),
    "class.outage:over": (
        "计划停机超出 {items:codes} 的服务级别在本期的余额，尽管{although:sentences}"
    ),
    "class.outage:unknown": (
        "有计划停机未申报，{items:codes} 的服务级别余额未知，尽管{although:sentences}"
    ),
    "class.not_standard:major": "有变更模型涵盖，但任何模型都不涵盖重大变更：{why:sentences}",
    "class.would_be": "作为常规变更，其级别至少为{kind:word}：{why:sentences}",
    "class.normal": "常规变更，级别为{kind:word}：{why:sentences}",
    "class.normal:so": "因此属于常规变更，级别为{kind:word}：{why:sentences}",
    "class.standard": "变更模型 {model:code} 涵盖全部配置项和步骤，风险 {score} 分未超过其上限",
    "class.emergency": "针对事件 {incident} 的紧急变更；之后须完成事后补审和实施后评审",
    # -- the change model
    "model.expired": "变更模型 {model:code} 已于 {day:date} 到期",
    "model.expired:before_window": "变更模型 {model:code} 将于 {day:date} 到期，早于变更窗口",
    "model.not_yet": "变更模型 {model:code} 自 {day:date} 起有效",
    "model.authority": (
        "变更模型 {model:code} 由 {who:person} 授权，而此人不担任 {role:quoted_role}"
    ),
    "model.item": "变更模型 {model:code} 不涵盖配置项 {ci:code}（{why:sentences}）",
    "model.outside:unknown": "不在 CMDB 中",
    "model.outside:unlisted": "未列入适用范围",
    "model.outside:action": "操作 {value:code}",
    "model.outside:type": "类型 {value:code}",
    "model.outside:environment": "环境 {value:code}",
    "model.outside:empty": "适用范围为空",
    "model.step": "变更模型 {model:code} 不涵盖步骤 {step:code}",
    "model.step:near": "变更模型 {model:code} 不涵盖步骤 {step:code}：{why:sentences}",
    "model.edited": "变更模型 {model:code} 不涵盖 {path:code}，该文件随变更请求一同改动",
    "model.mutable": (
        "变更模型 {model:code} 不允许 {path:code} 在 {step:code} 等待期间改动："
        "其模板未写明 `mutable`"
    ),
    "model.ceiling": "风险 {score} 分超过变更模型 {model:code} 的上限 {ceiling} 分",
    "model.suspended:share": (
        "变更模型 {model:code} 已停用：{changes} 项变更中失败 {failures} 项，确定超过 {allowed}%"
    ),
    "model.suspended": "变更模型 {model:code} 已停用：失败 {failures} 次，最多允许 {allowed} 次",
    # -- words of a step that its pattern does not cover
    "argument.program": "`*` 不能代表程序",
    "argument.other": "{word:code} 不是 {want:code}",
    "argument.other:item": "{word:code} 与本变更的任何配置项所对应的 {want:code} 都不符",
    "argument.empty": "参数为空，而 `*` 须代表一个词",
    "argument.space": "{word:code} 含有空格，而 `*` 只代表一个词",
    "argument.not_plain:option": "{word:code} 是选项，`*` 不能代表选项",
    "argument.not_plain:path": "{word:code} 是路径，`*` 不能代表路径",
    "argument.not_plain:file": "{word:code} 指向参数文件，`*` 不能代表参数文件",
    "argument.not_plain:glob": "{word:code} 是通配写法，`*` 不能代表通配写法",
    "argument.not_plain:shell": "{word:code} 含有 shell 会解释的符号，`*` 不能代表这样的词",
    "argument.item": "{word:code} 指的是配置项 {ci:code}，而本变更并不涉及它",
}
