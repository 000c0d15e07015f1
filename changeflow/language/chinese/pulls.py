"""Pull requests: their paths, what the host says of them, and their base, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "rfc.none": "该拉取请求没有任何改动，因此没有可授权的内容",
    "rfc.none:uncovered": (
        "没有变更请求覆盖 {paths:first_codes}",
        "`changeflow new SLUG` 可以新建变更请求；请将其加入此拉取请求",
    ),
    "rfc.id_invalid": (
        "{path:literal} 不属于任何变更：其目录名不符合 CHG-20261121-payments-db-upgrade 的格式",
        "编号须为 ASCII：CHG-<yyyymmdd>-<slug>",
    ),
    "rfc.removed": (
        "变更请求 {change} 被删除或改名；编号是其唯一标识",
        "请改为撤回：`changeflow withdraw`",
    ),
    "path.not_canonical": "{path:literal} 的写法不规范：{why:sentences}",
    "path.collision": "`{one}` 与 `{other}` 仅写法不同",
    "path.not_regular:link": "`{path}` 是符号链接；其指向的内容未经评审",
    "path.not_regular:submodule": "`{path}` 是子模块；其指向的内容未经评审",
    "path.covered": "已由此拉取请求中的变更请求覆盖：{paths:first_codes}",
    "path.release": (
        "{paths:first_codes}：发布写明哪些变更一起部署，以及是否已验收；不为它评定级别和风险，每项变更仍须通过"
        "自己的门禁"
    ),
    "path.beside_standard": (
        "标准变更由其变更模型授权，而该模型未涉及 {paths:first_codes}",
        "请申报 `type: normal`，或另开拉取请求",
    ),
    "paths.unknown": (
        "该分支与主分支没有共同历史：除变更请求外还改动了什么无法得知",
        "请在从主分支开出的分支上进行变更",
    ),
    "history.governed": (
        "有提交改动了受管文件又将其改回：{paths:list}",
        "判定依据是最终差异，而不是各个提交",
    ),
    "identity.shared": (
        "人员名册中有两人登记了同一 GitHub 账号编号",
        "请修正人员名册，或询问本人",
    ),
    "identity.changed": (
        "登录名 `{login}` 现为账号 {account}；人员名册为 {who:person} 登记的是 {listed}",
        "请修正人员名册，或询问本人",
    ),
    "identity.changed:unnumbered": (
        "GitHub 未给出登录名 `{login}` 的账号编号；人员名册为 {who:person} 登记的是 {listed}",
        "请修正人员名册，或询问本人",
    ),
    "identity.no_id": "人员名册登记了 {name:person} 的登录名而没有账号编号；登录名可能易主",
    "identity.mismatch:account": (
        "提交 {commit} 的地址属于 {who:person}，而其 GitHub 账号为 `{login}`",
        "地址只是一种声称：可以排除，不能授予",
    ),
    "identity.mismatch:account_person": (
        "提交 {commit} 的地址属于 {who:person}，而其 GitHub 账号属于 {other:person}",
        "地址只是一种声称：可以排除，不能授予",
    ),
    "identity.mismatch:signature": (
        "提交 {commit} 的地址属于 {who:person}，而其有效签名属于账号 `{login}`",
        "地址只是一种声称：可以排除，不能授予",
    ),
    "identity.mismatch:signature_person": (
        "提交 {commit} 的地址属于 {who:person}，而其有效签名属于 {other:person}",
        "地址只是一种声称：可以排除，不能授予",
    ),
    "pull.edited:title": (
        "拉取请求的标题在 {people:people} 批准之后又于 {at:time} 被编辑",
        "被批准的是变更请求的内容，而不是这段文字",
    ),
    "pull.edited:description": (
        "拉取请求的描述在 {people:people} 批准之后又于 {at:time} 被编辑",
        "被批准的是变更请求的内容，而不是这段文字",
    ),
    "pull.draft": "拉取请求仍是草稿",
    "pull.too_large": "GitHub 可能没有给出全部内容：{limits:list}",
    "base.not_main": "拉取请求的目标分支是 `{ref}`；变更须针对 `{main}` 授权",
    "base.replayed": (
        "目标提交 {base} 早于先前判定所依据的 {seen}",
        "请重新获取目标分支",
    ),
    "inputs.unreadable": "主分支上作为判定依据的文件无法读取：{problems:sentences}",
    "request.unreadable": (
        "{why:sentences}",
        "{hint}",
    ),
    "governed.invalid": (
        "{path} 第 {line} 行：{problem:sentences}",
        "{hint}",
    ),
    "config.removed": (
        "`{path}` 将被删除，变更仓库随之失效：此后无法进行任何判定",
        "请恢复该文件；其中每个字段都有默认值",
    ),
    "roster.no_owners": "将不再有人可以审批策略",
}
