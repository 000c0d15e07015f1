"""What `check` finds in configuration items, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "cmdb-unknown-dependency": (
        "{id:code} 依赖 {ci:shown}，而 CMDB 中没有它",
        "{what_now:sentences}",
    ),
    "cmdb-self-dependency": ("{ci:code} 依赖它自己", "请删除该行"),
    "cmdb-retired-dependency": (
        "{id:code} 正在运行，却依赖已退役的 {ci:code}",
        "请删除该依赖，或更正状态",
    ),
    "cmdb-unknown-owner": (
        "责任人 {who:shown} 既不是名册中的角色，也不是名册中的人员",
        "{what_now:sentences}",
    ),
    "cmdb-unknown-type": ("{type:shown} 不是此处的配置项类型", "{what_now:sentences}"),
    "cmdb-incomplete:type": (
        "{id:code} 没有类型：没有针对其类型的规则或变更模型能涵盖它",
        "{what_now:sentences}",
    ),
    "cmdb-incomplete:criticality": (
        "{id:code} 没有重要等级：级别未知按最高级计",
        "{what_now:sentences}",
    ),
    "cmdb-incomplete:owner": ("{id:code} 没有责任人：无法请责任人同意", "{what_now:sentences}"),
    "cmdb-incomplete:environment": (
        "{id:code} 没有环境：没有针对环境的日历保护它",
        "{what_now:sentences}",
    ),
    "cmdb-id-collision": ("{id:code} 与 {other:code} 看起来相似", "请为其中一个改用不会混淆的名称"),
    "cmdb-duplicate-id": (
        "{kind} {id:code} 已经定义，在 {path} 第 {line} 行",
        "请改用别的编号，或删除其中一个",
    ),
    "cmdb-incomplete:name": (
        "{id:code} 既没有名称也没有说明：只能从编号看出它是什么",
        "{what_now:sentences}",
    ),
    "cmdb-group-min": (
        "`min` 是 {min}，而该组只有 {members} 个不同成员",
        "请减小 `min`，或列出所有成员",
    ),
    "cmdb-not-updated:add": (
        "{change} 新增了 {ci:code} 且已发布，而 {main} 上的 CMDB 仍写着 {status:code}",
        "{what_now:sentences}",
    ),
    "cmdb-not-updated:remove": (
        "{change} 移除了 {ci:code} 且已发布，而 {main} 上的 CMDB 仍写着 {status:code}",
        "{what_now:sentences}",
    ),
    "cmdb-unauthorised:added": (
        "{ci:code} 自 {against:code} 以来被新增，但没有对应的变更（{attributes:most 5}）：{why:sentences}",
        "`changeflow cmdb diff {against}` 显示前后的值；请撤回，或通过列出该配置项的变更引入",
    ),
    "cmdb-unauthorised:changed": (
        "{ci:code} 自 {against:code} 以来被修改，但没有对应的变更（{attributes:most 5}）：{why:sentences}",
        "`changeflow cmdb diff {against}` 显示前后的值；请撤回，或通过列出该配置项的变更引入",
    ),
    "cmdb-unauthorised:removed": (
        "{ci:code} 自 {against:code} 以来被移除，但没有对应的变更（{attributes:most 5}）：{why:sentences}",
        "`changeflow cmdb diff {against}` 显示前后的值；请撤回，或通过列出该配置项的变更引入",
    ),
    "cmdb-releases-unknown": ("无法读取已发布的内容，因此不能列出过期的记录：{reason}", "{hint}"),
    "cmdb-maps-path:absolute": (
        "{path:shown} 从文件系统的根开始：仓库中没有文件能与之匹配",
        "请从 git 仓库的顶层写起，去掉开头的斜杠",
    ),
    "cmdb-maps-path:parent": (
        "{path:shown} 含有 `.` 或 `..`：仓库中没有文件能与之匹配",
        "无论本文件在何处，请从 git 仓库的顶层写起",
    ),
    "cmdb-maps-path:exclusion": (
        "{path:shown} 以 `!` 开头，而路径不能排除",
        "请列出属于该配置项的路径",
    ),
    "cmdb-maps-path:odd": (
        "{path:shown} 不是规范的路径写法：门禁放行的文件都不会与之匹配",
        "其中有空的部分、反斜杠、冒号或不可见字符",
    ),
    "cmdb-maps-address": (
        "{address:shown} 不是 Terraform 资源或模块的地址",
        '例如 `aws_db_instance.payments`、`aws_instance.web["a"]` 或 `module.shop`',
    ),
    "cmdb-maps-address:data": (
        "{address:shown} 是数据源，任何计划都不会更改它",
        "请写属于该配置项的资源或模块",
    ),
    "cmdb-maps-image": (
        "{image:shown} 不是容器镜像的名称",
        "例如 `registry.example/team/shop`，不带标签和摘要",
    ),
    "cmdb-incomplete:description": ("{id:code} 没有说明：看不出它的用途", "{what_now:sentences}"),
    "cmdb-incomplete:inherited": (
        "{id:code} 没有重要等级，而它失效时一级或二级的 {other:code} 会随之失效",
        "{what_now:sentences}",
    ),
    "cmdb-unknown-owner:item": (
        "{ci:code} 的责任人 {who:shown} 既不是名册中的角色，也不是名册中的人员",
        "{what_now:sentences}",
    ),
    "cmdb-absent-owner": (
        "{ci:code} 的责任人 {who:code} 是没有人担任的角色",
        "请在名册中让人担任该角色，或另选责任人",
    ),
    "cmdb-ring:whole": (
        "以下配置项互相依赖，一个失效则全部失效：{ring}",
        "请删除有误的依赖，或把其中一个改为弱依赖或冗余",
    ),
    "cmdb-ring:part": (
        "{count:count} 个配置项互相依赖，一个失效则全部失效；其中一圈：{ring}",
        "请删除有误的依赖，或把其中一个改为弱依赖或冗余",
    ),
    "cmdb-tier-inversion": (
        "{other_tier:word}的 {other:code} 会随{tier:word}的 {ci:code} 失效：{path}",
        "请更正 `criticality`，或把途中的一个依赖改为弱依赖或冗余",
    ),
    "cmdb-orphan": (
        "{ci:code} 正在运行，既无依赖也不被依赖",
        "请补上缺少的依赖，或让该配置项退役",
    ),
    "cmdb-single-points:one": (
        "{ci:code} 是单点故障：{count:count} 个正在运行的一级和二级配置项会随之失效，例如 {items:codes}",
        "`changeflow impact {ci}` 显示哪些会失效；冗余写作带 `min` 的 `any_of`",
    ),
    "cmdb-single-points:several": (
        (
            "{total:count} 个配置项单独失效时，各自会使多个正在运行的一级和二级配置项失效；"
            "影响最大的是 {ci:code}，共 {count:count} 个，例如 {items:codes}"
        ),
        "`changeflow impact {ci}` 显示哪些会失效；冗余写作带 `min` 的 `any_of`",
    ),
    "cmdb-unconfirmed:never": (
        "{ci:code} 从未确认过；其等级要求每 {days} 天确认一次",
        "请核对记录是否属实，并把 `confirmed` 设为当天",
    ),
    "cmdb-unconfirmed:ahead": (
        "{ci:code} 的确认日期尚未到来：{last}",
        "请把 `confirmed` 设为核对的那一天",
    ),
    "cmdb-unconfirmed:since": (
        "{ci:code} 上次确认是 {last}；其等级要求每 {days} 天确认一次",
        "请核对记录是否属实，并把 `confirmed` 设为当天",
    ),
    "cmdb-not-updated:absent": (
        "{change} 新增了 {ci:code} 并已发布，但 {main} 上的 CMDB 中没有它",
        "{what_now:sentences}",
    ),
    "cmdb-not-updated:transfer": (
        "{change} 移交了 {ci:code} 并已发布，但它在 {main} 上的记录仍与之前相同",
        "{what_now:sentences}",
    ),
    "cmdb-more": (
        "还有 {count:count} 条同类发现（{of}）",
        "`changeflow cmdb check --all` 会全部列出",
    ),
}
