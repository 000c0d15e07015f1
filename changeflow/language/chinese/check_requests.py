"""What `check` finds in requests, releases, reviews and incidents, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "rfc-id-folder": (
        "编号是 {id:shown}，而目录名是 {folder:shown}",
        "目录名就是编号：请改其中一个",
    ),
    "rfc-id-date": (
        "编号以 {day:code} 开头，而日历中没有这一天",
        "编号的格式是 CHG-<yyyymmdd>-<slug>",
    ),
    "rfc-verification-soak:every": ("两次检查的间隔比总时长还长", "`every` 不能大于 `for`"),
    "rfc-verification-soak:failures": (
        "永远不会失败：要求连续失败 {failures} 次，而总共只检查 {probes} 次",
        "请减小 `failures`，或延长检查时间、提高检查频率（`for`、`every`）",
    ),
    "rfc-verification-soak:once": (
        "{key:code} 用于持续一段时间的验证，而这一项只检查一次",
        "请加上 `for`，例如 PT10M，或去掉 {key:code}",
    ),
    "rfc-verification-soak:of_no_time": (
        "时长为零",
        "请写一个时长，例如 PT10M；只检查一次时请省略 `for` 和 `every`",
    ),
    "rfc-verification-window": (
        "各项验证共持续 {lasts:rough}，比变更窗口长",
        "请推迟窗口的结束时间，或缩短 `for`；否则发布会在窗口之后继续",
    ),
    "rfc-query-token": (
        "配置不允许将 {name:code} 发送到 {url:code}",
        "请在 changeflow.yaml 的 `spec.release.tokens` 中写明该服务器；该文件本身也须评审",
    ),
    "rfc-window-order": ("变更窗口的结束时间早于开始时间", "`end` 必须晚于 `start`"),
    "rfc-window-offset": (
        "{name:part} 是 {given:shown}，没有时区偏移：在不同地方表示不同的时刻",
        "请加上时区偏移，例如北京时间写 `{written}+08:00`",
    ),
    "rfc-placeholder:prose": ("{text:shown} 是占位符，并未说明任何内容", "请用一句话说明"),
    "rfc-placeholder:trigger": (
        "{text:shown} 是占位符，并未说明任何内容",
        "请说明观察到什么情况时回退，例如：错误率连续五分钟高于 2%",
    ),
    "rfc-placeholder:step": (
        "{text:shown} 是占位符，并未说明任何内容",
        "请说明对什么做什么，例如：将 DNS 记录改回 10.0.0.4",
    ),
    "rfc-placeholder:program": ("{text:shown} 是占位符，并未说明任何内容", "请写出程序及其参数"),
    "rfc-duplicate-ci": ("配置项 {ci:code} 已在第 {line} 行列出", "每个配置项只列一次"),
    "rfc-rollback-steps": (
        "回退计划没有步骤，无法执行",
        "请加上 `steps`，写法与 `implementation` 相同",
    ),
    "rfc-step-return": (
        "步骤 {name:shown} 没有退路",
        "写明 `undo`、一个回退步骤，或 `irreversible` 及其原因",
    ),
    "rfc-undone-twice": (
        "步骤 {name:shown} 已有 `undo`，又有回退步骤撤销它",
        "二者保留其一",
    ),
    "rfc-undone-twice:irreversible": (
        "步骤 {name:shown} 既有 `undo`，又写明不可逆",
        "二者保留其一",
    ),
    "rfc-plan-acts": (
        "计划运行 `{command}`，而它实施或撤销变更",
        "指定一个只说明将会发生什么的程序",
    ),
    "rfc-plan-kept": (
        "保存的文件不是变更请求所指定程序的计划",
        "`changeflow plan {change}` 重新生成它",
    ),
    "rfc-plan-kept:unasked": (
        "没有步骤要求计划文件夹中的该文件",
        "将其移除，或为步骤写上它所属的计划",
    ),
    "rfc-undo-verify": (
        "无法证明步骤 {name:shown} 已撤销",
        "在其 `undo` 中加上 `verify`：撤销完成时退出码为 0 的程序",
    ),
    "rfc-workflow-input": (
        "输入 `changeflow` 由 changeflow 自己填写，用来找到其运行",
        "请删去；工作流接收它，并写入 `run-name`",
    ),
    "rfc-workflow-moves": (
        "运行的可能不是已批准的工作流：{ref:shown} 可能移动",
        "请写明它所在的 `commit`；若不在该处，则不派发",
    ),
    "rfc-undoes": ("实施步骤中没有 {name:shown}", "{what_now:sentences}"),
    "rfc-undoes:twice": (
        "有多个步骤名为 {name:shown}",
        "请为每个步骤取不同的名称",
    ),
    "rfc-return-time": (
        "回退最长可能需要 {longest}，而承诺的时限是 {limit}",
        "请缩短 `undo` 和回退步骤的超时，或放宽 `limit`",
    ),
    "rfc-rollback-trigger": (
        "回退计划没有说明何时回退",
        "请加上 `trigger`，例如：错误率连续五分钟高于 2%",
    ),
    "rfc-rollback-limit": (
        "回退计划没有说明多长时间内完成",
        "请加上 `limit`，即承诺的恢复时限，例如 PT30M",
    ),
    "rfc-unknown-ci": ("CMDB 中没有配置项 {ci:shown}", "{what_now:sentences}"),
    "rfc-ci-not-live": (
        "配置项 {ci:code} 的状态是 {status}；要执行 {action}，状态须为 {fitting:either}",
        "请更正其在 cmdb/ 中的状态，或此处的操作（{action:code}）",
    ),
    "rfc-unknown-notified": (
        "没有可告知的人员或角色 {name:shown}",
        "人员和角色的名称见人员名册",
    ),
    "rfc-unknown-person:role": ("{part:word} {who:shown} 是角色，不是人员", "{what_now:sentences}"),
    "rfc-unknown-person:stranger": (
        "{part:word} {who:shown} 不在人员名册中",
        "{what_now:sentences}",
    ),
    "rfc-agent-requester": (
        "{part:word} {who:code} 是自动化程序；变更必须由人负责",
        "请写明其背后的人员",
    ),
    "rfc-depends-on-missing": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "rfc-model-missing": ("没有变更模型 {model:shown}", "{what_now:sentences}"),
    "rfc-model-scope": (
        "变更模型 {model:code} 不涵盖 {ci:code}：{why:sentences}",
        "请改为常规变更，或扩大模型的范围",
    ),
    "rfc-missing": ("该目录没有 rfc.yaml", "可用 `changeflow new` 生成；或删除该目录"),
    "rfc-id-collision": ("{id:code} 与 {other:code} 看起来相似", "请为其中一个改用不会混淆的名称"),
    "rfc-depends-on-cycle": ("这些变更互相等待：{ring}", "请去掉其中一个依赖"),
    # -- releases
    "release-id-folder": (
        "编号是 {id:shown}，而目录名是 {folder:shown}",
        "目录名就是编号：请改其中一个",
    ),
    "release-unknown-change": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "release-duplicate-change": ("变更 {change:code} 已经列出", "每个变更只列一次"),
    "release-acceptance": ("没有角色 {role:shown}", "{what_now:sentences}"),
    "release-acceptance:person": (
        "{who:shown} 验收了该发布，但不具有 {role:role} 角色",
        "{what_now:sentences}",
    ),
    "release-acceptance:open": ("该发布已验收，但此准则未满足", "{what_now:sentences}"),
    "release-acceptance:unbound": ("该发布已验收，但未写明验收了哪些变更", "{what_now:sentences}"),
    "release-acceptance:stale": ("验收时的变更清单与现在不同", "{what_now:sentences}"),
    "release-closes": (
        "该发布中没有变更解决 {name:shown}",
        "在解决它的变更的 `spec.fixes` 中写明，或从 `closes` 中删去",
    ),
    "release-unknown-person": ("发布经理 {who:shown} 不在人员名册中", "{what_now:sentences}"),
    # -- reviews
    "review-id-folder": (
        "{id:shown} 不是本目录的变更 {folder:shown}",
        "评审与其所评审的变更请求放在同一目录",
    ),
    "review-unknown-change": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "review-hollow": ("{name:code} 只写了 {text:shown}", "请写明实际情况"),
    "review-unanswered": (
        "评审写了日期，但 {name:code} 尚未回答",
        "请回答，或在回答全部问题之前不写 `reviewed`",
    ),
    "review-unknown-person:automation": ("评审人 {who:shown} 是自动化程序", "{what_now:sentences}"),
    "review-unknown-person:stranger": ("评审人 {who:shown} 不在人员名册中", "{what_now:sentences}"),
    "review-unknown-person:owner": (
        "责任人 {who:shown} 既不是名册中的角色，也不是名册中的人员",
        "{what_now:sentences}",
    ),
    # -- incidents
    "incident-id-file": (
        "编号是 {id:shown}，而文件名是 {file:shown}",
        "文件名就是编号：请改其中一个",
    ),
    "incident-link:caused_by": (
        "事件发生于 {at:time} 之前，而 {change:shown} 的变更窗口此时才开始",
        "请更正时间或窗口；若该变更不是原因，请将其删去",
    ),
    "incident-link:fixes": (
        "事件发生于 {at:time} 之后，而 {change:shown} 的变更窗口此时已结束",
        "请更正时间或窗口；若该变更没有解决此事件，请将其删去",
    ),
    "incident-order": ("事件的解决时间早于发生时间", "请更正其中一个时间"),
    "incident-unknown-change": ("没有变更 {change:shown}", "{what_now:sentences}"),
    "incident-unknown-ci": ("CMDB 中没有配置项 {ci:shown}", "{what_now:sentences}"),
}
