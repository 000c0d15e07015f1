"""Repositories, branches and folders that are missing, or not what they should be, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- the change repository
    "repository.no_folder": ("`{folder}` 不是文件夹", "--repo 后面是 changeflow.yaml 所在的文件夹"),
    "repository.none": (
        "不在变更仓库中：此处及上级目录都没有 {config}",
        "`changeflow init` 可以新建一个，或用 --repo DIR 指定",
    ),
    "repository.none:folder": (
        "`{folder}` 不是变更仓库：没有 {config}",
        "`changeflow init` 可以新建一个",
    ),
    "repository.none:job": (
        "此处和 {variable}（`{folder}`）中都没有变更仓库：找不到 {config}",
        "请在之前的步骤中检出仓库，或用 --repo DIR 或 CHANGEFLOW_REPO 指定",
    ),
    "repository.bare": (
        "`{folder}` 是裸仓库，而这个命令需要工作区",
        (
            "`git clone` 可以得到工作区；只读取版本的命令在这里也能用：`check --rev REV`、list、"
            "show、todo、assess、gate、when、impact、schedule、policy、cmdb、risk、ledger"
        ),
    ),
    "repository.bare_other": (
        "`{folder}` 是裸仓库，其主分支上没有 {config}",
        "请指定版本，或用 --repo DIR 指定别的仓库",
    ),
    # -- the main branch
    "main.no_commit": "主分支 `{branch}` 在这里没有提交，而策略要从它读取",
    "main.commit_to": "请先在 `{branch}` 上提交",
    "main.fetch": "如果远程仓库有它，{command:code} 可以取回",
    "main.set": "或者在 {config} 中设置 spec.main_branch",
    "main.several": (
        "分支 {names:codes} 都在 {config} 中把自己写成主分支",
        "请删除不是主分支的那个，或更正其中的 spec.main_branch",
    ),
    "main.not_fetched": (
        "本克隆中没有远程仓库 `{remote}` 的主分支，而判定要以它为准",
        "{command:code} 可以取回",
    ),
    "main.not_contained": (
        "依据版本 `{base}` 不包含在 `{branch}` 中：分支不能自选判定依据",
        "未做任何操作；请去掉 --base，或先合并；仍可用 `changeflow gate`、`changeflow assess` 查询",
    ),
    "main.older": (
        (
            "依据版本 `{base}` 比 `{branch}` 旧，后者的 {paths:most_codes 1} 已经不同：不能按旧规则"
            "判定"
        ),
        "未做任何操作；请去掉 --base；仍可用 `changeflow gate`、`changeflow assess` 查询",
    ),
    "main.note_not_fetched": (
        "本克隆中没有远程仓库 `{remote}` 的主分支，因此以本地主分支为准：{command:code}"
    ),
    "main.note_unfollowed": (
        "以本地的 `{branch}` 为准，它没有跟踪远程分支，缺少 `{theirs}` 的提交：`git branch "
        "--set-upstream-to={theirs} {branch}` 可改为以后者为准"
    ),
    "main.note_apart:behind": (
        "以最近一次取回的 `{judged}` 为准；本地的 `{branch}` 落后 {behind} 个提交（`git pull`）"
    ),
    "main.note_apart:ahead": (
        "以最近一次取回的 `{judged}` 为准；本地的 `{branch}` 领先 {ahead} 个提交，未推送的内容不算"
        "数"
    ),
    "main.note_apart:both": (
        "以最近一次取回的 `{judged}` 为准；本地的 `{branch}` 已与它分叉：落后 {behind} 个提交，领先"
        " {ahead} 个提交"
    ),
    # -- folders that are written to
    "site_folder.foreign": (
        "`{folder}` 中已有文件，且不是 changeflow 生成的网站：没有 `{manifest}`",
        "请指定新文件夹或空文件夹",
    ),
    "site_folder.link": (
        "`{path}` 是链接，而网站只写入自己的文件夹",
        "请删除该链接，或指定其他文件夹",
    ),
    "place.unwritten": ("`{folder}` 无法写入：{why:system}", "请换一个位置"),
    "place.unwritten:clean": ("`{folder}` 无法写入：{why:system}", "没有留下任何残余文件"),
    "place.unwritten:to": ("`{folder}` 无法写入：{why:system}", "请用 --to 换一个文件夹"),
    "place.no_folder": ("`{folder}` 不是文件夹", "请写一个新的或已有的文件夹"),
    "place.taken": (
        "`{folder}` 中已有以下文件，不会覆盖：{paths:lines 20}",
        "未写入任何内容；请先移走这些文件，或换一个文件夹",
    ),
    "place.change_taken": ("`{change}` 已经存在", "未写入任何内容；请换一个短名"),
    "place.file_taken": ("`{path}` 已经存在", "未写入任何内容"),
    "place.not_committed": (
        "{path} 已写入，但没有提交：{why:sentence}",
        "请手工提交：{command:code}",
    ),
    "place.no_identity": (
        "git 不知道由谁提交",
        "未写入任何内容；请用 `git config` 设置 `user.name` 和 `user.email`，或去掉 --commit",
    ),
}
