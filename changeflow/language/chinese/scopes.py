"""What a branch touches, beside what its requests declare."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # what shows that an item is touched
    "touch.path_added": "新增了 {place:code}",
    "touch.path_changed": "更改了 {place:code}",
    "touch.path_removed": "删除了 {place:code}",
    "touch.terraform_added": "计划 {place:code} 将创建 {what:code}",
    "touch.terraform_changed": "计划 {place:code} 将更改 {what:code}",
    "touch.terraform_removed": "计划 {place:code} 将销毁或移动 {what:code}",
    "touch.image_added": "{place:code} 新增了镜像 {what:code}",
    "touch.image_changed": "{place:code} 将镜像改为 {what:code}",
    "touch.image_removed": "{place:code} 不再有镜像 {what:code}",
    "touch.helm_added": "{place:code} 新增了 Helm 发布 {what:code}",
    "touch.helm_changed": "{place:code} 更改了 Helm 发布 {what:code}",
    "touch.helm_removed": "{place:code} 不再有 Helm 发布 {what:code}",
    # why something cannot be read
    "unread.too_large": "文件大小超过读取上限",
    "unread.link": "它是符号链接，所指向的内容不做比较",
    "unread.history": "该分支与其主分支没有共同的历史",
    "unread.binary": "这是 Terraform 自有格式的计划；请用 `terraform show -json` 写出",
    "unread.text": "{why:sentences}",
    "unread.other": "这不是 `terraform show -json` 为计划写出的 JSON",
    "unread.json": "不是 JSON：{problem}",
    "unread.errored": "Terraform 在运行失败时写出了它，因此缺少部分更改",
    "unread.shape": "其 `resource_changes` 中有一项没有地址或操作",
    "unread.missing": "没有这个文件，而 `spec.terraform_plans` 指定了它",
    # reasons of gates
    "scope.undeclared": (
        "该分支改动了 {ci:item}，而其中没有变更请求声明该配置项：{touch:sentences}",
        "请在 {path:code} 的 `spec.items` 中加上 `- {{ci: {ci}, action: {action}}}`",
    ),
    "scope.undeclared:several": (
        "该分支改动了 {ci:item}，而其中没有变更请求声明该配置项：{touch:sentences}，另有 {more:count} 处",
        "请在 {path:code} 的 `spec.items` 中加上 `- {{ci: {ci}, action: {action}}}`",
    ),
    "scope.proposed": (
        (
            "按该分支自己加入 CMDB 的内容，它改动了 {ci:item}，而其中没有变更请求声明该配置项："
            "{touch:sentences}"
        ),
        "请在 {path:code} 的 `spec.items` 中加上 `- {{ci: {ci}, action: {action}}}`",
    ),
    "scope.elsewhere": "该分支改动了 {ci:item}，由 {change} 声明",
    "scope.untouched": (
        "已声明，但该分支没有改动属于它们的任何内容：{items:items}",
        "请去掉它们，或在这些配置项的 `spec.maps` 中加上此变更所改动的内容",
    ),
    "scope.unread": (
        "{path:code} 无法读取，因此可能改动任何配置项：{why:sentences}",
        "请修正该文件，或将其从分支中去掉",
    ),
    "scope.no_common_history": (
        "该分支与其主分支没有共同的历史：不知道它改动了什么",
        "请获取完整的历史",
    ),
    # findings of `check`
    "scope-undeclared": (
        "{ci:code} 有改动但未声明：{touch:sentences}",
        "请在 `items` 中加上 `- {{ci: {ci}, action: {action}}}`",
    ),
    "scope-undeclared:several": (
        "{ci:code} 有改动但未声明：{touch:sentences}，另有 {more:count} 处",
        "请在 `items` 中加上 `- {{ci: {ci}, action: {action}}}`",
    ),
    "scope-proposed": (
        "按此分支加入 CMDB 的内容，{ci:code} 有改动但未声明：{touch:sentences}",
        "请在 `items` 中加上 `- {{ci: {ci}, action: {action}}}`",
    ),
    "scope-no-request": (
        "{ci:code} 有改动，而此分支中没有变更请求声明它：{touch:sentences}",
        "请编写一份：`changeflow new SLUG --from-diff {base}`",
    ),
    "scope-untouched": (
        "已声明 {ci:code}，但属于它的内容都没有改动",
        "请去掉它，或在其 `spec.maps` 中加上此变更所改动的内容",
    ),
    "scope-unread": (
        "无法读取，因此可能改动任何配置项：{why:sentences}",
        "请修正该文件，或将其从分支中去掉",
    ),
    "scope-unknown": (
        "不知道此分支改动了什么：{why:sentences}",
        "请获取主分支及其历史",
    ),
}
