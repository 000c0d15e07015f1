"""What `init` and `new` tell when they have written, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "init.made": "已在 `{folder}` 建立变更仓库，共 {count} 个文件。",
    "init.kept": "以下文件保持原样：{names:list}。",
    "init.git:committed": "已提交到 `main`：策略、人员名册和配置项以该分支为准。",
    "init.git:inside": (
        "它位于一个 git 仓库之内：请提交到主分支；策略、人员名册和配置项以主分支为准。"
    ),
    "init.git:none": (
        "它尚未纳入 git：请运行 `git init -b main`，添加并提交；"
        "策略、人员名册和配置项以 `main` 为准。"
    ),
    "init.you:unknown": (
        "git 不知道你是谁（user.name、user.email）：人员名册中是示例人员，请替换。"
    ),
    "init.you:host": "你在 policies/roster.yaml 中是 `{who}`。{about}",
    "init.you:no_key": (
        "你在 policies/roster.yaml 中是 `{who}`，尚未登记公钥：README.md 说明如何登记。"
    ),
    "init.you:key": "你在 policies/roster.yaml 中是 `{who}`，并已登记你的 SSH 公钥。",
    "init.addresses": (
        "{names:codes} 的电子邮件地址未知：请在 policies/roster.yaml 中填写 `emails`。"
    ),
    "init.without_address": "没有地址，就无法得知其提交出自何人。",
    "init.next": "接下来：{enter}changeflow check",
    "init.then": "然后：README.md 说明应先替换什么。",
    "new.complete": "变更请求已完整。接下来：运行 `changeflow check`，然后提交并合并到主分支。",
    "new.from_diff": "{ci}：{action:code}，{touch:sentences}",
    "new.from_diff:several": "{ci}：{action:code}，{touch:sentences}，另有 {more:count} 处",
    "new.from_diff:document": "{ci}：{action:code}，依据其在 {path:code} 中的文档",
    "new.afterwards:merge": "{at:time} {people:people} 的合并 {name}：",
    "new.afterwards:commit": "{at:time} {people:people} 的提交 {name}：",
    "new.afterwards:tag": "{at:time} {people:people} 的标签 {name}：",
    "new.afterwards:deployment": "{at:time} {people:people} 的部署 {name}：",
    "new.missing": "草稿，尚待填写：{fields:list}。",
    "new.edit": "接下来：填写，然后运行 `changeflow check`。",
    "new.draft": (
        "草稿，内容已齐全。接下来：通读，删除 `draft: true`，然后运行 `changeflow check`。"
    ),
    "new.late:over": (
        "警告：变更窗口已于 {end:time} 结束，其中已不能审批或发布：请先修改 {path} 中的 `window`"
    ),
    "new.late:begun": "警告：变更窗口已于 {start:time} 开始，将于 {end:time} 结束",
    "new.warning": "警告：{why}；按目前情况，各门禁均按常规变更判定",
}
