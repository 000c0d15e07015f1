"""Files and documents that cannot be read, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "file.unwritten": (
        "无法写入 `{path}`：{why:system}",
        "请改用其他文件；原有内容保持不变",
    ),
    "file.not_utf8_text": ("这段文字不是 UTF-8：`{around}`", "请用 UTF-8 书写"),
    "file.not_utf8_name": ("`{path}`：文件名不是 UTF-8", "请重命名（`git mv`）后提交"),
    "file.ignored_program": (
        "有步骤要运行 `{path}`，而它被 git 忽略：没有任何提交保存所要批准的内容",
        "请把它从 .gitignore 中去掉并提交，或安装到 PATH 能找到的位置",
    ),
    "file.link_on_the_way": (
        "`{path}` 经过了符号链接 `{link}`",
        "请直接写文件本身的路径：不会跟随链接",
    ),
    "file.no_such_place": "`{path}` 不是变更仓库内的路径",
    "file.missing": "{place} 中没有 `{path}`",
    "file.not_plain:link": ("`{path}` 是符号链接，不是文件", "只读取普通文件；不会跟随链接"),
    "file.not_plain:submodule": ("`{path}` 是子模块，不是文件", "只读取普通文件；不会跟随链接"),
    "file.not_plain:directory": ("`{path}` 是文件夹，不是文件", "只读取普通文件；不会跟随链接"),
    "file.not_plain:special": ("`{path}` 是特殊文件，不是普通文件", "只读取普通文件；不会跟随链接"),
    "file.too_large": "`{path}` 有 {size} 字节；超过 {most} 字节的文件一律不读取",
    "file.unreadable": "`{path}` 无法读取：{why:system}",
    "file.unlisted": "`{path}` 无法列出：{why:system}",
    # -- documents
    "file.no_kind": ("{path}：`{kind}` 不是文档类型", "`changeflow schema list` 列出所有类型"),
    "file.no_record": (
        "`{path}:{line}:{column}`：`{name}`：{problem}",
        "`changeflow check` 会逐一说明问题",
    ),
    "file.not_a": "{path}：不是 {kind}",
    "file.first_lines": "前两行应为 `apiVersion: changeflow/v1` 和 `kind: {kind}`",
    "file.any_item": (
        "{path:code} 无法读取，因此可能改动任何配置项：{why:sentences}",
        "请修正该文件，或用 `--ci` 指定配置项",
    ),
    "file.problems": "{problems:paragraph 20}",
    "file.problem": "`{path}:{line}:{column}`：{what:sentence}",
    "file.check": "`changeflow check` 会逐一说明问题",
    "file.other_id": ("{path}：编号是 `{id}`，文件夹名却是 `{folder}`", "文件夹名就是编号"),
    "file.calendar": "日历无法读取：{why:sentence}",
    "file.calendar:on": "{place} 上的日历无法读取：{why:sentence}",
    "file.edit:syntax": ("文档无法修改：{problem}", "`changeflow check` 会指出位置"),
    "file.edit:no_mapping": ("文档无法修改：它不是映射", "`changeflow check` 会指出位置"),
    "file.edit_route": "修改需要指明值的路径",
    "file.edit_misfit": "对 `{route}` 的修改与文档不符",
}
