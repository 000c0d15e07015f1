"""Help of `changeflow check` in Chinese."""

from __future__ import annotations

from typing import Final

HELP: Final[dict[str, dict[str, str]]] = {
    "check": {
        "": """
检查文档的格式、引用和合理性。

变更仓库之外的文件单独检查。同样的文件在任何一天都得到同样的结果：与时间有关的问题由门禁判定。

退出码：0 没有错误；1 有错误（加上 --strict 时，有警告也算）；3 没有可检查的内容，或 PATH 不存在；
4 有文件根本读不出任何文档。
""",
        "PATH": "文件或文件夹（默认：整个变更仓库）",
        "--rev": "检查此 git 版本，而不是工作区；不会检出任何文件",
        "--all": "列出所有问题；文本格式只列出每条规则的前 50 个",
        "--strict": "有警告也算不通过",
    },
}
