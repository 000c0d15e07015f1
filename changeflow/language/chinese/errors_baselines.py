"""What goes wrong with baselines of the CMDB, in Chinese."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "baseline.taken": (
        "名称 `{name}` 已被使用：证据账本第 {seq} 条，{when:time}",
        "基线不会被替换：请另取名称",
    ),
    "baseline.revision": (
        "`{name}` 已经是 git 的一个版本名",
        "请取一个只有一种含义的名称，例如 `cmdb-{name}`",
    ),
    "baseline.not_on_main": (
        "提交 `{rev}` 不在主分支（`{branch}`）上",
        "基线记录的是已商定的内容：请先合并",
    ),
    "baseline.name": (
        "{name:shown} 不能作为基线的名称",
        "名称由字母、数字、`.`、`_` 和 `-` 组成，最多 100 个字符，以字母或数字开头",
    ),
    "baseline.no_name": (
        "基线需要名称",
        "`changeflow cmdb baseline 2026-q4` 记录一个基线，`--list` 列出已有的基线",
    ),
    "baseline.no_work_tree": ("裸仓库没有工作区", "请指明基线或版本"),
    "baseline.commit_missing": (
        "基线 `{name}` 的提交不在此克隆中：{commit}",
        "请获取主分支及其历史",
    ),
    "baseline.differs": (
        "基线 `{name}` 的提交中的配置管理数据库与基线所记录的不同",
        "`changeflow ledger verify` 会说明证据账本是否完整",
    ),
    "baseline.differs:outside": (
        "基线 `{name}` 的提交中的配置管理数据库与基线所记录的不同",
        "其中有仓库之外的文件：{paths:most_codes 5}",
    ),
}
