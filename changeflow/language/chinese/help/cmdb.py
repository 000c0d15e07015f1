"""Help of `changeflow cmdb` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "cmdb": {
        "": """
显示和检查配置项。
""",
    },
    "cmdb show": {
        "": """
显示一个配置项、它依赖什么、什么依赖它，或列出所有配置项。
""",
        "CI": "配置项的 ID（默认：列出全部）",
    },
    "cmdb check": {
        "": """
检查配置项，列出缺漏和循环依赖，并排出被依赖最多的配置项。

发布之后，主分支上的记录已经过时的配置项会引起警告：已发布的变更移除了它，记录却仍是 `live`；
或者已发布的变更新增了它，记录却仍是 `planned`。证据账本无法读取时也会警告。

退出码：0 没有错误；1 有错误；3 没有配置项；4 有文件根本读不出任何文档。
""",
    },
}
